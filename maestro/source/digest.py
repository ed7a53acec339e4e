"""SHA-256 of a file or folder of this machine, as ``source.digest`` records it.

A file's digest is that of its bytes. A folder's is that of the list that ``sha256sum`` prints
for its files, sorted by the bytes of their paths::

    find . -type f -printf '%P\\0' | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum

without ``.git`` and ``__pycache__`` (what running the code leaves behind is not the code).
Links are neither followed nor listed.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from maestro.errors import MaestroError, shorten

CODES = {
    "S003": "There is nothing at that place. Correct the source, or put the file there.",
    "S004": "The source is larger than may be read. Name a smaller file.",
    "S005": "The source cannot be read: a link, a device, or a file without permission.",
}
"""Problem code to what it means and what to do."""

MAX_BYTES = 5 * 2**30
"""The most bytes read of one source, unless told otherwise."""
MAX_FILES = 100_000
"""The most files of one folder."""
SKIPPED = frozenset((".git", "__pycache__"))
"""Names that are left out of folders, at any depth."""

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Read:
    """What was read: its digest as ``sha256:<hex>``, its bytes and the number of files."""

    digest: str
    size_bytes: int
    files: int = 1


def digest_bytes(data: bytes) -> str:
    """The digest of bytes at hand."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def digest_path(root: Path, path: str, max_bytes: int = MAX_BYTES) -> Read:
    """The digest of the file or folder at ``path`` (with ``/``) below ``root``.

    Raises MaestroError S003 when there is none, S004 when it is too large, S005 when a link
    stands on the way or it cannot be read.
    """
    try:
        place, mode = walk_in(root, path)
        if stat.S_ISDIR(mode):
            return _folder(place, path, max_bytes)
        size, digest = _file(place, path, max_bytes)
        return Read(f"sha256:{digest}", size)
    except OSError as error:
        raise _unreadable(path, error.strerror or "cannot be read") from None


def walk_in(root: Path, path: str) -> tuple[Path, int]:
    """A path of the repository and its mode; no step of the way may be a link or lead out.

    Raises MaestroError S003 when nothing is there, another code when the way is not allowed.
    """
    place, mode = root, stat.S_IFDIR
    for part in () if path == "." else path.split("/"):
        if part in ("", ".", ".."):
            raise _unreadable(path, "leads out of the repository")
        place = place / part
        try:
            mode = os.lstat(place).st_mode
        except (FileNotFoundError, NotADirectoryError):
            hint = "correct the source, or put the file there"
            raise MaestroError("S003", f'"{shorten(path, 120)}" does not exist', hint) from None
        if stat.S_ISLNK(mode):
            raise _unreadable(path, "leads through a symbolic link")
    return place, mode


def read_inside(root: Path, path: str, max_bytes: int) -> bytes:
    """The bytes of a regular file of the repository, of at most ``max_bytes``.

    Raises MaestroError for anything else, before more than that is read.
    """
    place, mode = walk_in(root, path)
    if not stat.S_ISREG(mode):
        raise _unreadable(path, "is no regular file")
    try:
        with open(place, "rb", buffering=0) as stream:
            if os.fstat(stream.fileno()).st_size > max_bytes:
                raise too_large(path, f"{max_bytes:,} bytes")
            data = stream.read(max_bytes + 1)
    except OSError as error:
        raise _unreadable(path, error.strerror or "cannot be read") from None
    if len(data) > max_bytes:
        raise too_large(path, f"{max_bytes:,} bytes")
    return data


def _folder(place: Path, path: str, max_bytes: int) -> Read:
    whole = hashlib.sha256()
    size = files = 0
    for name in sorted(_files_below(place), key=os.fsencode):
        files += 1
        if files > MAX_FILES:
            raise too_large(path, f"{MAX_FILES:,} files")
        length, digest = _file(place / name, path, max_bytes - size)
        size += length
        whole.update(_sum_line(digest, os.fsencode(name)))
    if not files:
        raise MaestroError("S003", f'folder "{shorten(path, 120)}" holds no file', "fill it")
    return Read(f"sha256:{whole.hexdigest()}", size, files)


def _sum_line(digest: str, name: bytes) -> bytes:
    """A line as sha256sum prints it; names with line breaks or backslashes are escaped."""
    safe = name.replace(b"\\", b"\\\\").replace(b"\n", b"\\n").replace(b"\r", b"\\r")
    mark = b"\\" if safe != name else b""
    return mark + digest.encode() + b"  " + safe + b"\n"


def _files_below(folder: Path) -> Iterator[str]:
    """Paths of regular files relative to ``folder``; a list of folders to do, no recursion."""
    waiting = [""]
    while waiting:
        inside = waiting.pop()
        with os.scandir(folder / inside) as entries:
            for entry in entries:
                name = f"{inside}/{entry.name}" if inside else entry.name
                if entry.name in SKIPPED:
                    continue
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(name)
                elif entry.is_file(follow_symlinks=False):
                    yield name


def _file(place: Path, path: str, max_bytes: int) -> tuple[int, str]:
    """Size and hexadecimal digest of one regular file."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    handle = os.open(place, flags | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb", buffering=0) as stream:
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            raise _unreadable(path, "is no regular file")
        return hash_stream(stream.read, path, max_bytes)


def hash_stream(read: Callable[[int], bytes | None], what: str, max_bytes: int) -> tuple[int, str]:
    """Size and hexadecimal digest of what ``read(n)`` gives until it gives nothing.

    ``what`` names it in the MaestroError S004 that more than ``max_bytes`` raise.
    """
    found, size = hashlib.sha256(), 0
    while chunk := read(_CHUNK):
        size += len(chunk)
        if size > max_bytes:
            raise too_large(what, f"{max_bytes:,} bytes")
        found.update(chunk)
    return size, found.hexdigest()


def too_large(what: str, limit: str) -> MaestroError:
    """The error for a source larger than ``limit`` (in words)."""
    message = f'"{shown(what)}" is larger than {limit}'
    return MaestroError("S004", message, "name a smaller file")


def _unreadable(path: str, reason: str) -> MaestroError:
    message = f'"{shown(path)}": {reason.lower()}'
    return MaestroError("S005", message, "name a regular file or folder of this repository")


def shown(what: str) -> str:
    """A path or address for people."""
    # Never the query of an address: it may hold a token.
    return shorten(what.partition("?")[0], 120)
