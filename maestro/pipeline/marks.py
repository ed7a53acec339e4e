"""What decides a run besides records: marks of files, compared and never read."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from maestro.catalog.load import Catalog
from maestro.engine.cache import digest
from maestro.errors import MaestroError
from maestro.lab.predictions import MAX_BYTES
from maestro.mining.collect import Places
from maestro.mining.tracking.place import local_path, place_of
from maestro.source.digest import digest_path

EVIDENCE = "evidence"
"""The folder of a project's own files."""
Content = Callable[[Path], str]
"""Gives the mark of a file's content."""


def named_files(catalog: Catalog) -> set[str]:
    """Paths of the files that records name as what a number comes from."""
    found = set()
    for card in catalog.cards():
        for metric in card.record.metrics:
            found |= {metric.predictions, metric.evidence}
    for entry in catalog.projects.values():
        for part in entry.record.outcomes.parts.values() if entry.record.outcomes else ():
            found.add(part.evidence)
    found |= {entry.record.data for entry in catalog.experiments.values()}
    return {path for path in found if path}


def prediction_marks(catalog: Catalog) -> list[tuple[str, str]]:
    """Path and SHA-256 of every file that a card's number is computed from, or its fault."""
    paths = {
        metric.predictions
        for card in catalog.cards()
        for metric in card.record.metrics
        if metric.predictions
    }
    marks = []
    for path in sorted(paths):
        try:
            marks.append((path, digest_path(catalog.root, path, MAX_BYTES).digest))
        except MaestroError as error:
            marks.append((path, error.message))
    return marks


def evidence_marks(catalog: Catalog, content: Content) -> dict[str, str]:
    """Path to SHA-256 of every file in the evidence folders of projects."""
    marks = {}
    for name in catalog.projects:
        folder = catalog.root / "projects" / name / EVIDENCE
        if not folder.is_symlink():
            marks.update({path: content(catalog.root / path) for path in _files(folder, catalog)})
    return marks


def _files(folder: Path, catalog: Catalog) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path.relative_to(catalog.root).as_posix()


def data_marks(data: Path | None, content: Content) -> dict[str, str]:
    """Path to SHA-256 of every file of the data folder; empty without one."""
    if data is None or not data.is_dir():
        return {}
    return {
        path.relative_to(data).as_posix(): content(path)
        for pattern in ("*.jsonl*", "state.json")
        for path in sorted(data.rglob(pattern))
        if path.is_file() and not path.is_symlink()
    }


def tracking_marks(catalog: Catalog, places: Places) -> dict[str, str]:
    """Project to a mark of the training runs that lie on this machine: names, sizes and times."""
    marks = {}
    for name, entry in catalog.projects.items():
        tracking = entry.record.tracking
        if tracking is None:
            continue
        found = []
        if tracking.mlflow:
            try:
                place = place_of(tracking.mlflow)
                if place.kind != "server":
                    path = local_path(place, places.root, places.local_roots)
                    # What SQLite has not yet written into the file stands in a log beside it.
                    found += [path, path.with_name(f"{path.name}-wal")]
            except MaestroError:
                pass
        if tracking.dvc and entry.record.repository is None:
            found.append(places.root / tracking.dvc)
        if found:
            marks[name] = digest([_tree(path) for path in found])
    return marks


def _tree(path: Path) -> list[tuple[str, int, int]]:
    rows = []
    names = [path, *sorted(path.rglob("*"))] if path.is_dir() else [path]
    for one in names:
        try:
            about = one.lstat()
        except OSError:
            continue
        if not one.is_dir():
            rows.append((os.path.relpath(one, path), about.st_size, about.st_mtime_ns))
    return rows


def content_of(path: Path) -> str:
    """SHA-256 of a file, or why it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        return error.strerror or "unreadable"
