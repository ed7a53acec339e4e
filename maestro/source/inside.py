"""Whether a path leads to something in the repository, without following a link."""

from __future__ import annotations

import os
import stat
from pathlib import Path


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
