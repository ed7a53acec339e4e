"""Counting in one project's part of a history: commits, people and lines over time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Set
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from .globs import PathFilter

if TYPE_CHECKING:
    from .index import Index, Recent, Tally

DAY = 86_400
WEEK = 7 * DAY
EARLIEST = 946_684_800
"""2000-01-01: an earlier author date is a clock that was not set, or a converted archive."""


@dataclass(frozen=True, slots=True)
class Period:
    """Full ISO weeks up to a moment, or a window of days; times in seconds since 1970, UTC.

    Averages per week are made over the full weeks, ``start`` to ``end``. Totals are counted
    from ``opening`` to ``closing``, which is the same unless :meth:`between` named days.
    """

    as_of: int
    """The moment that counts as now: the catalog commit's time."""
    weeks: int
    """How many full weeks; 0 when a named window holds none."""
    window: tuple[int, int] | None = None
    """First moment of a named window and the first after it; None for the weeks before now."""

    @classmethod
    def between(cls, opening: int, closing: int, as_of: int) -> Period:
        """The window from ``opening`` up to ``closing``; nothing after ``as_of`` is in it."""
        closing = min(closing, as_of - as_of % DAY + DAY)
        weeks = (week_start(min(closing, as_of + 1)) - _next_week(opening)) // WEEK
        return cls(as_of, max(weeks, 0), (opening, closing))

    def since(self, moment: int | None) -> Period:
        """The same without the weeks that had begun before ``moment``; None changes nothing.

        Work that had not begun is no week of nothing. Days that were named stay as they are.
        """
        if moment is None or self.window:
            return self
        weeks = (self.end - _next_week(moment)) // WEEK
        return self if weeks >= self.weeks else replace(self, weeks=max(0, weeks))

    @property
    def start(self) -> int:
        """First moment of the first full week."""
        return _next_week(self.window[0]) if self.window else self.end - self.weeks * WEEK

    @property
    def end(self) -> int:
        """Monday 00:00 after the last full week."""
        return self.start + self.weeks * WEEK if self.window else week_start(self.as_of)

    @property
    def opening(self) -> int:
        """The window's first moment."""
        return self.window[0] if self.window else self.start

    @property
    def closing(self) -> int:
        """The first moment after the window."""
        return self.window[1] if self.window else self.end

    def holds(self, time: int) -> bool:
        """True for a time in the window."""
        return self.opening <= time < self.closing

    def full_weeks(self) -> range:
        """Starts of the full weeks, oldest first."""
        return range(self.start, self.end, WEEK)

    def all_weeks(self) -> list[int]:
        """Starts of all weeks to be drawn, oldest first, half ones at the edges too.

        Without a named window the last one is the half week up to ``as_of``.
        """
        if self.window:
            return list(range(week_start(self.opening), self.closing, WEEK))
        return [*self.full_weeks(), *([self.end] if self.as_of > self.end else [])]


@dataclass(slots=True)
class Activity:
    """Counts over people's non-merge commits in scope, dated up to ``as_of``."""

    commits: int = 0
    """Commits of the whole history."""
    people: int = 0
    """Persons who ever authored one of them."""
    bots: int = 0
    """Commits by automata; they count nowhere else."""
    bots_in_window: int = 0
    """Those of them dated in the window."""
    bots_in_weeks: int = 0
    """Those of them dated in its full weeks."""
    undated: int = 0
    """Commits without a usable author date; in ``commits`` and ``people`` only."""
    later: int = 0
    """Commits dated after ``as_of``; they count nowhere else."""
    first: int | None = None
    """Author time of the oldest commit."""
    last: int | None = None
    """Author time of the newest commit."""
    by_person: Counter[str] = field(default_factory=Counter)
    """Person to commits in the window."""
    credited: set[str] = field(default_factory=set)
    """Authors of commits in the window and the co-authors named in them."""
    coauthored: int = 0
    """Commits in the window that name a person besides their author."""
    lines_of: dict[str, dict[str, int]] = field(default_factory=dict)
    """File to person to lines added and deleted in the window."""
    weekly_commits: Counter[int] = field(default_factory=Counter)
    """Start of the week to commits, for all weeks to be drawn."""
    weekly_added: Counter[int] = field(default_factory=Counter)
    """Start of the week to lines added to text files that people write."""
    weekly_deleted: Counter[int] = field(default_factory=Counter)
    """Start of the week to lines deleted from them."""

    def in_weeks(self, weekly: Counter[int], period: Period) -> list[int]:
        """One number per full week, 0 for weeks without commits."""
        return [weekly[start] for start in period.full_weeks()]

    def in_window(self, weekly: Counter[int], period: Period) -> int:
        """The sum over the window."""
        weeks = period.all_weeks() if period.window else period.full_weeks()
        return sum(weekly[start] for start in weeks)


