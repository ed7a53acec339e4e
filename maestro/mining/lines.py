"""How many lines each file has at several commits of one branch, counted whole only once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from maestro.repository import Repository

Lines = dict[str, int | None]
"""Path to text lines; None for binary files."""

_SUBMODULE = b"160000"


@dataclass(frozen=True, slots=True)
class _Change:
    """One file between two commits."""

    path: str
    is_gone: bool
    net: int | None
    """Lines added minus lines deleted; None when it is binary before or after."""
    is_new: bool


@dataclass(frozen=True, slots=True)
class TextLines:
    """The lines at one commit, and what changed from each commit to the next."""

    commits: Sequence[str]
    first: Lines
    steps: dict[str, list[_Change]]
    """Commit to what changed since the one before; nothing did when it is absent."""
    whole: dict[str, Lines]
    """Commit to its lines where the changes do not tell them."""

    def at(self, commit: str) -> Lines:
        """The lines of every file at one of ``commits``."""
        lines = dict(self.first)
        for one in self.commits[: self.commits.index(commit) + 1]:
            if one in self.whole:
                lines = dict(self.whole[one])
            else:
                _apply(lines, self.steps.get(one, ()))
        return lines


def read_lines(repository: Repository, commits: Sequence[str]) -> TextLines:
    """The lines at ``commits``, oldest first. Raises MaestroError when git cannot tell.

    Only the first is counted whole; the others by what changed, which is much cheaper. Where
    a binary file or a submodule may have become text they are counted whole as well.
    """
    if not commits:
        return TextLines((), {}, {}, {})
    steps: dict[str, list[_Change]] = {}
    unclear: list[str] = []
    if len(commits) > 1:
        steps, unclear = _steps(repository.line_changes(commits))
    lines = first = repository.text_lines(commits[0])
    whole: dict[str, Lines] = {}
    for one in commits[1:]:
        lines = dict(lines)
        if one in unclear or not _apply(lines, steps.get(one, ())):
            lines = whole[one] = repository.text_lines(one)
    return TextLines(commits, first, steps, whole)


def _apply(lines: Lines, changes: Sequence[_Change]) -> bool:
    # False when a file that was binary may be text now: nothing says how long it is.
    for change in changes:
        before = lines.get(change.path)
        if change.is_gone:
            lines.pop(change.path, None)
        elif change.is_new:
            lines[change.path] = change.net
        elif change.net is None or before is None:
            if before is None:
                return False
            lines[change.path] = None
        else:
            lines[change.path] = before + change.net
    return True


def _steps(output: bytes) -> tuple[dict[str, list[_Change]], list[str]]:
    # Commit to its changes, and commits where a submodule came or went in a file's place.
    steps: dict[str, list[_Change]] = {}
    unclear = []
    status: dict[bytes, bytes] = {}
    commit = ""
    entries = iter(output.split(b"\0")[:-1])
    for entry in entries:
        if entry.startswith(b":"):
            words = entry.split()
            status[next(entries)] = words[-1][:1]
            if _SUBMODULE in (words[0][1:], words[1]):
                unclear.append(commit)
        elif b"\t" not in entry:
            commit = entry.decode("ascii")
            steps[commit], status = [], {}
        else:
            added, deleted, path = entry.split(b"\t", 2)
            net = None if added == b"-" else int(added) - int(deleted)
            name, kind = path.decode("utf-8", "replace"), status[path]
            if "\ufffd" in name:
                # Two such names may read the same.
                unclear.append(commit)
            steps[commit].append(_Change(name, kind == b"D", net, kind == b"A"))
    return steps, unclear
