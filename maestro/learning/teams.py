"""What projects like a running one came to, by size of team.

The curve is that of a model in which team size and complexity are not pulled towards zero:
shrinking what is adjusted for would leave the work of hard projects with the size of their
teams. It is drawn only where finished projects of about the same complexity had such teams.
Nothing here says what another team would bring about.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from maestro.schema.findings import Finding
from maestro.schema.learned import PredictionDetail, TeamPoint

from .evaluation import skill
from .outcome import OutcomeModel
from .table import Row, frame_of
from .targets import PLUS_MINUS, RIDGE, Fitted

if TYPE_CHECKING:
    import pandas as pd

    from .blocks import Array

WITHIN = 2
"""Comparable projects are at most this far in complexity."""
NEEDED_ALIKE = 8
"""Comparable projects that a curve needs."""
_ENDS = (10.0, 90.0)
"""Percentiles of their team sizes between which it is drawn."""
HIDDEN = (
    "not enough evidence: what is known before the start does not predict this better than the "
    "median, so nothing is said by size of team"
)


@dataclass(frozen=True, slots=True)
class _Curve:
    """The model that is asked, and how it is asked."""

    fitted: Fitted
    model: Any
    centre: float
    """Mean logarithm of the team sizes."""
    square: float
    """Mean square of what lies around it."""
    bends: bool

    def frame(self, rows: Sequence[Row], *, asked: bool = False) -> pd.DataFrame:
        """Columns for the model: of duration and cost the logarithm of the team size.

        ``asked``: the rows are to be predicted.
        """
        frame = frame_of(rows, self.fitted.rows, self.fitted.target.features, asked=asked)
        if self.fitted.target.method == RIDGE:
            sizes = np.log(frame["team_size"].to_numpy(np.float64)) - self.centre
            frame["team_size"] = sizes
            if self.bends:
                frame["team_size squared"] = sizes**2 - self.square
        return frame

    @property
    def gain(self) -> float:
        """Leave-one-out skill of such a model."""
        return skill(self.frame(self.fitted.rows), self.fitted.outcomes, self.model)


def with_teams(
    found: Sequence[Finding], fitted: Fitted, running: Sequence[Row], level: float
) -> list[Finding]:
    """The predictions ``found``, of ``running`` in their order, each with its curve and note.

    Of duration, cost and success; a chance has no curve and stays as it is. Hidden where the
    model has not enough evidence.
    """
    if fitted.target.method not in (RIDGE, PLUS_MINUS) or not running:
        return list(found)
    curve = _curve(fitted) if fitted.knows else None
    told = []
    for finding, row in zip(found, running, strict=True):
        points, note = _advice(curve, row, level) if curve else ([], HIDDEN)
        assert isinstance(finding.detail, PredictionDetail)
        detail = finding.detail.model_copy(update={"team": points, "team_note": note})
        told.append(finding.model_copy(update={"detail": detail}))
    return told


def _curve(fitted: Fitted) -> _Curve:
    """The unshrunk model; with a bend where that predicts projects better that were left out."""
    sizes = np.log([float(row.team_size) for row in fitted.rows])
    centre, square = float(sizes.mean()), float(sizes.var())
    if fitted.target.method == PLUS_MINUS:
        # Team size and complexity are not shrunk there, and the size is a logarithm already.
        return _Curve(fitted, fitted.model, centre, square, bends=False)
    model = OutcomeModel(unshrunk=("team_size", "complexity"))
    straight = _Curve(fitted, model, centre, square, bends=False)
    bent = replace(straight, bends=True)
    chosen = bent if bent.gain > straight.gain else straight
    model.fit(chosen.frame(fitted.rows), fitted.outcomes)
    return chosen


def _advice(curve: _Curve, row: Row, level: float) -> tuple[list[TeamPoint], str]:
    """The curve of one running project, and how to read it or why there is none."""
    rows = curve.fitted.rows
    alike = [one for one in rows if abs(one.complexity - row.complexity) <= WITHIN]
    count = f"{len(alike)} finished projects within {WITHIN} of its complexity"
    if len(alike) < NEEDED_ALIKE:
        return [], f"no comparable projects: {count}, {NEEDED_ALIKE} are needed"
    teams = [one.team_size for one in alike]
    low, high = np.percentile(teams, _ENDS)
    sizes = sorted({size for size in teams if low <= size <= high})
    if len(sizes) < 2:
        return [], f"comparable projects had teams of one size: {sizes[0]} ({count})"
    asked = [replace(row, team_size=size) for size in sizes]
    frame = curve.frame(asked, asked=True)
    middle = curve.model.predict(frame)
    ends = curve.model.predict_interval(frame, level)
    points = [
        TeamPoint(
            team=size,
            value=float(middle[place]),
            lo=float(ends[0][place]),
            hi=float(ends[1][place]),
            n=teams.count(size),
            seen=_seen(curve.fitted, size),
        )
        for place, size in enumerate(sizes)
    ]
    notes = [f"comparable: {count}"]
    if not low <= row.team_size <= high:
        notes.append(f"its own team of {row.team_size} is unlike theirs")
    return points, "; ".join([*notes, *_reading(curve, asked, level)])


def _seen(fitted: Fitted, size: int) -> float | None:
    """Mean outcome of all with a team of this size: geometric for durations and costs."""
    pairs = zip(fitted.rows, fitted.outcomes, strict=True)
    values = [outcome for row, outcome in pairs if row.team_size == size]
    if not values:
        return None
    if fitted.target.is_log:
        return math.exp(math.fsum(map(math.log, values)) / len(values))
    return math.fsum(values) / len(values)


def _reading(curve: _Curve, asked: Sequence[Row], level: float) -> list[str]:
    """What the step from the smallest to the largest team goes with, here and over all."""
    fitted, ends = curve.fitted, (asked[0], asked[-1])
    middle, low, high = curve.model.contrast(curve.frame(ends, asked=True), level)
    values = np.log(fitted.outcomes) if fitted.target.is_log else np.array(fitted.outcomes)
    plain = _slope(np.log([float(row.team_size) for row in fitted.rows]), values)
    plain *= math.log(ends[1].team_size / ends[0].team_size)
    step = f"from {ends[0].team_size} to {ends[1].team_size} people"
    is_log = fitted.target.is_log
    here = f"{_size(middle, is_log)} ({_end(low, is_log)} to {_end(high, is_log)})"
    notes = []
    if not low <= plain <= high:
        notes.append(
            f"{step}, finished projects in general differ by {_size(plain, is_log)}, projects "
            f"like this by {here}: complexity, and what else is known of them, explains the "
            "difference"
        )
    elif low <= 0 <= high:
        notes.append(f"{step} there is no clear difference")
    else:
        notes.append(f"{step} they differ by {here}")
    if curve.bends:
        notes.append("the curve bends, because that predicts projects better that were left out")
    if fitted.target.name == "cost":
        notes.append("in part that is arithmetic: people times days")
    notes.append("this is what was seen, not what another team would bring about")
    return notes


def _size(difference: float, is_log: bool) -> str:
    return f"a factor of {_end(difference, True)}" if is_log else f"{difference:+.0f} points"


def _end(difference: float, is_log: bool) -> str:
    return f"{math.exp(difference):.2f}" if is_log else f"{difference:+.0f}"


def _slope(x: Array, y: Array) -> float:
    """Least squares; 0 where ``x`` does not vary."""
    away = x - x.mean()
    square = float(away @ away)
    return float(away @ y) / square if square > 0 else 0.0


__all__ = ["HIDDEN", "NEEDED_ALIKE", "WITHIN", "with_teams"]
