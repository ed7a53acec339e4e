"""A whole run in a process of its own, while the server goes on watching.

It is ended at once when a change comes: a run that is killed leaves the site as it was, and what
its stages found until then stands in the cache.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_NICENESS = 5
"""Whoever saves a file meanwhile goes first."""


@contextmanager
def whole_run(root: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that builds the site of ``root``; it ends with the block at the latest.

    Its exit code is 0 when the site is up to date. It says nothing of what went wrong.
    """
    # This very program, wherever it is installed, and nothing that lies in the current folder.
    places = [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]
    path = os.pathsep.join(filter(None, places))
    process = subprocess.Popen(  # noqa: S603 - constants and a path of ours
        [sys.executable, "-P", "-m", "maestro.cli.ahead", str(root)],
        env=os.environ | {"PYTHONPATH": path},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is for the server, which ends it.
    )
    try:
        yield process
    finally:
        process.kill()
        with process:
            pass


def run(root: Path) -> None:
    """Build the site as ``maestro build`` does."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    from maestro.pipeline import building

    from .build import overrides
    from .reference import reference_pages

    with suppress(OSError, AttributeError):
        os.nice(_NICENESS)
    building.build(root, building.Options(overrides=overrides(), pages=reference_pages))


def _end_with_parent() -> None:
    """Wait until nobody holds the other end of the pipe any more."""
    os.read(0, 1)  # Not sys.stdin: its lock could not be had when the process ends.
    os._exit(1)


if __name__ == "__main__":
    run(Path(sys.argv[1]))
