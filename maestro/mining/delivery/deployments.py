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
    of the run that made it, so that nothing counts twice.
    """
    runs, jobs = newest_attempts(tables)
    recorded = [one for one in map(_of_record(rules), facts(tables, "deployment")) if one]
    known_runs = {(one.provider, one.project, one.run_id) for one in recorded if one.run_id}
    made = []
    for run in runs:
        key = _key(run, "id")
        one = None if key in known_runs else _of_run(run, jobs.get(key, []), rules)
        if one:
            made.append(one)
    same = {(one.project, one.head, one.environment) for one in made if one.head}
    kept = [
        one
        for one in _joined(recorded)
        if one.run_id or (one.project, one.head, one.environment) not in same
    ]
    return sorted([*made, *kept], key=_place)


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
        # A deployment that a later one replaced had succeeded.
        succeeded = record["result"] == "success" or record["status"] == "inactive"
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


def _place(one: Deployment) -> tuple[float, str, str, str, str]:
    return one.finished or 0, one.provider, one.project, one.id, one.environment
