"""How good a model of outcomes is, and whether it knows anything at all.

A permutation test on the leave-one-out skill decides about the words; projects held out in
turn, each model fitted without them, give the skill, the coverage and the error that are
published. Random numbers: from the seed that is handed in. The order of rows changes nothing
beyond rounding: rows are sorted before anything is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np
import pandas as pd
from sklearn.base import clone

from .blocks import Array
from .chance import SuccessChance, can_fit, encoding_of, logistic
from .encoding import framed
from .outcome import LEAST, OutcomeModel, Trial

SHUFFLES = 99
"""Shuffled outcomes; 99 let p be as small as 0.01."""
CHANCE_SHUFFLES = 39
"""The same for the chance of success, whose every skill needs five fits."""
STRONG, SOME, NONE = "evidence", "some evidence", "not enough evidence"
_SURE, _LIKELY = 0.01, 0.05
_EACH = 100
"""Rows up to which each is held out alone; above, they are held out in ten parts."""
_PARTS, _CHANCE_PARTS = 10, 5


class Verdict(NamedTuple):
    """What the test says."""

    label: str
    """evidence (p <= .01), some evidence (p <= .05), or not enough evidence."""
    p: float
    skill: float
    """1 - mean absolute leave-one-out error / that of the median, on the model's scale."""
    as_good: int = 0
    """Shuffles with at least this skill."""
    trials: int = 0
    """Shuffles that were made."""


class Model(Protocol):
    """What is asked of a model here; both models of :mod:`.outcome` have it."""

    def fit(self, X: pd.DataFrame, y: Any) -> Any:
        """Learn."""

    def predict(self, X: pd.DataFrame) -> Array:
        """One number for each row."""

    def predict_interval(self, X: pd.DataFrame, coverage: float = 0.9) -> tuple[Array, Array]:
        """Ends of its interval."""

    def scaled(self, y: Array) -> Array:
        """Outcomes on the scale of errors."""

    def trial(self, X: pd.DataFrame) -> Trial:
        """Leave-one-out errors for outcomes that are handed in."""


@dataclass(frozen=True, slots=True)
class HoldOut:
    """How projects were predicted that the model had not seen."""

    skill: float | None
    """1 - mean absolute error / that of the others' median, on the model's scale."""
    inside: int
    """How many lay inside their interval."""
    error: float
    """Median absolute error on the model's scale."""
    parts: int
    """Parts that the projects were held out in; their number when each was alone."""


def evidence(
    X: pd.DataFrame,
    y: Any,
    seed: int = 0,
    shuffles: int = SHUFFLES,
    model: Model | None = None,
) -> Verdict:
    """Whether the skill on ``y`` is more than what shuffled ``y`` give.

    p = (1 + shuffles with at least this skill) / (shuffles + 1), which keeps its promise however
    few shuffles there are (Phipson and Smyth, "Permutation p-values should never be zero",
    2010). Shuffling ends early once p cannot fall to 0.05 any more; p is then
    the share of those drawn (Besag and Clifford, "Sequential Monte Carlo p-values",
    Biometrika 78, 1991). Below 5 rows, or without any spread: p = 1. ``model``: duration and
    cost's when missing.
    """
    frame, outcome = _sorted(X, y)
    if len(outcome) < LEAST:
        return Verdict(NONE, 1.0, 0.0)
    trial = (model or OutcomeModel()).trial(frame)
    return _verdict(lambda values: _skill(trial, values), outcome, seed, shuffles)


def chance_evidence(
    X: pd.DataFrame, y: Any, seed: int = 0, shuffles: int = CHANCE_SHUFFLES
) -> Verdict:
    """The same for the chance of success; the skill is 1 - Brier score / the base rate's."""
    frame, labels = _sorted(X, y)
    if min(labels.sum(), len(labels) - labels.sum()) < LEAST:
        return Verdict(NONE, 1.0, 0.0)

    columns = encoding_of(frame).columns(frame)
    parts = list(_parts(len(labels), _CHANCE_PARTS, seed))

    def skill(values: Array) -> float:
        """Skill of the chance of success against the base rate, left out in turn."""
        chance, base = (np.empty(len(values)) for _ in range(2))
        for out in parts:
            seen = np.setdiff1d(np.arange(len(values)), out)
            base[out] = chance[out] = (values[seen].sum() + 1) / (len(seen) + 2)
            if can_fit(columns[seen], values[seen]):
                model = logistic(columns[seen], values[seen])
                chance[out] = model.predict_proba(columns[out])[:, 1]
        return 1 - float(((chance - values) ** 2).mean() / ((base - values) ** 2).mean())

    return _verdict(skill, labels, seed, shuffles)


