"""Deployments from facts: runs and jobs by their names, and what git hosts recorded."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from maestro.mining.base import Tables
from maestro.schema.facts import columns

from .rules import DeliveryRules

PRODUCTION, STAGING, TESTING = "production", "staging", "testing"
_STAGING, _TESTING = re.compile(r"(?<![a-z])stag"), re.compile(r"(?<![a-z])test")
FAILED = frozenset({"failure", "timed_out", "startup_failure"})
Fact = Mapping[str, Any]
Key = tuple[str, str, str]
Place = tuple[float, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Deployment:
    """One deployment that succeeded or failed; times in seconds since 1970."""

    id: str
    """Number of the run, or of the git host's record."""
    provider: str
    project: str
    """Repository or Jenkins job."""
    name: str
    """Name of the run, job or environment that it was known by."""
    environment: str
    """production, staging, testing, the record's own word, or empty."""
    branch: str
    head: str
    """Id of the commit that was deployed."""
    succeeded: bool
    started: float | None
    finished: float | None
    """When its last part ended."""
    run_id: str = ""
    """The run that made it; empty when not known."""
    recorded: bool = False
    """True when the git host has a record of it; else its names alone say what it was."""

    @property
    def is_production(self) -> bool:
        """True when it went to production."""
        return self.environment == PRODUCTION


def facts(tables: Tables, kind: str) -> list[Fact]:
    """The rows of a kind, each with the names of its columns."""
    names = columns(kind)
    return [dict(zip(names, row, strict=True)) for row in tables.get(kind, ())]


def newest_attempts(tables: Tables) -> tuple[list[Fact], dict[Key, list[Fact]]]:
    """The last attempt of each run, and its jobs by provider, project and run."""
    newest: dict[Key, Fact] = {}
    for run in facts(tables, "run"):
        key = _key(run, "id")
        if key not in newest or newest[key]["attempt"] < run["attempt"]:
            newest[key] = run
    jobs: defaultdict[Key, list[Fact]] = defaultdict(list)
    for job in facts(tables, "job"):
        key = _key(job, "run_id")
        if key in newest and job["attempt"] == newest[key]["attempt"]:
            jobs[key].append(job)
    for several in jobs.values():
        several.sort(key=lambda job: job["id"])
    return [newest[key] for key in sorted(newest)], jobs


def find_deployments(tables: Tables, rules: DeliveryRules) -> list[Deployment]:
    """The deployments among the facts, by the time they ended; those without an end first.

    A run deploys when its name or workflow fits the pattern, or else when one of its jobs
    does; only parts that succeeded or failed count. What a git host recorded takes the place
    of the run that made it for the same environment, so that nothing counts twice.
    """
    runs, jobs = newest_attempts(tables)
    recorded = [one for one in map(_of_record(rules), facts(tables, "deployment")) if one]
    known = {_made_by(one) for one in recorded if one.run_id}
    anywhere = {place[:3] for place in known}
    made = []
    for run in runs:
        one = _of_run(run, jobs.get(_key(run, "id"), []), rules)
        # A run that names no environment went where the records of it say.
        if (
            one
            and _made_by(one) not in known
            and (one.environment or _key(run, "id") not in anywhere)
        ):
            made.append(one)
    kept = _joined(recorded)
    same = _same(made, [one for one in kept if not one.run_id])
    return sorted([*made, *(one for one in kept if _place(one) not in same)], key=_place)


def _made_by(one: Deployment) -> tuple[str, str, str, str]:
    return one.provider, one.project, one.run_id, one.environment


def _same(made: Iterable[Deployment], records: Iterable[Deployment]) -> set[Place]:
    """Records that are a run once more: at most one of each run, at the time of the run.

    A commit may be deployed again, by hand or to go back to it, and that is another deployment.
    """
    waiting: defaultdict[tuple[str, str, str], list[Deployment]] = defaultdict(list)
    for one in records:
        if one.head:
            waiting[one.project, one.head, one.environment].append(one)
    same = set()
    for run in sorted(made, key=_place):
        several = waiting[run.project, run.head, run.environment]
        near = [(gap, one) for one in several if (gap := _gap(run, one)) is not None]
        if near:
            nearest = min(near, key=lambda pair: (pair[0], _place(pair[1])))[1]
            several.remove(nearest)
            same.add(_place(nearest))
    return same


