"""What needs the network: fetching repositories and CI records, and one file of a repository."""

from __future__ import annotations

import re
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from maestro.catalog.load import Catalog, Entry, load_catalog
from maestro.catalog.rules_references import host_fault
from maestro.engine.lock import only_run
from maestro.mining.ci import fetching as ci
from maestro.mining.ci.address import project_of, provider_of, server_of
from maestro.mining.fetch import Fetched, clone_folder, fetch
from maestro.mining.http import Clock, Key
from maestro.mining.tracking.fetching import FetchedRuns, Way, fetch_tracking, needs_fetch
from maestro.mining.tracking.mlflow import NOBODY, Credentials
from maestro.repository import Access, Repository
from maestro.schema import Settings
from maestro.settings import effective
from maestro.source.hosts import Hosts
from maestro.source.inside import refuse_links

from .checking import WORK
from .keys import Token, home_of, keys_of

_PROJECT = re.compile(r"projects/[^/]+/project\.yaml")
_HOSTS = "use https and a public host, or list it in settings.yaml under hosts:"
_MEND = "maestro check shows every fault; mend the record and fetch again"
_NAME = "write project: below ci: as the server has it, like team/churn"
NO_DATA = (
    "CI records are not fetched: name a folder for them, like data: data in catalog/settings.yaml"
)
"""What is said when projects name their CI and the settings name no folder."""
_NO_FOLDER = "catalog/settings.yaml names no folder for it, so it is not fetched"
_FOLDER = "write data: data in catalog/settings.yaml"

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Results:
    """What a fetch came to, by kind of source."""

    git: list[Fetched]
    """Repositories, and before them the records that could not even be asked for."""
    ci: list[ci.Fetched]
    """CI servers' projects."""
    tracking: list[FetchedRuns]
    """Projects whose training runs a server keeps."""
    broken: int = 0
    """How many of ``git``, its first ones, are records with faults and no repositories."""

    @property
    def failed(self) -> int:
        """How many sources could not be had."""
        codes = [one.code for one in self.git] + [one.code for one in self.ci]
        return sum(map(bool, [*codes, *(one.code for one in self.tracking)]))


@dataclass(frozen=True, slots=True)
class _Fetch:
    """What every kind of source works with."""

    root: Path
    catalog: Catalog
    settings: Settings
    keys: tuple[Key, ...]
    say: Say
    only: str


def fetch_all(
    root: Path,
    overrides: Mapping[str, str],
    say: Say,
    *,
    tokens: tuple[Token, ...] = (),
    mlflow: Credentials = NOBODY,
    only: str = "",
) -> Results:
    """Fetch what projects name by address: repositories, then records of CI servers.

    ``only`` is ``git``, ``records``, or empty for both. Projects whose record has faults, or
    whose repository may not be asked, come first: as entries with a code, and with the record's
    place in the place of the address. The first of ``tokens`` is git's, too, and for the host of
    ``repository_url`` when it names none; each goes to its own host and to no other, and
    ``mlflow`` to its own server. SIGTERM ends it as Ctrl-C does: what came is kept. Raises
    MaestroError G020 when a token cannot be used, and M009 for a link where files are written.
    """
    refuse_links(root, WORK, "everything")
    with only_run(root / WORK), _ended_as_by_hand():
        catalog = load_catalog(root)
        settings, _ = effective(catalog.settings, overrides)
        if settings.data:
            refuse_links(root, settings.data, "everything")
        keys = tuple(keys_of(tokens, home_of(settings), say))
        work = _Fetch(root, catalog, settings, keys, say, only)
        broken = [*_broken(catalog)]
        git = [] if only == "records" else _fetch_git(work, tokens)
        records = [] if only == "git" else _fetch_ci(work)
        runs = [] if only == "git" else _fetch_runs(work, mlflow)
        return Results([*broken, *git], records, runs, len(broken))


