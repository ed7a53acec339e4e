"""What happened to each file: the process metrics of PyDriller that line counts can express.

The definitions are those of PyDriller 2 (``pydriller.metrics.process``), so that its numbers
can be compared: every non-merge commit counts, those of automata and those to generated files
too, a contributor is an address as it stands in the commit, and renames are followed newest
first. It differs in two points: a deleted file keeps its path instead of losing it, and merges,
whose changes were counted where they were made, are left out of the size of change sets.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from statistics import fmean

from .commits import COMMITTED, EMAIL, ID, PARENTS, Commits

MINOR = 0.05
"""A minor contributor changed less than this share of a file's changed lines."""


@dataclass(slots=True)
class FileChanges:
    """One file, under its last known path, over some commits. Averages are not rounded."""

    path: str
    added: list[int] = field(default_factory=list)
    """Lines added by each commit, newest first; 0 for binary contents."""
    deleted: list[int] = field(default_factory=list)
    """Lines deleted by each commit."""
    lines_of: Counter[str] = field(default_factory=Counter)
    """Address to lines added and deleted."""
    complexity: float = 0
    """History complexity period factor, 0 to 100 (A. E. Hassan, ICSE 2009, section 3)."""

    @property
    def commits(self) -> int:
        """How many commits changed it."""
        return len(self.added)

    @property
    def churn(self) -> list[int]:
        """Lines added minus lines deleted by each commit."""
        return [more - less for more, less in zip(self.added, self.deleted, strict=True)]

    @property
    def lines(self) -> int:
        """Lines added and deleted."""
        return sum(self.added) + sum(self.deleted)

    @property
    def contributors(self) -> int | None:
        """Addresses that changed it; None when no line changed."""
        return len(self.lines_of) if self.lines else None

    @property
    def minor_contributors(self) -> int | None:
        """Those of them with less than 5 % of its changed lines; None when no line changed."""
        if not self.lines:
            return None
        return sum(number / self.lines < MINOR for number in self.lines_of.values())

    @property
    def experience(self) -> float | None:
        """Percent of its changed lines by the address with the most; None when none changed."""
        return 100 * max(self.lines_of.values()) / self.lines if self.lines else None


@dataclass(frozen=True, slots=True)
class Changes:
    """Files, most changed lines first, and how many of them each commit changed."""

    files: list[FileChanges]
    sizes: list[int]
    """Files that each commit changed together, newest first."""

    @property
    def largest(self) -> int:
        """The most files that one commit changed; 0 without commits."""
        return max(self.sizes, default=0)

    @property
    def average(self) -> float:
        """Files that a commit changed on average; 0 without commits."""
        return fmean(self.sizes) if self.sizes else 0


def changes_of(
    commits: Commits, places: Iterable[int], accepts: Callable[[str], bool] = lambda _: True
) -> Changes:
    """What the non-merge commits at ``places`` did to the files that ``accepts`` takes."""
    height, rows = commits.generations(), commits.rows
    order = sorted(set(places) & commits.plain, key=lambda at: (-height[at], rows[at][ID]))
    files: dict[str, FileChanges] = {}
    names: dict[str, str] = {}
    sizes = []
    for at in order:
        changed = [row for row in commits.changes_of.get(at, ()) if accepts(row[1])]
        if changed:
            sizes.append(len(changed))
        for row in sorted(changed, key=lambda row: str(row[1])):
            path, old, added, deleted = str(row[1]), row[2], row[3] or 0, row[4] or 0
            name = names.get(path, path)
            if old is not None:
                names[old] = name
            file = files.setdefault(name, FileChanges(name))
            file.added.append(added)
            file.deleted.append(deleted)
            file.lines_of[rows[at][EMAIL].strip()] += added + deleted
    _weigh(files.values())
    return Changes(sorted(files.values(), key=lambda file: (-file.lines, file.path)), sizes)


def _weigh(files: Iterable[FileChanges]) -> None:
    changed = [file for file in files if file.lines]
    total = sum(file.lines for file in changed)
    if len(changed) < 2:
        return
    shares = [file.lines / total for file in changed]
    entropy = -sum(share * math.log(share, len(changed)) for share in shares)
    for file, share in zip(changed, shares, strict=True):
        file.complexity = 100 * share * entropy


def between(commits: Commits, first: str, last: str) -> set[int]:
    """Places of ``first``, ``last`` and every commit on a way between them, in either order."""
    start, end = commits.place[first], commits.place[last]
    history = _history(commits, end)
    if start not in history:
        start, history = end, _history(commits, start)
    height, rows, place = commits.generations(), commits.rows, commits.place
    found = {start}
    for at in sorted(history, key=height.__getitem__):
        if any(place.get(parent) in found for parent in rows[at][PARENTS]):
            found.add(at)
    return found


def committed(commits: Commits, opening: int, closing: int) -> set[int]:
    """Places of the commits made from ``opening`` up to ``closing``, by commit time."""
    times = enumerate(row[COMMITTED] for row in commits.rows)
    return {at for at, time in times if time is not None and opening <= time < closing}


def _history(commits: Commits, start: int) -> set[int]:
    waiting, seen = [start], {start}
    while waiting:
        for one in commits.rows[waiting.pop()][PARENTS]:
            at = commits.place.get(one)
            if at is not None and at not in seen:
                seen.add(at)
                waiting.append(at)
    return seen
