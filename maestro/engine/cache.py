"""Results by content key: one JSON envelope a result, written whole or not at all.

A cache is only a cache. Absent, cut, damaged, swapped, foreign or read-only, it changes how
long a run takes, never what comes out: the envelope carries its own kind, key and hash, and
anything that does not fit is treated as absent.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from pathlib import Path
from typing import Any

FORMAT = 1
_UNFINISHED = re.compile(r"\..+\.json\.[a-z0-9_]{8}\Z")
"""What a JSON file is called while it is written."""


def digest(*parts: Any) -> str:
    """SHA-256 of plain JSON data, the same on every machine and in every process."""
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def write_atomic(path: Path, data: bytes) -> None:
    """Write a file so that a reader, or a kill, sees the old bytes or the new, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        # mkstemp keeps others out; what is written here is for everyone the umask lets in.
        Path(temporary).chmod(0o666 & ~_umask())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def remove_unfinished(folder: Path) -> None:
    """Remove what writes that a kill cut short left in a folder; only where nobody else writes."""
    for path in folder.glob(".*.json.*"):
        if _UNFINISHED.match(path.name) and not path.is_dir():
            path.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


class Cache:
    """A folder of results by kind and key, for one program.

    What another ``program`` (see :func:`program_digest`) stored is not taken: other code may
    read the same bytes differently. With ``folder=None`` nothing is kept. A cache that cannot
    be written stays silent: the run is slower, not wrong.
    """

    def __init__(self, folder: Path | None, program: str = "") -> None:
        self.folder = folder
        self.program = program
        self.hits = 0
        self.misses = 0

    def get(self, kind: str, key: str) -> Any | None:
        """The payload stored under ``kind`` and ``key``; None when there is none to trust."""
        payload = self._read(kind, key)
        if payload is None:
            self.misses += 1
        else:
            self.hits += 1
        return payload

    def _read(self, kind: str, key: str) -> Any | None:
        if self.folder is None:
            return None
        try:
            data = self._path(kind, key).read_bytes()
            head, _, body = data.partition(b"\n")
            if json.loads(head) != self._head(kind, key, body):
                return None
            return json.loads(body)
        except (OSError, ValueError, RecursionError):
            return None

    def latest(self, kind: str) -> Any | None:
        """The payload stored last under ``kind``, whatever its key; None without one to trust."""
        if self.folder is None:
            return None
        paths = sorted(self.folder.glob(f"{kind}-*.json"), key=_written, reverse=True)
        for path in paths:
            try:
                with path.open("rb") as stream:
                    key = str(json.loads(stream.readline())["key"])
            except (OSError, ValueError, KeyError, TypeError, RecursionError):
                continue
            payload = self._read(kind, key) if self._path(kind, key) == path else None
            if payload is not None:
                return payload
        return None

    def put(self, kind: str, key: str, payload: Any) -> None:
        """Store a payload of plain JSON data."""
        if self.folder is None:
            return
        body = json.dumps(payload, separators=(",", ":"), ensure_ascii=True).encode()
        head = json.dumps(self._head(kind, key, body)).encode()
        try:
            self._ignore_folder()
            write_atomic(self._path(kind, key), head + b"\n" + body)
        except OSError:
            return

    def keep_only(self, kind: str, keys: set[str]) -> None:
        """Drop results of ``kind`` that no longer belong to any of ``keys``."""
        if self.folder is None:
            return
        names = {self._path(kind, key).name for key in keys}
        for path in sorted(self.folder.glob(f"{kind}-*.json")):
            if path.name not in names:
                path.unlink(missing_ok=True)

    def _path(self, kind: str, key: str) -> Path:
        assert self.folder is not None
        name = key if key.isalnum() else hashlib.sha256(key.encode()).hexdigest()
        return self.folder / f"{kind}-{name}.json"

    def _ignore_folder(self) -> None:
        """Keep the work folder out of git without touching the user's own ignore file."""
        assert self.folder is not None
        ignore = self.folder.parent / ".gitignore"
        if not ignore.exists():
            write_atomic(ignore, b"*\n")

    def _head(self, kind: str, key: str, body: bytes) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "program": self.program,
            "kind": kind,
            "key": key,
            "sha256": hashlib.sha256(body).hexdigest(),
        }


def _written(path: Path) -> tuple[int, str]:
    try:
        return path.stat().st_mtime_ns, path.name
    except OSError:
        return 0, path.name


def program_digest() -> str:
    """A mark of the program itself: results of other code are not taken from a cache.

    Made from name, size and modification time of the package's files, which is what a changed
    or newly installed program changes.
    """
    package = Path(__file__).resolve().parent.parent
    rows = []
    for folder, _, names in sorted(os.walk(package)):
        for name in sorted(names):
            if name.endswith((".py", ".html", ".md", ".css", ".js")):
                found = Path(folder, name).stat()
                rows.append((folder[len(str(package)) :], name, found.st_size, found.st_mtime_ns))
    return digest(rows)
