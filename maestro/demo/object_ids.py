"""The ids that git will give to simulated commits, computed without git.

CI records name commits, and they are written before any repository is made. The layout of
blobs, trees and commits is the one of git's own documentation (gitformat-pack, "object
types"); ids are SHA-1, as in every repository that git makes unless it is told otherwise.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from .history import Commit

Folder = dict[str, Any]
"""Name to the id of a file (bytes) or to a folder."""


def commit_ids(commits: Sequence[Commit]) -> list[str]:
    """The full ids of ``commits`` in the repository that ``import_stream`` of them makes."""
    found: list[bytes] = []
    files: list[dict[str, bytes]] = []
    for commit in commits:
        held = dict(files[commit.parents[0]]) if commit.parents else {}
        for path, content in commit.files.items():
            if content is None:
                held.pop(path, None)
            else:
                held[path] = _id("blob", content)
        files.append(held)
        parents = [found[parent] for parent in commit.parents]
        found.append(_commit(commit, _tree(_folders(held)), parents))
    return [name.hex() for name in found]


def _commit(commit: Commit, tree: bytes, parents: list[bytes]) -> bytes:
    who = f"{commit.author.name} <{commit.author.email}> {commit.at} {commit.zone}"
    lines = [f"tree {tree.hex()}", *(f"parent {parent.hex()}" for parent in parents)]
    lines += [f"author {who}", f"committer {who}", "", commit.message]
    return _id("commit", "\n".join(lines).encode())


def _folders(files: Mapping[str, bytes]) -> Folder:
    root: Folder = {}
    for path, name in files.items():
        *above, last = path.split("/")
        place = root
        for part in above:
            place = place.setdefault(part, {})
        place[last] = name
    return root


def _tree(folder: Folder) -> bytes:
    entries = []
    for name, inside in folder.items():
        if isinstance(inside, dict):
            # Git sorts a folder as if its name ended with a slash.
            entries.append((f"{name}/".encode(), b"40000", name.encode(), _tree(inside)))
        else:
            entries.append((name.encode(), b"100644", name.encode(), inside))
    body = b"".join(b"%s %s\0%s" % (mode, name, id_) for _, mode, name, id_ in sorted(entries))
    return _id("tree", body)


def _id(kind: str, content: bytes) -> bytes:
    head = f"{kind} {len(content)}\0".encode()
    return hashlib.sha1(head + content, usedforsecurity=False).digest()


__all__ = ["commit_ids"]
