"""What landed on the branch in the window: the first-parent chain, merges as one change each.

Authored lines are counted in the commits that people wrote; landed lines where the branch
changed. Only landed lines add up: text lines before the window plus landed lines are the text
lines after it. That sum is done for every history, and what it leaves over is told.

Merges have to be compared with their first parent for this, which git's one log does not do.
Over a whole history that pass costs 30 to 45 percent of the log (measured on four
repositories), so it is done for the window alone, with git, whenever figures are made.
"""

from __future__ import annotations

import secrets
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

from maestro.repository import Repository

from .activity import EARLIEST, Period
from .base import Row
from .commits import COMMITTED, ID, Commits
from .git import parse_log
from .lines import Lines, TextLines, read_lines


class Landed(NamedTuple):
    """One file in one change that landed."""

    time: int
    """When it landed, seconds since 1970."""
    commit: int
    """Place of the commit."""
    path: str
    """The path afterwards."""
    old_path: str | None
    """The path before a rename."""
    added: int | None
    """Lines added; None for binary files."""
    deleted: int | None
    """Lines deleted; None for binary files."""


@dataclass(frozen=True, slots=True)
class Landing:
    """The branch in the window."""

    commits: tuple[tuple[int, int], ...]
    """Place and landing time of each commit of the chain, oldest first."""
    changes: tuple[Landed, ...]
    """Their files, newest first."""
    before: Lines
    """Path to text lines just before the window."""
    after: Lines
    """Path to text lines at its end."""

    def unexplained(self) -> int:
        """Text lines that the landed changes do not account for; 0 when all is counted right.

        Files that were binary at any time of the window are left out on both sides.
        """
        out = _ever_binary(self)
        start = sum(lines or 0 for path, lines in self.before.items() if path not in out)
        end = sum(lines or 0 for path, lines in self.after.items() if path not in out)
        net = sum(
            (one.added or 0) - (one.deleted or 0)
            for one in self.changes
            if one.path not in out and one.old_path not in out
        )
        return end - start - net


@dataclass(frozen=True, slots=True)
class _Span:
    """Where the branch stood before and after a window, and what landed in between."""

    base: str
    """The last commit before it; empty for none."""
    tip: str
    """The last commit of it, or ``base``."""
    within: tuple[tuple[int, int], ...]
    """Place and landing time of its commits."""


@dataclass(frozen=True, slots=True)
class Branch:
    """What git said of the branch for several periods. Made by :func:`read_branch`."""

    commits: Commits
    spans: dict[Period, _Span | None]
    merged: dict[int, list[Row]]
    """Place of a merge to what it changed of its first parent."""
    lines: TextLines

    def landing(self, period: Period) -> Landing | None:
        """What landed in the window; None when the branch had nothing before its end."""
        span = self.spans[period]
        if span is None:
            return None
        before = self.lines.at(span.base) if span.base else {}
        changes = tuple(_changes(self.commits, span, self.merged))
        return Landing(span.within, changes, before, self.lines.at(span.tip))


def read_branch(repository: Repository, commits: Commits, periods: Iterable[Period]) -> Branch:
    """Ask git what landed in the windows of all ``periods``: three times, however many.

    Raises MaestroError when it cannot tell.
    """
    chain = commits.chain()
    spans = {period: _span(commits, chain, period) for period in periods}
    known = [span for span in spans.values() if span]
    merged = _merged(repository, commits, known)
    ends = {end for span in known for end in (span.base, span.tip)}
    ids = [commits.rows[at][ID] for at in chain]
    lines = read_lines(repository, [one for one in ids if one in ends])
    return Branch(commits, spans, merged, lines)


def _span(commits: Commits, chain: list[int], period: Period) -> _Span | None:
    times = landing_times(commits, chain, period.as_of)
    ends = (bisect_left(times, edge, key=_moment) for edge in (period.opening, period.closing))
    start, end = ends
    early, within = times[:start], times[start:end]
    if not early and not within:
        return None
    base = commits.rows[early[-1][0]][ID] if early else ""
    tip = commits.rows[within[-1][0]][ID] if within else base
    return _Span(base, tip, tuple(within))


_moment = itemgetter(1)


def _merged(
    repository: Repository, commits: Commits, spans: Sequence[_Span]
) -> dict[int, list[Row]]:
    # Of a plain commit the rows are known already; only merges have to be asked for.
    asked = {at for span in spans for at, _ in span.within} - commits.plain
    found: dict[int, list[Row]] = {}
    if asked:
        boundary = secrets.token_hex(16)
        merges = [commits.rows[at][ID] for at in sorted(asked)]
        for row in parse_log(repository.landed_merges(merges, boundary), boundary)[1]:
            found.setdefault(commits.place[row[0]], []).append(row)
    return found


def _changes(commits: Commits, span: _Span, merged: dict[int, list[Row]]) -> list[Landed]:
    made = [
        Landed(time, at, *row[1:])
        for at, time in span.within
        for row in (commits.changes_of if at in commits.plain else merged).get(at, ())
    ]
    return sorted(made, key=lambda one: (-one.time, commits.rows[one.commit][ID], one.path))


def landing_times(commits: Commits, chain: list[int], as_of: int) -> list[tuple[int, int]]:
    """Place and landing time of the first-parent chain up to ``as_of``, oldest first.

    A commit lands when it was committed, and never before what it stands on; a date that
    cannot be right (before 2000, or after the dates of what stands on it and after ``as_of``)
    is replaced by the date of what it stands on. Commits at the end of the chain that are
    dated after ``as_of`` have not landed yet.
    """
    dates = [commits.rows[at][COMMITTED] for at in chain]
    while dates and dates[-1] is not None and dates[-1] > as_of:
        dates.pop()
    found = []
    now = 0
    for at, date in zip(chain, dates, strict=False):
        if date is not None and EARLIEST <= date <= as_of:
            now = max(now, date)
        found.append((at, now))
    return found


def _ever_binary(landing: Landing) -> set[str]:
    # Names of files that git once saw as binary, whatever they were called before and after.
    found = {path for path, lines in _all(landing) if lines is None}
    renames: dict[str, set[str]] = {}
    for one in landing.changes:
        if one.old_path is not None:
            renames.setdefault(one.path, set()).add(one.old_path)
            renames.setdefault(one.old_path, set()).add(one.path)
    waiting = list(found)
    while waiting:
        for other in renames.get(waiting.pop(), ()):
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found


def _all(landing: Landing) -> Iterable[tuple[str, int | None]]:
    yield from landing.before.items()
    yield from landing.after.items()
    yield from ((one.path, one.added) for one in landing.changes)
