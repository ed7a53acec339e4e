"""A cheap look at every source: where it stands, without starting git or reading a history."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from .collect import Places, Scope
from .fetch import clone_folder, read_state


def heads(scopes: Iterable[Scope], places: Places) -> dict[str, str]:
    """Project to a text that changes whenever mining it would give other facts.

    The text holds what HEAD, the scope's ref and the tags name, read from git's own files. It
    decides nothing but whether to look again, so it need not be understood, only compared.
    """
    fetched = read_state(places.state)
    root = Path(os.path.realpath(places.root))
    found = {}
    for scope in sorted(scopes, key=lambda scope: scope.project):
        if scope.url:
            folder = clone_folder(places.state, scope.url)
            found[scope.project] = f"{_mark(folder, scope.ref)} {fetched.get(scope.url)}"
        else:
            found[scope.project] = _mark(root / scope.path, scope.ref)
    return found


def _mark(folder: Path, ref: str) -> str:
    git_dir = _git_dir(folder)
    if git_dir is None:
        return f"no repository at {os.path.realpath(folder)}"
    common = Path(os.path.normpath(git_dir / (_text(git_dir / "commondir") or ".")))
    head = _text(git_dir / "HEAD")
    name = head.removeprefix("ref: ")
    named = [_text(common / name)] if name != head else []
    if ref:
        kinds = ("heads", "remotes/origin", "tags")
        named += [_text(common / "refs" / kind / ref) for kind in kinds]
    packed, shallow = _text(common / "packed-refs"), _text(common / "shallow")
    tags = "".join(f"{name} {_text(common / name)}\n" for name in _loose_tags(common))
    marks = (_digest(packed), _digest(tags), shallow)
    return " ".join([os.path.realpath(folder), head, *named, *marks])


def _loose_tags(common: Path) -> list[str]:
    # Releases are told by tags, which come without the branch moving.
    found = (common / "refs" / "tags").rglob("*")
    return sorted(path.relative_to(common).as_posix() for path in found if path.is_file())


def _git_dir(folder: Path) -> Path | None:
    """The git folder of the repository that ``folder`` lies in."""
    if (folder / "HEAD").is_file() and (folder / "objects").is_dir():
        return folder
    for parent in (folder, *folder.parents):
        inside = parent / ".git"
        if inside.is_dir():
            return inside
        if inside.is_file():
            return Path(os.path.normpath(parent / _text(inside).removeprefix("gitdir: ")))
    return None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _text(path: Path) -> str:
    try:
        return path.read_bytes()[: 1 << 24].decode("utf-8", "surrogateescape").strip()
    except OSError:
        return ""
