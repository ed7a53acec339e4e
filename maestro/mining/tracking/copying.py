"""Copies of local tracking data: MLflow's client writes into what it opens, so it gets a copy.

Only what is read is copied, no link is followed, and both the number of files and their bytes
are bounded. The digest of what was copied tells whether anything changed since the last time.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from maestro.errors import MaestroError, shorten

MOST_BYTES = 2 * 1024**3
"""The most bytes of one database, or of all files of a folder."""
MOST_FILES = 500_000
"""The most files of one folder."""
MOST_FILE = 16 * 1024**2
"""The most bytes of one file in a folder."""
_SQLITE = b"SQLite format 3\0"
_TABLES = {"alembic_version", "experiments", "runs"}
_BLOCK = 1 << 20
_TRIES = 3
_OF_RUN = ("params", "metrics", "tags")


@dataclass(slots=True)
class Copy:
    """What was copied."""

    digest: str = ""
    """SHA-256 over paths and contents."""
    runs: int = 0
    """Folders of runs, in an mlruns folder."""
    skipped: int = 0
    """Links, oversized and odd files that were left out."""
    _hash: hashlib._Hash = field(default_factory=hashlib.sha256, repr=False)


def copy_database(source: Path, target: Path) -> Copy:
    """A SQLite file with what its journals hold, copied while nobody writes.

    Raises MaestroError X002 when it is no SQLite file, is too large or does not rest.
    """
    parts = [("", source)]
    parts += [(end, source.with_name(source.name + end)) for end in ("-wal", "-journal")]
    for _ in range(_TRIES):
        before = [_state(path) for _, path in parts]
        if sum(size for size, _ in before) > MOST_BYTES:
            raise _refused(source, f"is larger than {MOST_BYTES >> 30} GB")
        copy = Copy()
        for (end, path), (size, _) in zip(parts, before, strict=True):
            if size >= 0 and stat.S_ISREG(path.lstat().st_mode):
                _copy_file(path, target.with_name(target.name + end), copy)
        if before == [_state(path) for _, path in parts]:
            if why := _why_not(target):
                raise _refused(source, why)
            copy.digest = copy._hash.hexdigest()
            return copy
    raise _refused(source, "changes while it is read")


def _why_not(copy: Path) -> str:
    """Why a file is not MLflow's; its client would make tables in any other database."""
    with open(copy, "rb") as stream:
        if stream.read(len(_SQLITE)) != _SQLITE:
            return "is no SQLite file"
    try:
        with contextlib.closing(sqlite3.connect(copy)) as database:
            rows = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            names = {name for (name,) in rows}
    except sqlite3.Error:
        return "is damaged"
    return "" if names >= _TABLES else "is no store of MLflow"


def copy_runs(source: Path, target: Path) -> Copy:
    """The runs and models of an mlruns folder, without artifacts and without links.

    Raises MaestroError X002 when it holds no experiment, or too much.
    """
    copy = Copy()
    files = size = 0
    for relative in _files(source, copy):
        path = source / relative
        found = path.lstat()
        # A link too: what it leads to is none of the folder's.
        if not stat.S_ISREG(found.st_mode) or found.st_size > MOST_FILE:
            copy.skipped += 1
            continue
        files, size = files + 1, size + found.st_size
        if files > MOST_FILES or size > MOST_BYTES:
            raise _refused(source, f"holds more than {MOST_FILES:,} files or {MOST_BYTES >> 30} GB")
        (target / relative).parent.mkdir(parents=True, exist_ok=True)
        copy._hash.update(f"\0{relative}\0{found.st_size}\0".encode("utf-8", "surrogateescape"))
        _copy_file(path, target / relative, copy)
    if not files:
        raise _refused(source, "holds no experiment")
    copy.digest = copy._hash.hexdigest()
    return copy


def _files(root: Path, copy: Copy) -> Iterator[str]:
    """Paths of what MLflow reads: of experiments, their runs, and registered models."""
    for experiment in _folders(root, copy):
        if experiment.startswith("."):
            continue
        if experiment == "models":
            yield from _below(root, "models", copy)
            continue
        if not (root / experiment / "meta.yaml").is_file():
            continue
        yield f"{experiment}/meta.yaml"
        for run in _folders(root / experiment, copy):
            folder = f"{experiment}/{run}"
            # Logged models, traces and tags of experiments have no meta.yaml of a run here.
            if run in ("models", "traces", "tags", "datasets"):
                continue
            if not (root / folder / "meta.yaml").is_file():
                continue
            copy.runs += 1
            yield f"{folder}/meta.yaml"
            for part in _OF_RUN:
                if (root / folder / part).is_dir() and not (root / folder / part).is_symlink():
                    yield from _below(root, f"{folder}/{part}", copy)


def _folders(folder: Path, copy: Copy) -> list[str]:
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    copy.skipped += sum(entry.is_symlink() for entry in found)
    return [entry.name for entry in found if entry.is_dir(follow_symlinks=False)]


def _below(root: Path, folder: str, copy: Copy) -> Iterator[str]:
    with os.scandir(root / folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        if entry.is_dir(follow_symlinks=False):
            yield from _below(root, f"{folder}/{entry.name}", copy)
        else:
            yield f"{folder}/{entry.name}"


def _copy_file(source: Path, target: Path, copy: Copy) -> None:
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    left = MOST_BYTES
    with open(os.open(source, flags), "rb") as reader, open(target, "wb") as writer:
        while left > 0 and (block := reader.read(min(_BLOCK, left))):
            copy._hash.update(block)
            writer.write(block)
            left -= len(block)


def _state(path: Path) -> tuple[int, int]:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return -1, 0
    return found.st_size, found.st_mtime_ns


def _refused(source: Path, why: str) -> MaestroError:
    words = f'"{shorten(source.name, 80)}" {why}'
    return MaestroError("X002", words, "correct tracking.mlflow in the project's record")