def _gap(run: Deployment, record: Deployment) -> float | None:
    """Seconds between two starts; None when they do not overlap or a time is not known."""
    if run.started is None or run.finished is None:
        return None
    if record.started is None or record.finished is None:
        return None
    if record.started > run.finished or record.finished < run.started:
        return None
    return abs(record.started - run.started)


def environment_of(names: Iterable[str], rules: DeliveryRules) -> str:
    """The first of production, staging and testing that one of the names stands for."""
    known = [name.casefold() for name in names if name]
    if rules.is_production(*known):
        return PRODUCTION
    if any(_STAGING.search(name) for name in known):
        return STAGING
    return TESTING if any(_TESTING.search(name) for name in known) else ""


def _of_run(run: Fact, jobs: list[Fact], rules: DeliveryRules) -> Deployment | None:
    whole = rules.is_deployment(run["name"], run["workflow"])
    ended = [job for job in jobs if job["result"] in FAILED or job["result"] == "success"]
    parts = ended if whole else [job for job in ended if rules.is_deployment(job["name"])]
    result = run["result"] if whole else _together(parts)
    if result != "success" and result not in FAILED:
        return None
    names = [run["name"], run["branch"], *(job["name"] for job in parts)]
    # A job that runs tests is no testing environment: only those that deploy name one.
    among = [job["environment"] for job in parts]
    among += [job["name"] for job in parts if rules.is_deployment(job["name"])]
    ends = [job["finished"] for job in parts if job["finished"] is not None]
    starts = [job["started"] for job in parts if job["started"] is not None]
    return Deployment(
        id=run["id"],
        provider=run["provider"],
        project=run["project"],
        name=run["name"] if whole else parts[0]["name"],
        environment=PRODUCTION if rules.is_production(*names) else environment_of(among, rules),
        branch=run["branch"],
        head=run["head"],
        succeeded=result == "success",
        started=min(starts) if starts else run["started"] or run["created"],
        finished=max(ends) if ends else run["finished"],
        run_id=run["id"],
    )


def _together(parts: list[Fact]) -> str | None:
    if not parts:
        return None
    return "failure" if any(job["result"] in FAILED for job in parts) else "success"


def _of_record(rules: DeliveryRules) -> Any:
    def read(record: Fact) -> Deployment | None:
        """The deployment of one record; None while it has no result."""
        # A deployment that a later one replaced had succeeded, unless it is told otherwise.
        is_replaced = record["status"] == "inactive" and record["result"] is None
        succeeded = record["result"] == "success" or is_replaced
        if not succeeded and record["result"] not in FAILED:
            return None
        name = record["environment"]
        is_production = record["production"] or rules.is_production(name)
        return Deployment(
            id=record["id"],
            provider=record["provider"],
            project=record["project"],
            name=name,
            environment=PRODUCTION if is_production else environment_of([name], rules) or name,
            branch=record["branch"],
            head=record["head"],
            succeeded=succeeded,
            started=record["started"] or record["created"],
            finished=record["finished"] or record["updated"],
            run_id=record["run_id"],
            recorded=True,
        )

    return read


def _joined(recorded: Iterable[Deployment]) -> list[Deployment]:
    """Records of one run for one environment are one deployment, ended when its last part did."""
    groups: defaultdict[tuple[str, ...], list[Deployment]] = defaultdict(list)
    for one in recorded:
        own = ("run", one.run_id, one.environment) if one.run_id else ("record", one.id)
        groups[(one.provider, one.project, *own)].append(one)
    found = []
    for several in groups.values():
        several.sort(key=_place)
        last = several[-1]
        starts = [one.started for one in several if one.started is not None]
        succeeded = all(one.succeeded for one in several)
        found.append(replace(last, succeeded=succeeded, started=min(starts, default=None)))
    return found


def _key(fact: Fact, id_: str) -> Key:
    return fact["provider"], fact["project"], fact[id_]


def _place(one: Deployment) -> Place:
    return one.finished or 0, one.provider, one.project, one.id, one.environment
