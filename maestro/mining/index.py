"""The rows of one repository, arranged once so that any number of scopes can be counted.

Each distinct path is met once instead of once a change, people are looked up once a commit,
and what a scope needs of the whole history are set operations over commits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from .activity import EARLIEST, Period, week_start
from .base import Facts, Row
from .globs import is_made
from .people import Identities, split_trailer

ID, PARENTS, AUTHORED, COMMITTED, NAME, EMAIL, SUBJECT, COAUTHORS = 0, 1, 2, 3, 4, 5, 8, 9
"""Places of a commit's columns."""


@dataclass(frozen=True, slots=True)
class Recent:
    """One commit by a person, up to ``as_of`` and not before the window."""

    place: int
    """Its place."""
    week: int
    """Start of its week."""
    person: str
    """Its author; empty for nobody."""
    others: frozenset[str]
    """Co-authors besides the author."""


@dataclass(slots=True)
class Tally:
    """What these commits did to one path that people write."""

    name: str
    """The file's last known path: renames are followed."""
    weekly: dict[int, list[int]] = field(default_factory=dict)
    """Start of the week to lines added and lines deleted."""
    people: Counter[str] = field(default_factory=Counter)
    """Person to lines added and deleted in the window's full weeks."""


@dataclass(slots=True)
class Index:
    """Commits by their place in ``rows``, and paths with the commits that changed them."""

    period: Period
    identities: Identities
    cursor: str
    """The commit that was read up to."""
    rows: list[Row]
    """All commits, merges too."""
    place: dict[str, int] = field(default_factory=dict)
    """Commit to its place."""
    commits_of: dict[str, list[int]] = field(default_factory=dict)
    """Path to the places of the non-merge commits that changed it."""
    judge: Callable[[str], bool] = is_made
    """Tells files that programs write, or that come from others, by their path."""
    made: dict[str, bool] = field(default_factory=dict)
    """Path to what ``judge`` said."""
    person: dict[int, str] = field(default_factory=dict)
    """Place to the author, for people's commits up to ``as_of``; empty for nobody."""
    plain: set[int] = field(default_factory=set)
    """Non-merge commits."""
    bots: set[int] = field(default_factory=set)
    """Those of them by automata."""
    later: set[int] = field(default_factory=set)
    """Those of them dated after ``as_of``."""
    dated: set[int] = field(default_factory=set)
    """Commits by people with a usable author date."""
    recent: list[Recent] = field(default_factory=list)
    """Those of them since the window's start, in a fixed order."""
    tallies: dict[tuple[str, str], Tally] = field(default_factory=dict)
    """Path, and name that it led to, to what these commits did."""
    _generations: list[int] = field(default_factory=list)

    def is_made(self, path: str) -> bool:
        """True for files that programs write or that come from others."""
        known = self.made.get(path)
        if known is None:
            known = self.made[path] = self.judge(path)
        return known

    def chain(self) -> list[int]:
        """Places of the first-parent chain that ends at the cursor, oldest first."""
        found = []
        at = self.place.get(self.cursor)
        while at is not None:
            found.append(at)
            parents = self.rows[at][PARENTS]
            at = self.place.get(parents[0]) if parents else None
        return found[::-1]

    def generations(self) -> list[int]:
        """Place to the length of the longest way to a root: parents have smaller numbers."""
        if not self._generations:
            self._generations = _generations(self.rows, self.place)
        return self._generations


def make_index(
    facts: Facts,
    period: Period,
    identities: Identities,
    judge: Callable[[str], bool] = is_made,
) -> Index:
    """Arrange all rows of ``facts``; the same for rows in any order."""
    rows = facts.tables["commit"]
    index = Index(period, identities, facts.cursor, rows, judge=judge)
    for at, row in enumerate(rows):
        index.place[row[ID]] = at
        if len(row[PARENTS]) <= 1:
            _add_commit(index, at, row)
    index.recent = _recent(index)
    window = _add_changes(index, facts.tables["file_change"])
    _tally(index, window)
    return index


def _recent(index: Index) -> list[Recent]:
    rows, who = index.rows, index.identities
    found = []
    for at in index.dated:
        if rows[at][AUTHORED] >= index.period.start:
            pairs = [pair for trailer in rows[at][COAUTHORS] if (pair := split_trailer(trailer))]
            others = {who.person(*pair) for pair in pairs if not who.is_bot(*pair)}
            person = index.person[at]
            week = week_start(rows[at][AUTHORED])
            found.append(Recent(at, week, person, frozenset(others - {"", person})))
    return sorted(found, key=lambda one: (rows[one.place][AUTHORED], rows[one.place][ID]))


def _add_commit(index: Index, at: int, row: Row) -> None:
    authored = row[AUTHORED]
    index.plain.add(at)
    if authored is not None and authored > index.period.as_of:
        index.later.add(at)
    elif index.identities.is_bot(row[NAME], row[EMAIL]):
        index.bots.add(at)
    else:
        index.person[at] = index.identities.person(row[NAME], row[EMAIL])
        if authored is not None and authored >= EARLIEST:
            index.dated.add(at)


def _add_changes(index: Index, changes: list[Row]) -> list[tuple[int, Row]]:
    # Path to commits; gives back the rows since the window's start.
    window: list[tuple[int, Row]] = []
    recent = {one.place for one in index.recent}
    place, commits_of = index.place, index.commits_of
    for row in changes:
        at = place.get(row[0])
        if at is None:
            continue
        listed = commits_of.get(row[1])
        if listed is None:
            commits_of[row[1]] = [at]
        else:
            listed.append(at)
        if at in recent:
            window.append((at, row))
    return window


def _tally(index: Index, window: list[tuple[int, Row]]) -> None:
    # Newest first, so that an old name leads to the name the file has now.
    if any(row[2] is not None for _, row in window):
        height = index.generations()
        window.sort(key=lambda pair: (-height[pair[0]], pair[1][0], pair[1][1]))
    else:
        window.sort(key=lambda pair: (pair[1][0], pair[1][1]))
    commits = {one.place: one for one in index.recent}
    names: dict[str, str] = {}
    for at, row in window:
        path, old, added, deleted = str(row[1]), row[2], row[3] or 0, row[4] or 0
        name = names.get(path, path)
        if old is not None:
            names[old] = name
        if index.is_made(path):
            continue
        tally = index.tallies.get((path, name))
        if tally is None:
            tally = index.tallies[path, name] = Tally(name)
        commit = commits[at]
        lines = tally.weekly.setdefault(commit.week, [0, 0])
        lines[0] += added
        lines[1] += deleted
        if commit.week < index.period.end and added + deleted and commit.person:
            tally.people[commit.person] += added + deleted


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
