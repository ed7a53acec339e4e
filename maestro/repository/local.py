"""One repository on this machine: where it is, what its commits are, what they hold."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from maestro.errors import shorten

from .apart import apart
from .command import SETTINGS, failure, run, seconds, stream, trouble
from .contents import blobs, files_at

LOG_FIELDS = (
    *("%H", "%P", "%at", "%ct", "%an", "%ae", "%cn", "%ce", "%s"),
    "%(trailers:key=Co-authored-by,valueonly,unfold,separator=%x1e)",
)
"""The fields of one commit in the numstat log, in order; co-authors are parted by U+001E."""

MAX_FILE = 4 * 1024 * 1024
"""Bytes of the largest file that :meth:`Repository.read_files` reads; larger ones are left out."""

_LOG = (
    *("log", "-z", "--no-ext-diff", "--no-textconv", "--no-color", "--no-notes", "--no-mailmap"),
    *("--no-decorate", "--diff-merges=off", "--ignore-submodules=all", "--no-abbrev"),
)
_EMPTY_TREE = {
    40: "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    64: "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
}
"""Length of an id to the id of the tree without files, which git knows without storing it."""
_WHERE_ABOUTS = (
    *("--is-shallow-repository", "--is-inside-work-tree", "--absolute-git-dir"),
    *("--git-common-dir", "--show-prefix"),
)
_ID = re.compile(r"(?:[0-9a-f]{40}|[0-9a-f]{64})\Z")
_BOUNDARY = re.compile(r"[0-9a-f]{32}\Z")
_REF = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._/+-]{0,199}\Z")


class LogEntry(NamedTuple):
    """One non-merge commit that touched the paths asked for."""

    commit: str
    """Full id."""
    committed: int | None
    """Commit time in seconds since 1970, UTC; None when impossible."""
    author: str
    """Name of the author: untrusted text."""
    changes: list[tuple[str, str]]
    """Status letter (A, M, D or T) and path, in git's order."""


