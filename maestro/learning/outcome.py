"""Duration and cost before a project starts: grouped Bayesian ridge on the logarithm.

``ln y`` in sd from its mean is a constant, numbers, categories and memberships
(:mod:`maestro.learning.encoding`), each group with a spread of its own that is learned
(:mod:`maestro.learning.blocks`). The priors of the spreads were chosen on learning curves of
public effort data; halving or doubling them moves the error by about 1 %. What every model of
an outcome does is in :class:`OutcomeEstimator`; the success score has its own,
:mod:`maestro.learning.success_model`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtrit
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import check_is_fitted

from .blocks import Array, Block, Blocks, LogNormal, Posterior, Spread
from .encoding import Encoding, framed
from .table import lack_of
from .unsaid import unsaid_variances

LEAST = 5
"""Rows from which a model is fitted; below, the median and the spread of the outcome answer."""
_SIGNAL = 0.35
"""Share of the variance that all numbers together are believed to explain."""
_REACH = 0.3
"""How far beyond the outcomes seen, in logarithms, a centre may lie."""
_LEAST_DF = 4.0
TINY = 1e-9
"""Outcomes that spread less than this do not differ."""

Trial = Callable[[Array], "tuple[Array, Array] | None"]
"""Outcomes to their values on the model's scale and these less their leave-one-out prediction,
with the spreads of the whole fit; None where there is no model."""


class OutcomeEstimator(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """What the two models share: checks at the door, the fallback, intervals."""

    def fit(self, X: pd.DataFrame, y: Any) -> OutcomeEstimator:
        """Learn from finished projects; raises ValueError for outcomes that cannot be."""
        frame = framed(X)
        outcome = np.asarray(y, dtype=np.float64)
        if outcome.ndim != 1 or len(outcome) != len(frame) or not len(outcome):
            raise ValueError("X and y need the same number of rows, at least one")
        if not np.isfinite(outcome).all():
            raise ValueError("outcomes must be finite numbers")
        values = self.scaled(outcome)
        self.n_features_in_ = frame.shape[1]
        self.feature_names_in_ = np.array([str(name) for name in frame.columns], dtype=object)
        self.n_, self.median_ = len(values), float(np.median(values))
        self.mean_, self.sd_ = float(values.mean()), float(values.std())
        self.differs_ = self.sd_ > TINY
        self.is_model_ = len(values) >= LEAST and self.differs_
        self._learn(frame, outcome)
        return self

    def scaled(self, y: Array) -> Array:
        """Outcomes on the scale on which errors are taken as alike."""
        raise NotImplementedError

    def _learn(self, frame: pd.DataFrame, outcome: Array) -> None:
        raise NotImplementedError

    def predict_quantiles(self, X: pd.DataFrame, qs: Iterable[float]) -> Array:
        """rows x quantiles, in the outcome's unit."""
        raise NotImplementedError

    def predict(self, X: pd.DataFrame) -> Array:
        """One number for each row, in the outcome's unit."""
        raise NotImplementedError

    def predict_interval(self, X: pd.DataFrame, coverage: float = 0.9) -> tuple[Array, Array]:
        """Lower and upper ends of the interval that a share ``coverage`` of outcomes falls in.

        It always contains what :meth:`predict` says.
        """
        if not 0 < coverage < 1:
            raise ValueError("coverage must lie between 0 and 1")
        tail = (1 - coverage) / 2
        ends = self.predict_quantiles(X, (tail, 1 - tail))
        centre = self.predict(X)
        return np.minimum(ends[:, 0], centre), np.maximum(ends[:, 1], centre)

    def plain_spread(self, rows: int) -> tuple[Array, Array, float]:
        """Median, spread and degrees of freedom of one more value like those seen, on the scale.

        Hahn and Meeker, Statistical Intervals, 1991, chapter 4: s sqrt(1 + 1/n), t(n - 1).
        """
        sd = self.sd_ * math.sqrt(self.n_ / max(1, self.n_ - 1) * (1 + 1 / self.n_))
        full = np.full(rows, self.median_), np.full(rows, max(sd, TINY))
        return *full, float(max(1, self.n_ - 1))


