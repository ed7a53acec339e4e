"""Counting in one project's part of a history: commits, people and lines over time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Set
from dataclasses import dataclass, field
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
    """Full ISO weeks up to a moment; all times in seconds since 1970, UTC."""

    as_of: int
    """The moment that counts as now: the catalog commit's time."""
    weeks: int
    """How many full weeks."""

    @property
    def end(self) -> int:
        """Monday 00:00 of the week that holds ``as_of``: the first moment after the window."""
        return week_start(self.as_of)

    @property
    def start(self) -> int:
        """The window's first moment."""
        return self.end - self.weeks * WEEK

    def all_weeks(self) -> list[int]:
        """Starts of the window's weeks, oldest first, then of the half week up to ``as_of``."""
        starts = list(range(self.start, self.end, WEEK))
        return [*starts, self.end] if self.as_of > self.end else starts


@dataclass(slots=True)
class Activity:
    """Counts over people's non-merge commits in scope, dated up to ``as_of``."""

    commits: int = 0
    """Commits of the whole history."""
    people: int = 0
    """Persons who ever authored one of them."""
    bots: int = 0
    """Commits by automata; they count nowhere else."""
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
    lines_of: dict[str, Counter[str]] = field(default_factory=dict)
    """File to person to lines added and deleted in the window."""
    weekly_commits: Counter[int] = field(default_factory=Counter)
    """Start of the week to commits, for the window and the half week after it."""
    weekly_added: Counter[int] = field(default_factory=Counter)
    """Start of the week to lines added to text files that people write."""
    weekly_deleted: Counter[int] = field(default_factory=Counter)
    """Start of the week to lines deleted from them."""

    def in_window(self, weekly: Counter[int], period: Period) -> list[int]:
        """One number per full week of the window, 0 for weeks without commits."""
        return [weekly[start] for start in range(period.start, period.end, WEEK)]


def week_start(time: int) -> int:
    """Monday 00:00 UTC of the ISO week of ``time``. The epoch was a Thursday."""
    day = time // DAY
    return (day - (day + 3) % 7) * DAY


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
        return path not in self.index.commits_of and self.paths.accepts(path)


def part_of(index: Index, paths: PathFilter) -> Part:
    """The part that ``paths`` accepts: a commit is in it when it changes an accepted file.

    Without a filter all are, also those that change nothing.
    """
    if paths.takes_all:
        return Part(paths, frozenset(), index.plain, index)
    accepted = frozenset(filter(paths.accepts, index.commits_of))
    commits: set[int] = set().union(*(index.commits_of[path] for path in accepted))
    return Part(paths, accepted, commits, index)


def count(part: Part) -> Activity:
    """The counts of one scope."""
    index = part.index
    members, rows, period = part.commits, index.rows, index.period
    persons = index.person.keys() & members
    dated = index.dated & members
    activity = Activity(
        commits=len(persons),
        people=len({index.person[at] for at in persons} - {""}),
        bots=len(index.bots & members),
        undated=len(persons) - len(dated),
        later=len(index.later & members),
    )
    if dated:
        times = [rows[at][2] for at in dated]
        activity.first, activity.last = min(times), max(times)
    for one in index.recent:
        if one.place in members:
            activity.weekly_commits[one.week] += 1
            if one.week < period.end:
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
        activity.lines_of[name] = tally.people if known is None else known + tally.people


def _credit(activity: Activity, one: Recent) -> None:
    activity.coauthored += bool(one.others)
    activity.credited |= one.others
    if one.person:
        activity.credited.add(one.person)
        activity.by_person[one.person] += 1
