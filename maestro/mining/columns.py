"""How columns of facts are written so that they pack well, and how they are read back.

An id is 20 bytes that nothing can shrink, and in plain rows it would stand three times: as
the commit, as a parent and beside each file. Here a parent is its distance from the child,
and a file's commit its distance from the file before it. A commit time is its distance from
the author's time, nearly always 0. Only ids of the same member are replaced so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .base import Row

Columns = list[Any]
_NOBODY: list[str] = []
"""The co-authors of nearly every commit: one list for all of them, which nobody changes."""


def packed(kind: str, listed: Columns, start: int, places: Mapping[str, int]) -> Columns:
    """The columns of one line as they are written.

    ``places`` gives each commit of the member its place; ``start`` is the place of the line's
    first row.
    """
    if kind == "commit":
        parents = [
            [places[one] - here if one in places else one for one in several]
            for here, several in enumerate(listed[1], start)
        ]
        return [listed[0], parents, listed[2], _apart(listed[2], listed[3]), *listed[4:]]
    if kind == "file_change":
        return [_steps(listed[0], places), *listed[1:]]
    return listed


def unpack(kind: str, listed: Columns, ids: list[str]) -> None:
    """Undo :func:`packed` in place, but for parents; ``ids`` collects the member's commits."""
    if kind == "commit":
        ids += listed[0]
        listed[3] = _together(listed[2], listed[3])
        listed[9] = [several or _NOBODY for several in listed[9]]
    elif kind == "file_change":
        at = 0
        commits = []
        for step in listed[0]:
            if type(step) is int:
                at += step
                commits.append(ids[at])
            else:
                commits.append(step)
        listed[0] = commits


def link(commits: list[Row], ids: Sequence[str]) -> None:
    """Put the ids of parents back, once every commit of the member is known."""
    for here, row in enumerate(commits):
        parents = row[1]
        for number, one in enumerate(parents):
            if type(one) is int:
                if not 0 <= here + one < len(ids):
                    raise IndexError("a parent outside the member")
                parents[number] = ids[here + one]


def _steps(commits: Sequence[str], places: Mapping[str, int]) -> list[int | str]:
    steps: list[int | str] = []
    at = 0
    for commit in commits:
        place = places.get(commit)
        if place is None:
            steps.append(commit)
        else:
            steps.append(place - at)
            at = place
    return steps


def _apart(authored: Sequence[int | None], committed: Sequence[int | None]) -> list[int | None]:
    pairs = zip(authored, committed, strict=True)
    return [late if late is None else late - (early or 0) for early, late in pairs]


def _together(authored: Sequence[int | None], committed: Sequence[int | None]) -> list[int | None]:
    pairs = zip(authored, committed, strict=True)
    return [_later(early, apart) for early, apart in pairs]


def _later(early: int | None, apart: int | None) -> int | None:
    if apart is None:
        return None
    # Nearly always the two are the same moment: then they are one number in memory, too.
    return early if apart == 0 and early is not None else apart + (early or 0)
