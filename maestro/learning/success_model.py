"""The success score before a project has ended: the adjusted plus-minus behind scikit-learn's door.

The same regression that says what a reused piece is worth (:mod:`maestro.learning.plus_minus`)
says what a new project may reach: from its class, team, complexity, size, time and pieces.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtrit
from sklearn.base import clone
from sklearn.utils.validation import check_is_fitted

from .blocks import Array, Block, Blocks
from .cases import Case, Columns, name_of
from .encoding import MISSING, framed
from .outcome import LEAST, TINY, OutcomeEstimator, Trial, effect_rows, left_out_errors
from .plus_minus import PlusMinus
from .table import UNUSED
from .unsaid import Mask

_FREE = ("complexity", "team_size", "start_date", "usual_reuse")
"""What the free columns of the plus-minus stand for, in their order."""
_EPOCH = date(1970, 1, 1)


class SuccessModel(OutcomeEstimator):
    """The success score, 0 to 100, by the adjusted plus-minus of :mod:`.plus_minus`.

    Columns of ``X``: team, problem_class, complexity, team_size, start_date (each may be missing,
    whole or in part) and 0/1 columns in ``X.attrs["multihot"]``, named by the reference that
    is used (NaN: it counts as its share of the training rows). Others are ignored. Of the start
    only its quarter is used: predicted from their past only, projects of eight of nine simulated
    libraries were further off with a trend that is carried on. Below :data:`LEAST` rows: median
    and Student's interval.
    """

    def scaled(self, y: Array) -> Array:
        """Points as they are; raises ValueError outside 0 to 100."""
        if np.min(y) < 0 or np.max(y) > 100:
            raise ValueError("scores must lie between 0 and 100")
        return y

    def _learn(self, frame: pd.DataFrame, outcome: Array) -> None:
        # Time moves a score by its quarter only, which is pulled towards nothing: a free trend
        # would be carried into a future that nobody has seen. So all begin on one day.
        self.day_ = 0
        if self.is_model_:
            self.model_ = PlusMinus(self._cases(frame, outcome))

    def trial(self, X: pd.DataFrame) -> Trial:
        """How well the columns of ``X`` say scores that are handed in, left out one by one."""
        frame = framed(X)
        cases = clone(self).fit(frame, np.zeros(len(frame)))._cases(frame)
        blocks = Columns.learn(cases).blocks(cases)

        def left_out(y: Array) -> tuple[Array, Array] | None:
            """Points, and what is left of them when each is left out; None without a fit."""
            points = self.scaled(y)
            sd = float(points.std())
            if len(points) < LEAST or sd <= TINY:
                return None
            fit = Blocks(blocks, (points - points.mean()) / sd)
            return points, sd * left_out_errors(fit, fit.fit())[1]

        return left_out

    def _cases(self, frame: pd.DataFrame, outcome: Array | None = None) -> list[Case]:
        words = [_column(frame, name) for name in ("team", "problem_class")]
        numbers = [_column(frame, name) for name in ("complexity", "team_size")]
        days = [_day(value) for value in _column(frame, "start_date")]
        hot = [name for name in frame.attrs.get("multihot", ()) if name in frame]
        flags = {str(name): _column(frame, name) for name in hot}
        return [
            Case(
                project=f"{row:06d}",
                success=None if outcome is None else float(outcome[row]),
                team=_word(words[0][row]),
                problem_class=_word(words[1][row]),
                complexity=_number(numbers[0][row]),
                team_size=_number(numbers[1][row]),
                day=self.day_,
                quarter="" if (day := days[row]) is None else _quarter(day),
                uses=frozenset(n for n, flag in flags.items() if (_number(flag[row]) or 0) > 0),
            )
            for row in range(len(frame))
        ]

    def predict(self, X: pd.DataFrame) -> Array:
        """The expected score of each row, within 0 to 100."""
        check_is_fitted(self, "is_model_")
        frame = framed(X)
        if not self.is_model_:
            return self.plain_spread(len(frame))[0]
        mixture = self.model_.predict(self._cases(frame), self._unknown(frame))
        found: Array = np.clip(mixture.mean, 0.0, 100.0)
        return found

    def predict_quantiles(self, X: pd.DataFrame, qs: Iterable[float]) -> Array:
        """rows x quantiles, in points within 0 to 100."""
        check_is_fitted(self, "is_model_")
        frame, wanted = framed(X), list(qs)
        if self.is_model_:
            mixture = self.model_.predict(self._cases(frame), self._unknown(frame))
            found = np.column_stack([mixture.quantile(share) for share in wanted])
        else:
            centre, spread, df = self.plain_spread(len(frame))
            tails = stdtrit(df, np.asarray(wanted, dtype=np.float64))
            found = centre[:, None] + spread[:, None] * tails[None, :]
        clipped: Array = np.clip(found, 0.0, 100.0)
        return clipped

    def contrast(self, X: pd.DataFrame, coverage: float = 0.9) -> tuple[float, float, float]:
        """By how many points the last row's score is above the first's, and the interval."""
        check_is_fitted(self, "model_")
        frame = framed(X)
        columns = self.model_.rows(self._cases(frame), self._unknown(frame))
        found = self.model_.mixture(columns[-1:] - columns[:1])
        tail = (1 - coverage) / 2
        low, middle, high = (float(found.quantile(q)[0]) for q in (tail, 0.5, 1 - tail))
        return middle, low, high

    def _unknown(self, frame: pd.DataFrame) -> Mask:
        """Rows x columns of the fit: where pieces and versions are missing.

        A piece is, where a version of it is missing and none of them is known to be used.
        """
        learned, fit = self.model_.columns, self.model_.fit
        missing = np.zeros((len(frame), fit.columns.shape[1]), dtype=np.bool_)
        hot = {str(name) for name in frame.attrs.get("multihot", ()) if name in frame}
        if not learned.versions or not hot:
            return missing
        flags = {
            name: np.array([math.nan if pd.isna(v) else float(v) for v in frame[name]])
            for name in hot
        }
        held = {name_of(use): np.zeros(len(frame), dtype=np.bool_) for use in flags}
        for use, flag in flags.items():
            held[name_of(use)] |= flag > 0
        at_name, at_version = fit.place("name"), fit.place("version")
        for place, use in enumerate(learned.versions):
            if use in flags:
                name = name_of(use)
                gone = np.isnan(flags[use])
                missing[:, at_version + place] = gone
                missing[:, at_name + learned.names.index(name)] |= gone & ~held[name]
        return missing

    @property
    def typical_(self) -> float:
        """The score from which the effects of :meth:`explain` start.

        Of a project that is average in its numbers and in what it reuses.
        """
        check_is_fitted(self, "is_model_")
        if not self.is_model_:
            return self.median_
        model = self.model_
        start = float(self._usual() @ self._weights())
        return model.mean + model.sd * start

    def _usual(self) -> Array:
        """The columns of the average project: the constant, and the shares of the pieces."""
        fit = self.model_.fit
        usual = np.zeros(fit.columns.shape[1])
        usual[fit.place("free")] = 1.0
        for block in fit.blocks:
            if block.name in ("name", "version"):
                start = fit.place(block.name)
                usual[start : start + block.columns.shape[1]] = block.columns.mean(axis=0)
        return usual

    def explain(self, X: pd.DataFrame) -> pd.DataFrame:
        """What moves each row away from ``typical_``, in points; columns row, feature, effect.

        The effects of a row add up to its prediction less ``typical_``. Empty without a model.
        """
        check_is_fitted(self, "is_model_")
        if not self.is_model_:
            return effect_rows([])
        frame, model = framed(X), self.model_
        cases = self._cases(frame)
        columns = model.rows(cases, self._unknown(frame))
        added = (columns - self._usual()) * self._weights() * model.sd
        names, lacks = self._names(model.fit.blocks)
        rows: list[tuple[int, str, float]] = []
        centre = self.predict(X)
        for row in range(len(frame)):
            one: dict[str, float] = {}
            held = {name_of(use) for use in cases[row].uses}
            for place in range(1, len(names)):
                is_lack = lacks[place] and names[place] not in held
                name = UNUSED if is_lack else names[place]
                one[name] = one.get(name, 0.0) + float(added[row, place])
            one["limit of the scale"] = centre[row] - self.typical_ - math.fsum(one.values())
            rows += [(row, name, part) for name, part in one.items()]
        return effect_rows(rows)

    def _weights(self) -> Array:
        means: Array = self.model_.weights @ np.array([node.mean for node in self.model_.nodes])
        return means

    def _names(self, blocks: Sequence[Block]) -> tuple[list[str], list[bool]]:
        """The feature of each column, and whether it is one of a piece.

        An artifact's versions go with their artifact's name.
        """
        learned = self.model_.columns
        scales = list(zip(_FREE, learned.scales, strict=True))
        free = ["constant", *(name for name, scale in scales if scale.sd)]
        free += [name for name, s in zip(_FREE, learned.squares, strict=False) if s.sd]
        fixed = {"class": "problem_class", "team": "team", "quarter": "start_date"}
        names: list[str] = []
        lacks: list[bool] = []
        for block in blocks:
            lacks += [block.name in ("name", "version")] * block.columns.shape[1]
            if block.name == "free":
                names += free
            elif block.name in fixed:
                names += [fixed[block.name]] * block.columns.shape[1]
            elif block.name == "name":
                names += learned.names
            else:
                names += [name_of(version) for version in learned.versions]
        return names, lacks


def _column(frame: pd.DataFrame, name: Any) -> list[Any]:
    return frame[name].tolist() if name in frame else [None] * len(frame)


def _word(value: Any) -> str:
    return MISSING if pd.isna(value) else str(value)


def _number(value: Any) -> float | None:
    number = pd.to_numeric(value, errors="coerce")
    return float(number) if pd.notna(number) and math.isfinite(number) else None


def _day(value: Any) -> int | None:
    if value is None or pd.isna(value):
        return None
    return int((pd.Timestamp(value).date() - _EPOCH).days)


def _quarter(day: int) -> str:
    on = date.fromordinal(_EPOCH.toordinal() + day)
    return f"{on.year}Q{(on.month + 2) // 3}"
