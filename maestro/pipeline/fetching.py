"""What needs the network: fetching repositories, and reading a source that a record names."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from maestro.catalog.load import Catalog, load_catalog
from maestro.catalog.rules_references import host_fault
from maestro.engine.lock import only_run
from maestro.mining.fetch import Fetched, clone_folder, fetch
from maestro.repository import Access, Login, Repository, check_token
from maestro.schema import Settings
from maestro.schema.base import split_url
from maestro.settings import effective

from .checking import WORK

_PROJECT = re.compile(r"projects/[^/]+/project\.yaml")
_HOSTS = "use https and a public host, or list it in settings.yaml under hosts:"
_MEND = "maestro check shows every fault; mend the record and fetch again"


def fetch_all(
    root: Path,
    overrides: Mapping[str, str],
    say: Callable[[str], None],
    *,
    token: str = "",
    token_host: str = "",
) -> list[Fetched]:
    """Clone or update every repository that a project names by address; one entry each.

    Projects whose record has faults, or whose address may not be asked, come first: as entries
    with a code, and with the record's place in the place of the address.
    ``token`` logs in to ``token_host`` (``host`` or ``host:port``; when empty, the host of
    ``repository_url``) and goes to no other. Raises MaestroError G020 when it cannot be used.
    """
    with only_run(root / WORK):
        catalog = load_catalog(root)
        settings, _ = effective(catalog.settings, overrides)
        refused, urls = [*_broken(catalog)], []
        for entry in catalog.projects.values():
            url = entry.record.repository and entry.record.repository.url
            if url and (reason := host_fault(url, settings.hosts)):
                reason = f'"{url}" {reason}, so it is not fetched'
                refused.append(Fetched(entry.path, code="H001", reason=reason, hint=_HOSTS))
            elif url:
                urls.append(url)
        access = Access(settings.hosts, _login(token, token_host or _home(settings), say))
        done = fetch(urls, root / WORK, access, now=lambda: int(time.time()), report=say)
        return [*refused, *done]


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


def _login(token: str, place: str, say: Callable[[str], None]) -> Login | None:
    if not token:
        return None
    check_token(token)
    if place:
        return Login.read(token, place)
    say(
        "warning: FORGE_TOKEN is sent nowhere: say which host it is for, by FORGE_HOST or by "
        "repository_url in catalog/settings.yaml"
    )
    return None


def _home(settings: Settings) -> str:
    """Host and port of the library's own address; empty when it has none."""
    found = split_url(settings.repository_url or "")
    if not found:
        return ""
    scheme, host, port, _ = found
    return f"{host}:{port or (443 if scheme == 'https' else 80)}"


def git_blob(root: Path, catalog: Catalog) -> Callable[[str, str, str], bytes | None]:
    """A reader of one file of a repository at a ref, fetching the repository when it must."""

    def read(url: str, ref: str, path: str) -> bytes | None:
        state = root / WORK
        folder = clone_folder(state, url)
        fetch([url], state, Access(catalog.settings.hosts), now=lambda: int(time.time()))
        repository = Repository.open(folder)
        commit = repository.resolve(ref or "HEAD")
        return repository.read_files(commit, [path]).get(path)

    return read