def week_start(time: int) -> int:
    """Monday 00:00 UTC of the ISO week of ``time``. The epoch was a Thursday."""
    day = time // DAY
    return (day - (day + 3) % 7) * DAY


def _next_week(time: int) -> int:
    return week_start(time + WEEK - 1)


def week_name(start: int) -> str:
    """``2026-W47``."""
    year, week, _ = datetime.fromtimestamp(start, UTC).isocalendar()
    return f"{year}-W{week:02d}"


@dataclass(frozen=True, slots=True)
class Part:
    """What of a repository is in one scope."""

    paths: PathFilter
    """Which paths count."""
    accepted: frozenset[str]
    """Those of them that a non-merge commit changed."""
    commits: Set[int]
    """Places of these commits."""
    index: Index

    def has(self, path: str) -> bool:
        """True when the path counts."""
        if self.paths.takes_all or path in self.accepted:
            return True
        return path not in self.index.commits.commits_of and self.paths.accepts(path)


def part_of(index: Index, paths: PathFilter) -> Part:
    """The part that ``paths`` accepts: a commit is in it when it changes an accepted file.

    Without a filter all are, also those that change nothing.
    """
    if paths.takes_all:
        return Part(paths, frozenset(), index.commits.plain, index)
    commits_of = index.commits.commits_of
    accepted = frozenset(filter(paths.accepts, commits_of))
    commits: set[int] = set().union(*(commits_of[path] for path in accepted))
    return Part(paths, accepted, commits, index)


def count(part: Part) -> Activity:
    """The counts of one scope."""
    index = part.index
    members, rows, period = part.commits, index.commits.rows, index.period
    persons = index.person.keys() & members
    dated = index.dated & members
    activity = Activity(
        commits=len(persons),
        people=len({index.person[at] for at in persons} - {""}),
        bots=len(index.bots & members),
        undated=len(persons) - len(dated),
        later=len(index.later & members),
    )
    automata = [rows[at][2] or 0 for at in index.bots & members]
    activity.bots_in_window = sum(period.holds(time) for time in automata)
    activity.bots_in_weeks = sum(period.start <= time < period.end for time in automata)
    if dated:
        times = [rows[at][2] for at in dated]
        activity.first, activity.last = min(times), max(times)
    opening, closing = period.opening, period.closing
    for one in index.recent:
        if one.place in members:
            activity.weekly_commits[one.week] += 1
            if opening <= rows[one.place][2] < closing:
                _credit(activity, one)
    everything = part.paths.takes_all
    for (path, name), tally in index.tallies.items():
        if everything or path in part.accepted:
            _tally(activity, name, tally)
    return activity


def _tally(activity: Activity, name: str, tally: Tally) -> None:
    for week, (added, deleted) in tally.weekly.items():
        activity.weekly_added[week] += added
        activity.weekly_deleted[week] += deleted
    if tally.people:
        # Shared while one path alone leads to this name; nobody changes what is shared.
        known = activity.lines_of.get(name)
        activity.lines_of[name] = tally.people if known is None else _joined(known, tally.people)


def _joined(known: dict[str, int], more: dict[str, int]) -> dict[str, int]:
    found = dict(known)
    for person, lines in more.items():
        found[person] = found.get(person, 0) + lines
    return found


def _credit(activity: Activity, one: Recent) -> None:
    activity.coauthored += bool(one.others)
    activity.credited |= one.others
    if one.person:
        activity.credited.add(one.person)
        activity.by_person[one.person] += 1
