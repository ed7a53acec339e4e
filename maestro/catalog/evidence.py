"""Custom metrics: tables of a project's ``evidence/`` folder, read while records are checked.

A file is one of them when its headings (CSV) or the keys of its first object (JSON lines) are
those of a custom metric. Anything else in the folder belongs to another reader and is left alone.
"""

from __future__ import annotations

import difflib
import json
import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from maestro.errors import Problem, close_matches, shorten
from maestro.source import MAX_FAULTS
from maestro.source.text import BAD, line_column

from .cells import Cell, cells_of, delimiter, pairs_of

CODES = {
    "N001": "The file of custom metrics cannot be read. It is UTF-8 text, CSV with a line of "
    "headings or one JSON object a line, of at most 4 MB.",
    "N002": "The column is not known, or stands twice. A custom metric has time (or date), name, "
    "value, unit and source.",
    "N003": "Something is missing. Each custom metric needs a time (or date), a name and a value.",
    "N004": "The value is not a finite number written with a decimal point.",
    "N005": "The time is not written like 2026-11-21 or 2026-11-21T08:00:00Z, or is not between "
    "2000 and 2100. A time without a zone is UTC.",
    "N006": "The text is too long, or has characters that nobody can see. Names have at most 100 "
    "characters, units 40, sources 200.",
    "N007": "One metric has two values for one moment. Keep one of them.",
    "N008": "The unit of a metric changes. Use one unit, or give the other values another name.",
}
"""Problem code to what it means and what to do."""

MAX_BYTES = 4 * 1024 * 1024
"""The most bytes of one file."""
COLUMNS = ("time", "date", "name", "value", "unit", "source")
SUFFIXES = (".csv", ".jsonl")
"""Endings of files that may hold custom metrics."""

Row = tuple[str, int, float, str, str, str, int]
"""Name, time, value, unit, source, path and line: the columns of a fact ``custom_metric``."""
_LONGEST = {"name": 100, "unit": 40, "source": 200}
_BOM = b"\xef\xbb\xbf"
_NUMBER = re.compile(r"[-+]?([0-9]{1,400}(\.[0-9]{0,400})?|\.[0-9]{1,400})([eE][-+]?[0-9]{1,4})?\Z")
_COMMA = re.compile(r"[-+]?[0-9]+,[0-9]+\Z")
_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[-+][0-9]{2}:?[0-9]{2})?)?\Z"
)


@dataclass(slots=True)
class Read:
    """What one file gave."""

    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def is_custom(head: bytes, path: str) -> bool:
    """True when the first bytes of a file say that it holds custom metrics.

    It has ``name`` and ``value``; one of the two may be misspelt when a time is there as well.
    """
    first = _first_line(head, path)
    if first is None:
        return False
    words = {word.strip().lower() for word in first}
    if {"name", "value"} <= words:
        return True
    if words.isdisjoint({"time", "date"}) or words.isdisjoint({"name", "value"}):
        return False
    missing = "value" if "name" in words else "name"
    return bool(difflib.get_close_matches(missing, words - set(COLUMNS), cutoff=0.75))


def read_evidence(path: str, data: bytes) -> Read:
    """The custom metrics of one file, in its order, and every fault at its place."""
    found = Read()
    report = _Report(path, found.problems)
    text = _text(data, report)
    if text is None:
        return found
    read = _csv_records if path.endswith(".csv") else _json_records
    try:
        for record in read(text, report):
            if row := _row(record, report):
                found.rows.append(row)
    except _EnoughError:
        pass
    return found


def conflicts(rows: Iterable[Row]) -> tuple[tuple[Row, ...], list[Problem]]:
    """All rows of one project, sorted by name and time, each once; and where they disagree."""
    ordered = sorted(rows, key=lambda row: (row[0], row[1], row[5], row[6]))
    kept: list[Row] = []
    problems: list[Problem] = []
    units: dict[str, Row] = {}
    for row in sorted(ordered, key=lambda row: (row[5], row[6])):
        first = units.setdefault(row[0], row)
        if first[3] != row[3]:
            message = f'unit "{row[3]}" of {row[0]}, but "{first[3]}" in {first[5]}:{first[6]}'
            hint = "use one unit, or another name"
            problems.append(Problem(row[5], row[6], 1, "N008", message, hint))
    for row in ordered:
        before = kept[-1] if kept else None
        if before is None or before[:2] != row[:2]:
            kept.append(row)
        elif before[2] != row[2]:
            message = f"{row[0]} is {row[2]:g} here and {before[2]:g} in {before[5]}:{before[6]}"
            message += " for the same time"
            problems.append(Problem(row[5], row[6], 1, "N007", message, "keep one of them"))
    return tuple(kept), problems


