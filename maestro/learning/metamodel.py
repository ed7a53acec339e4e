"""What projects take and reach: the spread of past projects, no model of what moves it yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from maestro.schema.findings import (
    NOT_ENOUGH,
    Evidence,
    Finding,
    ModelDetail,
    PredictionDetail,
)

from .table import Row, Table

METHOD = "median and spread of past projects"
LABEL = "spread of past projects; no model yet"
MODEL_VERSION = "baseline-1"
NEEDED = 10
"""Finished projects needed for any number, and of one class for a number of its own."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Target:
    """One outcome: how it is read from a row, and the scale on which it is spread evenly."""

    name: str
    unit: str
    noun: str
    read: Callable[[Row], float | None]
    logarithmic: bool

    def forward(self, values: Floats) -> Floats:
        """Values on the scale on which the spread is taken as normal."""
        return np.log(values) if self.logarithmic else values

    def back(self, value: float) -> float:
        """A value of that scale in units of the outcome; success stays within 0 to 100."""
        return float(np.exp(value)) if self.logarithmic else min(100.0, max(0.0, value))


@dataclass(frozen=True, slots=True)
class _Past:
    """The finished projects that have one outcome: as it is, and on the target's scale."""

    target: Target
    rows: tuple[Row, ...]
    outcomes: Floats
    values: Floats
    classes: dict[str, NDArray[np.intp]]

    @property
    def everyone(self) -> NDArray[np.intp]:
        """The positions of all projects."""
        return np.arange(len(self.rows))

    def like(self, problem_class: str) -> tuple[NDArray[np.intp], str]:
        """The positions of the projects to predict from, and in words which they are."""
        members = self.classes.get(problem_class)
        if members is not None and len(members) >= NEEDED:
            return members, f"{len(members)} finished projects of {problem_class}"
        return self.everyone, (
            f"all {len(self.rows)} finished projects: fewer than {NEEDED} of {problem_class}"
        )

    def answer(self, members: NDArray[np.intp], level: float) -> tuple[float, float, float]:
        """Median of the outcomes of some projects, and the interval for one more."""
        median = float(np.median(self.outcomes[members]))
        ends = prediction_interval(self.values[members], level)
        lo, hi = (self.target.back(end) for end in ends)
        # Between two middle values the median of logarithms lies a little lower.
        return median, min(lo, median), max(hi, median)


def outcome_findings(
    table: Table, *, as_of: str, level: float = 0.9, currency: str = "EUR"
) -> list[Finding]:
    """What is known about duration, cost and success, and a prediction per running project.

    Findings of kind ``outcome_model`` (subject ``duration``, ``cost``, ``success``: the median
    of all finished projects with the interval one more project falls into) and
    ``prediction`` (subject: a planned or active project, one finding per target), sorted by
    kind, subject and target. Below 10 finished projects neither has a value. A prediction is
    made from projects of the same class where at least 10 of them have finished, else from all.
    """
    found = []
    for target in targets(currency):
        past = _past(table, target)
        found.append(_model(past, as_of, level))
        found += [_prediction(row, past, as_of, level) for row in table.running]
    return sorted(found, key=lambda finding: (finding.kind, finding.subject))


def targets(currency: str) -> tuple[Target, ...]:
    """The outcomes that are looked at."""
    return (
        Target("cost", currency, "recorded cost above 0", _cost, logarithmic=True),
        Target("duration", "days", "known duration", _duration, logarithmic=True),
        Target("success", "points", "success score", _success, logarithmic=False),
    )


def prediction_interval(values: Floats, level: float) -> tuple[float, float]:
    """The interval that one more value from the same normal distribution falls into.

    mean -/+ t(n - 1) * s * sqrt(1 + 1/n): the textbook prediction interval (Hahn and Meeker,
    Statistical Intervals, 1991, chapter 4). On logarithms it is the log-normal one. Widened to
    hold the median, which is published beside it. Needs two values.
    """
    n = len(values)
    half = float(-stdtrit(n - 1, (1 - level) / 2) * values.std(ddof=1) * np.sqrt(1 + 1 / n))
    mean, median = float(values.mean()), float(np.median(values))
    return min(mean - half, median), max(mean + half, median)


def leave_one_out(past_values: Floats, level: float) -> tuple[Floats, Floats, Floats]:
    """Median, lower and upper end for each value from all the others, in one pass.

    Needs three values. Equal to calling ``np.median`` and :func:`prediction_interval` on the
    array without each value in turn, at the cost of one sort.
    """
    n = len(past_values)
    order = np.argsort(past_values, kind="stable")
    ranked = past_values[order]
    left = np.arange(n)
    low, high = (n - 2) // 2, (n - 1) // 2
    medians = np.empty(n)
    medians[order] = (ranked[low + (left <= low)] + ranked[high + (left <= high)]) / 2
    centred = past_values - past_values.mean()
    means = past_values.mean() - centred / (n - 1)
    squares = np.maximum((centred**2).sum() - centred**2 * n / (n - 1), 0.0)
    factor = -stdtrit(n - 2, (1 - level) / 2) * np.sqrt(1 + 1 / (n - 1))
    half = factor * np.sqrt(squares / (n - 2))
    return medians, np.minimum(means - half, medians), np.maximum(means + half, medians)


