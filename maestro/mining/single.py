"""One repository without a catalog: mined where it lies, in memory, and counted in one window."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from maestro.errors import MaestroError, shorten
from maestro.repository import Access, Repository, clone_bare
from maestro.schema.findings import Finding
from maestro.schema.settings import People

from .activity import DAY, WEEK, Period, week_start
from .base import Facts
from .collect import Harvest, Scope
from .figure import About, Figure, finding_of
from .files import Changes, changes_of, committed
from .git import GitMiner
from .globs import PathFilter
from .known import Known, know
from .people import Identities
from .process import METHOD_VERSION, Rules, metrics

_ADDRESS = re.compile(r"[A-Za-z0-9+.-]*::|[A-Za-z][A-Za-z0-9+.-]*://|[^/]+@[^/]+:")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of one repository."""

    repository: str
    """A path or an address, as written."""
    paths: tuple[str, ...] = ()
    """Count only files that match one of these patterns; all when empty."""
    first: int | None = None
    """First moment of the window; None: full weeks before its end."""
    last: int | None = None
    """The first moment after it; None: HEAD's commit."""
    weeks: int = 13
    """Full weeks to look back on without a first moment."""
    people: People = field(default_factory=People)
    """Aliases and automata."""
    max_commits: int = 1_000_000
    """The most commits read."""


@dataclass(frozen=True, slots=True)
class Mined:
    """A history in memory and the window that is looked at."""

    question: Question
    repository: Repository
    facts: Facts
    period: Period
    known: Known

    @property
    def paths(self) -> PathFilter:
        """Which files count: patterns are relative to the folder that was named."""
        return PathFilter(self.question.paths, (), self.repository.prefix)

    def unmatched(self) -> list[str]:
        """Patterns that no file of the history matches."""
        found = set(self.known.paths())
        filters = [PathFilter((one,), (), self.repository.prefix) for one in self.question.paths]
        pairs = zip(self.question.paths, filters, strict=True)
        return [one for one, paths in pairs if not any(map(paths.accepts, found))]


@contextmanager
def opened(repository: str, access: Access) -> Iterator[Repository]:
    """The repository at a path, or a bare clone of an address that is removed afterwards.

    Raises MaestroError: what opening and fetching raise.
    """
    if not is_address(repository):
        yield Repository.open(Path(repository))
        return
    with tempfile.TemporaryDirectory(prefix="maestro-metrics-") as folder:
        yield clone_bare(repository, Path(folder) / "clone", access)


def is_address(text: str) -> bool:
    """True for what git would take as an address; everything else is a path."""
    return bool(_ADDRESS.match(text))


def mine(question: Question, repository: Repository, now: int) -> Mined:
    """Read the whole history. ``now`` only bounds the time of HEAD's commit from above.

    Raises MaestroError: G008 shallow, G009 partial, G018 no commits, G005 damaged, G016 too
    many commits, G007 when HEAD's commit has no usable time.
    """
    try:
        found = GitMiner(repository, max_commits=question.max_commits).mine("")
    except MaestroError as error:
        raise _without_folder(error, question.repository, repository) from error
    if found.moment is None:
        words = f'HEAD of "{shorten(question.repository)}" has no usable date'
        raise MaestroError("G017", words, "name the window with --from and --to")
    facts = Facts(found.cursor, found.tables, moment=found.moment)
    period = _period(question, min(found.moment, now))
    known = know(facts, repository, period, Identities.of(question.people))
    return Mined(question, repository, facts, period, known)


def _without_folder(error: MaestroError, written: str, repository: Repository) -> MaestroError:
    # A clone's folder is gone when the words are read.
    words = error.message
    for folder in (repository.top, repository.git_dir, repository.common_dir):
        words = words.replace(str(folder), written)
    return MaestroError(error.code, words, error.hint, exit_code=error.exit_code)


def _period(question: Question, as_of: int) -> Period:
    first, last = question.first, question.last
    if first is None and last is None:
        return Period(as_of, question.weeks)
    end = as_of + DAY if last is None else last
    if first is None:
        first = week_start(min(end, as_of + 1)) - question.weeks * WEEK
    return Period.between(first, end, as_of)


def git_findings(mined: Mined) -> list[Finding]:
    """The figures from git, in a fixed order."""
    question, repository = mined.question, mined.repository
    scope = Scope(question.repository, path=question.repository, include=question.paths)
    harvest = Harvest(scope, "mined", mined.facts, repository.prefix, mined.facts.moment)
    rules = Rules(mined.period.as_of, question.weeks, question.people, window=mined.period.window)
    return metrics(harvest, rules, Identities.of(question.people), mined.known)


def findings_of(mined: Mined, figures: Sequence[Figure]) -> list[Finding]:
    """The findings of figures that were counted from other records."""
    about = About(mined.question.repository, mined.period, method_version=METHOD_VERSION)
    return [finding_of(figure, about) for figure in figures]


def changes_by_file(mined: Mined) -> Changes:
    """What happened to each file in the window, by commit time."""
    commits, period = mined.known.index.commits, mined.period
    places = committed(commits, period.opening, period.closing)
    return changes_of(commits, places, mined.paths.accepts)
