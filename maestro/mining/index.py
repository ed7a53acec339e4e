"""What one period's figures need of a repository's commits, gathered once for all projects.

What a scope needs of the whole history are set operations over commits.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from .activity import Period, week_start
from .base import Row
from .commits import AUTHORED, COAUTHORS, ID, Commits
from .people import split_trailer


@dataclass(frozen=True, slots=True)
class Recent:
    """One commit by a person in the weeks to be drawn."""

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
    """Person to lines added and deleted in the window."""


@dataclass(slots=True)
class Index:
    """The commits of one period; those authored after ``as_of`` are set apart."""

    period: Period
    commits: Commits
    later: set[int] = field(default_factory=set)
    """Non-merge commits dated after ``as_of``."""
    bots: set[int] = field(default_factory=set)
    """Non-merge commits by automata up to then."""
    person: dict[int, str] = field(default_factory=dict)
    """Place to the author, for people's commits up to then; empty for nobody."""
    dated: set[int] = field(default_factory=set)
    """Those of them with a usable author date."""
    recent: list[Recent] = field(default_factory=list)
    """Those of them in the weeks to be drawn, in a fixed order."""
    tallies: dict[tuple[str, str], Tally] = field(default_factory=dict)
    """Path, and name that it led to, to what these commits did."""


def make_index(commits: Commits, period: Period) -> Index:
    """Gather what ``period`` needs."""
    rows, latest = commits.rows, period.as_of
    later = {at for at in commits.plain if (rows[at][AUTHORED] or 0) > latest}
    person = commits.person
    if later:
        person = {at: name for at, name in person.items() if at not in later}
    index = Index(period, commits, later, commits.bots - later, person, commits.dated - later)
    index.recent = _recent(index)
    _tally(index)
    return index


def _recent(index: Index) -> list[Recent]:
    rows, who, period = index.commits.rows, index.commits.identities, index.period
    # Without a named window the half week up to now is drawn as well.
    start, end = period.opening, period.closing if period.window else period.as_of + 1
    found = []
    for at in index.dated:
        time = rows[at][AUTHORED]
        if start <= time < end:
            pairs = [pair for trailer in rows[at][COAUTHORS] if (pair := split_trailer(trailer))]
            others = {who.person(*pair) for pair in pairs if not who.is_bot(*pair)}
            person = index.person[at]
            found.append(Recent(at, week_start(time), person, frozenset(others - {"", person})))
    return sorted(found, key=lambda one: (rows[one.place][AUTHORED], rows[one.place][ID]))


def _changes(index: Index) -> list[tuple[int, Row]]:
    # Newest first, so that an old name leads to the name the file has now.
    commits = index.commits
    window = [
        (one.place, row) for one in index.recent for row in commits.changes_of.get(one.place, ())
    ]
    if any(row[2] is not None for _, row in window):
        height = commits.generations()
        return sorted(window, key=lambda pair: (-height[pair[0]], pair[1][0], pair[1][1]))
    return sorted(window, key=lambda pair: (pair[1][0], pair[1][1]))


def _tally(index: Index) -> None:
    rows, period, is_made = index.commits.rows, index.period, index.commits.is_made
    commits = {one.place: one for one in index.recent}
    names: dict[str, str] = {}
    for at, row in _changes(index):
        path, old, added, deleted = str(row[1]), row[2], row[3] or 0, row[4] or 0
        name = names.get(path, path)
        if old is not None:
            names[old] = name
        if is_made(path):
            continue
        tally = index.tallies.get((path, name))
        if tally is None:
            tally = index.tallies[path, name] = Tally(name)
        commit = commits[at]
        lines = tally.weekly.setdefault(commit.week, [0, 0])
        lines[0] += added
        lines[1] += deleted
        if added + deleted and commit.person and period.holds(rows[at][AUTHORED]):
            tally.people[commit.person] += added + deleted
