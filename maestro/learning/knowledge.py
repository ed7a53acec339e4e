"""What the model of the success score knows: what projects differ by, and a check on itself.

The check is a placebo: what projects reuse is shuffled among like projects, so that no piece can
matter, and the verdicts that are given all the same are counted. It shows what noise does; a
reason that nobody wrote down is shuffled away as well and does not show.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from maestro.schema.learned import BlockSpread, Difference

from .cases import Case, cases_of
from .judging import NEEDED, Rule, judge
from .plus_minus import PlusMinus
from .table import Table

RUNS = 6
"""Shuffles of the placebo."""
SEED = 0
_LEAST_MATES = 3
"""Like projects that a shuffle needs: two would often get their own pieces back."""
_NAMES = {"name": "artifact"}
NO_USAGE = "no project lists what it reuses"


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is known; None and empty below :data:`.judging.NEEDED` scored projects."""

    spreads: tuple[BlockSpread, ...]
    """From one team, class, piece to another, largest first; without what cannot differ."""
    placebo_verdicts: float | None
    """Verdicts in one shuffle, on average; None where all reuse the same, such as nothing."""
    placebo_runs: int | None
    usage_known: float | None
    """Share of finished projects whose record lists what they reuse; None without any."""
    differences: tuple[Difference, ...] = ()
    """What projects differ by, largest first; without what cannot differ."""

    def fields(self) -> dict[str, Any]:
        """The same as fields of a model's detail."""
        return {
            "differences": list(self.differences),
            "spreads": list(self.spreads),
            "placebo_verdicts": self.placebo_verdicts,
            "placebo_runs": self.placebo_runs,
            "usage_known": self.usage_known,
        }


def knowledge(table: Table, rule: Rule | None = None) -> Knowledge:
    """What the model of the success score knows about the finished projects of a table.

    Random numbers: the shuffles of the placebo, from a fixed seed.
    """
    finished = table.finished
    listed = sum(bool(row.uses) for row in finished) / len(finished) if finished else None
    cases = cases_of(table.scored)
    rule = rule or Rule()
    if len(cases) < NEEDED or not PlusMinus.can_fit(cases):
        return Knowledge((), None, None, listed)
    model = PlusMinus(cases, rule.margin, is_apart=True)
    if len({case.uses for case in cases}) < 2:
        return Knowledge(_spreads(model), None, None, listed, _differences(model))
    counts = [_verdicts(shuffled(cases, SEED + run), rule) for run in range(RUNS)]
    placebo = sum(counts) / RUNS
    return Knowledge(_spreads(model), placebo, RUNS, listed, _differences(model))


def placebo_notes(known: Knowledge) -> list[str]:
    """Why the check on the model could not be made, though there are enough projects for it."""
    if known.placebo_runs is not None or not known.spreads:
        return []
    same = "all projects reuse the same" if known.usage_known else NO_USAGE
    return [f"verdicts that are chance: not measured: {same}"]


def _differs(model: PlusMinus) -> dict[str, bool]:
    """Kind of thing to whether projects can differ by it."""
    columns = model.columns
    differs = {kind: len(levels) > 1 for kind, levels in columns.levels.items()}
    # With one version of everything a version cannot be told from its piece.
    versions = len(columns.versions) > len(columns.names)
    return differs | {"artifact": bool(columns.names), "version": versions}


def _spreads(model: PlusMinus) -> tuple[BlockSpread, ...]:
    differs = _differs(model)
    found = [
        BlockSpread(name=name, points=points, lo=lo, hi=hi)
        for block, (points, lo, hi) in model.spreads.items()
        for name in [_NAMES.get(block, block)]
        if differs.get(name, True)
    ]
    return tuple(sorted(found, key=lambda one: (-one.points, one.name)))


def _differences(model: PlusMinus) -> tuple[Difference, ...]:
    differs = _differs(model)
    found = [
        Difference(name=name, points=float(points.std()))
        for name, points in model.parts.items()
        if differs.get(name, True)
    ]
    return tuple(sorted(found, key=lambda one: (-one.points, one.name)))


def _verdicts(cases: Sequence[Case], rule: Rule) -> int:
    used = {reference for case in cases for reference in case.uses}
    return sum(one.verdict in ("helps", "hurts") for one in judge(cases, used, rule))


def shuffled(cases: Sequence[Case], seed: int) -> list[Case]:
    """The cases, each with all that another one like it reuses.

    Alike are those of one class and one band of complexity (1-2, 3-4, ...); where fewer than 3
    are, those left over of one class; then all that are still left over.
    """
    dice = np.random.default_rng(seed)
    found = sorted(cases, key=lambda case: case.project)
    left = list(range(len(found)))
    steps: list[Callable[[Case], Hashable]] = [
        lambda case: (case.problem_class, _band(case)),
        lambda case: case.problem_class,
        lambda case: "",
    ]
    uses = [case.uses for case in found]
    for key in steps:
        groups: dict[Hashable, list[int]] = defaultdict(list)
        for place in left:
            groups[key(found[place])].append(place)
        left = []
        for members in groups.values():
            if len(members) < _LEAST_MATES:
                left += members
                continue
            for place, giver in zip(members, dice.permutation(members), strict=True):
                uses[place] = found[giver].uses
    return [replace(case, uses=taken) for case, taken in zip(found, uses, strict=True)]


def _band(case: Case) -> int:
    return -1 if case.complexity is None else int((case.complexity - 1) // 2)


__all__ = ["NO_USAGE", "RUNS", "Knowledge", "knowledge", "placebo_notes", "shuffled"]
