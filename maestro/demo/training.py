"""What a tracking server would have logged of a simulated project's training: runs and trials.

Every project that tracks has a few runs that stand alone and one search with trials, more of
them in longer histories. A run fails with chance ``FAILED``, a trial of the search is given up
with ``PRUNED``; the others take ``minutes`` (log-normal, sd 0.4 in logs). Results rise along a
learning curve towards ``best``: the performance that the project's record names where it names
one, reached by exactly one run, which is registered as a model once the project is done.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from maestro.schema.facts import columns

from .ci_events import HOUR, MINUTE, NOW, Past
from .ci_store import state_file
from .outcomes import Goal, goal_of
from .practice import TRACKER, stream, tracks
from .simulator import SimProject, World

Record = dict[str, object]

FAILED = 0.08
"""Chance that a run fails."""
PRUNED = 0.2
"""Chance that a trial of a search is given up early."""
_COLUMNS = columns("training_run")
_BEGINS = 0.6
"""Which part of the history lies before the search."""


@dataclass(frozen=True, slots=True)
class Training:
    """The true values of one project's training."""

    goal: Goal
    best: float
    minutes: float
    alone: int
    """Runs that stand alone."""
    trials: int
    """Trials of the search; fewer where the simulation ends before them."""


@dataclass(slots=True)
class _Run:
    """One run in the making."""

    name: str
    started: int
    finished: int
    status: str
    parent: str = ""
    progress: float = 0.0
    """How far up the learning curve it is: 1 is the best result."""


def training_of(world: World, index: int, recorded: Mapping[str, object] | None) -> Training | None:
    """How project ``index`` trains; None when it does not track.

    ``recorded`` is the measured performance in the project's record, if there is one.
    """
    if not tracks(world, index):
        return None
    random = stream(world, "training", index)
    goal, share = goal_of(world.projects[index].problem_class), random.uniform(0.2, 0.9)
    made_up = round(goal.baseline + float(share) * goal.step, 4)
    value = recorded.get("value") if recorded else None
    return Training(
        goal=goal,
        best=float(value) if isinstance(value, (int, float)) else made_up,
        minutes=float(20 * np.exp(0.6 * random.normal())),
        alone=int(random.integers(4, 12)),
        trials=int(random.integers(8, 30)),
    )


def tracking_record(project: SimProject) -> Record:
    """The ``tracking`` block of the project's record."""
    goal = goal_of(project.problem_class)
    return {
        "mlflow": TRACKER,
        "experiment": project.name,
        "metric": goal.metric,
        "direction": "max" if goal.step > 0 else "min",
    }


def training_files(world: World, index: int, past: Past, training: Training) -> dict[str, bytes]:
    """Path below the data folder to content: the runs, and when they were fetched."""
    project, random = world.projects[index], stream(world, "training runs", index)
    runs = [*_alone(past, training, random), *_search(project, past, training, random)]
    runs = [run for run in runs if run.finished <= NOW]
    finished = [run for run in runs if run.status == "finished" and run.progress]
    if finished:
        max(finished, key=lambda run: run.progress).progress = 1.0
    records = [_record(project, past, training, run, random) for run in runs]
    records.sort(key=lambda record: (record["started"], record["id"]))
    lines = "".join(_line(record) for record in records).encode()
    folder = f"tracking/mlflow/{project.name}"
    return {f"{folder}.jsonl": lines, f"{folder}/state.json": state_file()}


def _alone(past: Past, training: Training, random: np.random.Generator) -> list[_Run]:
    """Runs that stand alone, spread over the history, better the later they come."""
    first, last = past.commits[0].at, past.commits[-1].at
    shares = sorted(random.uniform(0.05, 0.95, size=training.alone))
    found = []
    for place, share in enumerate(shares, start=1):
        at = int(first + share * (last - first))
        run = _run(f"simulated-run-{place}", at, training, random, pruned=0.0)
        run.progress = 0.7 * float(share) * float(random.uniform(0.6, 1))
        found.append(run)
    return found


def _search(
    project: SimProject, past: Past, training: Training, random: np.random.Generator
) -> list[_Run]:
    """A search's own run and its trials, one after the other."""
    first, last = past.commits[0].at, past.commits[-1].at
    begun = at = int(first + _BEGINS * (last - first))
    parent, found = _id(project, "simulated-search"), []
    for place in range(1, training.trials + 1):
        run = _run(f"simulated-trial-{place}", at + 5, training, random, pruned=PRUNED)
        risen = 1 - np.exp(-3 * place / training.trials)
        run.progress = float(0.97 * risen * random.uniform(0.8, 1))
        run.parent = parent
        found.append(run)
        at = run.finished
    return [_Run("simulated-search", begun, at + 5, "finished"), *found]


def _run(
    name: str, at: int, training: Training, random: np.random.Generator, *, pruned: float
) -> _Run:
    chance = float(random.uniform())
    status = "failed" if chance < FAILED else "pruned" if chance < FAILED + pruned else "finished"
    took = min(training.minutes * MINUTE * np.exp(0.4 * random.normal()), 12 * HOUR)
    part = 1.0 if status == "finished" else float(random.uniform(0.1, 0.6))
    return _Run(name, at, at + max(1, int(took * part)), status)


def _record(
    project: SimProject, past: Past, training: Training, run: _Run, random: np.random.Generator
) -> Record:
    rate, depth = float(10 ** random.uniform(-3, -0.5)), int(random.integers(2, 10))
    best = run.progress == 1.0
    return {
        "provider": "mlflow",
        "project": project.name,
        "id": _id(project, run.name),
        "name": run.name,
        "parent": run.parent,
        "status": run.status,
        "created": run.started,
        "started": run.started,
        "finished": run.finished,
        "updated": run.finished,
        "params": {"depth": str(depth), "learning_rate": f"{rate:.4g}"} if run.progress else {},
        "metrics": _metrics(training, run),
        "model": f"{project.name}-model/1" if best and project.status == "done" else "",
        "commit": past.tip(run.started),
    }


def _metrics(training: Training, run: _Run) -> dict[str, float]:
    if not run.progress or run.status == "failed":
        return {}
    # A trial that was given up had not come so far.
    reached = run.progress * (0.6 if run.status == "pruned" else 1.0)
    missing = 0.6 * training.goal.step * (1 - reached)
    value = training.best if reached == 1 else round(training.best - missing, 4)
    return {training.goal.metric: value, "training_loss": round(1.2 - reached, 4)}


def _id(project: SimProject, name: str) -> str:
    return hashlib.sha256(f"{project.name} {name}".encode()).hexdigest()[:32]


def _line(record: Record) -> str:
    kept = {name: record[name] for name in _COLUMNS if record.get(name) not in (None, "", [], {})}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":")) + "\n"


__all__ = ["FAILED", "PRUNED", "Training", "tracking_record", "training_files", "training_of"]
