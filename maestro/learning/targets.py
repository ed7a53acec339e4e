"""Outcomes of projects: what they are, how they are read, and what is fitted to each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from maestro.schema.details import NOT_ENOUGH

from .table import Features, Row, frame_of

if TYPE_CHECKING:
    import pandas as pd

    from .evaluation import HoldOut, Verdict

RIDGE = "grouped Bayesian ridge on the logarithm"
PLUS_MINUS = "adjusted plus-minus"
LOGISTIC = "logistic regression with a fixed penalty"
MODEL_VERSION = "4"
NEEDED = 5
"""Finished projects with the outcome that any number needs."""
LITTLE = 10
"""Finished projects below which the words are "very little evidence"."""
DRIVERS = 5
"""How many of the things that move a prediction are listed."""
SEED = 0
MOSTLY_SPREAD = "the range is mostly the spread of past projects"


@dataclass(frozen=True, slots=True)
class Target:
    """One outcome: how it is read from a row, and in which unit it is published."""

    name: str
    unit: str
    noun: str
    method: str
    read: Callable[[Row], float | None]

    @property
    def is_log(self) -> bool:
        """Whether errors are factors."""
        return self.method == RIDGE

    @property
    def is_of_success(self) -> bool:
        """Whether the success block decides what happened."""
        return self.method != RIDGE

    @property
    def features(self) -> Features:
        """What its model is given."""
        return "score" if self.method == PLUS_MINUS else "outcome"


@dataclass(frozen=True, slots=True)
class Setting:
    """What holds for all findings of one build."""

    as_of: str
    level: float
    commit: str = ""
    success_version: int = 1
    """Version of the success block in the settings."""


class Forecast(NamedTuple):
    """One predicted number, None without enough to go by; chances have no interval."""

    value: float | None
    lo: float | None
    hi: float | None


@dataclass(slots=True)
class Fitted:
    """One target on the finished projects that have it."""

    target: Target
    rows: tuple[Row, ...]
    frame: pd.DataFrame
    outcomes: list[float]
    model: Any
    verdict: Verdict
    held_out: HoldOut | None

    @property
    def knows(self) -> bool:
        """Whether what moves its predictions may be shown."""
        return self.verdict.label != NOT_ENOUGH


def targets(currency: str) -> tuple[Target, ...]:
    """The outcomes that are looked at, by name."""
    return (
        Target("chance", "%", "verdict on success", LOGISTIC, _succeeded),
        Target("cost", currency, "recorded cost above 0", RIDGE, lambda row: row.cost or None),
        Target("duration", "days", "known duration", RIDGE, lambda row: row.duration_days),
        Target("success", "points", "success score", PLUS_MINUS, lambda row: row.success),
    )


def _succeeded(row: Row) -> float | None:
    return None if row.succeeded is None else float(row.succeeded)


def fit_target(target: Target, rows: tuple[Row, ...], setting: Setting) -> Fitted:
    """Fit a target's model to finished projects that have it, and judge the model."""
    from . import evaluation

    frame = frame_of(rows, rows, target.features)
    outcomes = outcomes_of(target, rows)
    model = new_model(target)
    if target.method == LOGISTIC:
        verdict, held_out = evaluation.chance_evidence(frame, outcomes, SEED), None
    else:
        verdict = evaluation.evidence(frame, outcomes, SEED, model=model)
        held_out = evaluation.hold_out(model, frame, outcomes, SEED, setting.level)
    return Fitted(target, rows, frame, outcomes, model.fit(frame, outcomes), verdict, held_out)


def outcomes_of(target: Target, rows: Sequence[Row]) -> list[float]:
    """The outcome of each row that has one, in their order."""
    return [float(value) for row in rows if (value := target.read(row)) is not None]


def new_model(target: Target) -> Any:
    """The model of a target, not fitted yet."""
    from .chance import SuccessChance
    from .outcome import OutcomeModel
    from .success_model import SuccessModel

    models = {LOGISTIC: SuccessChance, PLUS_MINUS: SuccessModel, RIDGE: OutcomeModel}
    return models[target.method]()


def forecast(target: Target, model: Any, frame: pd.DataFrame, level: float) -> list[Forecast]:
    """What a fitted model says of each row, in the target's unit.

    Without an interval where all outcomes were the same: how they differ was not seen.
    """
    if target.method == LOGISTIC:
        return [Forecast(100 * float(p), None, None) for p in model.predict_proba(frame)[:, 1]]
    if not model.differs_:
        return [Forecast(float(point), None, None) for point in model.predict(frame)]
    low, high = model.predict_interval(frame, level)
    return [
        Forecast(float(point), float(lo), float(hi))
        for point, lo, hi in zip(model.predict(frame), low, high, strict=True)
    ]


def all_the_same(target: Target, count: int) -> str:
    """Why there is no interval where the outcomes do not differ."""
    took = {"cost": "cost the same", "duration": "took the same time"}
    return f"all {count} {took.get(target.name, 'have the same score')}: no range can be given"


def doubts(fitted: Fitted) -> list[str]:
    """What to know first: that nothing was learned, or that it was from few projects."""
    notes = []
    if fitted.target.method != LOGISTIC and not fitted.model.differs_:
        notes.append(all_the_same(fitted.target, len(fitted.rows)))
    elif not fitted.knows:
        shown = "the chance is mostly the base rate"
        notes.append(shown if fitted.target.method == LOGISTIC else MOSTLY_SPREAD)
    if len(fitted.rows) < LITTLE:
        notes.append(f"very little evidence: {len(fitted.rows)} finished projects")
    return notes
