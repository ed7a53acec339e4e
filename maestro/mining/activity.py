"""Counting in one project's part of a history: commits, people and lines over time."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime

from .base import Row, Tables
from .globs import PathFilter, is_made
from .people import Identities, split_trailer

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
    merges: int = 0
    """Merge commits of the repository; they count nowhere."""
    bots: int = 0
    """Commits by automata; they count nowhere else."""
    undated: int = 0
    """Commits without a usable author date; in ``people`` only."""
    later: int = 0
    """Commits dated after ``as_of``; they count nowhere else."""
    first: int | None = None
    """Author time of the oldest commit."""
    last: int | None = None
    """Author time of the newest commit."""
    people: set[str] = field(default_factory=set)
    """Everybody who ever authored a commit."""
    recent_people: set[str] = field(default_factory=set)
    """Authors of commits in the window."""
    recent_with_coauthors: set[str] = field(default_factory=set)
    """Those and the co-authors named in these commits."""
    weekly_commits: Counter[int] = field(default_factory=Counter)
    """Start of the week to commits; every week with commits, whenever it was."""
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


def count(tables: Tables, paths: PathFilter, period: Period, identities: Identities) -> Activity:
    """The counts of one scope: the files that ``paths`` accepts, the people not automata.

    A commit is in scope when it changes an accepted file; without a filter all are, also
    those that change nothing.
    """
    activity = Activity()
    touched, lines = _lines(tables["file_change"], paths)
    for row in tables["commit"]:
        if len(row[1]) > 1:
            activity.merges += 1
        elif paths.takes_all or row[0] in touched:
            _add(activity, row, lines.get(row[0], (0, 0)), period, identities)
    return activity


def _lines(changes: list[Row], paths: PathFilter) -> tuple[set[str], dict[str, tuple[int, int]]]:
    # Commits with an accepted file; commit to lines added and deleted in text people write.
    touched: set[str] = set()
    lines: dict[str, tuple[int, int]] = {}
    everything, accepts = paths.takes_all, paths.accepts
    made: dict[str, bool] = {}
    for commit, path, _, added, deleted in changes:
        if not everything:
            if not accepts(path):
                continue
            touched.add(commit)
        if added is None:
            continue
        if path not in made:
            made[path] = is_made(path)
        if not made[path]:
            before = lines.get(commit, (0, 0))
            lines[commit] = (before[0] + added, before[1] + deleted)
    return touched, lines


def _add(
    activity: Activity, row: Row, lines: tuple[int, int], period: Period, identities: Identities
) -> None:
    _, _, authored, _, name, email, _, _, _, coauthors = row
    if authored is not None and authored > period.as_of:
        activity.later += 1
        return
    if identities.is_bot(name, email):
        activity.bots += 1
        return
    activity.commits += 1
    person = identities.person(name, email)
    if person:
        activity.people.add(person)
    if authored is None or authored < EARLIEST:
        activity.undated += 1
        return
    activity.first = min(authored, activity.first or authored)
    activity.last = max(authored, activity.last or authored)
    week = week_start(authored)
    activity.weekly_commits[week] += 1
    activity.weekly_added[week] += lines[0]
    activity.weekly_deleted[week] += lines[1]
    if period.start <= authored < period.end:
        everyone = {person} | _coauthors(coauthors, identities)
        activity.recent_people |= {person} - {""}
        activity.recent_with_coauthors |= everyone - {""}


def _coauthors(trailers: list[str], identities: Identities) -> set[str]:
    pairs = [pair for trailer in trailers if (pair := split_trailer(trailer))]
    return {identities.person(*pair) for pair in pairs if not identities.is_bot(*pair)}
