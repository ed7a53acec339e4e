"""The data folder's CI records: what a fetch would have stored, line by line."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime

from maestro.schema.facts import columns

from .ci_events import NOW, Past, Pull, Rollout, pulls_of, rollouts_of
from .ci_runs import Logbook, Record, Tables
from .practice import INCIDENT, Practice, practice_of, stream
from .simulator import END, SimProject, World

_WORDS = {
    "run": "runs",
    "job": "jobs",
    "deployment": "deployments",
    "pull_request": "pulls",
    "incident": "incidents",
    "test": "tests",
}
"""Kind of fact to the word in its files' names."""
_ORDER = {
    "test": ("run_id", "at", "suite", "digest"),
    "run": ("created", "started", "id", "attempt"),
}
_USUAL_ORDER = ("created", "id", "attempt")
_TIMES = ("created", "started", "at")
_FIRST_NUMBER = 1_000_000
_FIRST_ISSUE = 1000
_BUGS = 3


def ci_files(world: World, index: int, past: Past) -> dict[str, bytes]:
    """Path below the data folder to content; empty for a project without a CI."""
    practice = practice_of(world, index)
    if practice is None:
        return {}
    tables = _tables(world, index, practice, past)
    folder = f"ci/{practice.provider}/{practice.project.replace('/', '__')}"
    found: dict[str, list[str]] = defaultdict(list)
    for kind in sorted(tables):
        for record in sorted(tables[kind], key=lambda one: _place(kind, one)):
            found[f"{folder}/{_month(record)}.{_WORDS[kind]}.jsonl"].append(_line(kind, record))
    files = {path: "".join(lines).encode() for path, lines in found.items()}
    return {**files, f"{folder}/state.json": state_file(issues=practice.provider != "jenkins")}


def _tables(world: World, index: int, practice: Practice, past: Past) -> Tables:
    project = world.projects[index]
    hosted = practice.provider != "jenkins"
    random, ended = stream(world, "pulls", index), project.ended is not None
    pulls = pulls_of(past, practice, random, ended=ended) if hosted else []
    rollouts = rollouts_of(project, past, practice, stream(world, "rollouts", index))
    logbook = Logbook(
        project,
        practice,
        stream(world, "runs", index),
        number=(index + 1) * _FIRST_NUMBER if hosted else 0,
        first=past.commits[0].at,
    )
    logbook.write(past, pulls, rollouts)
    if not hosted:
        return logbook.tables
    return {
        **logbook.tables,
        "pull_request": list(_pulls(pulls)),
        "deployment": list(_deployments(logbook, rollouts)),
        "incident": list(_incidents(world, index, rollouts, project)),
    }


def _pulls(pulls: list[Pull]) -> Iterator[Record]:
    for number, pull in enumerate(pulls, start=1):
        yield {
            "id": str(number),
            "title": f"Simulated change {number}",
            "author": pull.author,
            "state": "merged" if pull.merged else "closed" if pull.closed else "open",
            "draft": False,
            "branch": pull.branch,
            "base": "main",
            "head": pull.head,
            "created": pull.opened,
            "merged": pull.merged,
            "closed": pull.closed,
            "updated": pull.closed or pull.opened,
            "merge_commit": pull.commit,
            "first_review": pull.review,
        }


def _deployments(logbook: Logbook, rollouts: list[Rollout]) -> Iterator[Record]:
    """One deployment to staging and one to production for each rollout that was logged."""
    for place, one in enumerate(rollout for rollout in rollouts if rollout in logbook.runs):
        begun = one.at + one.waited
        part = begun + max(1, one.took // 4)
        result = "success" if one.success else "failure"
        stages = (("staging", begun, part, "success"), ("production", part, one.finished, result))
        for which, (environment, started, finished, ended) in enumerate(stages):
            yield {
                "id": str(logbook.number + 1 + 2 * place + which),
                "run_id": logbook.runs[one],
                "environment": environment,
                "production": environment == "production",
                "task": "deploy",
                "branch": "main",
                "head": one.head,
                "status": "completed",
                "result": ended,
                "created": started,
                "started": started,
                "finished": finished,
                "updated": finished,
            }


def _incidents(
    world: World, index: int, rollouts: list[Rollout], project: SimProject
) -> Iterator[Record]:
    """What came of deployments, and a few issues that are no incidents."""
    random = stream(world, "issues", index)
    begun = int(datetime(*project.started.timetuple()[:3], tzinfo=UTC).timestamp())
    last = rollouts[-1].finished if rollouts else begun
    issues: list[tuple[int, int, str]] = [
        (one.incident, one.recovered, INCIDENT)
        for one in rollouts
        if one.incident and one.recovered and one.incident <= NOW
    ]
    for _ in range(_BUGS if rollouts else 0):
        at = int(random.uniform(begun, last))
        issues.append((at, at + int(random.uniform(1, 100) * 3600), "bug"))
    for number, (created, resolved, label) in enumerate(sorted(issues), start=_FIRST_ISSUE):
        over = resolved if resolved <= NOW else None
        yield {
            "id": str(number),
            "title": f"Simulated {label} {number}",
            "labels": [label],
            "created": created,
            "resolved": over,
            "updated": over or created,
            "proxy": False,
        }


def _place(kind: str, record: Record) -> list[tuple[bool, int, object]]:
    """Times first, records without one last; numbers in ids count as numbers."""
    return [_rank(record.get(name)) for name in _ORDER.get(kind, _USUAL_ORDER)]


def _rank(value: object) -> tuple[bool, int, object]:
    if value is None:
        return (True, 0, 0)
    if isinstance(value, str):
        return (False, len(value), value) if value.isdecimal() else (False, 1 << 16, value)
    return (False, 0, value)


def _month(record: Record) -> str:
    at = next(value for name in _TIMES if isinstance(value := record.get(name), int))
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m")


def _line(kind: str, record: Record) -> str:
    """One record with its columns in their fixed order, those that hold nothing left out."""
    names = columns(kind)
    if unknown := record.keys() - set(names):
        raise ValueError(f"{kind} has no {', '.join(sorted(unknown))}")
    kept = {
        name: record[name]
        for name in names
        if record.get(name) is not None and record[name] != "" and record[name] != []
    }
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":")) + "\n"


def state_file(*, issues: bool = False) -> bytes:
    """What a fetch without a fault on the simulation's last day would have left beside facts.

    With ``issues`` it also read the issues with the label of incidents, up to that day's noon:
    where none was found, there was none.
    """
    walked = {"until": NOW, "top": 0, "page": 1, "etag": ""}
    cursor = {f"issues {INCIDENT}": walked} if issues else {}
    state = {"format": 1, "fetched": END.isoformat(), "cursor": cursor}
    blank = dict.fromkeys(("code", "reason", "hint", "left"), "")
    return (json.dumps({**state, **blank}, indent=1, sort_keys=True) + "\n").encode()


__all__ = ["ci_files", "state_file"]
