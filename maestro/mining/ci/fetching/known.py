"""What the store already holds of one source, as far as fetching has to know it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from maestro.mining.base import Tables
from maestro.schema.facts import columns

KINDS = {"runs": "run", "jobs": "job", "deployments": "deployment"}
"""Word in the files' names to the kind of fact; others need not be known."""


_AHEAD = 86400
"""How far a server's clock may be ahead, seconds."""


@dataclass(frozen=True, slots=True)
class KnownRun:
    """The newest attempt of a run."""

    attempt: int
    created: float
    updated: float
    done: bool


@dataclass(frozen=True, slots=True)
class KnownDeployment:
    """A deployment."""

    created: float
    done: bool


@dataclass(slots=True)
class Known:
    """Runs and deployments by id, and the attempts whose jobs are there."""

    runs: dict[str, KnownRun] = field(default_factory=dict)
    with_jobs: set[tuple[str, int]] = field(default_factory=set)
    deployments: dict[str, KnownDeployment] = field(default_factory=dict)
    attempts: set[tuple[str, int]] = field(default_factory=set)
    """Every run's attempts that are there, not only its newest."""

    def note(self, kind: str, record: Mapping[str, Any]) -> bool:
        """Remember one record; True when it says more than what was known."""
        if kind == "run":
            return self._note_run(record)
        if kind == "job":
            key = str(record.get("run_id")), _whole(record.get("attempt"))
            fresh = key not in self.with_jobs
            self.with_jobs.add(key)
            return fresh
        if kind == "deployment":
            return self._note_deployment(record)
        return True

    def note_all(self, tables: Tables) -> bool:
        """Remember rows; True when any of them says more than what was known."""
        fresh = False
        for kind, rows in tables.items():
            names = columns(kind)
            for row in rows:
                fresh |= self.note(kind, dict(zip(names, row, strict=True)))
        return fresh

    def newest(self, now: float) -> float | None:
        """When the newest run was asked for; None without runs. Times to come are no such time."""
        times = (run.created for run in self.runs.values() if run.created <= now + _AHEAD)
        return max(times, default=None)

    def _note_run(self, record: Mapping[str, Any]) -> bool:
        id_, before = str(record.get("id")), self.runs.get(str(record.get("id")))
        found = KnownRun(
            _whole(record.get("attempt")),
            _time(record.get("created")),
            _time(record.get("updated")),
            record.get("status") == "completed" or record.get("result") is not None,
        )
        self.attempts.add((id_, found.attempt))
        if before and (before.attempt, before.updated, before.done) >= (
            found.attempt,
            found.updated,
            found.done,
        ):
            return False
        self.runs[id_] = found
        return True

    def _note_deployment(self, record: Mapping[str, Any]) -> bool:
        id_ = str(record.get("id"))
        before = self.deployments.get(id_)
        done = record.get("result") is not None or record.get("status") == "inactive"
        created = before.created if before else _time(record.get("created"))
        found = KnownDeployment(created, done or bool(before and before.done))
        self.deployments[id_] = found
        return found != before


def load_known(folder: Path) -> Known:
    """What the files of one source's folder say; lines that are no records are passed over."""
    known = Known()
    for path in sorted(folder.glob("*.jsonl")):
        kind = KINDS.get(path.name.split(".")[-2])
        if kind and path.is_file() and not path.is_symlink():
            for record in records(path):
                known.note(kind, record)
    return known


def records(path: Path) -> Iterator[dict[str, Any]]:
    """The objects in a file's lines; a torn or foreign line gives none."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return
    for line in content.splitlines():
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(record, dict):
            yield record


def _whole(value: Any) -> int:
    return value if type(value) is int else 1


def _time(value: Any) -> float:
    return value if type(value) in (int, float) else 0.0
