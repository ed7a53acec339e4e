"""Prediction files, read strictly: UTF-8 CSV with the columns ``actual`` and ``predicted``.

A fault is named with its line and column, so that the caller can show it beside the file's
path; up to 20 of them in one go.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from maestro.errors import did_you_mean, shorten

MAX_ROWS = 1_000_000
MAX_BYTES = 64 * 1024 * 1024
MAX_CELL = 200
MAX_FAULTS = 20
LARGEST = 1e15
"""The largest number that a record may hold; the same here."""
CODES = {
    "E001": "a prediction file is too large",
    "E002": "a prediction file is not plain UTF-8 text",
    "E003": "a prediction file is not CSV",
    "E004": "the header of a prediction file lacks a column, or names one twice",
    "E005": "a row of a prediction file has a cell too few or too many, or one without a label",
    "E006": "a cell of a prediction file is not a finite number",
    "E007": "a prediction file holds a row twice",
    "E008": "the predictions do not allow this metric",
    "E009": "the metric is not one that can be computed",
}
"""Every code of a fault in a prediction file, and what it says."""

_NUMBER = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]{1,3})?\Z")
_FIRST_LINE = "start the file with the line row,actual,predicted"

Row = tuple[int, list[str]]
Check = Callable[[str], tuple[str, str, str] | None]


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault in a prediction file: place (counted from 1), code, what is wrong, remedy."""

    line: int
    column: int
    code: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class _Layout:
    """Positions of the columns in a row of ``width`` cells."""

    width: int
    actual: int
    predicted: int
    row: int | None


