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
from collections.abc import Iterable
from dataclasses import dataclass

from maestro.repository import Repository

from .activity import EARLIEST
from .base import Row
from .git import parse_log
from .index import COMMITTED, ID, Index

Lines = dict[str, int | None]


@dataclass(frozen=True, slots=True)
class Landed:
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


def read_landing(repository: Repository, index: Index, rows: Iterable[Row]) -> Landing | None:
    """What landed in the window; None when the branch had nothing before the window's end.

    ``rows`` are all file changes. Raises MaestroError when git cannot tell.
    """
    chain = landing_times(index)
    period = index.period
    early = [at for at, time in chain if time < period.start]
    within = [(at, time) for at, time in chain if period.start <= time < period.end]
    if not early and not within:
        return None
    base = index.rows[early[-1]][ID] if early else ""
    tip = index.rows[within[-1][0]][ID] if within else base
    changes = tuple(_changes(repository, index, (base, tip), dict(within), rows))
    before = repository.text_lines(base) if base else {}
    after = before if tip == base else repository.text_lines(tip)
    return Landing(tuple(within), changes, before, after)


def _changes(
    repository: Repository,
    index: Index,
    ends: tuple[str, str],
    times: dict[int, int],
    rows: Iterable[Row],
) -> list[Landed]:
    # Of a plain commit the rows are known already; only merges have to be asked for.
    base, tip = ends
    if not times:
        return []
    landed = [row for row in rows if index.place.get(row[0]) in times]
    if not index.plain.issuperset(times):
        boundary = secrets.token_hex(16)
        landed += parse_log(repository.landed_merges(tip, base, boundary), boundary)[1]
    made = []
    for commit, *file in landed:
        at = index.place[commit]
        made.append(Landed(times[at], at, *file))
    return sorted(made, key=lambda one: (-one.time, index.rows[one.commit][ID], one.path))


def landing_times(index: Index) -> list[tuple[int, int]]:
    """Place and landing time of the first-parent chain up to ``as_of``, oldest first.

    A commit lands when it was committed, and never before what it stands on; a date that
    cannot be right (before 2000, or after the dates of what stands on it and after ``as_of``)
    is replaced by the date of what it stands on. Commits at the end of the chain that are
    dated after ``as_of`` have not landed yet.
    """
    chain = index.chain()
    dates = [index.rows[at][COMMITTED] for at in chain]
    latest = index.period.as_of
    while dates and dates[-1] is not None and dates[-1] > latest:
        dates.pop()
    found = []
    now = 0
    for at, date in zip(chain, dates, strict=False):
        if date is not None and EARLIEST <= date <= latest:
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