class OutcomeModel(OutcomeEstimator):
    """A positive outcome (days, cost) from raw columns, with its whole distribution.

    ``fit(X, y)``: ``X`` a frame with one row per project; object columns are categories, NaN is
    missing, ``X.attrs["multihot"]`` names 0/1 columns: where one is NaN it counts as its frequency
    in the training rows, and what that leaves open widens the interval. ``y`` above 0. Below
    :data:`LEAST` rows there is no model: the median with Student's interval of ``ln y``.
    ``unshrunk``: numeric columns whose spread stays at 1, for curves along them.
    """

    def __init__(self, unshrunk: Sequence[str] = ()) -> None:
        self.unshrunk = unshrunk

    def scaled(self, y: Array) -> Array:
        """Natural logarithms; raises ValueError for outcomes that are not above 0."""
        if np.min(y) <= 0:
            raise ValueError("outcomes must be above 0")
        logs: Array = np.log(y)
        return logs

    def _learn(self, frame: pd.DataFrame, outcome: Array) -> None:
        logs = self.scaled(outcome)
        self.ends_ = float(logs.min()) - _REACH, float(logs.max()) + _REACH
        self.encoding_ = Encoding.learn(frame)
        if self.is_model_:
            z = (logs - self.mean_) / self.sd_
            fit = Blocks(self._blocks(self.encoding_, frame), z, _spread(0.6, 0.7))
            self.posterior_, self.seen_ = fit.fit(), fit.columns
            hat, _ = left_out_errors(fit, self.posterior_)
            self.df_ = max(_LEAST_DF, len(z) - float(hat.sum()))

    def trial(self, X: pd.DataFrame) -> Trial:
        """How well the columns of ``X`` say outcomes that are handed in, left out one by one."""
        frame = framed(X)
        blocks = self._blocks(Encoding.learn(frame), frame)

        def left_out(y: Array) -> tuple[Array, Array] | None:
            """Outcomes in logarithms and their errors when left out; None without a fit."""
            logs = self.scaled(y)
            sd = float(logs.std())
            if len(logs) < LEAST or sd <= TINY:
                return None
            fit = Blocks(blocks, (logs - logs.mean()) / sd, _spread(0.6, 0.7))
            return logs, sd * left_out_errors(fit, fit.fit())[1]

        return left_out

    def _blocks(self, encoding: Encoding, frame: pd.DataFrame) -> list[Block]:
        share = math.sqrt(_SIGNAL / max(1, len(encoding.numbers)))
        found = [Block("constant", np.ones((len(frame), 1)), Spread(1.0))]
        for one in encoding.numbers:
            spread = Spread(1.0) if one.name in self.unshrunk else _spread(share, 0.7)
            found.append(Block(f"number {one.name}", one.columns(frame), spread))
        for word in encoding.categories:
            if word.levels:
                columns = word.columns(frame)
                found.append(Block(f"category {word.name}", columns, _spread(0.25, 0.6)))
        if encoding.memberships:
            columns = encoding.memberships.columns(frame)
            found.append(Block("memberships", columns, _spread(0.3, 0.6)))
        return found

    def predict(self, X: pd.DataFrame) -> Array:
        """The median of each row's outcome, in its own unit."""
        check_is_fitted(self, "encoding_")
        centre: Array = np.exp(self._centre(framed(X))[0])
        return centre

    def predict_quantiles(self, X: pd.DataFrame, qs: Iterable[float]) -> Array:
        """rows x quantiles, in the outcome's unit."""
        check_is_fitted(self, "encoding_")
        centre, spread, df = self._centre(framed(X))
        tails = stdtrit(df, np.asarray(list(qs), dtype=np.float64))
        found: Array = np.exp(centre[:, None] + spread[:, None] * tails[None, :])
        return found

    def _centre(self, frame: pd.DataFrame) -> tuple[Array, Array, float]:
        """Centre and spread of ``ln y``, and the degrees of freedom of its Student t."""
        if not self.is_model_:
            return self.plain_spread(len(frame))
        best = self.posterior_
        columns = np.hstack([block.columns for block in self._blocks(self.encoding_, frame)])
        mean, variance = best.along(columns)
        words = self.encoding_.categories
        taus = np.array([best.taus.get(f"category {one.name}", 0.25) for one in words])
        strange = self.encoding_.unseen(frame) @ taus**2 if len(taus) else 0.0
        spread = self.sd_ * np.sqrt(best.sigma**2 + variance + strange + self._unsaid(frame))
        centre = np.clip(self.mean_ + self.sd_ * mean, *self.ends_)
        return centre, spread, self.df_

    def _unsaid(self, frame: pd.DataFrame) -> Array:
        """Variance that missing 0/1 columns add to each row."""
        known = np.zeros((len(frame), 1), dtype=np.bool_)
        unknown = np.hstack([known, self.encoding_.unknown(frame)])
        found: Array = unsaid_variances(self.seen_, unknown, [self.posterior_])[0]
        return found

    def contrast(self, X: pd.DataFrame, coverage: float = 0.9) -> tuple[float, float, float]:
        """By how much the last row's centre is above the first's, of ``ln y``, and its interval."""
        check_is_fitted(self, "posterior_")
        columns = np.hstack([one.columns for one in self._blocks(self.encoding_, framed(X))])
        mean, variance = self.posterior_.along(columns[-1:] - columns[:1])
        middle, sd = self.sd_ * float(mean[0]), self.sd_ * math.sqrt(float(variance[0]))
        half = float(stdtrit(self.df_, (1 + coverage) / 2)) * sd
        return middle, middle - half, middle + half

    def explain(self, X: pd.DataFrame) -> pd.DataFrame:
        """What moves each row away from the typical project, in units of the outcome.

        One row per row of ``X`` and feature, with columns row, feature, effect: the effects of a
        row add up to its prediction less the typical outcome (``typical_``). Differences of
        logarithms become units by the logarithmic mean (Ang, "The LMDI approach to
        decomposition analysis", Energy Policy 33, 2005). Empty where there is no model.
        """
        check_is_fitted(self, "encoding_")
        if not self.is_model_:
            return effect_rows([])
        frame = framed(X)
        parts = self._parts(frame)
        typical = math.log(self.typical_)
        centre = self._centre(frame)[0]
        rows: list[tuple[int, str, float]] = []
        for row, one in enumerate(parts):
            one["limit of what was seen"] = centre[row] - typical - math.fsum(one.values())
            unit = _logarithmic_mean(math.exp(centre[row]), self.typical_)
            rows += [(row, name, part * unit) for name, part in one.items()]
        return effect_rows(rows)

    @property
    def typical_(self) -> float:
        """The outcome from which the effects of :meth:`explain` start."""
        check_is_fitted(self, "encoding_")
        if not self.is_model_:
            return math.exp(self.median_)
        return math.exp(self.mean_ + self.sd_ * float(self.posterior_.mean[0]))

    def _parts(self, frame: pd.DataFrame) -> list[dict[str, float]]:
        """For each row: feature to its part of ``ln y``."""
        parts: list[dict[str, float]] = [{} for _ in range(len(frame))]
        at = 1
        for block in self._blocks(self.encoding_, frame)[1:]:
            width = block.columns.shape[1]
            added = self.sd_ * block.columns * self.posterior_.mean[at : at + width]
            at += width
            kind, _, name = block.name.partition(" ")
            members = self.encoding_.memberships
            for row, one in enumerate(parts):
                if kind != "memberships" or members is None:
                    one[name] = float(added[row].sum())
                    continue
                used = block.columns[row] > 0
                for k, name in enumerate(members.names):
                    lack = name if used[k] else lack_of(name)
                    one[lack] = one.get(lack, 0.0) + float(added[row][k])
        return parts


def left_out_errors(fit: Blocks, best: Posterior) -> tuple[Array, Array]:
    """Diagonal of the hat matrix, and each value less its leave-one-out prediction."""
    columns = fit.columns
    hat = np.einsum("ij,ij->i", columns @ best.cov, columns) / best.sigma**2
    return hat, (fit.y - columns @ best.mean) / np.maximum(1 - hat, 1e-6)


def _spread(middle: float, sd: float) -> Spread:
    at = math.log(middle)
    return Spread(middle, LogNormal(at, sd), at - 5 * sd, at + 5 * sd)


def _logarithmic_mean(a: float, b: float) -> float:
    return a if math.isclose(a, b, rel_tol=1e-12) else (a - b) / (math.log(a) - math.log(b))


def effect_rows(rows: list[tuple[int, str, float]]) -> pd.DataFrame:
    """Effects as a frame with columns row, feature, effect, without those that are nothing."""
    found = pd.DataFrame(rows, columns=["row", "feature", "effect"])
    return found[found["effect"].abs() > 1e-12].reset_index(drop=True)
