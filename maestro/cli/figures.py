"""How figures are printed: aligned text with every note said once, one JSON document, or CSV."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING, Any

from .output import plural, safe, say, say_json

if TYPE_CHECKING:
    from maestro.mining.files import Changes, FileChanges

COLUMNS = (
    *("project", "source", "name", "slice", "value", "unit", "lo", "hi", "level", "n", "from"),
    *("to", "as_of", "band", "standard", "proxy", "label", "quality"),
)
"""Columns of the CSV answer, and the keys of a figure in the JSON answer besides its series."""
FILE_COLUMNS = (
    *("path", "commits", "lines_added", "lines_added_max", "lines_added_mean", "lines_removed"),
    *("lines_removed_max", "lines_removed_mean", "churn", "churn_max", "churn_mean"),
    *("contributors", "minor_contributors", "contributors_experience", "history_complexity"),
)
"""The same for files."""
_TITLES = {
    "git": "git history",
    "dora": "delivery (DORA)",
    "pull_requests": "pull requests",
    "ci": "CI",
    "tracking": "training runs",
    "dvc": "data versions (DVC)",
    "custom": "the project's own metrics",
}
_MARKS = (("proxy", "proxy"), ("an estimate from", "estimate"))
"""First words of a note, and the mark of the figures that have it."""
_MOST_FILES = 30
_WIDTH = 96
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """Figures and what they are of."""

    about: Row
    """What was asked, and when and where it was counted."""
    findings: Sequence[Row]
    """Findings of the kinds metric and dora as plain data."""
    notes: tuple[str, ...] = ()
    """What holds for all of them."""


def print_figures(answer: Answer, format_: str) -> None:
    """Answer in one of the three formats."""
    figures = [_figure(finding) for finding in answer.findings]
    if format_ == "csv":
        print_csv(COLUMNS, figures)
    elif format_ == "json":
        say_json({"format": 1, **answer.about, "notes": list(answer.notes), "figures": figures})
    else:
        _print_text(answer, figures)


def _figure(finding: Row) -> Row:
    detail, window = finding["detail"], finding.get("window") or {}
    return {
        "project": finding["subject"],
        "source": detail.get("source", ""),
        "name": detail.get("name", ""),
        "slice": detail.get("slice", ""),
        **{key: finding.get(key) for key in ("value", "unit", "lo", "hi", "level", "n")},
        "from": window.get("start"),
        "to": window.get("end"),
        "as_of": finding["as_of"],
        "band": detail.get("band", ""),
        "standard": detail.get("standard", ""),
        "proxy": _mark(finding) == "proxy",
        "label": finding.get("label", ""),
        "quality": list(finding.get("quality", ())),
        "series": detail.get("series", []),
    }


def _mark(figure: Row) -> str:
    """``proxy`` or ``estimate`` for a number told from something nearby, as its notes say first."""
    if figure["value"] is None:
        return ""
    found = [mark for start, mark in _MARKS for note in figure["quality"] if note.startswith(start)]
    return found[0] if found else ""


def print_csv(columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Answer with one line per row and its ``columns``; nothing in a cell is a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row[name]) for name in columns])
    say(out.getvalue().removesuffix("\n"))


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        value = "; ".join(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if not isinstance(value, str):
        return value
    # A spreadsheet would run a cell that starts so.
    return f"'{safe(value)}" if value[:1] in ("=", "+", "-", "@") else safe(value)


def _print_text(answer: Answer, figures: list[Row]) -> None:
    if "repository" in answer.about:
        _print_about(answer.about)
    if not figures:
        say("no figures: no project names a repository, CI or tracking")
    for project in dict.fromkeys(row["project"] for row in figures):
        own = [row for row in figures if row["project"] == project]
        if "repository" not in answer.about:
            say(safe(project))
        windows = [(row["from"], row["to"]) for row in own if row["from"]]
        usual = max(set(windows), key=windows.count) if windows else (None, None)
        when = f"window {usual[0]} to {usual[1]}, without its last day; " if windows else ""
        say(f"{when}as of {own[0]['as_of']}")
        for source, title in _TITLES.items():
            rows = [row for row in own if row["source"] == source]
            if rows:
                _print_group(title, rows, usual)
        say()
    for note in answer.notes:
        say(note)


def _print_about(about: Row) -> None:
    part = [about["folder"], *about["paths"]]
    where = f", only {' '.join(one for one in part if one)}" if any(part) else ""
    say(safe(f"{about['repository']} at {about['commit'][:12]}{where}"))


def _print_group(title: str, rows: list[Row], usual: tuple[Any, Any]) -> None:
    say(f"\n{title}")
    known = [row for row in rows if row["value"] is not None]
    often = Counter(note for row in known for note in row["quality"])
    numbers = [_number(row["value"]) for row in known]
    whole = max((len(number.partition(".")[0]) for number in numbers), default=0)
    values = [_aligned(number, whole) for number in numbers]
    cells = [
        (_name(row), value, safe(row["unit"] or ""), _about_it(row, usual, often))
        for row, value in zip(known, values, strict=True)
    ]
    widths = [max((len(cell[at]) for cell in cells), default=0) for at in range(3)]
    for cell in cells:
        padded = [text.ljust(width) for text, width in zip(cell, widths, strict=False)]
        say(f"  {'  '.join([*padded, cell[3]])}".rstrip())
    _print_notes(known, [row for row in rows if row["value"] is None], often)


def _own_notes(row: Row, often: Counter[str]) -> list[str]:
    # What is said of one slice alone stands in its line.
    return [note for note in row["quality"] if row["slice"] and often[note] == 1]


def _print_notes(known: list[Row], missing: list[Row], often: Counter[str]) -> None:
    said: dict[str, list[str]] = {}
    for row in known:
        for note in row["quality"]:
            if note not in _own_notes(row, often):
                said.setdefault(note, []).append(_name(row))
    for note, names in said.items():
        whose = "" if len(set(names)) == len({_name(row) for row in known}) else _listed(names)
        say(f"  note: {safe(note)}{whose}")
    reasons: dict[tuple[str, ...], list[str]] = {}
    for row in missing:
        own = [note for note in row["quality"] if note not in said] or row["quality"]
        reasons.setdefault(tuple(own) or (row["label"],), []).append(_name(row))
    for several, names in reasons.items():
        say(f"  no number: {safe('; '.join(several))}{_listed(names)}")


def _listed(names: Iterable[str]) -> str:
    text = ", ".join(dict.fromkeys(names))
    return f" ({text if len(text) <= _WIDTH else text[:_WIDTH].rpartition(',')[0] + ', ...'})"


def _name(row: Row) -> str:
    return safe(f"{row['name']} {row['slice']}" if row["slice"] else row["name"])


def _about_it(row: Row, usual: tuple[Any, Any], often: Counter[str]) -> str:
    parts = [f"n {row['n']:,}"] if row["n"] is not None else []
    if mark := _mark(row):
        parts.insert(0, mark)
    if row["lo"] is not None:
        interval = f"{_number(row['lo'])} to {_number(row['hi'])}"
        parts.insert(len(parts) - (row["n"] is not None), f"{row['level'] * 100:g} %: {interval}")
    if row["band"]:
        parts.append(safe(f"{row['band']} ({row['standard']})"))
    if row["label"] and row["label"] != row["slice"]:
        parts.append(safe(row["label"]))
    if row["from"] is None:
        parts.append("whole history")
    elif (row["from"], row["to"]) != usual:
        parts.append(f"{row['from']} to {row['to']}")
    return "; ".join([*parts, *(safe(note) for note in _own_notes(row, often))])


def _number(value: float) -> str:
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,.1f}" if abs(value) >= 100 else f"{value:.3g}"


def _aligned(number: str, whole: int) -> str:
    left, dot, right = number.partition(".")
    return f"{left.rjust(whole)}{dot}{right}"


def print_files(about: Row, changes: Changes, format_: str) -> None:
    """Answer with process metrics of files, in one of the three formats."""
    rows = [_file(file) for file in changes.files]
    if format_ == "csv":
        print_csv(FILE_COLUMNS, rows)
        return
    sizes = {
        "commits": len(changes.sizes),
        "change_set_max": changes.largest,
        "change_set_mean": changes.average,
    }
    if format_ == "json":
        say_json({"format": 1, **about, **sizes, "files": rows})
        return
    _print_about(about)
    say(f"window {about['from']} to {about['to']}, without its last day, by commit time")
    largest, mean = plural(changes.largest, "file"), _number(changes.average)
    say(f"{plural(len(changes.sizes), 'commit')}; the largest changed {largest}, the mean {mean}")
    for row in rows[:_MOST_FILES]:
        people = f"{plural(row['contributors'] or 0, 'contributor')}"
        lines = f"+{row['lines_added']:,} -{row['lines_removed']:,}"
        say(f"  {safe(row['path'])}: {plural(row['commits'], 'commit')}, {lines}, {people}")
    if len(rows) > _MOST_FILES:
        say(f"  and {len(rows) - _MOST_FILES:,} more: --format csv or json gives all")


def _file(file: FileChanges) -> Row:
    churn = file.churn
    values = (
        *(file.path, file.commits, sum(file.added), max(file.added), fmean(file.added)),
        *(sum(file.deleted), max(file.deleted), fmean(file.deleted)),
        *(sum(churn), max(churn), fmean(churn), file.contributors, file.minor_contributors),
        *(file.experience, file.complexity),
    )
    return dict(zip(FILE_COLUMNS, values, strict=True))
