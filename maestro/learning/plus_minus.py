"""Adjusted plus-minus: one regression of success on what a project was and what it reused.

``success = covariates + class + team + quarter + sum over reused versions of (artifact +
version) + rest``, all at once, so that what a piece seems to add is not what good teams or easy
problems add. It is the idea of regularised adjusted plus-minus from team sports (Sill, "Improved
NBA adjusted +/- using regularization", 2010): many players, few games, line-ups that repeat.

Covariates are not shrunk, because shrinking them would leave confounding in (Hahn et al.,
"Regularization and confounding in linear regression for treatment effect estimation", Bayesian
Analysis 13, 2018); a team's mean number of reused pieces stands among them (Mundlak, "On the
pooling of time series and cross section data", Econometrica 46, 1978). Every other block is
shrunk by a spread learned from the data (:mod:`maestro.learning.blocks`). Process metrics are no
input: they carry part of what a piece does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from .blocks import Array, Blocks, Mixture, Posterior, mixed
from .cases import Case, Columns, level_of, name_of, teams_of
from .unsaid import Mask, unsaid_variances

LEAST = 3
"""Finished projects with different scores below which nothing is fitted."""
_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Effect:
    """What is known of one reference, in points of success."""

    reference: str
    effect: float
    lo: float
    hi: float
    """Ends of the 90 % interval."""
    p_helps: float
    """Probability that the effect is more than the margin above zero."""
    p_hurts: float
    """Probability that it is more than the margin below zero."""
    n: int
    """Projects of the fit that used this version."""
    teams: int
    """Distinct teams among them that are known."""
    clean: float
    """How many fair comparisons of with and without the evidence is worth, siblings included."""
    separable: float
    """0 (cannot be told from other columns) to 1 (not confounded)."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a project's waterfall, in points of success."""

    name: str
    kind: Literal["start", "covariates", "class", "team", "quarter", "artifact", "unexplained"]
    points: float
    lo: float | None = None
    hi: float | None = None


