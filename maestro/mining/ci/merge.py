"""One row for each thing: of several records of the same key the newest is kept."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from maestro.mining.base import Row, Tables
from maestro.schema.facts import columns

KEYS: dict[str, tuple[str, ...]] = {
    "run": ("provider", "project", "id", "attempt"),
    "job": ("provider", "project", "id", "attempt"),
    "deployment": ("provider", "project", "id"),
    "pull_request": ("provider", "project", "id"),
    "incident": ("provider", "project", "id"),
}
"""Kind to the columns that say which thing a row is about."""
_ORDER = {
    "run": ("created", "started", "id", "attempt"),
    "job": ("created", "id", "attempt"),
    "test": ("run_id", "at", "suite", "digest"),
    "deployment": ("created", "id"),
    "pull_request": ("created", "id"),
    "incident": ("created", "id"),
}
_LASTING = frozenset(
    {"name", "workflow", "branch", "head", "event", "labels", "environment", "task", "run_id",
     "production", "created", "merged", "merge_commit", "title", "author", "base",
     "first_review", "seconds"}
)  # fmt: skip
"""Columns that do not change while a thing goes on: an older record may fill them."""


def merged(tables: Tables) -> Tables:
    """Each table with one row a key, in order of time, id and attempt."""
    found = {}
    for kind, rows in sorted(tables.items()):
        if kind == "test":
            kept = _tests(rows)
        elif kind in KEYS:
            kept = _newest(kind, rows)
        else:
            kept = list(rows)
        found[kind] = ordered(kind, kept)
    return found


def ordered(kind: str, rows: Iterable[Row]) -> list[Row]:
    """Rows sorted by time, id (as a number where it is one) and attempt; no time comes last."""
    names = columns(kind)
    places = [names.index(name) for name in _ORDER.get(kind, ())]

    def key(row: Row) -> list[tuple[bool, int, Any]]:
        """What a row is ordered by."""
        return [_rank(row[place]) for place in places]

    return sorted(rows, key=key)


def _rank(value: Any) -> tuple[bool, int, Any]:
    if value is None:
        return (True, 0, 0)
    if isinstance(value, str):
        return (False, len(value), value) if value.isdecimal() else (False, 1 << 16, value)
    return (False, 0, value)


def _newest(kind: str, rows: list[Row]) -> list[Row]:
    names = columns(kind)
    places = [names.index(name) for name in KEYS[kind]]
    found: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        several = found.setdefault(tuple(row[place] for place in places), [])
        if row not in several:
            several.append(row)
    return [several[0] if len(several) == 1 else _one(names, several) for several in found.values()]


def _one(names: tuple[str, ...], rows: list[Row]) -> Row:
    """The newest of several records of one thing, its gaps filled from the older ones."""
    several = sorted((dict(zip(names, row, strict=True)) for row in rows), key=_age)
    newest = several[-1]
    for older in reversed(several[:-1]):
        for name in names:
            if name in _LASTING and newest[name] in (None, "", []):
                newest[name] = older[name]
        if newest.get("status") in ("inactive", "") and newest.get("result") is None:
            # A deployment that another one replaced keeps what it came to.
            newest["status"] = newest["status"] or older["status"]
            for name in ("result", "finished"):
                newest[name] = older.get(name)
        if newest.get("merged") is not None:
            newest["state"] = "merged"
        if newest.get("started", 0) is None and "task" in names:
            newest["started"] = older["started"]
    return tuple(newest[name] for name in names)


def _age(row: dict[str, Any]) -> tuple[Any, ...]:
    return (
        row.get("updated") or 0,
        row.get("result") is not None,
        row.get("status") == "completed",
        row.get("finished") or 0,
        row.get("started") or 0,
        json.dumps(row, sort_keys=True),
    )


def _tests(rows: list[Row]) -> list[Row]:
    """Suites without those that came twice, and without counts of which the report is there."""
    names = columns("test")
    project, run, suite, at, mark, note = (
        names.index(name) for name in ("project", "run_id", "suite", "at", "digest", "quality")
    )
    reported = {(row[project], row[run]) for row in rows if row[run] and row[mark]}
    found: dict[Any, Row] = {}
    for number, row in enumerate(rows):
        declared = "declared-counts" in row[note] and not row[mark] and not row[suite]
        if declared and (row[project], row[run]) in reported:
            continue
        known = row[at] is not None and row[mark]
        key: Any = (row[project], row[run], row[suite], row[at], row[mark]) if known else number
        if declared and row[run]:
            key = (row[project], row[run])
        found.setdefault(key, row)
    return list(found.values())