@dataclass(frozen=True, slots=True)
class Repository:
    """One repository on this machine, bare or with a work tree. Made by :meth:`open`."""

    git_dir: Path
    """Its git folder."""
    common_dir: Path
    """The git folder that holds the objects; another one for linked work trees."""
    top: Path
    """The root of the work tree; the git folder itself when there is none."""
    prefix: str
    """The folder that was opened, below ``top``: empty or ``services/churn``."""
    is_bare: bool
    """True without a work tree."""
    is_shallow: bool
    """True when older history is missing."""

    @classmethod
    def open(cls, path: Path) -> Repository:
        """The repository at ``path`` or above it; a bare one only at ``path`` itself.

        Raises MaestroError: G002 no such folder, G003 no repository, G004 another user's,
        G005 damaged.
        """
        if "\n" in str(path) or not path.is_dir():
            raise trouble("G002", f'there is no folder "{shorten(str(path), 200)}"')
        folder = Path(os.path.realpath(path))
        where = ("--git-dir=.",) if _is_git_folder(folder) else ()
        code, output, complaint = run(folder, (*where, "rev-parse", *_WHERE_ABOUTS))
        if code:
            raise failure(folder, complaint)
        lines = os.fsdecode(output).split("\n")
        git_dir = Path(os.path.realpath(lines[2]))
        common_dir = Path(os.path.realpath(folder / lines[3]))
        has_tree = not where and lines[1] == "true"
        prefix = lines[4].rstrip("/") if has_tree else ""
        up = len(Path(prefix).parts)
        top = Path(*folder.parts[: len(folder.parts) - up]) if has_tree else git_dir
        return cls(git_dir, common_dir, top, prefix, not has_tree, lines[0] == "true")

    @property
    def is_partial(self) -> bool:
        """True when contents of files may be missing, to be fetched from a promisor."""
        return any((self.common_dir / "objects" / "pack").glob("*.promisor"))

    def head(self) -> str | None:
        """Full id of the commit that HEAD names; None in an empty repository."""
        if found := self._commits(["HEAD"])[0]:
            return found
        _, output, _ = self._run("rev-parse", "--verify", "--quiet", "HEAD")
        _, branch, _ = self._run("symbolic-ref", "--quiet", "HEAD")
        name = os.fsdecode(branch).strip()
        if output.strip() or not name or (name and (self.common_dir / name).exists()):
            raise trouble("G005", f'the repository "{self.top}" is damaged: HEAD names no commit')
        return None

    def resolve(self, ref: str) -> str:
        """Full id of the commit that ``ref`` names: a branch, a tag, or a full commit id.

        A local branch goes before one of ``origin``, both before a tag. Raises MaestroError
        G007 when nothing has that name, or the name is not of the plain kind.
        """
        plain = _REF.match(ref) and ".." not in ref and "//" not in ref and "/." not in ref
        if not plain or ref.endswith((".", "/", ".lock")):
            raise trouble("G007", f'"{shorten(ref)}" is not a branch, a tag or a commit id')
        if _ID.match(ref):
            names = [ref]
        elif ref == "HEAD":
            names = ["HEAD"]
        else:
            names = [f"refs/{kind}/{ref}" for kind in ("heads", "remotes/origin", "tags")]
        for found in self._commits(names):
            if found:
                return found
        raise trouble("G007", f'"{ref}" is no branch, tag or commit of "{self.top}"')

    def commit_time(self, commit: str) -> int:
        """Commit time in seconds since 1970, UTC; MaestroError G017 when it is impossible."""
        shape = ("--no-walk=unsorted", "--format=%ct", "--stdin")
        code, output, complaint = self._run_apart(commit, "log", *shape, stdin=_revisions([commit]))
        if code:
            raise failure(self.top, complaint)
        found = seconds(output.strip())
        if found is None:
            raise trouble("G017", f"commit {commit[:12]} has an impossible date")
        return found

    def is_ancestor(self, old: str, new: str) -> bool:
        """True when ``old`` is ``new`` or in its history; False also when ``old`` is gone."""
        arguments = ("merge-base", "--is-ancestor", "--end-of-options", _id(old), _id(new))
        code, _, complaint = self._run(*arguments)
        if code in (0, 1):
            return code == 0
        if self._commits([old])[0] is None:
            return False
        raise failure(self.top, complaint)

    def has_commit(self, commit: str) -> bool:
        """True when the commit is still here, reachable or not."""
        return bool(_ID.match(commit)) and self._commits([commit])[0] is not None

    def only_in(self, old: str, new: str) -> frozenset[str]:
        """Ids of the commits in the history of ``old`` that are not in that of ``new``."""
        output = self._output("rev-list", "--stdin", ids=[old], excluding=[new])
        return frozenset(output.decode("ascii").split())

    def alternates(self) -> list[Path]:
        """Object folders of other repositories that this one borrows from, links resolved."""
        objects = self.common_dir / "objects"
        try:
            listed = (objects / "info" / "alternates").read_bytes()
        except OSError:
            return []
        lines = [line for line in listed.split(b"\n") if line and not line.startswith(b"#")]
        return [Path(os.path.realpath(objects / os.fsdecode(line))) for line in lines]

    def log_numstat(self, new: str, excluding: Sequence[str], boundary: str) -> Iterator[bytes]:
        """The history of ``new`` without that of ``excluding``: commits, files, line counts.

        Blocks of 1 MB. Each commit is ``boundary``, the :data:`LOG_FIELDS` with a NUL after
        each, and, when it changed files, a newline and git's ``--numstat -z`` entries. Merges
        have no entries; submodules are left out. ``boundary`` is 32 random hexadecimal
        digits, new for each call: no commit can contain it.
        """
        return self._log(new, (), _revisions([new], excluding), boundary)

    def landed_merges(self, merges: Sequence[str], boundary: str) -> Iterator[bytes]:
        """What each of the commits ``merges`` changed of its first parent.

        As :meth:`log_numstat`, in no particular order.
        """
        each = ("--no-walk=unsorted", "--diff-merges=first-parent")
        return self._log(merges[0], each, _revisions(merges), boundary)

    def text_lines(self, commit: str) -> dict[str, int | None]:
        """Path to lines of every file at ``commit``, None for binary ones; no submodules."""
        trees = (_EMPTY_TREE[len(_id(commit))], commit)
        output = self._lines(commit, "--end-of-options", *trees)
        rows = [entry.split(b"\t", 2) for entry in output.split(b"\0")[:-1]]
        return {
            path.decode("utf-8", "replace"): None if added == b"-" else int(added)
            for added, _, path in rows
        }

    def line_changes(self, commits: Sequence[str]) -> bytes:
        """How files differ between each of ``commits`` and the one before it in the list.

        For each pair that differs at all: the later commit's id, git's ``--raw -z`` entries,
        its ``--numstat -z`` entries. Renames are a D and an A.
        """
        pairs = "".join(f"{_id(new)} {_id(old)}\n" for old, new in pairwise(commits))
        return self._lines(commits[0], "--raw", "--stdin", stdin=pairs.encode())

    def _lines(self, commit: str, *arguments: str, stdin: bytes = b"") -> bytes:
        options = ("-r", "-z", "--numstat", "--no-renames", "--no-ext-diff", "--no-textconv")
        arguments = ("diff-tree", *options, "--ignore-submodules=all", *arguments)
        code, output, complaint = self._run_apart(commit, *arguments, stdin=stdin)
        if code:
            raise failure(self.top, complaint)
        return output

    def _log(
        self, commit: str, options: Sequence[str], stdin: bytes, boundary: str
    ) -> Iterator[bytes]:
        if not _BOUNDARY.match(boundary):
            raise ValueError("the boundary must be 32 hexadecimal digits")
        shape = f"--format={boundary}" + "%x00".join(LOG_FIELDS)
        arguments = (*self._where, *_LOG, *options, "--numstat", "-M", shape, "--stdin")
        with apart(self.common_dir, commit) as (folder, way):
            yield from stream(folder, arguments, stdin, way, self.git_dir)

    def record_log(self, prefixes: Iterable[str], new: str = "") -> list[LogEntry]:
        """Non-merge commits that touched paths below ``prefixes``, newest first.

        From ``new``, or HEAD; empty for an empty repository. Renames are a D and an A.
        """
        start = new or self.head()
        if start is None:
            return []
        boundary = secrets.token_hex(16)
        shape = f"--format={boundary}%H%x00%ct%x00%an"
        options = ("--name-status", "--no-renames", "--no-merges", "--full-history", shape)
        paths = "".join(f"{prefix}\n" for prefix in prefixes if prefix and "\n" not in prefix)
        stdin = _revisions([start]) + b"--\n" + os.fsencode(paths)
        code, output, complaint = self._run_apart(start, *_LOG, *options, "--stdin", stdin=stdin)
        if code:
            raise failure(self.top, complaint)
        return [_entry(chunk) for chunk in output.split(boundary.encode())[1:]]

    def read_files(
        self, commit: str, prefixes: Iterable[str], *, most_bytes: int = MAX_FILE
    ) -> dict[str, bytes]:
        """Path to content of every regular file below ``prefixes`` at ``commit``, sorted.

        Files of more than ``most_bytes``, links and submodules are left out.
        """
        wanted = [
            (path, blob)
            for mode, blob, size, path in self._tree(commit, prefixes)
            if mode in ("100644", "100755") and size <= most_bytes
        ]
        found = blobs(self._answer, [blob for _, blob in wanted])
        files = {}
        for (path, _), content in zip(wanted, found, strict=True):
            if content is None:
                raise trouble("G005", f'the repository "{self.top}" lacks the file "{path}"')
            files[path] = content
        return files

    def files_at(
        self, wanted: Iterable[tuple[str, str]], *, most_bytes: int = MAX_FILE
    ) -> Iterator[tuple[tuple[str, str], bytes]]:
        """Each commit and path of ``wanted`` with the content of the file there then.

        What is no file or has more than ``most_bytes`` is left out; in a partial clone, which
        lacks contents, all. Raises MaestroError G005 when git's store is damaged.
        """
        asked = [] if self.is_partial else [(_id(commit), path) for commit, path in wanted]
        return files_at(self._answer, asked, most_bytes)

    def changed_files(self, paths: Sequence[str]) -> list[str]:
        """Files below ``paths`` that differ from HEAD, sorted; empty when nothing does.

        New files count unless git ignores them. Contents are compared here: git would run
        the filters that the repository configures.
        """
        if self.is_bare:
            return []
        head = self.head()
        tree = self._tree(head, paths) if head else []
        changed = {path for mode, blob, _, path in tree if not _same(self.top / path, mode, blob)}
        options = ("--others", "--exclude-standard", "--full-name", "-z", "--")
        code, output, complaint = run(self.top, ("ls-files", *options, *paths))
        if code:
            raise failure(self.top, complaint)
        new = {os.fsdecode(path) for path in output.split(b"\0") if path}
        return sorted(changed | new)

    def _tree(self, commit: str, prefixes: Iterable[str]) -> list[tuple[str, str, int, str]]:
        # (mode, object id, size, path), sorted by path
        options = ("-r", "-z", "-l", "--full-tree", "--end-of-options", _id(commit), "--")
        code, output, complaint = self._run("ls-tree", *options, *prefixes)
        if code:
            raise failure(self.top, complaint)
        found = []
        for line in output.split(b"\0")[:-1]:
            about, _, path = line.partition(b"\t")
            mode, _, blob, size = about.decode("ascii").split()
            found.append((mode, blob, 0 if size == "-" else int(size), os.fsdecode(path)))
        return sorted(found, key=lambda row: row[3])

    def _commits(self, names: Sequence[str]) -> list[str | None]:
        asked = "".join(f"{name}^{{commit}}\n" for name in names).encode()
        code, output, complaint = self._run("cat-file", "--batch-check", stdin=asked)
        if code:
            raise failure(self.top, complaint)
        lines = [line.split() for line in output.decode("utf-8", "replace").splitlines()]
        return [line[0] if len(line) == 3 and line[1] == "commit" else None for line in lines]

    @property
    def _where(self) -> tuple[str, ...]:
        return ("--git-dir=.", "--bare")

    def _run(self, *arguments: str, stdin: bytes = b"") -> tuple[int, bytes, str]:
        return run(self.git_dir, (*self._where, *arguments), stdin)

    def _answer(self, *arguments: str, stdin: bytes = b"") -> bytes:
        code, output, complaint = self._run(*arguments, stdin=stdin)
        if code:
            raise failure(self.top, complaint)
        return output

    def _run_apart(
        self, commit: str, *arguments: str, stdin: bytes = b""
    ) -> tuple[int, bytes, str]:
        # Where nothing that this repository configures can change the answer.
        with apart(self.common_dir, _id(commit)) as (folder, way):
            return run(folder, (*self._where, *arguments), stdin, way)

    def _output(self, *arguments: str, ids: Sequence[str], excluding: Sequence[str] = ()) -> bytes:
        return self._answer(*arguments, stdin=_revisions(ids, excluding))