def _cost(row: Row) -> float | None:
    return row.cost if row.cost else None


def _duration(row: Row) -> float | None:
    return row.duration_days


def _success(row: Row) -> float | None:
    return row.success


def _past(table: Table, target: Target) -> _Past:
    rows = tuple(
        row
        for row in sorted(table.finished, key=lambda row: row.project)
        if target.read(row) is not None
    )
    members: dict[str, list[int]] = defaultdict(list)
    for index, row in enumerate(rows):
        members[row.problem_class].append(index)
    values = np.array([target.read(row) for row in rows], dtype=np.float64)
    classes = {name: np.array(members[name], dtype=np.intp) for name in sorted(members)}
    return _Past(target, rows, values, target.forward(values), classes)


def _too_few(past: _Past) -> list[str]:
    count, noun = len(past.rows), past.target.noun
    if count >= NEEDED:
        return []
    projects = "1 finished project" if count == 1 else f"{count} finished projects"
    return [f"{projects} with a {noun}, at least {NEEDED} are needed"]


def _model(past: _Past, as_of: str, level: float) -> Finding:
    target, reasons = past.target, _too_few(past)
    value = lo = hi = skill = coverage = None
    parameters: dict[str, float] = {}
    if not reasons:
        value, lo, hi = past.answer(past.everyone, level)
        skill, coverage = _hold_out(past, level)
        scale = "log_" if target.logarithmic else ""
        parameters = {
            f"{scale}mean": float(past.values.mean()),
            f"{scale}sd": float(past.values.std(ddof=1)),
        }
    return Finding(
        kind="outcome_model",
        subject=target.name,
        value=value,
        unit=target.unit,
        lo=lo,
        hi=hi,
        level=None if reasons else level,
        n=len(past.rows),
        as_of=as_of,
        method=METHOD,
        label=NOT_ENOUGH if reasons else LABEL,
        evidence=[Evidence(kind="record", ref=row.path) for row in past.rows],
        quality=reasons or _model_notes(past, coverage),
        detail=ModelDetail(
            target=target.name,
            projects=len(past.rows),
            needed=NEEDED,
            skill=skill,
            coverage=coverage,
            parameters=parameters,
        ),
    )


def _prediction(row: Row, past: _Past, as_of: str, level: float) -> Finding:
    target, reasons = past.target, _too_few(past)
    value = lo = hi = None
    n, notes = len(past.rows), reasons
    if not reasons:
        members, which = past.like(row.problem_class)
        value, lo, hi = past.answer(members, level)
        n, notes = len(members), [f"median of {which}"]
        if row.status == "active":
            notes.append("as if it had just begun: what has happened since is not used")
    return Finding(
        kind="prediction",
        subject=row.project,
        value=value,
        unit=target.unit,
        lo=lo,
        hi=hi,
        level=None if reasons else level,
        n=n,
        as_of=as_of,
        method=METHOD,
        label=NOT_ENOUGH if reasons else LABEL,
        evidence=[Evidence(kind="finding", ref=f"outcome_model/{target.name}")],
        quality=notes,
        detail=PredictionDetail(
            target=target.name, model_version=MODEL_VERSION, made_at=as_of, similar=[]
        ),
    )


def _hold_out(past: _Past, level: float) -> tuple[float | None, float]:
    """Skill against the median of all, and coverage of the interval, both leave-one-out.

    Each project is predicted as a running one would be from all the others: from its class
    where 10 others have finished, else from all. Errors on the target's scale.
    """
    overall = leave_one_out(past.values, level)
    medians, lows, highs = (array.copy() for array in overall)
    for members in past.classes.values():
        if len(members) > NEEDED:
            own = leave_one_out(past.values[members], level)
            medians[members], lows[members], highs[members] = own
    error = float(np.abs(past.values - medians).mean())
    plain = float(np.abs(past.values - overall[0]).mean())
    inside = (lows <= past.values) & (past.values <= highs)
    return (1 - error / plain if plain > 0 else None), float(inside.mean())


def _model_notes(past: _Past, coverage: float | None) -> list[str]:
    inside = round((coverage or 0) * len(past.rows))
    notes = [f"leave-one-out, {inside} of {len(past.rows)} lie inside their interval"]
    if past.target.name == "success":
        return [*notes, "abandoned projects count with their capped score"]
    return [*notes, "done projects only: abandoned and running ones would make it longer or dearer"]


__all__ = [
    "LABEL",
    "METHOD",
    "MODEL_VERSION",
    "NEEDED",
    "Target",
    "leave_one_out",
    "outcome_findings",
    "prediction_interval",
    "targets",
]
