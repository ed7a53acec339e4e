"""Commits and file changes of one git history: one streamed ``git log`` for each increment."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from maestro.errors import MaestroError
from maestro.repository import LOG_FIELDS, Repository, counting_rules, seconds

from .base import Increment, Row, mask_secrets

MAX_SUBJECT = 200
"""Characters kept of a message's first line."""
MAX_NAME = 200
"""Characters kept of a name or an address."""
MAX_COAUTHORS = 50
"""Co-author trailers kept of one commit."""

_OBJECT = re.compile(r"\b[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class GitMiner:
    """The history of one branch of one repository."""

    repository: Repository
    """Where it lies."""
    ref: str = ""
    """Branch, tag or full commit id; HEAD when empty."""
    max_commits: int = 1_000_000
    """The most commits read; more are refused, never cut off."""

    @property
    def source(self) -> str:
        """The repository's folder and the branch."""
        return f"git:{self.repository.common_dir}:{self.ref or 'HEAD'}"

    @property
    def key(self) -> str:
        """Hash of git's options, which decide what is counted."""
        rules = [*counting_rules(), *LOG_FIELDS, str(MAX_SUBJECT), str(MAX_NAME)]
        return hashlib.sha256("\n".join(rules).encode()).hexdigest()[:32]

    @property
    def kinds(self) -> tuple[str, ...]:
        """Commits, merges among them, and the files that non-merge commits changed."""
        return ("commit", "file_change")

    def mine(self, cursor: str) -> Increment:
        """Commits reachable from the branch and not from the commit ``cursor``.

        Raises MaestroError: G008 shallow, G009 partial, G018 no commits, G007 no such ref,
        G005 damaged, G016 too many commits.
        """
        repository = self.repository
        _refuse_shallow(repository)
        new = repository.resolve(self.ref) if self.ref else repository.head()
        if new is None:
            words = f'the repository "{repository.top}" has no commits on the branch to be read'
            raise MaestroError("G018", words, "commit something, or name a ref")
        if new == cursor:
            return Increment(new)
        known = bool(cursor) and repository.has_commit(cursor)
        gone = repository.only_in(cursor, new) if known else frozenset[str]()
        boundary = secrets.token_hex(16)
        blocks = repository.log_numstat(new, (cursor,) if known else (), boundary)
        try:
            commits, files = self._rows(blocks, boundary)
        except MaestroError as error:
            names_object = error.code == "G005" and _OBJECT.search(error.message)
            if not names_object or not repository.is_partial:
                raise
            # Nothing is fetched while mining, so the first absent file ends the log.
            words = f'"{repository.top}" is a partial clone that lacks contents of files'
            hint = "run git fetch --refetch --no-filter there, or clone it whole"
            raise MaestroError("G009", words, hint) from error
        tables = {"commit": commits, "file_change": files}
        # The log starts with the commit that was asked for, if it is not known already.
        moment = commits[0][3] if commits and commits[0][0] == new else _time(repository, new)
        return Increment(new, tables, gone, whole=not known, moment=moment)

    def _rows(self, blocks: Iterable[bytes], boundary: str) -> tuple[list[Row], list[Row]]:
        found = parse_log(blocks, boundary, self.max_commits)
        if len(found[0]) > self.max_commits:
            words = f'"{self.repository.top}" has more than {self.max_commits} commits'
            raise MaestroError("G016", words, "raise sources.max_commits in settings.yaml")
        return found


def parse_log(
    blocks: Iterable[bytes], boundary: str, most: int | None = None
) -> tuple[list[Row], list[Row]]:
    """Commits and file changes of a numstat log in git's order; stops after ``most`` commits."""
    commits: list[Row] = []
    files: list[Row] = []
    words = _Words()
    for record in _records(blocks, boundary.encode()):
        commit, tail = _commit(record, words)
        commits.append(commit)
        if tail:
            files += _changes(commit[0], tail, words)
        if most is not None and len(commits) > most:
            break
    return commits, files


def _time(repository: Repository, commit: str) -> int | None:
    try:
        return repository.commit_time(commit)
    except MaestroError:
        return None


class _Words(dict[bytes, str]):
    """Bytes to text, one text for each: names and paths come back thousands of times."""

    def __missing__(self, key: bytes) -> str:
        self[key] = text = key.decode("utf-8", "replace")
        return text


def _refuse_shallow(repository: Repository) -> None:
    # Git counts whole trees at the edge of a shallow clone, and exits with 0.
    if repository.is_shallow:
        words = f'"{repository.top}" is a shallow clone: its numbers would be wrong'
        raise MaestroError("G008", words, "run git fetch --unshallow there; in CI: fetch-depth: 0")


def _records(blocks: Iterable[bytes], boundary: bytes) -> Iterator[bytes]:
    rest = b""
    first = True
    for block in blocks:
        parts = (rest + block).split(boundary)
        rest = parts.pop()
        yield from parts[1:] if first and parts else parts
        first = first and not parts
    if not first:
        yield rest


def _commit(record: bytes, words: _Words) -> tuple[Row, bytes]:
    fields = record.split(b"\0", len(LOG_FIELDS))
    if len(fields) <= len(LOG_FIELDS):
        raise MaestroError("G005", "git's log holds a commit that cannot be read", "run git fsck")
    ids = [words[part] for part in (fields[0], *fields[1].split())]
    people = [words[part][:MAX_NAME] for part in fields[4:8]]
    subject = mask_secrets(fields[8].decode("utf-8", "replace")[:MAX_SUBJECT])
    trailers = [words[part.strip()][:MAX_NAME] for part in fields[9].split(b"\x1e") if part.strip()]
    times = (seconds(fields[2]), seconds(fields[3]))
    return (ids[0], ids[1:], *times, *people, subject, trailers[:MAX_COAUTHORS]), fields[10]


def _changes(commit: str, tail: bytes, words: _Words) -> Iterator[Row]:
    entries = iter(tail[1:].split(b"\0"))
    for entry in entries:
        if not entry:
            continue
        added, deleted, path = entry.split(b"\t", 2)
        old = None
        if not path:
            # A rename: an empty path, then the old and the new one.
            old, path = words[next(entries)], next(entries)
        if added == b"-":
            yield commit, words[path], old, None, None
        else:
            yield commit, words[path], old, int(added), int(deleted)
