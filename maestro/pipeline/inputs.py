"""What a run starts from: the catalog, its commit and moment, its settings, its sources."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from maestro.catalog.checks import check_catalog
from maestro.catalog.files import SINGLE_FILES, Files, scan
from maestro.catalog.load import Catalog, load_files
from maestro.engine.cache import Cache, digest, program_digest
from maestro.errors import MaestroError, Problem
from maestro.mining.collect import Places, Scope
from maestro.mining.heads import heads
from maestro.repository import Repository
from maestro.schema import Settings
from maestro.source.digest import digest_bytes

from .checking import WORK
from .marks import (
    Content,
    content_of,
    data_marks,
    evidence_marks,
    prediction_marks,
    tracking_marks,
)
from .simulated import truth_mark

NO_COMMIT = "the catalog has no commit: dates come from its files, and a second build may differ"
MISSING = "F010"
"""Code of the one fault that means: the file is not there."""
DIRTY = "records were changed and not committed since"


@dataclass(frozen=True, slots=True)
class Moment:
    """The commit that a run is about, and its time: the run's only clock."""

    commit: str
    """Full id; empty when the catalog is in no repository or has no commit."""
    seconds: int
    """Seconds since 1970."""
    note: str = ""
    """What a reader should know about it."""

    @property
    def iso(self) -> str:
        """``2026-11-21T08:00:00Z``."""
        return datetime.fromtimestamp(self.seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything that decides what a run publishes."""

    root: Path
    catalog: Catalog
    settings: Settings
    moment: Moment
    problems: tuple[Problem, ...]
    scopes: tuple[Scope, ...]
    places: Places
    heads: dict[str, str]
    """Project to where its source stands: a text to compare, not to read."""
    ends: dict[str, int]
    """Finished project to the first moment after its last day."""
    evidence: dict[str, str]
    """File of a project's evidence folder to a mark of its content."""
    data_marks: dict[str, str]
    """File of the data folder, relative to it, to a mark of its content."""
    tracking: dict[str, str]
    """Project to a mark of the training runs that lie on this machine."""
    facts: str
    """Hash of all that findings stand on, and of the program."""
    key: str
    """Hash of that and of the hand-written pages."""

    @property
    def work(self) -> Path:
        """The folder for caches, clones and mined facts."""
        return self.root / WORK

    @property
    def data(self) -> Path | None:
        """The folder with what machines logged, when the settings name one."""
        return (self.root / self.settings.data) if self.settings.data else None


def read_inputs(
    root: Path, overrides: dict[str, str], cache: Cache, content: Content = content_of
) -> Inputs:
    """Read the catalog and look at its sources; ``content`` gives the mark of a file's content.

    Raises MaestroError when there is no catalog, and M010 when one of its single files has faults.
    """
    from maestro.settings import effective

    files = scan(root)
    catalog = load_files(root, files, cache=cache)
    refuse_faults(catalog, "not published")
    settings, _ = effective(catalog.settings, overrides)
    problems = tuple(sorted({*catalog.problems, *check_catalog(catalog)}))
    scopes = tuple(_scopes(catalog, settings))
    places = Places(
        root=root,
        state=root / WORK,
        local_roots=tuple(settings.local_roots),
        max_commits=settings.sources.max_commits,
    )
    found = heads(scopes, places)
    moment = find_moment(root, files, settings)
    data = root / settings.data if settings.data else None
    evidence, logged = evidence_marks(catalog, content), data_marks(data, content)
    tracking = tracking_marks(catalog, places)
    facts = digest(
        program_digest(),
        files.fingerprint(),
        moment.commit,
        moment.seconds,
        moment.note,
        settings.model_dump(mode="json"),
        [problem.message for problem in problems],
        sorted(found.items()),
        prediction_marks(catalog),
        [sorted(marks.items()) for marks in (evidence, logged, tracking)],
        truth_mark(root, settings),
    )
    ends = {name: _after(e.record.ended) for name, e in catalog.projects.items()}
    return Inputs(
        root=root,
        catalog=catalog,
        settings=settings,
        moment=moment,
        problems=problems,
        scopes=scopes,
        places=places,
        heads=found,
        ends={name: end for name, end in ends.items() if end is not None},
        evidence=evidence,
        data_marks=logged,
        tracking=tracking,
        facts=facts,
        key=digest(facts, _site_marks(root)),
    )


def refuse_faults(catalog: Catalog, what: str, kinds: tuple[str, ...] = SINGLE_FILES) -> None:
    """Raise MaestroError M010 when a single file of ``kinds`` is there and holds no valid record.

    Settings say how success is scored, owners who may approve, the taxonomy which projects could
    have used a piece: with defaults in their place, numbers and pages would be of another
    library. A file that is not there has its defaults. ``what`` was not done for it.
    """
    paths = [f"catalog/{kind}.yaml" for kind in kinds]
    faults = [p for p in catalog.problems if p.path in paths and p.code != MISSING]
    if not faults:
        return
    first, rest = faults[0], len(faults) - 1
    more = f" (and {rest:,} more)" if rest else ""
    mend = f"{first.hint}; " if first.hint else ""
    raise MaestroError(
        "M010",
        f"{what}: {first.place}: {first.code} {first.message}{more}; "
        "numbers and pages rest on this file",
        f"{mend}maestro check shows every fault",
    )


def _scopes(catalog: Catalog, settings: Settings) -> list[Scope]:
    from maestro.catalog.rules_references import host_fault

    scopes = []
    for name, entry in catalog.projects.items():
        repository = entry.record.repository
        if repository is None:
            continue
        if repository.url and host_fault(repository.url, settings.hosts):
            continue
        scopes.append(
            Scope(
                project=name,
                path=repository.path or "",
                url=repository.url or "",
                ref=repository.ref or "",
                include=tuple(repository.include),
                exclude=tuple(repository.exclude),
                until=_after(entry.record.ended),
                since=first_moment(entry.record.started),
            )
        )
    return scopes


def _after(day: date | None) -> int | None:
    """The first moment after a day, UTC."""
    if day is None:
        return None
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return int((midnight + timedelta(days=1)).timestamp())


def first_moment(day: date) -> int:
    """Midnight at the start of a day, UTC, in seconds since 1970."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def find_moment(root: Path, files: Files, settings: Settings) -> Moment:
    """The catalog's commit and its time; without one the newest record file's time."""
    commit, seconds, note = "", None, NO_COMMIT
    try:
        repository = Repository.open(root)
        if head := repository.head():
            commit, seconds, note = head, repository.commit_time(head), ""
            start = f"{repository.prefix}/" if repository.prefix else ""
            if repository.changed_files([f"{start}catalog", f"{start}projects"]):
                note = DIRTY
    except MaestroError:
        pass
    if settings.as_of:
        day = settings.as_of
        seconds = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    if seconds is None:
        times = [(root / path).stat().st_mtime for path in files.texts]
        seconds = int(max(times, default=0))
    return Moment(commit, seconds, note)


def _site_marks(root: Path) -> list[tuple[str, str]]:
    """Path and SHA-256 of the hand-written pages."""
    return [
        (path.relative_to(root).as_posix(), digest_bytes(path.read_bytes()))
        for path in sorted((root / "site").rglob("*"))
        if path.is_file() and not path.is_symlink()
    ]


__all__ = ["Inputs", "Moment", "find_moment", "first_moment", "read_inputs", "refuse_faults"]