def skill(X: pd.DataFrame, y: Any, model: Model | None = None) -> float:
    """Leave-one-out skill against the median, with the spreads of the whole fit; 0 without one."""
    return _skill((model or OutcomeModel()).trial(X), np.asarray(y, dtype=np.float64))


def hold_out(
    model: Model, X: pd.DataFrame, y: Any, seed: int = 0, coverage: float = 0.9
) -> HoldOut:
    """Predict each row from a model that has not seen it. Needs two rows."""
    frame, outcome = _sorted(X, y)
    values = model.scaled(outcome)
    point, plain, low, high = (np.empty(len(values)) for _ in range(4))
    parts = _held_out_parts(len(values))
    for out in _parts(len(values), parts, seed):
        seen = np.setdiff1d(np.arange(len(values)), out)
        fitted = clone(model).fit(_rows(frame, seen), outcome[seen])
        away = _rows(frame, out)
        point[out], plain[out] = fitted.predict(away), np.median(values[seen])
        low[out], high[out] = fitted.predict_interval(away, coverage)
    errors = np.abs(values - model.scaled(point))
    others = float(np.abs(values - plain).mean())
    return HoldOut(
        skill=1 - float(errors.mean()) / others if others > 0 else None,
        inside=int(((low <= outcome) & (outcome <= high)).sum()),
        error=float(np.median(errors)),
        parts=parts,
    )


def brier(X: pd.DataFrame, y: Any, seed: int = 0) -> tuple[float, float]:
    """Brier score of the chance and of the base rate, each row held out once.

    Mean squared distance of the chance from what happened, 0 or 1 (Brier, "Verification of
    forecasts expressed in terms of probability", Monthly Weather Review 78, 1950).
    """
    frame, labels = framed(X), np.asarray(y, dtype=np.float64)
    chance, base = np.empty(len(labels)), np.empty(len(labels))
    for out in _parts(len(labels), _held_out_parts(len(labels)), seed):
        seen = np.setdiff1d(np.arange(len(labels)), out)
        fitted = SuccessChance().fit(_rows(frame, seen), labels[seen])
        chance[out] = fitted.predict_proba(_rows(frame, out))[:, 1]
        base[out] = fitted.base_rate_
    return float(((chance - labels) ** 2).mean()), float(((base - labels) ** 2).mean())


def median_left_out(values: Array) -> Array:
    """Each value less the median of all others; needs two values."""
    order = np.argsort(values, kind="stable")
    ranked, left = values[order], np.arange(len(values))
    low, high = (len(values) - 2) // 2, (len(values) - 1) // 2
    found = np.empty(len(values))
    found[order] = ranked - (ranked[low + (left <= low)] + ranked[high + (left <= high)]) / 2
    return found


def _verdict(skill: Callable[[Array], float], outcome: Array, seed: int, shuffles: int) -> Verdict:
    real = skill(outcome)
    random = np.random.default_rng(seed)
    most = int(_LIKELY * (shuffles + 1)) - 1
    at_least = drawn = 0
    while drawn < shuffles and at_least <= most:
        drawn += 1
        at_least += skill(random.permutation(outcome)) >= real
    p = (1 + at_least) / (shuffles + 1) if drawn == shuffles else at_least / drawn
    label = STRONG if p <= _SURE else SOME if p <= _LIKELY else NONE
    return Verdict(label, p, real, int(at_least), drawn)


def _skill(trial: Trial, y: Array) -> float:
    found = trial(y)
    if found is None:
        return 0.0
    values, errors = found
    plain = float(np.abs(median_left_out(values)).mean())
    return 1 - float(np.abs(errors).mean()) / plain if plain > 0 else 0.0


def _sorted(X: pd.DataFrame, y: Any) -> tuple[pd.DataFrame, Array]:
    """Rows by outcome, then by what they hold."""
    frame, outcome = framed(X), np.asarray(y, dtype=np.float64)
    if len(frame) != len(outcome) or not np.isfinite(outcome).all():
        raise ValueError("y needs one finite number for each row of X")
    held = pd.util.hash_pandas_object(frame, index=False).to_numpy()
    order = np.lexsort((held, outcome))
    return _rows(frame, order), outcome[order]


def _rows(frame: pd.DataFrame, places: Any) -> pd.DataFrame:
    found = frame.iloc[places].reset_index(drop=True)
    found.attrs = frame.attrs
    return found


def _held_out_parts(rows: int) -> int:
    return rows if rows <= _EACH else _PARTS


def _parts(rows: int, parts: int, seed: int) -> Iterator[Any]:
    yield from np.array_split(np.random.default_rng(seed).permutation(rows), parts)
