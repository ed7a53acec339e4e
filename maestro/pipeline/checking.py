"""Checking a catalog: from the cache when nothing changed, against a base when one is named."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from maestro.catalog.files import Files, scan
from maestro.engine.cache import Cache, digest, program_digest
from maestro.errors import Problem
from maestro.source.inside import is_inside, refuse_links

if TYPE_CHECKING:
    from maestro.catalog.load import Catalog

WORK = ".maestro"
"""Folder for caches, clones and mined facts; it may be deleted at any time."""


def open_cache(root: Path, *, use: bool = True) -> Cache:
    """The cache of a catalog repository, or one that keeps nothing.

    Raises MaestroError M009 when a link would lead it elsewhere.
    """
    refuse_links(root, f"{WORK}/cache")
    return Cache(root / WORK / "cache" if use else None, program_digest())


def load_base(root: Path, revision: str) -> Catalog:
    """The catalog as it was at ``revision`` (a branch, tag or commit id) of its repository.

    Raises MaestroError when there is no repository or nothing has that name.
    """
    from maestro.catalog.files import from_texts
    from maestro.catalog.load import load_files
    from maestro.repository import Repository

    repository = Repository.open(root)
    start = f"{repository.prefix}/" if repository.prefix else ""
    commit = repository.resolve(revision)
    texts = repository.read_files(commit, [f"{start}catalog", f"{start}projects"])
    inside = {path.removeprefix(start): data for path, data in texts.items()}
    return load_files(root, from_texts(inside))


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of a check."""

    problems: list[Problem]
    files: int
    """Record files looked at."""
    cached: int
    """Those of them that were not read again, because nothing had changed."""
    seconds: float = field(compare=False)
    changed: tuple[str, ...] = ()
    """Record files that are not as they were in the base; empty without one."""


def check(root: Path, cache: Cache, base: Catalog | None = None) -> Checked:
    """Every fault of every record below ``root``; with ``base`` also what a change broke.

    When no file changed since the last check, its answer is given again without reading a
    single record. Raises MaestroError when ``root`` is no catalog repository.
    """
    start = time.perf_counter()
    files = scan(root)
    key = digest(program_digest(), str(root), files.fingerprint())
    if base is None and (stored := cache.get("check", key)) and _still_there(root, stored):
        problems = [Problem(*row) for row in stored["problems"]]
        count = len(files.records)
        return Checked(problems, count, count, time.perf_counter() - start)
    problems, looked_at, changed = _check_all(root, files, cache, base)
    if base is None:
        rows = [_row(problem) for problem in problems]
        cache.put("check", key, {"problems": rows, "looked_at": looked_at})
        cache.keep_only("check", {key})
    return Checked(problems, len(files.records), 0, time.perf_counter() - start, changed)


def _row(problem: Problem) -> list[str | int]:
    return [getattr(problem, name) for name in Problem.__slots__]


def _still_there(root: Path, stored: object) -> bool:
    """Whether the paths that the stored check looked for are as they were."""
    if not isinstance(stored, dict) or not isinstance(stored.get("looked_at"), dict):
        return False
    return all(is_inside(root, path) == there for path, there in stored["looked_at"].items())


def _check_all(
    root: Path, files: Files, cache: Cache, base: Catalog | None
) -> tuple[list[Problem], dict[str, bool], tuple[str, ...]]:
    from maestro.catalog.checks import check_catalog
    from maestro.catalog.load import load_files

    catalog = load_files(root, files, cache=cache)
    looked_at: dict[str, bool] = {}
    across = check_catalog(catalog, base, looked_at)
    texts = catalog.texts
    changed = [p for p in sorted(texts) if base is not None and base.texts.get(p) != texts[p]]
    return sorted({*catalog.problems, *across}), looked_at, tuple(changed)
