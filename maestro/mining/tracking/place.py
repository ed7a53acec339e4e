"""Where a record says that MLflow keeps its runs: a server, a folder or a SQLite file."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from maestro.errors import MaestroError, shorten

Kind = Literal["server", "folder", "database"]
_DATABASES = (".db", ".sqlite", ".sqlite3")


@dataclass(frozen=True, slots=True)
class Place:
    """A tracking source as a record names it."""

    kind: Kind
    """What it is."""
    text: str
    """Address of the server, or path as written."""


def place_of(text: str) -> Place:
    """The place that ``tracking.mlflow`` names; raises MaestroError X002 for what is none."""
    scheme, colon, rest = text.partition("://")
    lower = scheme.lower() if colon else ""
    if lower in ("http", "https"):
        return Place("server", text.rstrip("/"))
    if lower == "sqlite" and rest.startswith("/") and len(rest) > 1:
        return Place("database", rest[1:])
    if lower == "file" and rest.startswith("/"):
        return Place("folder", rest)
    if colon or not text.strip():
        hint = "write https://host, sqlite:///path/mlflow.db, or the path of an mlruns folder"
        raise MaestroError("X002", f'"{shorten(scheme)}" is no tracking source we can read', hint)
    if text.lower().endswith(_DATABASES):
        return Place("database", text)
    return Place("folder", text)


def local_path(place: Place, root: Path, local_roots: Sequence[str]) -> Path:
    """The path on this machine, links resolved, of a folder or database that may be read.

    Raises MaestroError: G014 outside of the catalog and of ``local_roots``, X002 not there.
    """
    base = Path(os.path.realpath(root))
    target = Path(os.path.realpath(base / place.text))
    allowed = [base, *(Path(os.path.realpath(base / other)) for other in local_roots)]
    if not any(target == folder or folder in target.parents for folder in allowed):
        words = f'"{shorten(place.text, 120)}" leads out of the catalog and of local_roots'
        raise MaestroError("G014", words, "add its folder to local_roots in catalog/settings.yaml")
    there = target.is_dir() if place.kind == "folder" else target.is_file()
    if not there:
        what = "an mlruns folder" if place.kind == "folder" else "a SQLite file"
        words = f'"{shorten(place.text, 120)}" is not there, or is not {what}'
        raise MaestroError("X002", words, "correct tracking.mlflow in the project's record")
    return target
