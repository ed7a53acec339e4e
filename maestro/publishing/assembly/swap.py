"""Publishing a new tree at once: readers see the old site or the new one, never a mixture.

The new tree is built beside the old one. When it is whole it is named ``.<name>.new`` and
exchanged with the old one in one system call, or by two renames where that call is missing. What
a kill leaves between the two is told apart by the names alone, and put right by :func:`recover`.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
from pathlib import Path

_AT_FDCWD = -100
_EXCHANGE = 2


def building(out: Path) -> Path:
    """The folder to build the new tree in."""
    return out.parent / f".{out.name}.building"


def _ready(out: Path) -> Path:
    return out.parent / f".{out.name}.new"


def _old(out: Path) -> Path:
    return out.parent / f".{out.name}.old"


def recover(out: Path) -> None:
    """Finish or undo a swap that a kill cut short, and remove what it left behind."""
    if not out.exists():
        if _ready(out).exists():
            _ready(out).rename(out)
        elif _old(out).exists():
            _old(out).rename(out)
    for left in (building(out), _ready(out), _old(out)):
        remove(left)


def swap(out: Path) -> None:
    """Put the finished tree in ``building(out)`` in the place of ``out``."""
    ready = _ready(out)
    building(out).rename(ready)
    if not out.exists():
        ready.rename(out)
    elif exchange(ready, out):
        remove(ready)
    else:
        out.rename(_old(out))
        ready.rename(out)
        remove(_old(out))


def exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; False where the system cannot."""
    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):
        return False
    result: int = call(
        _AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), ctypes.c_uint(_EXCHANGE)
    )
    if result == 0:
        return True
    number = ctypes.get_errno()
    if number in (errno.ENOSYS, errno.EINVAL, errno.EPERM, errno.ENOTSUP):
        return False
    raise OSError(number, os.strerror(number), str(other))


def remove(folder: Path) -> None:
    """Remove a folder, if it is there; a link is removed, never followed."""
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)
