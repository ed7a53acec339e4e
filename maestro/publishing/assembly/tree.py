"""The tree under construction; what is as it was in the tree before is linked, not written."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from maestro.errors import MaestroError


@dataclass(frozen=True, slots=True)
class Mark:
    """How a file that was written is known again without being read."""

    size: int
    time: int
    """When it was last changed, in nanoseconds."""


@dataclass(slots=True)
class Tree:
    """The new tree and the one before it."""

    folder: Path
    before: Path
    size_bytes: int = 0
    written: int = 0
    pages_written: int = 0
    paths: set[str] = field(default_factory=set)
    _folders: set[str] = field(default_factory=set)

    def put(self, path: str, data: bytes) -> None:
        """Write one file of the new tree, or link it when it is the same as before.

        Raises MaestroError when something stands there already: it may be linked to the tree that
        is being read, so that writing into it would change what is published.
        """
        target, previous = self._places(path)
        if path in self.paths:
            raise _twice(path)
        self.paths.add(path)
        self.size_bytes += len(data)
        try:
            with open(previous, "rb", opener=plain_file) as file:
                is_same = os.fstat(file.fileno()).st_size == len(data) and file.read() == data
            if is_same:
                os.link(previous, target)
                return
        except OSError:
            pass
        try:
            with open(target, "xb") as file:
                file.write(data)
        except FileExistsError:
            raise _twice(path) from None
        self.written += 1
        self.pages_written += path.endswith(".html")

    def keep(self, path: str, mark: Mark) -> bool:
        """Link a file of the tree before when nobody touched it since; False otherwise."""
        target, previous = self._places(path)
        try:
            found = os.lstat(previous)
            if (found.st_size, found.st_mtime_ns) != (mark.size, mark.time):
                return False
            os.link(previous, target, follow_symlinks=False)
        except OSError:
            return False
        self.paths.add(path)
        self.size_bytes += mark.size
        return True

    def read(self, path: str, mark: Mark) -> bytes | None:
        """A file of the tree before; None when somebody touched it since."""
        try:
            with open(self._places(path)[1], "rb", opener=plain_file) as file:
                found = os.fstat(file.fileno())
                is_same = (found.st_size, found.st_mtime_ns) == (mark.size, mark.time)
                return file.read() if is_same else None
        except OSError:
            return None

    def mark(self, path: str) -> Mark:
        """How a file of the new tree is known again."""
        found = os.lstat(f"{self.folder}/{path}")
        return Mark(found.st_size, found.st_mtime_ns)

    def _places(self, path: str) -> tuple[str, str]:
        folder = path.rpartition("/")[0]
        if folder not in self._folders:
            Path(f"{self.folder}/{folder}").mkdir(exist_ok=True, parents=True)
            self._folders.add(folder)
        return f"{self.folder}/{path}", f"{self.before}/{path}"


def _twice(path: str) -> MaestroError:
    hint = f'rename the file in site/ that has its name, or report it: "{path}"'
    return MaestroError("T005", f'two files of the site are called "{path}"', hint)


def plain_file(path: str, flags: int) -> int:
    """Open a file, and neither a link nor a pipe, which would be waited for."""
    found = os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    if not stat.S_ISREG(os.fstat(found).st_mode):
        os.close(found)
        raise OSError(f"no plain file: {path}")
    return found