class PlusMinus:
    """The fitted regression.

    ``cases``: projects with a score, at least :data:`LEAST`, not all of the same score (see
    :meth:`can_fit`); their order does not matter. ``is_apart``: what all of them use is left out,
    because nothing tells it from the constant; its effect is 0 and as wide as before the data.
    """

    def __init__(
        self, cases: Iterable[Case], margin: float = 1.0, *, is_apart: bool = False
    ) -> None:
        self.cases = tuple(sorted(cases, key=lambda case: case.project))
        self.margin = margin
        success = np.array([case.success for case in self.cases], dtype=np.float64)
        self.mean, self.sd = float(success.mean()), float(success.std())
        self.columns = Columns.learn(self.cases, is_apart=is_apart)
        self.fit = Blocks(self.columns.blocks(self.cases), (success - self.mean) / self.sd)
        self.best = self.fit.fit()
        self.nodes, self.weights = self.fit.around(self.best)
        self._joint: dict[tuple[str, ...], tuple[float, float, float]] = {}

    @staticmethod
    def can_fit(cases: Sequence[Case]) -> bool:
        """Whether there is anything to learn: enough projects, and scores that differ."""
        scores = [case.success for case in cases if case.success is not None]
        return len(scores) == len(cases) >= LEAST and max(scores) - min(scores) > _TINY

    @cached_property
    def spreads(self) -> dict[str, tuple[float, float, float]]:
        """Block to how much its columns differ in effect: sd in points; ``noise`` is the rest.

        Mean and the ends of the 90 % interval, over the nodes of the spreads.
        """
        at = [{**node.taus, "noise": node.sigma} for node in self.nodes]
        return {
            name: self._told(self.sd * np.array([node[name] for node in at]))
            for name in at[0]
            if name != "free"
        }

    def _told(self, values: Array) -> tuple[float, float, float]:
        """Mean and the ends of the 90 % interval of what has one value per node."""
        order = np.argsort(values, kind="stable")
        held = np.cumsum(self.weights[order]) - self.weights[order] / 2
        mean = float(self.weights @ values)
        lo, hi = (float(np.interp(share, held, values[order])) for share in (0.05, 0.95))
        return mean, min(lo, mean), max(hi, mean)

    @cached_property
    def parts(self) -> dict[str, Array]:
        """The points that each kind of thing gives each project, in the order of ``cases``.

        covariates, class, team, quarter, artifact (its version with it), and ``noise``: what is
        left of the score. They are what the steps of :meth:`waterfall` sum up to.
        """
        sums = {
            block.name: self._rows[:, start : start + block.columns.shape[1]].sum(axis=1)
            for block in self.fit.blocks
            for start in [self.fit.place(block.name)]
        }
        nothing = np.zeros(len(self.cases))
        found = {
            "covariates": sums["free"] - self._rows[:, self.fit.place("free")],
            **{kind: sums[kind] for kind in ("class", "team", "quarter")},
            "artifact": sums.get("name", nothing) + sums.get("version", nothing),
        }
        scores = np.array([case.success for case in self.cases], dtype=np.float64)
        return {**found, "noise": scores - self.mean - self._rows.sum(axis=1)}

    def mixture(self, directions: Array) -> Mixture:
        """The distribution of ``c'w`` in points of success for rows c of ``directions``."""
        found = mixed(self.nodes, self.weights, directions)
        return Mixture(found.means * self.sd, found.sds * self.sd, found.weights)

    def direction(self, *references: str) -> Array:
        """The row c whose ``c'w`` is the effect of using these references together."""
        row = np.zeros(len(self.best.mean))
        if not self.columns.versions:
            return row
        at_name, at_version = self.fit.place("name"), self.fit.place("version")
        for name in {name_of(reference) for reference in references}:
            if name in self.columns.names:
                row[at_name + self.columns.names.index(name)] = 1.0
        for reference in references:
            if reference in self.columns.versions:
                row[at_version + self.columns.versions.index(reference)] = 1.0
        return row

    def effects(self, references: Iterable[str]) -> list[Effect]:
        """What is known of each reference, sorted; 0 with a wide interval where nobody used it.

        A version that no project used has its artifact's effect with the spread between
        versions on top.
        """
        wanted = sorted(set(references))
        if not wanted:
            return []
        directions = np.array([self.direction(reference) for reference in wanted])
        found = mixed(self.nodes, self.weights, directions)
        more = np.array([[self._unseen(ref, node) for ref in wanted] for node in self.nodes])
        sds = np.sqrt(found.sds**2 + more)
        points = Mixture(found.means * self.sd, sds * self.sd, found.weights)
        tails = points.quantile(0.05), points.quantile(0.95)
        ends = zip(points.mean, *tails, strict=True)
        helps = points.above(self.margin)
        hurts = points.below(-self.margin)
        clean = self._clean(directions)
        return [
            self._effect(reference, at, (float(helps[k]), float(hurts[k])), float(clean[k]))
            for k, (reference, at) in enumerate(zip(wanted, ends, strict=True))
        ]

    def joint(self, references: Sequence[str]) -> tuple[float, float, float]:
        """Effect of using all of these together, with the ends of its 90 % interval, in points."""
        key = tuple(sorted(set(references)))
        if key not in self._joint:
            points = self.mixture(self.direction(*key)[None, :])
            ends = points.quantile(0.05), points.quantile(0.95)
            self._joint[key] = float(points.mean[0]), float(ends[0][0]), float(ends[1][0])
        return self._joint[key]

    def worth(self, references: Sequence[str]) -> float:
        """How many fair comparisons the evidence on using all of these together is worth."""
        direction = self.direction(*references)
        variances = [
            np.full(block.columns.shape[1], self.best.taus[block.name] ** 2)
            for block in self.fit.blocks
        ]
        prior = direction**2 @ np.concatenate(variances)
        return float(self._gained(direction[None, :], np.array([prior]))[0])

    def users(self, reference: str) -> list[Case]:
        """The projects of the fit that used this very reference."""
        return [case for case in self.cases if reference in case.uses]

    def waterfall(self, project: str) -> list[Step]:
        """From the start to the project's score: the points of all steps add up to it.

        In a linear model with these inputs they are its Shapley values, up to the choice of
        the start (Lundberg and Lee, 2017, corollary 1). Pieces carry their interval.
        """
        place = [case.project for case in self.cases].index(project)
        case = self.cases[place]
        constant = float(self._rows[place, self.fit.place("free")])
        sums = {kind: float(points[place]) for kind, points in self.parts.items()}
        steps = [
            Step("start", "start", self.mean + constant),
            Step("complexity, team size, time, usual reuse", "covariates", sums["covariates"]),
            Step(case.problem_class, "class", sums["class"]),
            Step(case.team, "team", sums["team"]),
            Step(case.quarter, "quarter", sums["quarter"]),
        ]
        for name in sorted({name_of(reference) for reference in case.uses}):
            versions = sorted(one for one in case.uses if name_of(one) == name)
            effect, lo, hi = self.joint(versions)
            steps.append(Step(", ".join(versions), "artifact", effect, lo, hi))
        assert case.success is not None
        rest = case.success - sum(step.points for step in steps)
        return [*steps, Step("unexplained", "unexplained", rest)]

    @cached_property
    def _rows(self) -> Array:
        """Points that each column gives each project, projects x columns."""
        weights = self.weights @ np.array([node.mean for node in self.nodes])
        rows: Array = self.fit.columns * weights * self.sd
        return rows

    def rows(self, cases: Sequence[Case], unknown: Mask | None = None) -> Array:
        """New projects as columns of the fit; ``unknown`` ones count as among its projects."""
        kept = {block.name for block in self.fit.blocks}
        blocks = self.columns.blocks(cases)
        rows = np.hstack([block.columns for block in blocks if block.name in kept])
        return rows if unknown is None else np.where(unknown, self.fit.columns.mean(axis=0), rows)

    def predict(self, cases: Sequence[Case], unknown: Mask | None = None) -> Mixture:
        """The score of new projects, in points; a level that was not seen adds its spread.

        ``unknown``: which of the columns (cases x columns) are not known of a case.
        """
        found = mixed(self.nodes, self.weights, self.rows(cases, unknown))
        more = np.array([[self._strange(case, node) for case in cases] for node in self.nodes])
        if unknown is not None:
            more = more + unsaid_variances(self.fit.columns, unknown, self.nodes)
        sds = np.sqrt(found.sds**2 + more)
        return Mixture(self.mean + found.means * self.sd, sds * self.sd, found.weights)

    def _strange(self, case: Case, node: Posterior) -> float:
        """Variance of what the fit cannot know of a case: noise, and levels it never saw."""
        more = node.sigma**2
        for kind, levels in self.columns.levels.items():
            if level_of(case, kind) not in levels:
                more += node.taus[kind] ** 2
        return more + sum(self._unseen(reference, node) for reference in case.uses)

    def _unseen(self, reference: str, node: Posterior) -> float:
        if reference in self.columns.versions or "version" not in node.taus:
            return 0.0
        own = 0.0 if name_of(reference) in self.columns.names else node.taus["name"] ** 2
        return own + node.taus["version"] ** 2

    def _clean(self, directions: Array) -> Array:
        if "name" not in self.best.taus:
            return np.zeros(len(directions))
        prior = self.best.taus["name"] ** 2 + self.best.taus["version"] ** 2
        return self._gained(directions, np.full(len(directions), prior))

    def _gained(self, directions: Array, prior: Array) -> Array:
        """sigma^2 (1/V - 1/prior variance) at the most likely spreads, V the posterior one."""
        variance = self.best.along(directions)[1]
        with np.errstate(divide="ignore"):
            gained = np.where(variance > 0, 1 / variance - 1 / prior, 0.0)
        found: Array = np.maximum(self.best.sigma**2 * gained, 0.0)
        return found

    def _effect(
        self,
        reference: str,
        ends: tuple[float, float, float],
        chances: tuple[float, float],
        clean: float,
    ) -> Effect:
        users = self.users(reference)
        name = name_of(reference)
        of_name = sum(any(name_of(one) == name for one in case.uses) for case in self.cases)
        fair = of_name * (1 - of_name / len(self.cases))
        effect, lo, hi = (float(value) for value in ends)
        return Effect(
            reference=reference,
            effect=effect,
            lo=min(lo, effect),
            hi=max(hi, effect),
            p_helps=chances[0],
            p_hurts=chances[1],
            n=len(users),
            teams=teams_of(users),
            clean=clean,
            separable=min(1.0, max(0.0, clean / fair)) if fair > 0 else 0.0,
        )
