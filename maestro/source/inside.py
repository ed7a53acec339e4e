"""Whether a path stays in the repository: no step of it, and nothing below it, is a link."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Literal

from maestro.errors import MaestroError, shorten

Below = Literal["nothing", "files", "everything"]
"""What is looked at besides the steps of a path: nothing, what its folder holds, or all below."""


def is_inside(root: Path, path: str) -> bool:
    """True when ``path`` is there below ``root`` and no step of the way is a link or leads out."""
    place = str(root)
    for part in () if path == "." else path.split("/"):
        if part in ("", ".", ".."):
            return False
        place = f"{place}/{part}"
        try:
            if stat.S_ISLNK(os.lstat(place).st_mode):
                return False
        except OSError:
            return False
    return True


def link_on_the_way(root: Path, path: str) -> str:
    """The first step of ``path`` that is a link, relative to ``root``; empty when none is."""
    steps = path.split("/")
    places = ("/".join(steps[:count]) for count in range(1, len(steps) + 1))
    return next((place for place in places if (root / place).is_symlink()), "")


def refuse_links(root: Path, path: str, below: Below = "nothing") -> None:
    """Make sure that what is written or removed at ``path`` is so there and nowhere else.

    A repository may hold a link to any folder of this machine. Looked at is every step of
    ``path`` from ``root`` on, and what lies ``below`` it: what stands directly in the folder, or
    everything. Of a path that leads out of the repository only the latter is looked at: who
    named it may have a link there. Raises MaestroError M009 for a link.
    """
    is_out = Path(path).is_absolute() or ".." in path.split("/")
    link = "" if is_out else link_on_the_way(root, path)
    if not link and below != "nothing":
        link = _link_below(str(root / path), is_deep=below == "everything")
    if link:
        raise MaestroError(
            "M009",
            f'"{shorten(link.removeprefix(f"{root}/"), 200)}" is a link, and nothing is written '
            "or removed where it leads",
            "remove the link (git rm, when it is committed) and run the command again; what is "
            "to lie on another disk can be mounted there",
        )


def _link_below(folder: str, *, is_deep: bool) -> str:
    """The path of a link below a folder; empty when there is none."""
    folders = [folder]
    for place in folders:
        try:
            with os.scandir(place) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in entries:
            if entry.is_symlink():
                return entry.path
            if is_deep and entry.is_dir(follow_symlinks=False):
                folders.append(entry.path)
    return ""
