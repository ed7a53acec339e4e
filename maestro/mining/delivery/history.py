"""Which commits are new in one deployment since another: ancestry from commit facts alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from heapq import heappop, heappush

from maestro.mining.base import Row
from maestro.schema.facts import columns

_PLACES = {name: at for at, name in enumerate(columns("commit"))}
_ID, _PARENTS, _SUBJECT = _PLACES["id"], _PLACES["parents"], _PLACES["subject"]
_AUTHORED, _COMMITTED = _PLACES["authored"], _PLACES["committed"]
_NEW, _OLD = 1, 2


@dataclass(frozen=True, slots=True)
class CommitFacts:
    """What delivery needs to know of one commit; times in seconds since 1970."""

    id: str
    parents: tuple[str, ...]
    authored: int | None
    committed: int | None
    subject: str


class History:
    """The commits of one repository, walked once; then each question costs what it finds."""

    def __init__(self, rows: Iterable[Row] = (), head: str = "") -> None:
        """``rows`` are facts of kind commit, in any order; ``head`` the branch's last commit.

        Without a head it is the commit that is nobody's parent, of several the youngest.
        """
        self._rows = {row[_ID]: row for row in rows}
        self._head = head

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, id_: str) -> bool:
        return id_ in self._rows

    def commit(self, id_: str) -> CommitFacts | None:
        """What is known of a commit; None when it is not in the history."""
        row = self._rows.get(id_)
        if row is None:
            return None
        return CommitFacts(
            id_, tuple(row[_PARENTS]), row[_AUTHORED], row[_COMMITTED], row[_SUBJECT]
        )

    def commits(self) -> Iterable[CommitFacts]:
        """All commits, by id."""
        return filter(None, map(self.commit, sorted(self._rows)))

    @cached_property
    def _heights(self) -> dict[str, int]:
        """Commit to the length of the longest way down from it: a parent is always lower."""
        heights: dict[str, int] = {}
        for start in self._rows:
            waiting = [start]
            while waiting:
                id_ = waiting[-1]
                if id_ in heights:
                    waiting.pop()
                    continue
                parents = [one for one in self._rows[id_][_PARENTS] if one in self._rows]
                unknown = [one for one in parents if one not in heights]
                if unknown:
                    waiting += unknown
                else:
                    heights[id_] = 1 + max((heights[one] for one in parents), default=0)
                    waiting.pop()
        return heights

    def new_in(self, head: str, since: str) -> list[str] | None:
        """Commits that ``head`` holds and ``since`` does not, as ``git log since..head``.

        None when one of them is not in the history. The walk goes from the top down on both
        sides at once and ends where nothing new can lie below.
        """
        if head not in self._rows or since not in self._rows:
            return None
        heights, colours = self._heights, {head: _NEW}
        colours[since] = colours.get(since, 0) | _OLD
        queue: list[tuple[int, str]] = []
        for id_ in colours:
            heappush(queue, (-heights[id_], id_))
        waiting_new = sum(colour == _NEW for colour in colours.values())
        found = []
        while waiting_new:
            _, id_ = heappop(queue)
            colour = colours[id_]
            if colour == _NEW:
                waiting_new -= 1
                found.append(id_)
            for parent in self._rows[id_][_PARENTS]:
                if parent not in self._rows:
                    continue
                before = colours.get(parent, 0)
                after = before | (colour & _OLD or _NEW)
                if not before:
                    heappush(queue, (-heights[parent], parent))
                waiting_new += (after == _NEW) - (before == _NEW)
                colours[parent] = after
        return found

    def branch_of(self, merge: str) -> list[CommitFacts]:
        """The commits that a merge brought: in its other parents, not in its first.

        Empty for a commit with one parent: of a squashed branch nothing is left.
        """
        top = self.commit(merge)
        if top is None:
            return []
        found: set[str] = set()
        for parent in top.parents[1:]:
            found.update(self.new_in(parent, top.parents[0]) or ())
        return [one for one in map(self.commit, sorted(found)) if one]

    def chain(self) -> list[CommitFacts]:
        """The branch's own line, first parents from its head down, newest first."""
        line, at = [], self.commit(self._head) or self._youngest()
        while at is not None:
            line.append(at)
            at = self.commit(at.parents[0]) if at.parents else None
        return line

    def landings(self) -> dict[str, CommitFacts]:
        """Commit to the one of :meth:`chain` that brought it: itself, or a merge."""
        found = {}
        for one in self.chain():
            found[one.id] = one
            found.update((brought.id, one) for brought in self.branch_of(one.id))
        return found

    def _youngest(self) -> CommitFacts | None:
        inner = {parent for row in self._rows.values() for parent in row[_PARENTS]}
        tops = [one for one in self.commits() if one.id not in inner]
        return max(tops, key=lambda one: (one.committed or 0, one.id), default=None)
