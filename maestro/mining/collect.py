"""Projects to repositories to facts: each history is mined once, whoever asks for it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from maestro.errors import MaestroError, shorten
from maestro.repository import Repository

from .base import Facts, Report
from .fetch import Fetched, clone_folder, read_state
from .git import GitMiner
from .store import refresh

State = Literal["mined", "failed", "missing"]


@dataclass(frozen=True, slots=True)
class Scope:
    """The part of a history that belongs to one project: its ``repository`` record."""

    project: str
    """Name of the project."""
    path: str = ""
    """A folder: absolute, or relative to the catalog repository; a subfolder counts alone."""
    url: str = ""
    """The address, when there is no path."""
    ref: str = ""
    """Branch, tag or full commit id; HEAD when empty."""
    include: tuple[str, ...] = ()
    """Count only files that match one of these patterns, relative to the folder."""
    exclude: tuple[str, ...] = ()
    """Leave out files that match one of these patterns."""
    until: int | None = None
    """The moment the project's work was over, seconds since 1970; None while it goes on."""
    since: int | None = None
    """The first moment of its first day; None when not known."""

    @property
    def source(self) -> str:
        """The path or the address, as written."""
        return self.url or self.path


@dataclass(frozen=True, slots=True)
class Places:
    """Where repositories may lie and where facts are kept."""

    root: Path
    """The catalog repository."""
    state: Path
    """The folder ``.maestro``."""
    local_roots: tuple[str, ...] = ()
    """Folders besides ``root`` whose repositories may be read; relative ones from ``root``."""
    max_commits: int = 1_000_000
    """The most commits read of one repository."""


@dataclass(frozen=True, slots=True)
class Harvest:
    """What mining gave for one project: rows, or the reason why there are none."""

    scope: Scope
    """Whose it is."""
    state: State
    """``missing`` when there is nothing to read yet, ``failed`` when it could not be read."""
    facts: Facts | None = None
    """Rows of the whole repository; the scope still has to be cut out of them."""
    prefix: str = ""
    """The project's folder in the repository; empty for all of it."""
    head_time: int | None = None
    """Commit time of ``facts.cursor`` in seconds since 1970."""
    fetched: Fetched | None = None
    """What is known of the last fetch, for an address."""
    code: str = ""
    """Code of what is wrong."""
    reason: str = ""
    """What is wrong."""
    hint: str = ""
    """What to do about it."""
    repository: Repository | None = None
    """Where the rest can be asked; None when there are no rows."""


@dataclass(slots=True)
class _Run:
    places: Places
    report: Report | None
    fetched: dict[str, Fetched]
    opened: dict[Path, Repository] = field(default_factory=dict)
    mined: dict[tuple[Path, str], Facts | MaestroError] = field(default_factory=dict)


def collect(
    scopes: Iterable[Scope], places: Places, report: Report | None = None
) -> dict[str, Harvest]:
    """Project to what was mined for it, sorted by project; never raises for one of them.

    Projects in one repository and on one branch share one pass, and the same rows.
    """
    run = _Run(places, report, read_state(places.state))
    return {
        scope.project: _harvest(scope, run)
        for scope in sorted(scopes, key=lambda scope: scope.project)
    }


def _harvest(scope: Scope, run: _Run) -> Harvest:
    fetched = run.fetched.get(scope.url) if scope.url else None
    try:
        repository = _remote(scope, run) if scope.url else _local(scope, run)
        facts = _mine(repository, scope.ref, run)
    except MaestroError as error:
        state: State = "missing" if error.code in ("G015", "G018") else "failed"
        words = (error.code, _as_written(error.message, scope, run), error.hint)
        return Harvest(scope, state, None, "", None, fetched, *words)
    except OSError as error:
        reason = f'"{shorten(scope.source)}" cannot be read: {error.strerror}'
        return Harvest(scope, "failed", None, "", None, fetched, "G006", reason)
    prefix = "" if scope.url else repository.prefix
    time = _head_time(facts)
    return Harvest(scope, "mined", facts, prefix, time, fetched, repository=repository)


def _as_written(message: str, scope: Scope, run: _Run) -> str:
    # Published words must be the same on every machine: no folder of this one in them.
    root = Path(os.path.realpath(run.places.root))
    place = clone_folder(run.places.state, scope.url) if scope.url else root / scope.path
    folders = {Path(os.path.realpath(place)), place}
    for one in [run.opened[folder] for folder in folders & run.opened.keys()]:
        folders |= {one.top, one.git_dir, one.common_dir}
    for folder in sorted(folders, key=lambda one: (-len(str(one)), str(one))):
        message = message.replace(str(folder), scope.source)
    return message.replace(f"{root}/", "").replace(str(root), ".")


def _mine(repository: Repository, ref: str, run: _Run) -> Facts:
    which = (repository.common_dir, ref)
    if not ref:
        # Linked work trees share one object store but each has a HEAD of its own.
        which = (repository.git_dir, ref)
    if which not in run.mined:
        miner = GitMiner(repository, ref, run.places.max_commits)
        if run.report:
            run.report(f"mining {repository.top}")
        try:
            name = hashlib.sha256(f"{which[0]}\n{ref}".encode("utf-8", "surrogateescape"))
            store = run.places.state / "facts" / "git" / f"{name.hexdigest()[:24]}.jsonl.gz"
            # Rows of one repository may wait in memory, not those of fifty.
            for other in run.mined.values():
                if isinstance(other, Facts):
                    other.release()
            run.mined[which] = refresh(store, miner)
        except MaestroError as error:
            run.mined[which] = error
    found = run.mined[which]
    if isinstance(found, MaestroError):
        raise found
    return found


def _head_time(facts: Facts) -> int | None:
    if facts.moment is not None:
        return facts.moment
    times: list[int | None] = [r[3] for r in facts.tables["commit"] if r[0] == facts.cursor]
    return times[0] if times else None


def _remote(scope: Scope, run: _Run) -> Repository:
    folder = clone_folder(run.places.state, scope.url)
    if folder.is_dir():
        return _open(folder, run)
    last = run.fetched.get(scope.url)
    if last and last.code:
        raise MaestroError(last.code, last.reason, last.hint)
    raise MaestroError("G015", f"{scope.url} has not been fetched yet", "run maestro fetch")


def _local(scope: Scope, run: _Run) -> Repository:
    root = Path(os.path.realpath(run.places.root))
    target = Path(os.path.realpath(root / scope.path))
    roots = [Path(os.path.realpath(root / other)) for other in run.places.local_roots]
    allowed = [root, *roots]
    if not _is_inside(target, allowed):
        raise _outside(scope)
    repository = _open(target, run)
    if not _is_inside(repository.top, allowed) or not _is_inside(repository.common_dir, allowed):
        # Only the catalog's own repository may reach above the catalog.
        if target != root and root not in target.parents:
            raise _outside(scope)
        if _open(root, run).common_dir != repository.common_dir:
            raise _outside(scope)
    elif not all(_is_inside(folder, allowed) for folder in repository.alternates()):
        raise _outside(scope)
    return repository


def _open(folder: Path, run: _Run) -> Repository:
    if folder not in run.opened:
        run.opened[folder] = Repository.open(folder)
    return run.opened[folder]


def _is_inside(path: Path, folders: Sequence[Path]) -> bool:
    return any(path == folder or folder in path.parents for folder in folders)


def _outside(scope: Scope) -> MaestroError:
    words = f'"{shorten(scope.path, 120)}" leads out of the catalog repository and of local_roots'
    return MaestroError("G014", words, "add its folder to local_roots in catalog/settings.yaml")