class _EnoughError(Exception):
    """So many faults were found that reading on helps nobody."""


@dataclass(slots=True)
class _Report:
    path: str
    problems: list[Problem]

    def add(self, at: Cell, code: str, message: str, hint: str) -> None:
        """Keep one fault at its cell; beyond the most that are shown, only that there are more."""
        if len(self.problems) >= MAX_FAULTS - 1:
            hint = "fix these first"
            self.problems.append(
                Problem(self.path, at.line, at.column, "V018", "has more faults", hint)
            )
            raise _EnoughError
        self.problems.append(Problem(self.path, at.line, at.column, code, message, hint))


_START = Cell("", 1, 1)


def _text(data: bytes, report: _Report) -> str | None:
    if len(data) > MAX_BYTES:
        hint = "split it, by year for example"
        report.add(_START, "N001", f"is larger than {MAX_BYTES:,} bytes", hint)
        return None
    try:
        return data.removeprefix(_BOM).decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        message = f"byte 0x{data[error.start]:02x} is not UTF-8"
        at = Cell("", *line_column(before, len(before)))
        report.add(at, "N001", message, "save the file as UTF-8")
        return None


def _first_line(head: bytes, path: str) -> list[str] | None:
    text = head.removeprefix(_BOM).decode("utf-8", "replace").lstrip("\r\n")
    first = text.partition("\n")[0].rstrip("\r")
    if path.endswith(".csv"):
        return [cell.value for cell in next(cells_of(first, delimiter(first)), [])]
    try:
        found = json.loads(first)
    except (ValueError, RecursionError):
        # Too long for the piece that was read, or a fault: its keys can be seen all the same.
        return re.findall(r'"([A-Za-z_ ]{1,20})"\s*:', first) if first.startswith("{") else None
    return list(found) if isinstance(found, dict) else None


def _csv_records(text: str, report: _Report) -> Iterator[dict[str, Cell]]:
    body = text.lstrip("\r\n")
    table = cells_of(text, delimiter(body.partition("\n")[0]))
    heads = next((cells for cells in table if _has_content(cells)), [])
    names, meant = _known([(cell.value.lower(), cell) for cell in heads], report)
    if not _has_all(set(names), meant, heads[0] if heads else _START, report):
        return
    for cells in table:
        if not _has_content(cells):
            continue
        if len(cells) > len(heads):
            message = f"{len(cells)} cells below {len(heads)} headings"
            hint = "put a text with the delimiter in it in quotes"
            report.add(cells[len(heads)], "N001", message, hint)
            continue
        record = {name: cell for name, cell in zip(names, cells, strict=False) if name}
        record[""] = cells[0]
        yield record


def _has_content(cells: list[Cell]) -> bool:
    return len(cells) > 1 or bool(cells[0].value)


def _json_records(text: str, report: _Report) -> Iterator[dict[str, Cell]]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        whole = Cell("", number, 1)
        try:
            pairs = pairs_of(line, number)
        except (ValueError, RecursionError) as error:
            column = getattr(error, "colno", 1)
            why = getattr(error, "msg", "nested too deeply").lower()
            message = f"is not JSON: {why}"
            report.add(Cell("", number, column), "N001", message, "write one JSON object a line")
            continue
        if pairs is None:
            report.add(whole, "N001", "is no JSON object", "write one JSON object a line")
            continue
        names, meant = _known([(key.value, key) for key, _ in pairs], report)
        given = {name: cell for name, (_, cell) in zip(names, pairs, strict=True) if name}
        if _has_all(set(given), meant, whole, report):
            yield {**given, "": whole}


