"""Git histories as streams for ``git fast-import``: bytes in, no git called.

One stream makes one whole repository in one process, with fixed dates and identities, so the
same commits give the same commit ids everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

BRANCH = "refs/heads/main"


class RunImport(Protocol):
    """Makes a git repository of a stream; the caller owns the door to git.

    It creates an empty repository whose default branch is ``main`` at ``folder`` (made when it
    is missing) and feeds ``stream`` to ``git fast-import``. With ``bare`` false, ``folder``
    already holds exactly the files of the last commit, and the index is read from it
    (``git read-tree HEAD``: no file is touched). For the same bytes every time git runs in a
    closed environment, without templates and reflogs
    (``--template=``, ``core.logAllRefUpdates=false``), best with ``fastimport.unpackLimit=1``:
    one pack instead of a file per object.
    """

    def __call__(self, folder: Path, stream: bytes, *, bare: bool) -> None:
        """Create the repository or raise ``MaestroError``."""


@dataclass(frozen=True, slots=True)
class Person:
    """A simulated author."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit. ``parents`` are positions in the list of commits, the first one leads.

    ``files`` holds the full new content of changed files, None for a removed one, against the
    first parent. ``at`` is in seconds since 1970 UTC, ``zone`` the author's offset like +0200.
    """

    author: Person
    at: int
    message: str
    files: Mapping[str, bytes | None]
    parents: tuple[int, ...] = ()
    zone: str = "+0000"
    tags: tuple[str, ...] = field(default=())


def import_stream(commits: Iterable[Commit]) -> bytes:
    """The stream that makes ``commits`` in a new repository; the last one becomes ``main``.

    Every commit must be an ancestor of the last one; raises ``ValueError`` for a parent that
    does not come earlier, and for a path or a name that the format cannot carry.
    """
    return b"".join(_stream(commits))


def _stream(commits: Iterable[Commit]) -> Iterator[bytes]:
    yield b"feature done\n"
    for index, commit in enumerate(commits):
        mark = index + 1
        who = _identity(commit)
        yield f"commit {BRANCH}\nmark :{mark}\nauthor {who}\ncommitter {who}\n".encode()
        yield _data(commit.message.encode())
        yield from _parents(commit, index)
        for path in sorted(commit.files):
            yield from _file(path, commit.files[path])
        yield b"\n"
        for tag in commit.tags:
            yield f"reset refs/tags/{_plain(tag)}\nfrom :{mark}\n\n".encode()
    yield b"done\n"


def _identity(commit: Commit) -> str:
    name, email = _plain(commit.author.name), _plain(commit.author.email)
    return f"{name} <{email}> {commit.at} {commit.zone}"


def _parents(commit: Commit, index: int) -> Iterator[bytes]:
    for position, parent in enumerate(commit.parents):
        if not 0 <= parent < index:
            raise ValueError(f"commit {index} has parent {parent}")
        yield f"{'merge' if position else 'from'} :{parent + 1}\n".encode()


def _file(path: str, content: bytes | None) -> Iterator[bytes]:
    if content is None:
        yield f"D {_plain(path)}\n".encode()
        return
    yield f"M 100644 inline {_plain(path)}\n".encode()
    yield _data(content)


def _data(content: bytes) -> bytes:
    return b"data %d\n%s\n" % (len(content), content)


def _plain(text: str) -> str:
    if not text or text != text.strip() or text[0] == '"' or any(c in text for c in "<>\n\0"):
        raise ValueError(f"{text!r} does not fit into a stream")
    return text


__all__ = ["Commit", "Person", "RunImport", "import_stream"]
