"""What one period's figures need of a repository's commits, gathered once for all projects.

What a scope needs of the whole history are set operations over commits.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import itemgetter

from .activity import Period, week_start
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
    people: dict[str, int] = field(default_factory=dict)
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
    commits, period = index.commits, index.period
    rows, who = commits.rows, commits.identities
    # Without a named window the half week up to now is drawn as well.
    end = period.closing if period.window else period.as_of + 1
    found = []
    for at in commits.authored(period.opening, min(end, period.as_of + 1)):
        pairs = [pair for trailer in rows[at][COAUTHORS] if (pair := split_trailer(trailer))]
        others = {who.person(*pair) for pair in pairs if not who.is_bot(*pair)}
        person = index.person[at]
        week = week_start(rows[at][AUTHORED])
        found.append(Recent(at, week, person, frozenset(others - {"", person})))
    return found


def _newest_first(index: Index) -> list[Recent]:
    # An old name leads to the name the file has now; without renames no order is needed.
    changes_of = index.commits.changes_of
    if all(row[2] is None for one in index.recent for row in changes_of.get(one.place, ())):
        return index.recent
    height, rows = index.commits.generations(), index.commits.rows
    return sorted(index.recent, key=lambda one: (-height[one.place], rows[one.place][ID]))


def _tally(index: Index) -> None:
    rows, is_made, tallies = index.commits.rows, index.commits.is_made, index.tallies
    opening, closing = index.period.opening, index.period.closing
    names: dict[str, str] = {}
    for one in _newest_first(index):
        person, week = one.person, one.week
        counts = bool(person) and opening <= rows[one.place][AUTHORED] < closing
        changes = index.commits.changes_of.get(one.place, ())
        for row in sorted(changes, key=_path) if len(changes) > 1 else changes:
            path, old, added, deleted = str(row[1]), row[2], row[3] or 0, row[4] or 0
            name = names.get(path, path)
            if old is not None:
                names[old] = name
            if is_made(path):
                continue
            tally = tallies.get((path, name))
            if tally is None:
                tally = tallies[path, name] = Tally(name)
            lines = tally.weekly.setdefault(week, [0, 0])
            lines[0] += added
            lines[1] += deleted
            if counts and added + deleted:
                tally.people[person] = tally.people.get(person, 0) + added + deleted


_path = itemgetter(1)
