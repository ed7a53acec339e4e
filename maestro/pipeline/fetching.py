"""What needs the network: fetching repositories, and reading a source that a record names."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path

from maestro.catalog.load import Catalog, load_catalog
from maestro.catalog.rules_references import host_fault
from maestro.engine.lock import only_run
from maestro.mining.fetch import Fetched, clone_folder, fetch
from maestro.repository import Repository
from maestro.settings import effective

from .checking import WORK


def fetch_all(
    root: Path, overrides: Mapping[str, str], say: Callable[[str], None]
) -> list[Fetched]:
    """Clone or update every repository that a project names by address; one entry each."""
    with only_run(root / WORK):
        catalog = load_catalog(root)
        settings, _ = effective(catalog.settings, overrides)
        urls = [
            entry.record.repository.url
            for entry in catalog.projects.values()
            if entry.record.repository and entry.record.repository.url
        ]
        urls = [url for url in urls if not host_fault(url, settings.hosts)]
        return fetch(urls, root / WORK, settings.hosts, now=lambda: int(time.time()), report=say)


def git_blob(root: Path, catalog: Catalog) -> Callable[[str, str, str], bytes | None]:
    """A reader of one file of a repository at a ref, fetching the repository when it must."""

    def read(url: str, ref: str, path: str) -> bytes | None:
        state = root / WORK
        folder = clone_folder(state, url)
        fetch([url], state, catalog.settings.hosts, now=lambda: int(time.time()))
        repository = Repository.open(folder)
        commit = repository.resolve(ref or "HEAD")
        return repository.read_files(commit, [path]).get(path)

    return read
