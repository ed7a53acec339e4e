"""Attempts of CI runs: how each ended, how long it took, and how long it waited."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from maestro.mining.base import Row, Tables
from maestro.schema.facts import columns

RunKey = tuple[str, str, str]
"""Provider, project and id of a run."""
FAILED = frozenset({"failure", "timed_out", "startup_failure", "unstable"})
"""Results that count as a failure; unstable is Jenkins' word for a build with failed tests."""
EMPTY = frozenset({"skipped", "action_required", "stale", "startup_failure", "not_built"})
"""Results of attempts in which nothing ran: they have no duration."""

_RUN = itemgetter(*map(columns("run").index, (
    "provider", "project", "id", "attempt", "head", "status", "result",
    "created", "started", "finished", "seconds",
)))  # fmt: skip
_JOB = itemgetter(*map(columns("job").index, (
    "provider", "project", "run_id", "attempt", "result", "started", "finished", "seconds",
    "labels",
)))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt of a run."""

    run: RunKey
    number: int
    head: str
    result: str | None
    ended: bool
    begun: float | None
    """When it began: its start, else when the run was asked for."""
    seconds: float | None
    """How long it took; None while it runs, when nothing ran, and when nobody says."""
    waited: float | None
    """Seconds from being asked for to its first job; None when nobody says. Of a Jenkins build
    those in the queue: its stages stand inside a build that has begun."""
    source: str
    """What ``seconds`` comes from: jobs, run, or created (the record has no start)."""


@dataclass(frozen=True, slots=True)
class Job:
    """One job that a runner really worked on."""

    run: RunKey
    number: int
    """Attempt of the run."""
    labels: tuple[str, ...]
    started: float
    finished: float


@dataclass(frozen=True, slots=True)
class Counted:
    """Attempts and jobs of one project."""

    attempts: list[Attempt]
    jobs: list[Job]


def counted(tables: Tables, profile: str) -> Counted:
    """All attempts and finished jobs, in the order of the tables.

    Duration, as DevLake's rules have it with the profile ``devlake``: from the start of the run
    to its end in whole seconds. Else from the first job's start to the last job's end, and as
    the run says when no jobs are known.
    """
    rows = [_RUN(row) for row in tables.get("run", [])]
    begins = {(*row[:3], row[3]): row[8] for row in rows if row[3] > 1 and row[8] is not None}
    jobs = list(_worked(tables.get("job", []), begins))
    spans: dict[tuple[RunKey, int], tuple[float, float]] = {}
    for job in jobs:
        key = (job.run, job.number)
        first, last = spans.get(key, (job.started, job.finished))
        spans[key] = (min(first, job.started), max(last, job.finished))
    attempts = [_attempt(row, spans.get((row[:3], row[3])), profile) for row in rows]
    return Counted(attempts, jobs)


def _worked(rows: Iterable[Row], begins: dict[Any, float]) -> Iterator[Job]:
    for row in rows:
        *run, number, result, started, finished, seconds, labels = _JOB(row)
        if started is not None and finished is None and seconds is not None:
            finished = started + seconds
        if started is None or finished is None or result == "skipped":
            continue
        # Who runs only the failed jobs again gets copies of the others, with their old times.
        if started < begins.get((*run, number), started):
            continue
        yield Job((run[0], run[1], run[2]), number, tuple(labels), started, finished)


def _attempt(row: Any, span: tuple[float, float] | None, profile: str) -> Attempt:
    provider, project, id_, number, head, status, result, created, started, *_ = row
    ended = result is not None or status == "completed"
    seconds, source = None, ""
    if ended and (result not in EMPTY or profile == "devlake"):
        seconds, source = _took(span, row, profile)
    return Attempt(
        (provider, project, id_), number, head, result, ended,
        created if started is None else started, seconds, _waited(span, row), source,
    )  # fmt: skip


def _waited(span: tuple[float, float] | None, row: Any) -> float | None:
    provider, number, created, started = row[0], row[3], row[7], row[8]
    asked = created if number == 1 else started
    if span and number > 0 and provider != "jenkins":
        begun: float | None = span[0]
    else:
        # Where a record lacks one of the two times it gives the other one twice, as GitHub does.
        is_told = number == 1 and provider != "github" and started != created
        begun = started if is_told else None
    if asked is None or begun is None or begun < asked:
        return None
    return float(begun - asked)


def _took(span: tuple[float, float] | None, row: Any, profile: str) -> tuple[float | None, str]:
    created, started, finished, stated = row[7:11]
    if profile == "devlake":
        if row[0] != "github" and stated is not None:
            return float(int(stated)), "run"
        if started is not None and finished is not None:
            return float(int(finished - started)), "run"
    elif span:
        return span[1] - span[0], "jobs"
    elif started is not None and finished is not None:
        return finished - started, "run"
    if stated is not None:
        return stated, "run"
    if created is not None and finished is not None and finished >= created:
        return finished - created, "created"
    return None, ""


def by_run(attempts: Iterable[Attempt]) -> dict[RunKey, list[Attempt]]:
    """Run to its attempts, the first one first."""
    found: dict[RunKey, list[Attempt]] = {}
    for attempt in attempts:
        found.setdefault(attempt.run, []).append(attempt)
    for several in found.values():
        several.sort(key=lambda attempt: attempt.number)
    return found
