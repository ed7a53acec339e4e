"""Scripts and styles of ours as they are published: one small script for each kind of page."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from rjsmin import jsmin

from .stubs import STUBS

THEME = Path(__file__).parents[1] / "theme"
MAX_FILE = 5_000_000
EVERYWHERE = ("worker.js", "maestro.js")
"""Scripts of every page, loaded before those of the theme and of the page itself."""


def assets() -> dict[str, bytes]:
    """Published name to bytes of everything that pages load from us.

    The scripts that a stub names become one file, called like the last of them, and so do those of
    every page: a page asks once, and what its scripts share is packed once. Comments and blank
    space of scripts are left out.
    """
    files = read_tree(THEME / "assets")
    chains = {EVERYWHERE} | {stub.scripts for stub in STUBS.values() if stub.scripts}
    parts = {name for chain in chains for name in chain}
    found = {
        path: packed(data) if path.endswith(".js") else data
        for path, data in files.items()
        if path not in parts
    }
    for chain in chains:
        found[chain[-1]] = b"".join(packed(files[name]) for name in chain)
    return dict(sorted(found.items()))


def packed(script: bytes) -> bytes:
    """A script without its comments and blank space; each ends its last statement."""
    return str(jsmin(script.decode("utf-8"))).rstrip(";").encode() + b";\n"


def read_tree(folder: Path) -> dict[str, bytes]:
    """Regular files below ``folder`` by relative path, sorted; no links, no big files."""
    found: dict[str, bytes] = {}
    for place, folders, names in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "_")))
        for name in sorted(names):
            path = Path(place) / name
            info = path.lstat()
            if name.startswith(".") or not stat.S_ISREG(info.st_mode) or info.st_size > MAX_FILE:
                continue
            found[path.relative_to(folder).as_posix()] = path.read_bytes()
    return found
