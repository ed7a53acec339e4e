"""CI records in files and folders: every regular file, in order, links not followed."""

from __future__ import annotations

import stat
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from maestro.mining.base import Tables

from .detect import Options, read_bytes
from .documents import MOST_BYTES
from .merge import merged
from .reading import Reading, Refusal


@dataclass(frozen=True, slots=True)
class Understood:
    """What was understood of many files together."""

    tables: Tables
    """Kind of fact to its rows, one a thing, in order of time."""
    unknown: Counter[str]
    """Unknown fields and words, counted over all files."""
    refused: list[Refusal] = field(default_factory=list)
    """What gave no facts, sorted by file."""
    files: int = 0
    """How many files were looked at."""


def read_paths(paths: Iterable[Path], options: Options | None = None) -> Understood:
    """The facts of all files at and below ``paths``; never raises for what stands in them."""
    tables: Tables = {}
    unknown: Counter[str] = Counter()
    refused: list[Refusal] = []
    files = 0
    for path in sorted({found for given in paths for found in _below(given)}):
        files += 1
        reading = read_file(path, options)
        for kind, rows in reading.tables.items():
            tables.setdefault(kind, []).extend(rows)
        unknown.update(reading.unknown)
        refused += reading.refused
    return Understood(merged(tables), unknown, sorted(refused), files)


def _below(path: Path) -> Iterator[Path]:
    if path.is_symlink() or not path.is_dir():
        yield path
        return
    for inner in sorted(path.iterdir()):
        if inner.name != ".git":
            yield from _below(inner)


def read_file(path: Path, options: Options | None = None, named: str = "") -> Reading:
    """What is understood of one file; never raises for what stands in it.

    ``named`` is how the file is called in what comes of it; its path when empty.
    """
    # Bytes of a name that are no UTF-8 could not be shown.
    name = (named or path.as_posix()).encode("utf-8", "replace").decode()
    reading = Reading(name)
    try:
        about = path.lstat()
        if not stat.S_ISREG(about.st_mode):
            reading.refuse("", "no-file", "no regular file (a link, pipe or device)")
        elif about.st_size > MOST_BYTES:
            reading.refuse("", "too-large", f"over {MOST_BYTES >> 20} MB")
        else:
            return read_bytes(path.read_bytes(), name, options)
    except OSError as error:
        reading.refuse("", "unreadable", (error.strerror or "cannot be read").lower())
    return reading