@contextmanager
def _ended_as_by_hand() -> Iterator[None]:
    """Let SIGTERM raise KeyboardInterrupt; only the main thread may ask for that."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: object) -> None:
        """End the fetch as Ctrl-C would."""
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before or signal.SIG_DFL)


def _fetch_git(work: _Fetch, tokens: tuple[Token, ...]) -> list[Fetched]:
    """Clone or update every repository that a project names by address."""
    refused, urls = [], []
    for entry in work.catalog.projects.values():
        url = entry.record.repository and entry.record.repository.url
        if url and (reason := host_fault(url, work.settings.hosts)):
            reason = f'"{url}" {reason}, so it is not fetched'
            refused.append(Fetched(entry.path, code="H001", reason=reason, hint=_HOSTS))
        elif url:
            urls.append(url)
    # Git takes the first token alone, when it has a host.
    own = [key.login for key in work.keys if tokens and key.login.token == tokens[0].token]
    login = own[0] if own else None
    access = Access(work.settings.hosts, login)
    done = fetch(urls, work.root / WORK, access, now=lambda: int(time.time()), report=work.say)
    return [*refused, *done]


def _fetch_ci(work: _Fetch) -> list[ci.Fetched]:
    """Fetch what is new of every project's CI records into the data folder."""
    entries = [entry for entry in work.catalog.projects.values() if entry.record.ci]
    if not entries:
        return []
    refused = []
    found: dict[tuple[str, str, str], ci.Source] = {}
    for entry in entries:
        source = _source(entry, work.settings)
        if source.project:
            key = (source.provider, source.project, source.url)
            labels = {*source.labels, *(found[key].labels if key in found else ())}
            found[key] = ci.Source(*key, tuple(sorted(labels)))
        else:
            reason = "has ci: without project:, and no repository that tells it"
            named = ci.Source(source.provider, entry.path)
            refused.append(ci.Fetched(named, "C005", reason, _NAME))
    if not work.settings.data:
        work.say(NO_DATA)
        # Who asks for records alone asks for what cannot be had; else the repositories came.
        asked = [*found.values(), *(one.source for one in refused)]
        unkept = (ci.Fetched(source, "C006", _NO_FOLDER, _FOLDER) for source in sorted(asked))
        return [*unkept] if work.only == "records" else []
    sources = work.settings.sources
    reach = ci.Reach(
        Hosts(tuple(work.settings.hosts)),
        work.keys,
        sources.max_requests,
        _since(sources.since, time.time()),
        Clock(),
    )
    data = work.root / work.settings.data
    return [*refused, *ci.fetch_ci(found.values(), data, reach, report=work.say)]


def _fetch_runs(work: _Fetch, login: Credentials) -> list[FetchedRuns]:
    """Fetch the training runs that tracking servers keep into the data folder."""
    asked = [
        (name, entry.record.tracking)
        for name, entry in work.catalog.projects.items()
        if needs_fetch(entry.record.tracking)
    ]
    if not asked:
        return []
    if not work.settings.data:
        work.say(NO_DATA.replace("CI records", "training runs"))
        unkept = [FetchedRuns(n, code="C006", reason=_NO_FOLDER, hint=_FOLDER) for n, _ in asked]
        return unkept if work.only == "records" else []
    today = datetime.fromtimestamp(time.time(), UTC).strftime("%Y-%m-%d")
    way = Way(Hosts(tuple(work.settings.hosts)), today, login)
    return fetch_tracking(asked, work.root / work.settings.data, way, work.say)


def _source(entry: Entry, settings: Settings) -> ci.Source:
    """The CI source that a project's record names."""
    record = entry.record
    url = record.repository.url if record.repository else None
    label = record.ci.incident_label or settings.incident_label
    return ci.Source(
        provider_of(record.ci), project_of(record.ci, url), server_of(record.ci, url), (label,)
    )


def _since(first: date | None, now: float) -> float:
    """The first moment whose records are fetched, seconds since 1970; a year back when not set.

    A default of a whole day, so that it moves at most once a day.
    """
    today = datetime.fromtimestamp(now, UTC).date()
    start = first or today - timedelta(days=365)
    return datetime(start.year, start.month, start.day, tzinfo=UTC).timestamp()


def _broken(catalog: Catalog) -> Iterator[Fetched]:
    """Project records with faults, and settings with faults: what they name is not known."""
    broken = {found.path for found in catalog.broken if found.kind in ("projects", "settings")}
    broken |= {problem.path for problem in catalog.problems if _PROJECT.fullmatch(problem.path)}
    faults = {problem.path: problem for problem in sorted(catalog.problems, reverse=True)}
    for path in sorted(broken):
        fault = faults.get(path)
        reason = "has faults, so what it names is not fetched"
        reason += f": line {fault.line}: {fault.message}" if fault else ""
        yield Fetched(path, code=fault.code if fault else "F003", reason=reason, hint=_MEND)


def git_blob(root: Path, catalog: Catalog) -> Callable[[str, str, str], bytes | None]:
    """A reader of one file of a repository at a ref, fetching the repository when it must."""

    def read(url: str, ref: str, path: str) -> bytes | None:
        """The content of one file at a ref; None when there is none."""
        refuse_links(root, WORK, "everything")
        state = root / WORK
        folder = clone_folder(state, url)
        fetch([url], state, Access(catalog.settings.hosts), now=lambda: int(time.time()))
        repository = Repository.open(folder)
        commit = repository.resolve(ref or "HEAD")
        return repository.read_files(commit, [path]).get(path)

    return read