class Unusable(Exception):
    """The predictions give no number; ``faults`` says why, sorted by line and column."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(faults[0].message)
        self.faults = tuple(sorted(faults))


@dataclass(frozen=True, slots=True)
class Labels:
    """What was so and what the model said, as text, one entry per row."""

    actual: list[str]
    predicted: list[str]


@dataclass(frozen=True, slots=True)
class Numbers:
    """What was so and what the model said, as finite numbers, one entry per row."""

    actual: list[float]
    predicted: list[float]


def read_labels(data: bytes) -> Labels:
    """The rows of a classification's prediction file; raises ``Unusable`` for any fault.

    The header must name ``actual`` and ``predicted``; a column ``row``, if there is one, must
    not hold a value twice; other columns are ignored, empty lines too. Labels are compared as
    they are written. At most 1,000,000 rows and 64 MiB; at least one row.
    """
    actual: list[str] = []
    predicted: list[str] = []
    for truth, guess in _cells(data, _label):
        actual.append(truth)
        predicted.append(guess)
    return Labels(actual, predicted)


def read_numbers(data: bytes) -> Numbers:
    """As :func:`read_labels`, for a regression: every cell a finite decimal number."""
    actual: list[float] = []
    predicted: list[float] = []
    for truth, guess in _cells(data, _number):
        actual.append(float(truth))
        predicted.append(float(guess))
    return Numbers(actual, predicted)


def _label(cell: str) -> tuple[str, str, str] | None:
    """Code, message and hint of a cell that is no label, or None."""
    if not cell.strip():
        return "E005", "is empty", "write the label"
    if len(cell) > MAX_CELL:
        return "E005", f"has {len(cell)} characters", f"use labels of at most {MAX_CELL}"
    return None


def _number(cell: str) -> tuple[str, str, str] | None:
    """Code, message and hint of a cell that is no number, or None."""
    if _NUMBER.match(cell) and abs(float(cell)) <= LARGEST:
        return None
    hint = "write a finite number such as 12.5, or use a metric for labels"
    return "E006", f'"{shorten(cell, 40)}" is not a finite number', hint


def _cells(data: bytes, check: Check) -> Iterator[tuple[str, str]]:
    """The two cells of every row; raises ``Unusable`` at the end, or after 20 faults."""
    table = _table(_decode(data))
    line, header = next(table, (1, []))
    layout = _layout(line, header)
    seen: set[str] = set()
    faults: list[Fault] = []
    rows = 0
    for line, cells in table:
        rows += 1
        if rows > MAX_ROWS:
            message = f"holds more than {MAX_ROWS:,} rows"
            raise Unusable(Fault(line, 1, "E001", message, "keep a random sample of the rows"))
        if found := _row_faults(line, cells, layout, check, seen):
            faults += found
            if len(faults) >= MAX_FAULTS:
                break
        else:
            yield cells[layout.actual], cells[layout.predicted]
    if faults:
        raise Unusable(*faults[:MAX_FAULTS])
    if not rows:
        raise Unusable(Fault(line, 1, "E005", "holds no rows", "write one line per prediction"))


def _layout(line: int, header: list[str]) -> _Layout:
    """Where the columns stand; raises ``Unusable`` for a missing or doubled name."""
    faults = []
    for name in ("actual", "predicted"):
        if name not in header:
            near = [cell for cell in header if did_you_mean(name, [cell])]
            what = f'the header has no column "{name}"'
            hint = f'rename "{shorten(near[0], 40)}" to {name}' if near else _FIRST_LINE
            faults.append(Fault(line, 1, "E004", what, hint))
    for name in ("actual", "predicted", "row"):
        if header.count(name) > 1:
            what = f'the header names "{name}" {header.count(name)} times'
            faults.append(Fault(line, 1, "E004", what, "keep one of them"))
    if faults:
        raise Unusable(*faults)
    row = header.index("row") if "row" in header else None
    return _Layout(len(header), header.index("actual"), header.index("predicted"), row)


def _row_faults(
    line: int, cells: list[str], layout: _Layout, check: Check, seen: set[str]
) -> list[Fault]:
    """The faults of one row; remembers its ``row`` in ``seen``."""
    if len(cells) != layout.width:
        message = f"row has {len(cells)} cells, the header {layout.width}"
        return [Fault(line, 1, "E005", message, "write one cell per column")]
    faults = []
    for name, index in (("actual", layout.actual), ("predicted", layout.predicted)):
        if wrong := check(cells[index]):
            code, message, hint = wrong
            faults.append(Fault(line, _column(cells, index), code, f"{name} {message}", hint))
    if layout.row is not None:
        row = cells[layout.row]
        if row in seen:
            message = f'row "{shorten(row, 40)}" stands twice'
            hint = "keep one prediction per row: a row counted twice narrows the interval"
            faults.append(Fault(line, _column(cells, layout.row), "E007", message, hint))
        seen.add(row)
    return faults


def _column(cells: list[str], index: int) -> int:
    """The column of a cell in its line, exact where no cell is in quotes."""
    return sum(len(cell) + 1 for cell in cells[:index]) + 1


def _decode(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        message = f"is {len(data):,} bytes long, more than {MAX_BYTES:,}"
        raise Unusable(Fault(1, 1, "E001", message, "keep a random sample of the rows"))
    if data.startswith(b"\xef\xbb\xbf"):
        message = "starts with a byte order mark"
        raise Unusable(Fault(1, 1, "E002", message, "save it as UTF-8 without BOM"))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        what = f"byte 0x{data[error.start]:02x} is not UTF-8"
        raise Unusable(_unreadable(data[: error.start], what)) from None
    if "\0" in text:
        raise Unusable(_unreadable(data[: data.index(0)], "a NUL character stands here"))
    return text


def _unreadable(before: bytes, message: str) -> Fault:
    line_start = before.rfind(b"\n") + 1
    column = len(before[line_start:].decode("utf-8")) + 1
    return Fault(before.count(b"\n") + 1, column, "E002", message, "save it as UTF-8 text")


def _table(text: str) -> Iterator[Row]:
    """Last line and cells of every row of the text that is not empty, the header first."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            hint = 'close every quote and write "" for a quote inside one'
            message = f"is not CSV: {error}"
            raise Unusable(Fault(max(reader.line_num, 1), 1, "E003", message, hint)) from None
        if cells is None:
            return
        if cells:
            yield reader.line_num, cells
