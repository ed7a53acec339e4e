"""One run at a time: a kernel lock, which a killed run never leaves behind."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from maestro.errors import MaestroError


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
        (folder / "owner").write_text(f"{os.getpid()}\n", encoding="utf-8")
        yield
    finally:
        lock.release()


def _owner(folder: Path) -> str:
    try:
        return f" (process {int((folder / 'owner').read_text(encoding='utf-8'))})"
    except (OSError, ValueError):
        return ""
