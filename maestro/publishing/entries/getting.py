"""Shell lines to copy that get exactly one version of a piece, and check what came.

Every value that stands in a record is quoted for the shell and kept on its line.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from urllib.parse import urlsplit

from maestro.publishing import editing
from maestro.schema import Settings
from maestro.schema.artifact import Source
from maestro.schema.model_card import ModelFile

CLONE = "library"
"""Folder that the lines clone the catalog's repository into."""
_FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._+%=-]{0,199}\Z")
"""Names of files that ``sha256sum --check`` reads as they stand."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the catalog's repository is, and the commit that its record was last changed by."""

    settings: Settings
    commit: str
    """Empty when no commit is known."""


def fetch_lines(source: Source | ModelFile, name: str, place: Place) -> str:
    """Shell lines that get the piece and check it; empty when the record names no place."""
    git = source.git if isinstance(source, Source) else None
    if git:
        lines = _from_git(source, git, name)
    elif source.url:
        lines = [download(source.url), *_check_file(source, name)]
    elif source.path:
        lines = _from_library(source, name, place)
    else:
        return ""
    return "\n".join(lines)


def _from_git(source: Source | ModelFile, git: str, name: str) -> list[str]:
    folder = quoted(name)
    lines = [f"git clone {quoted(git)} {folder}"]
    if ref := getattr(source, "ref", None):
        lines.append(f"git -C {folder} checkout {quoted(ref)} --")
    if source.path:
        lines.append(f"ls -- {quoted(f'{name}/{source.path}')}")
    return [*lines, *_check_record(source, f"--remote {folder}")]


def _from_library(source: Source | ModelFile, name: str, place: Place) -> list[str]:
    """A clone of the catalog's repository at the record's commit; else what a clone has."""
    path = source.path or "."
    home = editing.clone_address(place.settings)
    if not home:
        at = f"git checkout {quoted(place.commit)} --" if place.commit else ""
        return [*filter(None, [at]), f"ls -- {quoted(path)}", *_check_record(source, quoted(name))]
    lines = [f"git clone {quoted(home)} {CLONE}"]
    if place.commit:
        lines.append(f"git -C {CLONE} checkout {quoted(place.commit)} --")
    lines.append(f"ls -- {quoted(f'{CLONE}/{path}')}")
    return [*lines, *_check_record(source, f"-C {CLONE} {quoted(name)}")]


def _check_record(source: Source | ModelFile, about: str) -> list[str]:
    """The digest and the command that compares it, in a line each: not all shells allow both."""
    return [f"maestro verify {about}", f"# {quoted(source.digest)}"] if source.digest else []


def _check_file(source: Source | ModelFile, name: str) -> list[str]:
    """The line that checks a downloaded file; by its record where its name is unusual."""
    file = urlsplit(source.url or "").path.rsplit("/", 1)[-1]
    if not source.digest:
        return []
    if not _FILE.match(file):
        return _check_record(source, f"--remote {quoted(name)}")
    line = f"{source.digest.removeprefix('sha256:')}  {file}"
    return [f"echo {quoted(line)} | sha256sum --check"]


def download(url: str) -> str:
    """The shell line that fetches one file by https, s3 or gs."""
    if url.startswith("s3://"):
        return f"aws s3 cp -- {quoted(url)} ."
    if url.startswith("gs://"):
        return f"gcloud storage cp -- {quoted(url)} ."
    return f"curl --fail --location --remote-name -- {quoted(url)}"


def quoted(value: str) -> str:
    """A value as one word of a shell; what cannot be printed, a line's end too, becomes ``?``."""
    return shlex.quote("".join(c if c.isprintable() else "?" for c in value))


__all__ = ["CLONE", "Place", "download", "fetch_lines", "quoted"]
