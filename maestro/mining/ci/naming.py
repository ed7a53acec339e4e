"""Folders of the store: a project's name to a folder's and back."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import quote, unquote

from .values import text

MOST_LETTERS = 200
"""Letters of the longest folder."""

_LOOSE = re.compile(r"(?<=_)_|^_|_$")


def folder_of_project(project: str) -> str:
    """The folder of a project: ``owner/name`` is ``owner__name``; never a path of its own."""
    parts = [_LOOSE.sub("%5F", quote(part, safe="._- ~")) for part in project.split("/") if part]
    name = "__".join("%2E" + part[1:] if part.startswith(".") else part for part in parts)
    if len(name) > MOST_LETTERS:
        # Too long for some file systems: cut, and kept apart from others cut alike.
        name = f"{name[:100].rstrip('%')}~{hashlib.sha256(name.encode()).hexdigest()[:16]}"
    return name or "%20"


def project_of_folder(name: str) -> str:
    """The project that a folder of the store stands for."""
    return "/".join(unquote(part) for part in name.split("__")).strip()


def around_of(path: str) -> dict[str, str]:
    """Provider and project that the folder of one of our own files stands for."""
    parts = path.replace("\\", "/").split("/")
    if len(parts) < 4 or parts[-4] != "ci" or not parts[-1].endswith(".jsonl"):
        return {}
    return {
        "provider": text(project_of_folder(parts[-3])),
        "project": text(project_of_folder(parts[-2])),
    }
