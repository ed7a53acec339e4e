"""Impact by problem class: where a piece does more, or less, than elsewhere.

A second fit of the plus-minus with one block more: a piece in a class, with a spread of its own.
A piece's effect in a class is piece + version + piece in that class. Where nothing shows that
pieces differ between classes, that spread is small and a class is told what all classes have
taught; where they do, each class is drawn toward its own projects (partial pooling: Gelman and
Hill, "Data Analysis Using Regression and Multilevel/Hierarchical Models", 2007, chapter 13).
The effects over all classes stay those of the first fit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from maestro.schema.details import NOT_ENOUGH
from maestro.schema.learned import ClassImpact

from .blocks import Array, Block, HalfCauchy, Mixture, Spread
from .cases import Case, name_of
from .confounding import LEAST_USERS, same_as_group
from .judging import GRADES, NEEDED, doubt_of, few, rounded_down, verdict_of, worth_little
from .kernels import Kernels, Setting
from .plus_minus import PlusMinus

SCALE = 0.10
"""Of the half-Cauchy prior of the spread between classes, in sd of success: as for versions."""
_IN_CLASS = "piece in class"
FAIR = GRADES[-1][2]
"""Fair comparisons that a number needs."""
_NOTHING: dict[str, Any] = {"value": None, "lo": None, "hi": None}


@dataclass(frozen=True, slots=True)
class Users:
    """The projects of one class, seen from one reference."""

    reference: str
    problem_class: str
    n: int
    """Projects of the class that used it."""
    teams: int
    """Distinct teams among them."""
    fair: float
    """Comparisons of with and without inside the class, were they perfectly fair: n (1 - n/N)."""


def class_impacts(model: PlusMinus, references: Iterable[str]) -> dict[str, list[ClassImpact]]:
    """Reference to its impact in each class that has users of it, those with the most first.

    A number needs within the class what the grade *weak* needs: projects, teams, and fair
    comparisons, of which there are never more than users and others of the class make.
    """
    users = _users(model.cases, set(references))
    doubts = {one: _doubt(one, model.cases) for one in users}
    asked = [one for one in users if not doubts[one]]
    known = _Fit(model).judged(asked) if asked else {}
    found: dict[str, list[ClassImpact]] = defaultdict(list)
    for one in sorted(users, key=lambda one: (one.reference, -one.n, one.problem_class)):
        more = known.get(one) or {"label": NOT_ENOUGH, "reason": doubts[one]}
        made = ClassImpact(problem_class=one.problem_class, n=one.n, **(_NOTHING | more))
        found[one.reference].append(made)
    return dict(found)


def _users(cases: Sequence[Case], references: set[str]) -> list[Users]:
    size: dict[str, int] = defaultdict(int)
    teams: dict[tuple[str, str], list[str]] = defaultdict(list)
    for case in cases:
        size[case.problem_class] += 1
        for reference in case.uses & references:
            teams[reference, case.problem_class].append(case.team)
    return [
        Users(ref, kind, len(used), len(set(used)), len(used) * (1 - len(used) / size[kind]))
        for (ref, kind), used in sorted(teams.items())
    ]


def _doubt(one: Users, cases: Sequence[Case]) -> str:
    """Why the counts alone allow no number; empty where they do."""
    if len(cases) < NEEDED:
        return few(cases)
    if len({case.problem_class for case in cases}) < 2:
        return "every finished project is of this class, so it has no effect of its own"
    within = [case for case in cases if case.problem_class == one.problem_class]
    group = same_as_group(within, one.reference)
    doubt = doubt_of((one.n, one.fair, one.teams), within, group)
    if one.n >= LEAST_USERS and one.fair < FAIR and one.n < len(within):
        return (
            f"{one.n} of the {len(within)} finished projects of the class used it, which leaves "
            f"{rounded_down(one.fair)} fair comparisons, at least {FAIR:g} are needed"
        )
    return doubt


class _Fit:
    """The second fit; it starts from the spreads of the first."""

    def __init__(self, model: PlusMinus) -> None:
        self.model = model
        blocks = [
            replace(block, spread=replace(block.spread, start=model.best.taus[block.name]))
            for block in model.fit.blocks
        ]
        self.pairs = sorted(
            {(name_of(ref), case.problem_class) for case in model.cases for ref in case.uses}
        )
        blocks.append(Block(_IN_CLASS, self._columns(), Spread(SCALE, HalfCauchy(SCALE))))
        self.kernels = Kernels(blocks, model.fit.y)
        self.best = self.kernels.fit()
        self.nodes, self.weights = self.kernels.around(self.best)

    def _columns(self) -> Array:
        place = {pair: k for k, pair in enumerate(self.pairs)}
        found = np.zeros((len(self.model.cases), len(place)))
        for row, case in enumerate(self.model.cases):
            for reference in case.uses:
                found[row, place[name_of(reference), case.problem_class]] = 1.0
        return found

    def judged(self, asked: Sequence[Users]) -> Mapping[Users, dict[str, Any]]:
        """Effect, ends of its 90 % interval and verdict, or why the evidence is not enough."""
        directions = np.array([self._direction(one) for one in asked])
        raw = self.kernels.mixed(self.nodes, self.weights, directions)
        points = Mixture(raw.means * self.model.sd, raw.sds * self.model.sd, raw.weights)
        ends = np.array([points.quantile(0.05), points.mean, points.quantile(0.95)])
        helps = points.above(self.model.margin)
        hurts = points.below(-self.model.margin)
        clean = self._clean(directions)
        found: dict[Users, dict[str, Any]] = {}
        for k, one in enumerate(asked):
            # Projects and teams are enough; the model may still tell little from them.
            if clean[k] < FAIR:
                found[one] = {"label": NOT_ENOUGH, "reason": worth_little(float(clean[k]))}
                continue
            lo, effect, hi = (float(value) for value in ends[:, k])
            verdict = verdict_of(float(helps[k]), float(hurts[k]))
            ends_of = {"lo": min(lo, effect), "hi": max(hi, effect)}
            found[one] = {"value": effect, **ends_of, "label": verdict}
        return found

    def _direction(self, one: Users) -> Array:
        own = np.zeros(len(self.pairs))
        own[self.pairs.index((name_of(one.reference), one.problem_class))] = 1.0
        return np.concatenate([self.model.direction(one.reference), own])

    def _clean(self, directions: Array) -> Array:
        """Fair comparisons as in the first fit, at the most likely spreads of the second."""
        best: Setting = self.best
        variance = self.kernels.along(best, directions)[1]
        prior = sum(best.taus[name] ** 2 for name in ("name", "version", _IN_CLASS))
        with np.errstate(divide="ignore"):
            gained = np.where(variance > 0, 1 / variance - 1 / prior, 0.0)
        found: Array = np.maximum(best.sigma**2 * gained, 0.0)
        return found


__all__ = ["SCALE", "Users", "class_impacts"]
