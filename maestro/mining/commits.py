"""The rows of one repository, arranged once: for any number of projects, whatever their weeks.

Each distinct path is met once instead of once a change, and people are looked up once a commit.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field

from .activity import EARLIEST
from .base import Facts, Row
from .globs import is_made
from .people import Identities

ID, PARENTS, AUTHORED, COMMITTED, NAME, EMAIL, SUBJECT, COAUTHORS = 0, 1, 2, 3, 4, 5, 8, 9
"""Places of a commit's columns."""


@dataclass(slots=True)
class Commits:
    """Commits by their place in ``rows``, and paths with the commits that changed them."""

    identities: Identities
    cursor: str
    """The commit that was read up to."""
    rows: list[Row]
    """All commits, merges too."""
    judge: Callable[[str], bool] = is_made
    """Tells files that programs write, or that come from others, by their path."""
    place: dict[str, int] = field(default_factory=dict)
    """Commit to its place."""
    commits_of: dict[str, list[int]] = field(default_factory=dict)
    """Path to the places of the non-merge commits that changed it."""
    changes_of: dict[int, list[Row]] = field(default_factory=dict)
    """Place of a non-merge commit to its file changes."""
    person: dict[int, str] = field(default_factory=dict)
    """Place to the author, for people's non-merge commits; empty for nobody."""
    plain: set[int] = field(default_factory=set)
    """Non-merge commits."""
    bots: set[int] = field(default_factory=set)
    """Those of them by automata."""
    dated: set[int] = field(default_factory=set)
    """Those of them by people, with a usable author date."""
    made: dict[str, bool] = field(default_factory=dict)
    """Path to what ``judge`` said."""
    _generations: list[int] = field(default_factory=list)
    _chain: list[int] = field(default_factory=list)
    _by_time: list[tuple[int, str, int]] = field(default_factory=list)

    def is_made(self, path: str) -> bool:
        """True for files that programs write or that come from others."""
        known = self.made.get(path)
        if known is None:
            known = self.made[path] = self.judge(path)
        return known

    def chain(self) -> list[int]:
        """Places of the first-parent chain that ends at the cursor, oldest first."""
        if not self._chain:
            at = self.place.get(self.cursor)
            while at is not None:
                self._chain.append(at)
                parents = self.rows[at][PARENTS]
                at = self.place.get(parents[0]) if parents else None
            self._chain.reverse()
        return self._chain

    def authored(self, start: int, end: int) -> list[int]:
        """Places of ``dated`` commits authored from ``start`` up to ``end``, oldest first."""
        if not self._by_time:
            rows = self.rows
            self._by_time = sorted((rows[at][AUTHORED], rows[at][ID], at) for at in self.dated)
        ends = (bisect_left(self._by_time, (moment, "", 0)) for moment in (start, end))
        return [at for _, _, at in self._by_time[slice(*ends)]]

    def generations(self) -> list[int]:
        """Place to the length of the longest way to a root: parents have smaller numbers."""
        if not self._generations:
            self._generations = _generations(self.rows, self.place)
        return self._generations


def arrange(
    facts: Facts, identities: Identities, judge: Callable[[str], bool] = is_made
) -> Commits:
    """Arrange all rows of ``facts``; the same for rows in any order."""
    commits = Commits(identities, facts.cursor, facts.tables["commit"], judge)
    for at, row in enumerate(commits.rows):
        commits.place[row[ID]] = at
        if len(row[PARENTS]) <= 1:
            _add_commit(commits, at, row)
    _add_changes(commits, facts.tables["file_change"])
    return commits


def _add_commit(commits: Commits, at: int, row: Row) -> None:
    commits.plain.add(at)
    if commits.identities.is_bot(row[NAME], row[EMAIL]):
        commits.bots.add(at)
        return
    commits.person[at] = commits.identities.person(row[NAME], row[EMAIL])
    if row[AUTHORED] is not None and row[AUTHORED] >= EARLIEST:
        commits.dated.add(at)


def _add_changes(commits: Commits, changes: list[Row]) -> None:
    place, commits_of, changes_of = commits.place, commits.commits_of, commits.changes_of
    for row in changes:
        at = place.get(row[0])
        if at is None:
            continue
        listed = commits_of.get(row[1])
        if listed is None:
            commits_of[row[1]] = [at]
        else:
            listed.append(at)
        several = changes_of.get(at)
        if several is None:
            changes_of[at] = [row]
        else:
            several.append(row)


def _generations(rows: list[Row], place: dict[str, int]) -> list[int]:
    found = [0] * len(rows)
    for start in range(len(rows)):
        waiting = [start]
        while waiting:
            at = waiting[-1]
            if found[at]:
                waiting.pop()
                continue
            parents = [place[one] for one in rows[at][PARENTS] if one in place]
            missing = [one for one in parents if not found[one]]
            if missing:
                waiting += missing
            else:
                found[at] = 1 + max((found[one] for one in parents), default=0)
                waiting.pop()
    return found
