"""CI facts on disk: sorted JSON lines, a file for each project, month and kind.

``ci/<provider>/<owner>__<repository>/<YYYY-MM>.runs.jsonl``, and so on: one record a line with
its columns in their fixed order, those that hold nothing left out, times in seconds since 1970
UTC. Provider and project stand in the path alone. The same facts give the same bytes, so
nothing new means no change; a file is replaced as a whole or not at all.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from maestro.mining.base import Row, Tables
from maestro.mining.writing import replace_file
from maestro.schema.facts import columns

from .documents import decoded, documents
from .merge import merged
from .naming import around_of, folder_of_project, project_of_folder
from .own import read_own
from .reading import Reading, Refusal, RefusedError

FILES = {
    "run": "runs",
    "job": "jobs",
    "deployment": "deployments",
    "pull_request": "pulls",
    "incident": "incidents",
    "test": "tests",
}
"""Kind of fact to the word in its files' names."""
UNDATED = "undated"
"""Stands for the month of records without any time."""
_KINDS = {word: kind for kind, word in FILES.items()}
_NAME = re.compile(r"([0-9]{4}-[0-9]{2}|undated)\.([a-z]+)\.jsonl\Z")


@dataclass(slots=True)
class Written:
    """What an update did."""

    files: list[str] = field(default_factory=list)
    """Files that changed, relative to the store, sorted."""
    closed: int = 0
    """Records left out because their month is closed."""
    refused: list[Refusal] = field(default_factory=list)
    """Damaged lines; a file with any is left as it is."""


def update(root: Path, tables: Tables, *, open_from: str = "") -> Written:
    """Add facts to the store below ``root`` (the folder that holds ``ci``).

    Records with the key of a stored one replace it when they are newer. Months before
    ``open_from`` ("YYYY-MM") whose file is there stay as they are; empty: all are open. Raises
    OSError when a file cannot be written; what was written before stays whole.
    """
    written = Written()
    for path, kind, rows in _spread(root, tables):
        if path.name[:7] < open_from and path.exists():
            written.closed += len(rows)
            continue
        before = _content(path)
        known = Reading(path.relative_to(root).as_posix())
        _read_lines(before, kind, known)
        if known.refused:
            written.refused += known.refused
            continue
        stored = known.tables.get(kind, [])
        after = _lines(kind, merged({kind: stored + _news(stored, rows)})[kind])
        if after != before:
            replace_file(path, after)
            written.files.append(known.path)
    return written


def load(root: Path, folders: str = "*/*") -> Reading:
    """All facts of the store below ``root``, one row a key; damaged lines are refused by place.

    ``folders`` is a pattern for provider and project: only those that it matches are read.
    """
    whole = Reading("ci")
    tables: Tables = {}
    for path, kind in _stored(root, folders):
        one = Reading(path.relative_to(root).as_posix())
        _read_lines(_content(path), kind, one)
        tables.setdefault(kind, []).extend(one.tables.get(kind, []))
        whole.unknown.update(one.unknown)
        whole.refused += one.refused
    whole.tables = merged(tables)
    return whole


def _spread(root: Path, tables: Tables) -> Iterator[tuple[Path, str, list[Row]]]:
    """The file of each row."""
    found: dict[tuple[str, str, str, str], list[Row]] = {}
    for kind in FILES:
        for row in tables.get(kind, []):
            folders = folder_of_project(row[0] or "other"), folder_of_project(row[1])
            # Names as they will be read back, so that a record meets its older self.
            names = tuple(project_of_folder(folder) for folder in folders)
            place = (*folders, month_of(kind, row), kind)
            found.setdefault(place, []).append(names + row[2:])
    for (provider, project, month, kind), rows in sorted(found.items()):
        yield root / "ci" / provider / project / f"{month}.{FILES[kind]}.jsonl", kind, rows


def month_of(kind: str, row: Row) -> str:
    """The month (UTC) that a row is kept under: of its creation, else of its first known time."""
    names = columns(kind)
    for name in ("created", "started", "finished", "updated", "at"):
        at = row[names.index(name)] if name in names else None
        if at is not None:
            return datetime.fromtimestamp(at, UTC).strftime("%Y-%m")
    return UNDATED


def _news(stored: list[Row], rows: list[Row]) -> list[Row]:
    """``rows`` without those that are stored: a report without a time has no other mark."""
    known = Counter(map(repr, stored))
    new = []
    for row in rows:
        mark = repr(row)
        if known[mark]:
            known[mark] -= 1
        else:
            new.append(row)
    return new


def _stored(root: Path, folders: str) -> Iterator[tuple[Path, str]]:
    for path in sorted(root.glob(f"ci/{folders}/*.jsonl")):
        match = _NAME.match(path.name)
        if match and match[2] in _KINDS and path.is_file() and not path.is_symlink():
            yield path, _KINDS[match[2]]


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def _read_lines(content: bytes, kind: str, reading: Reading) -> None:
    around = around_of(reading.path)
    try:
        for where, record in documents(decoded(content), reading):
            if isinstance(record, dict):
                read_own(record, where, reading, kind, around)
            else:
                reading.refuse(where, "no-record", "no object")
    except RefusedError as refused:
        reading.refuse("", refused.code, refused.reason)


def _lines(kind: str, rows: Iterable[Row]) -> bytes:
    names = columns(kind)[2:]
    lines = []
    for row in rows:
        record = {
            name: value
            for name, value in zip(names, row[2:], strict=True)
            if value is not None and value != "" and value != []
        }
        lines.append(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n")
    return "".join(lines).encode()