def _known(heads: list[tuple[str, Cell]], report: _Report) -> tuple[list[str], set[str]]:
    """The column of each heading, empty for one that cannot be used; and what those may mean."""
    names: list[str] = []
    meant: set[str] = set()
    for word, cell in heads:
        shown = shorten(word, 40)
        if word not in COLUMNS:
            near = close_matches(word, [name for name in COLUMNS if name not in names], 1)
            meant.update(near)
            message = f'"{shown}" is no column of a custom metric'
            hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(COLUMNS)}"
            report.add(cell, "N002", message, hint)
            names.append("")
        elif word in names or {word, *names} >= {"time", "date"}:
            message = f'"{shown}" stands twice' if word in names else "has time and date"
            report.add(cell, "N002", message, "keep one of them")
            names.append("")
        else:
            names.append(word)
    return names, meant


def _has_all(given: set[str], meant: set[str], at: Cell, report: _Report) -> bool:
    """Whether nothing is missing; what a misspelt heading means was told already."""
    missing = [name for name in ("name", "value") if name not in given]
    if given.isdisjoint({"time", "date"}):
        missing.insert(0, "time")
    for name in missing:
        if name not in meant:
            hint = f"add {name}" + (" (or date)" if name == "time" else "")
            report.add(at, "N003", f'has no "{name}"', hint)
    return not missing


def _row(record: dict[str, Cell], report: _Report) -> Row | None:
    before = len(report.problems)
    when = "time" if "time" in record else "date"
    time = _read(record, when, _time, report)
    name = _read(record, "name", lambda cell: _word(cell, "name"), report)
    number = _number if report.path.endswith(".csv") else _json_number
    value = _read(record, "value", number, report)
    unit = _read(record, "unit", lambda cell: _word(cell, "unit"), report)
    source = _read(record, "source", lambda cell: _word(cell, "source"), report)
    if len(report.problems) > before or time is None or name is None or value is None:
        return None
    return name, time, value, unit or "", source or "", report.path, record[""].line


def _read(
    record: dict[str, Cell], key: str, parse: Callable[[Any], Any], report: _Report
) -> Any | None:
    """The value of one cell, or None after a fault was told."""
    cell = record.get(key)
    if cell is None or cell.value is None or cell.value == "":
        if key not in ("unit", "source"):
            report.add(cell or record[""], "N003", f"has no {key}", f"write the {key}")
        return None
    try:
        return parse(cell)
    except _FaultError as fault:
        report.add(cell, *fault.words)
        return None


class _FaultError(Exception):
    def __init__(self, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.words = (code, message, hint)


def _word(cell: Cell, key: str) -> str:
    value, most = cell.value, _LONGEST[key]
    if not isinstance(value, str):
        raise _FaultError("N006", f"{key} is no text", 'put it in "quotes"')
    if len(value) > most:
        words = f"{key} has {len(value):,} characters, more than {most}"
        raise _FaultError("N006", words, "shorten it")
    if BAD.search(value) or not value.replace("\u200c", "").replace("\u200d", "").isprintable():
        raise _FaultError("N006", f"{key} holds a character that nobody can see", "remove it")
    return value.strip()


def _number(cell: Cell) -> float:
    value, shown = cell.value, cell.shown
    if _COMMA.match(value):
        hint = f"write the point: {shown.replace(',', '.')}"
        raise _FaultError("N004", f'value "{shown}" has a decimal comma', hint)
    if value.lower().lstrip("+-") in ("nan", "inf", "infinity"):
        return _finite(math.nan, shown)
    if not _NUMBER.match(value):
        raise _FaultError("N004", f'value "{shown}" is no number', "write a number like 0.75")
    return _finite(float(value), shown)


def _json_number(cell: Cell) -> float:
    if not isinstance(cell.value, float):
        hint = "write a number without quotes, like 0.75"
        raise _FaultError("N004", f'value "{cell.shown}" is no number', hint)
    return _finite(cell.value, cell.shown)


def _finite(number: float, shown: str) -> float:
    if not math.isfinite(number):
        hint = "leave the line out: a missing value is no number"
        raise _FaultError("N004", f'value "{shown}" is not finite', hint)
    return number


def _time(cell: Cell) -> int:
    value, shown = cell.value, cell.shown
    match = _TIME.match(value) if isinstance(value, str) else None
    try:
        if not match:
            raise ValueError
        moment = datetime.fromisoformat(value)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        hint = "write 2026-11-21 or 2026-11-21T08:00:00Z"
        raise _FaultError("N005", f'time "{shown}" is not ISO 8601', hint) from None
    if not 2000 <= moment.year < 2100:
        raise _FaultError("N005", f'time "{shown}" is not in 2000 to 2099', "correct the year")
    return math.floor(moment.timestamp())