def _is_git_folder(folder: Path) -> bool:
    kept = (folder / "objects").is_dir() and (folder / "refs").is_dir()
    return kept and (folder / "HEAD").is_file() and not (folder / ".git").exists()


def _id(commit: str) -> str:
    if not _ID.match(commit):
        raise trouble("G007", f'"{shorten(commit)}" is not a full commit id')
    return commit


def _revisions(wanted: Iterable[str], excluding: Iterable[str] = ()) -> bytes:
    lines = [_id(commit) for commit in wanted] + [f"^{_id(commit)}" for commit in excluding]
    return "".join(f"{line}\n" for line in lines).encode("ascii")


def _entry(chunk: bytes) -> LogEntry:
    commit, committed, rest = chunk.split(b"\0", 2)
    author, _, listed = rest.partition(b"\0")
    parts = listed.removeprefix(b"\n").split(b"\0")
    pairs = zip(parts[0::2], parts[1::2], strict=False)
    changes = [(letter[:1].decode("ascii", "replace"), os.fsdecode(path)) for letter, path in pairs]
    name = author.decode("utf-8", "replace")
    return LogEntry(commit.decode("ascii"), seconds(committed), name, changes)


def _same(path: Path, mode: str, blob: str) -> bool:
    if mode == "160000":
        return True
    try:
        if mode == "120000":
            content = os.fsencode(path.readlink())
        elif stat.S_ISREG(path.lstat().st_mode):
            content = path.read_bytes()
        else:
            # Opening a pipe would wait for a writer for ever.
            return False
    except OSError:
        return False
    # Git may have written the file with other line ends than it stores.
    return any(_blob_id(text, blob) == blob for text in (content, content.replace(b"\r\n", b"\n")))


def _blob_id(content: bytes, like: str) -> str:
    algorithm = hashlib.sha256 if len(like) == 64 else hashlib.sha1
    return algorithm(b"blob %d\0" % len(content) + content).hexdigest()


def counting_rules() -> tuple[str, ...]:
    """Every option and setting that decides what the numstat log counts."""
    return (*SETTINGS, *_LOG, "--numstat", "-M")
