"""Pieces that cannot be told from something else, and from what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from .cases import Case, name_of
from .judging import GRADES

_OVERLAP = 0.8
"""Jaccard index of two pieces' projects from which they cannot be told apart."""


def bundles(cases: Sequence[Case]) -> dict[str, tuple[str, ...]]:
    """Reference to all it cannot be told from, itself among them: nearly the same projects.

    Two of them belong together when the Jaccard index of their projects is 0.8 or more, each
    used by 5 projects at least; so do those that are so tied to one another.
    """
    users: dict[str, set[str]] = defaultdict(set)
    for case in cases:
        for reference in case.uses:
            users[reference].add(case.project)
    often = sorted(one for one, projects in users.items() if len(projects) >= GRADES[-1][1])
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
            if both >= _OVERLAP * len(users[one] | users[two]):
                group[root(two)] = root(one)
    members: dict[str, list[str]] = defaultdict(list)
    for one in often:
        members[root(one)].append(one)
    return {
        one: tuple(several) for several in members.values() if len(several) > 1 for one in several
    }
