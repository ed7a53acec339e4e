"""One run at a time: a kernel lock, which a killed run never leaves behind."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from maestro.errors import MaestroError

_OWNER = "owner"
"""Holds the process of the last run, and stays when that is done."""


@contextmanager
def only_run(folder: Path, *, wait_seconds: float = 0) -> Iterator[None]:
    """Hold the lock of a work folder.

    Raises MaestroError when another run still holds it after ``wait_seconds``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "lock"
    lock = FileLock(path, timeout=wait_seconds)
    try:
        lock.acquire()
    except Timeout:
        owner = _owner(folder)
        raise MaestroError(
            "M002",
            f"another run is at work here{owner}",
            "wait until it is done; a run that was killed leaves no lock behind",
        ) from None
    try:
        (folder / _OWNER).write_text(f"{os.getpid()}\n", encoding="utf-8")
        yield
    finally:
        lock.release()


def was_deleted(folder: Path) -> bool:
    """Whether a work folder is not as a run leaves it: it was deleted since, or no run began."""
    return not (folder / _OWNER).exists()


def _owner(folder: Path) -> str:
    try:
        return f" (process {int((folder / _OWNER).read_text(encoding='utf-8'))})"
    except (OSError, ValueError):
        return ""
