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

_RUNNER = """\
import sys
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from pathlib import Path

place, root = sys.argv[1:]
if place not in sys.path:
    sys.path.append(place)
spec = PathFinder.find_spec("maestro", [place])
sys.modules["maestro"] = maestro = module_from_spec(spec)
spec.loader.exec_module(maestro)
from maestro.cli.ahead import run

run(Path(root))
"""
"""This very program, wherever it is installed, and nothing that lies in the current folder; what
else is installed in its folder stands behind the standard library, as ever."""


@contextmanager
def whole_run(root: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that builds the site of ``root``; it ends with the block at the latest.

    Its exit code is 0 when the site is up to date. It says nothing of what went wrong.
    """
    process = subprocess.Popen(  # noqa: S603 - constants and paths of ours
        [sys.executable, "-P", "-c", _RUNNER, str(Path(__file__).parents[2]), str(root)],
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
