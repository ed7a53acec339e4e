"""What else a repository says about its commits: tags, who is who, attributes of files."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import NamedTuple

from .command import Way, failure, run, seconds
from .local import Repository, _id


class Tag(NamedTuple):
    """One tag of a commit."""

    name: str
    """Its name: untrusted text."""
    commit: str
    """Full id of the commit."""
    time: int | None
    """When it was set, seconds since 1970; for a plain tag the commit's time."""


def tags(repository: Repository) -> list[Tag]:
    """Every tag of a commit, sorted by name; its time is the tagger's, else the commit's."""
    fields = ("refname:strip=2", "objecttype", "objectname", "*objecttype", "*objectname")
    dates = ("creatordate:unix", "*committerdate:unix")
    shape = "%00".join(f"%({field})" for field in (*fields, *dates))
    code, output, complaint = _run(repository, "for-each-ref", f"--format={shape}", "refs/tags")
    if code:
        raise failure(repository.top, complaint)
    found = []
    for line in output.split(b"\n")[:-1]:
        name, kind, one, inner, other, created, committed = line.split(b"\0")
        commit = one if kind == b"commit" else other if inner == b"commit" else b""
        if commit:
            time = seconds(created) if created else seconds(committed)
            found.append(Tag(name.decode("utf-8", "replace"), commit.decode("ascii"), time))
    return sorted(found)


def mailmapped(repository: Repository, commit: str, contacts: Sequence[str]) -> list[str]:
    """Each ``Name <address>`` as the ``.mailmap`` of ``commit`` has it.

    A contact must hold one address and no line end.
    """
    way = Way(settings=(f"mailmap.blob={_id(commit)}:.mailmap", f"mailmap.file={os.devnull}"))
    stdin = "".join(f"{contact}\n" for contact in contacts).encode("utf-8", "replace")
    arguments = ("--git-dir=.", "--bare", "check-mailmap", "--stdin")
    code, output, complaint = run(repository.git_dir, arguments, stdin, way)
    lines = output.decode("utf-8", "replace").split("\n")[:-1]
    if code or len(lines) != len(contacts):
        raise failure(repository.top, complaint)
    return lines


def attribute_files(repository: Repository, commit: str) -> dict[str, bytes]:
    """Path to content of the ``.gitattributes`` files at ``commit``, sorted."""
    options = ("-r", "-z", "--name-only", "--full-tree", "--end-of-options", _id(commit))
    code, output, complaint = _run(repository, "ls-tree", *options)
    if code:
        raise failure(repository.top, complaint)
    paths = [path for path in output.split(b"\0") if (b"/" + path).endswith(b"/.gitattributes")]
    return repository.read_files(commit, map(os.fsdecode, paths)) if paths else {}


def _run(repository: Repository, *arguments: str) -> tuple[int, bytes, str]:
    return run(repository.git_dir, ("--git-dir=.", "--bare", *arguments))
