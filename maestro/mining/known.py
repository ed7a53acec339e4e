"""Everything known of one repository at one moment: asked once, counted for many scopes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from maestro.errors import MaestroError
from maestro.repository import Repository, attribute_files, tags

from .activity import Period, week_start
from .attributes import judge_of
from .base import Facts
from .commits import Commits, arrange
from .globs import is_made
from .index import Index, make_index
from .landing import Landing, read_branch
from .mailmap import with_mailmap
from .merges import Merge, read_merges
from .people import Identities
from .releases import Release, releases_of

_T = TypeVar("_T")


@dataclass(slots=True)
class LandedFile:
    """What landed in one path in the window."""

    commits: set[int] = field(default_factory=set)
    """Places of the commits of the chain that changed it."""
    weekly: dict[int, int] = field(default_factory=dict)
    """Start of the week to lines added and deleted; empty for files that programs write."""


@dataclass(slots=True)
class Known:
    """The index of a repository's rows, and what git said besides."""

    index: Index
    """Its commits and files."""
    landing: Landing | None = None
    """What landed in the window; None when nothing had by its end, or git could not tell."""
    is_branch_read: bool = False
    """False when git could not tell what landed."""
    landed: dict[str, LandedFile] = field(default_factory=dict)
    """Path to what landed in it."""
    before: dict[str, int] = field(default_factory=dict)
    """Path to text lines that people wrote, just before the window."""
    after: dict[str, int] = field(default_factory=dict)
    """The same at its end."""
    merges: list[Merge] = field(default_factory=list)
    """Branches merged in the window."""
    releases: list[Release] | None = None
    """Releases of the branch up to now; None when git could not tell."""
    elsewhere: list[Release] = field(default_factory=list)
    """Releases of commits that are not in the branch's history."""
    unexplained: int | None = None
    """Text lines that landed changes do not account for; None when not checked."""
    notes: list[str] = field(default_factory=list)
    """What a reader of any figure should know."""

    def paths(self) -> Iterator[str]:
        """Every path that a figure can count; some come twice."""
        yield from self.index.commits.commits_of
        if self.landing is not None:
            yield from self.landing.after
            yield from self.landing.before
            yield from self.landed


def know(
    facts: Facts, repository: Repository | None, period: Period, identities: Identities
) -> Known:
    """Arrange ``facts`` and ask ``repository`` the rest; what it cannot tell is noted."""
    return next(know_all(facts, repository, [period], identities))


def know_all(
    facts: Facts,
    repository: Repository | None,
    periods: Iterable[Period],
    identities: Identities,
) -> Iterator[Known]:
    """The same for several periods: rows are arranged and git is asked once for all of them."""
    periods = list(periods)
    if repository is None:
        commits = arrange(facts, identities)
        yield from (Known(make_index(commits, period)) for period in periods)
        return
    notes: list[str] = []
    commits = _commits(facts, repository, identities, notes)
    branch = _tried(lambda: read_branch(repository, commits, periods), "what landed", notes)
    found = _tried(lambda: tags(repository), "tags", notes)
    own = commits.place
    for period in periods:
        index = make_index(commits, period)
        known = Known(index, merges=read_merges(index), notes=list(notes))
        known.landing = branch.landing(period) if branch else None
        known.is_branch_read = branch is not None
        if found is not None:
            known.releases = releases_of([t for t in found if t.commit in own], period.as_of)
            known.elsewhere = releases_of([t for t in found if t.commit not in own], period.as_of)
        if known.landing is not None:
            known.unexplained = known.landing.unexplained()
            _arrange(known, known.landing)
        yield known


def _commits(
    facts: Facts, repository: Repository, identities: Identities, notes: list[str]
) -> Commits:
    commit, rows = facts.cursor, facts.tables["commit"]
    who = _tried(lambda: with_mailmap(identities, repository, commit, rows), ".mailmap", notes)
    judge = _tried(lambda: judge_of(attribute_files(repository, commit)), ".gitattributes", notes)
    return arrange(facts, who or identities, judge or is_made)


def _arrange(known: Known, landing: Landing) -> None:
    is_made = known.index.commits.is_made
    weeks = {time: week_start(time) for _, time in landing.commits}
    for row in landing.changes:
        file = known.landed.get(row.path)
        if file is None:
            file = known.landed[row.path] = LandedFile()
        file.commits.add(row.commit)
        if not is_made(row.path):
            week, lines = weeks[row.time], (row.added or 0) + (row.deleted or 0)
            file.weekly[week] = file.weekly.get(week, 0) + lines
    known.before, known.after = (
        {path: number for path, number in lines.items() if number and not is_made(path)}
        for lines in (landing.before, landing.after)
    )


def _tried(ask: Callable[[], _T], what: str, notes: list[str]) -> _T | None:
    try:
        return ask()
    except MaestroError as error:
        notes.append(f"{what} could not be read: {error.code}")
        return None
