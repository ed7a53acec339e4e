"""Runs as MLflow tells them to rows of facts: bounded, in our words, and what was left out."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from maestro.errors import shorten
from maestro.mining.base import Row, mask_secrets

PROVIDER = "mlflow"
MOST_NAMES = 200
"""The most parameters, and the most metrics, of one run."""
_HUGE = 1.7976e308
"""MLflow's database keeps an infinite number as the largest one there is."""
_EARLIEST, _LATEST = 946_684_800_000, 4_102_444_800_000
_STATUS = {"FINISHED", "FAILED", "KILLED", "RUNNING", "SCHEDULED"}
_COMMIT = re.compile(r"(?:[0-9a-f]{40}|[0-9a-f]{64})\Z")


@dataclass(slots=True)
class Told:
    """What one source told."""

    rows: list[Row] = field(default_factory=list)
    """Runs that are not deleted, sorted by time and id."""
    deleted: int = 0
    """Runs in the source's bin."""
    more: bool = False
    """True when there are more runs than are read."""
    models_known: bool = True
    """False when the registry of models could not be read."""


def told(answers: Iterable[Mapping[str, Any]]) -> Told:
    """Rows of ``training_run`` from the answers of the client."""
    found = Told()
    runs: dict[str, Mapping[str, Any]] = {}
    models: dict[str, set[tuple[str, int]]] = {}
    for answer in answers:
        if "id" in answer and answer["deleted"]:
            found.deleted += 1
        elif "id" in answer:
            runs.setdefault(str(answer["id"]), answer)
        elif "model" in answer and str(answer["version"]).isdecimal():
            one = (_text(answer["model"]), int(answer["version"]))
            models.setdefault(str(answer["run"]), set()).add(one)
        elif "more" in answer:
            found.more = True
        elif "no_models" in answer:
            found.models_known = False
    for run, answer in runs.items():
        found.rows.append(_row(answer, models.get(run, set())))
    found.rows.sort(key=sort_key)
    return found


def sort_key(row: Row) -> tuple[float, str]:
    """Rows stand in the order of their start, else their end; those without either first."""
    moment = row[7] if row[7] is not None else row[8]
    return (-1 if moment is None else moment, row[2])


def _row(run: Mapping[str, Any], models: set[tuple[str, int]]) -> Row:
    quality: set[str] = set()
    tags = run["tags"]
    started = _time(run["started"], quality)
    finished = _time(run["finished"], quality)
    if started is not None and finished is not None and finished < started:
        quality.add("ends-before-start")
        finished = None
    params = _params(run["params"], quality)
    metrics = _metrics(run["metrics"], quality)
    commit = str(tags.get("mlflow.source.git.commit", "")).lower()
    return (
        PROVIDER,
        _text(run["experiment"]),
        _text(run["id"]),
        _text(run["name"]),
        _text(tags.get("mlflow.parentRunId", "")),
        _status(run, quality),
        started,
        started,
        finished,
        finished if finished is not None else started,
        params,
        metrics,
        ", ".join(f"{name}/{version}" for name, version in sorted(models)),
        commit if _COMMIT.match(commit) else "",
        sorted(quality),
    )


def _status(run: Mapping[str, Any], quality: set[str]) -> str:
    status = str(run["status"]).upper()
    if status not in ("RUNNING", "SCHEDULED") and is_pruned(run["tags"], run["params"], status):
        return "pruned"
    if status not in _STATUS:
        quality.add("status-unknown")
        return "failed" if "FAIL" in status else "killed"
    return status.lower()


def is_pruned(tags: Mapping[str, str], params: Mapping[str, str], status: str) -> bool:
    """Whether a search gave the trial up early.

    Optuna's callback for MLflow writes its state into a tag ``state`` (``PRUNED``, or
    ``TrialState.PRUNED``); others use a name that ends in ``state``, as tag or parameter.
    MLflow's own storage for Optuna gives a trial the tags ``param_directions`` and ``numbers``,
    and ends a pruned one, and no other, as killed.
    """
    for name, value in [*tags.items(), *params.items()]:
        if name.lower().endswith("state") and value.upper().rpartition(".")[2] == "PRUNED":
            return True
    return status == "KILLED" and "param_directions" in tags and "numbers" in tags


def _time(milliseconds: Any, quality: set[str]) -> float | int | None:
    if milliseconds is None or milliseconds == 0:
        return None
    if not isinstance(milliseconds, int) or not _EARLIEST <= milliseconds < _LATEST:
        quality.add("time-out-of-range")
        return None
    whole, rest = divmod(milliseconds, 1000)
    return whole if rest == 0 else milliseconds / 1000


def _params(given: Mapping[str, str], quality: set[str]) -> dict[str, str]:
    names = sorted(given)
    if len(names) > MOST_NAMES:
        quality.add("params-left-out")
    return {_text(name, 100): _text(given[name]) for name in names[:MOST_NAMES]}


def _metrics(given: Mapping[str, str], quality: set[str]) -> dict[str, float]:
    names = sorted(given)
    if len(names) > MOST_NAMES:
        quality.add("metrics-left-out")
    found = {}
    for name in names[:MOST_NAMES]:
        number = float(given[name])
        if math.isfinite(number) and abs(number) < _HUGE:
            found[_text(name, 100)] = number
        else:
            quality.add("metric-not-finite")
    return dict(sorted(found.items()))


def _text(value: Any, most: int = 200) -> str:
    text = str(value).encode("utf-8", "replace").decode("utf-8")
    return mask_secrets(shorten(text, most))
