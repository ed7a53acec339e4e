"""Pieces that cannot be told from something else, and from what."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .blocks import Array
from .cases import Case, level_of, name_of
from .plus_minus import Effect, PlusMinus

LEAST_USERS = 5
"""Projects that used a piece, below which nothing is said of it."""
_OVERLAP = 0.8
"""Jaccard index of two sets of projects from which they are nearly the same."""
_SAME_GROUP = 0.6
"""The same between the users of a piece and a class or team: mostly the same projects."""
_FAIR = 12
"""Fair comparisons inside classes, or teams, from which a piece can be told from them."""
_ENTANGLED = 0.15
"""What ``separable`` is below where a piece can hardly be told from other columns."""
_CORRELATED = -0.3
"""Posterior correlation of two effects from which one grows where the other shrinks."""
_PARTNERS = 3


def overlap(both: int, one: int, two: int, every: int) -> float:
    """How much two sets are the same, 0 to 1: the smaller Jaccard index, of them and of the rest.

    ``both``, ``one``, ``two``, ``every``: sizes of what is in both, in each, and of all. Two
    pieces that nearly all projects use share most users by chance; those without them tell.
    """
    joined = one + two - both
    rest, without = every - joined, every - both
    return min(both / joined if joined else 1.0, rest / without if without else 1.0)


def bundles(cases: Sequence[Case]) -> dict[str, tuple[str, ...]]:
    """Reference to all it cannot be told from, itself among them: nearly the same projects.

    Two of them belong together when the Jaccard index of their projects is 0.8 or more, and so
    is that of the projects without them, each used by 5 projects at least; so do those that are
    so tied to one another.
    """
    users: dict[str, set[str]] = defaultdict(set)
    for case in cases:
        for reference in case.uses:
            users[reference].add(case.project)
    often = sorted(one for one, projects in users.items() if len(projects) >= LEAST_USERS)
    group = {one: one for one in often}

    def root(one: str) -> str:
        """The piece that stands for the group of one piece."""
        while group[one] != one:
            one = group[one]
        return one

    for at, one in enumerate(often):
        for two in often[at + 1 :]:
            if name_of(one) == name_of(two):
                continue
            both = len(users[one] & users[two])
            if overlap(both, len(users[one]), len(users[two]), len(cases)) >= _OVERLAP:
                group[root(two)] = root(one)
    members: dict[str, list[str]] = defaultdict(list)
    for one in often:
        members[root(one)].append(one)
    return {
        one: tuple(several) for several in members.values() if len(several) > 1 for one in several
    }


def same_as_group(cases: Sequence[Case], reference: str) -> str:
    """The class or team whose projects are mostly those that used the piece; empty if none.

    Its users are those of this version, and those of any version. Mostly: the Jaccard index of
    users and group is 0.6 or more, and so is that of the rest, and inside classes (teams) fewer
    than 12 fair comparisons of with and without are left, the sum of n (1 - n/N). Such a piece
    takes the credit of its class or team: where only that one differed from the others, 15 to
    27 % of pieces without an effect were called helpful or harmful, up to 62 % for a team.
    """
    name = name_of(reference)
    own = [case for case in cases if reference in case.uses]
    of_any = [case for case in cases if any(name_of(one) == name for one in case.uses)]
    return group_of(cases, own) or group_of(cases, of_any)


def group_of(cases: Sequence[Case], users: Sequence[Case]) -> str:
    """The class or team that these cases mostly are (see :func:`same_as_group`); empty if none."""
    for kind in ("class", "team"):
        sizes = Counter(level_of(case, kind) for case in cases)
        among = Counter(level_of(case, kind) for case in users)
        if sum(n * (1 - n / sizes[level]) for level, n in among.items()) >= _FAIR:
            continue
        for level, both in sorted(among.items()):
            if overlap(both, len(users), sizes[level], len(cases)) >= _SAME_GROUP:
                return f"the {kind} {level}"
    return ""


@dataclass(frozen=True, slots=True)
class Confounded:
    """What a piece can hardly be told from."""

    together: tuple[str, ...] = ()
    """References whose joint effect is known better, the piece among them."""
    others: tuple[str, ...] = ()
    """Other references, classes and teams in words, the most entangled first."""
    is_bundle: bool = False
    """Nearly the same projects used them all."""


def confounded(model: PlusMinus, effects: Sequence[Effect]) -> dict[str, Confounded]:
    """Reference to what it can hardly be told from, where there is such a thing.

    Bundles, and pieces whose ``separable`` is below 0.15. Of the latter, those other effects are
    named that the fit trades against theirs: a posterior correlation of -0.3 or less. The joint
    effect is of the pieces among them that at least 5 projects used all together.
    """
    found = {
        one: Confounded(several, tuple(ref for ref in several if ref != one), is_bundle=True)
        for one, several in bundles(model.cases).items()
    }
    hidden = [
        effect.reference
        for effect in effects
        if effect.n >= LEAST_USERS
        and effect.separable < _ENTANGLED
        and effect.reference not in found
    ]
    if hidden:
        labels, directions = _columns(model)
        for reference in hidden:
            if partners := _partners(model, reference, labels, directions):
                found[reference] = _joined(model, reference, partners)
    return found


def _columns(model: PlusMinus) -> tuple[list[tuple[str, str]], Array]:
    """What a piece may be taken for: (kind, name) of references, classes, teams; their rows."""
    labels = [("piece", reference) for reference in model.columns.versions]
    rows = [model.direction(reference) for reference in model.columns.versions]
    for kind in ("class", "team"):
        for place, level in enumerate(model.columns.levels[kind]):
            row = np.zeros(len(model.best.mean))
            row[model.fit.place(kind) + place] = 1.0
            labels.append((kind, level))
            rows.append(row)
    return labels, np.array(rows)


def _partners(
    model: PlusMinus, reference: str, labels: Sequence[tuple[str, str]], directions: Array
) -> list[tuple[str, str]]:
    own = model.direction(reference)
    shared = directions @ (model.best.cov @ own)
    spread = np.sqrt(model.best.along(directions)[1] * model.best.along(own[None, :])[1])
    near = [
        (float(correlation), label)
        for correlation, label in zip(shared / np.maximum(spread, 1e-300), labels, strict=True)
        if correlation <= _CORRELATED
        and not (label[0] == "piece" and name_of(label[1]) == name_of(reference))
    ]
    # Rounded, so that equals stand in the order of their names on every machine.
    near.sort(key=lambda one: (round(one[0], 6), one[1]))
    return [label for _, label in near[:_PARTNERS]]


def _joined(model: PlusMinus, reference: str, partners: Sequence[tuple[str, str]]) -> Confounded:
    together = [reference]
    for kind, name in partners:
        wanted = {*together, name}
        if kind == "piece" and sum(wanted <= case.uses for case in model.cases) >= LEAST_USERS:
            together.append(name)
    others = tuple(name if kind == "piece" else f"the {kind} {name}" for kind, name in partners)
    return Confounded(tuple(sorted(together)) if len(together) > 1 else (), others)


__all__ = [
    "LEAST_USERS", "Confounded", "bundles", "confounded", "group_of", "overlap", "same_as_group",
]  # fmt: skip
