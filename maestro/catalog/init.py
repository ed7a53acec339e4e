"""A new catalog repository: records, CI workflows and editor settings from the template."""

from __future__ import annotations

import re
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from maestro.errors import WRONG_USE, MaestroError, shorten
from maestro.schema.base import name_fault
from maestro.schema.export import schema_files

from .write import write_beside

CODES = {
    "W011": "A record of that name is there already. Choose another name.",
    "W012": "A file that a new library needs is there already. Choose an empty folder.",
}
"""Problem code to what it means and what to do."""

_PLAIN = re.compile(r"[^\x00-\x1f\x7f\"\\]{1,100}\Z")


def plan_library(folder: Path, title: str | None, team: str, program: str) -> dict[str, bytes]:
    """Path to content of every file of a new library, sorted; writes nothing.

    The title is the folder's name when None; ``program`` is the version of Maestro that the
    library's CI is to install. Raises MaestroError W012 when ``folder`` is a
    catalog already or a file stands where one would be written, and W005 for a title or team
    that cannot be used.
    """
    title = title or _title_of(folder)
    if not _PLAIN.match(title):
        hint = "use up to 100 characters on one line, without quotes and backslashes"
        raise MaestroError("W005", f'title "{shorten(title)}"', hint, exit_code=WRONG_USE)
    if fault := name_fault(team):
        raise MaestroError("W005", *fault, exit_code=WRONG_USE)
    root = resources.files("maestro.catalog") / "template"
    words = {"TITLE": title, "TEAM": team, "VERSION": program}
    files = {path: _filled(data, words) for path, data in _walk(root, "")}
    files.update({f"schemas/{name}": text.encode() for name, text in schema_files().items()})
    for path in sorted(files):
        if (folder / path).exists():
            message = f"{shorten(str(folder / path), 200)} is there already"
            hint = "choose an empty folder: nothing is overwritten"
            raise MaestroError("W012", message, hint, exit_code=WRONG_USE)
    return dict(sorted(files.items()))


def write_library(folder: Path, plan: dict[str, bytes]) -> None:
    """Write a planned library; each file whole or not at all. Raises MaestroError W007."""
    # The settings come last: without them a half-written folder is no library.
    for path in sorted(plan, key=lambda path: (path == "catalog/settings.yaml", path)):
        write_beside(folder / path, plan[path]).replace(folder / path)


def _title_of(folder: Path) -> str:
    words = re.sub(r"[^A-Za-z0-9]+", " ", folder.resolve().name).strip()
    return words[:1].upper() + words[1:] or "Library"


def _walk(folder: Traversable, above: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        name = re.sub(r"^dot-", ".", item.name)
        if item.is_dir():
            if name != "__pycache__":
                found += _walk(item, f"{above}{name}/")
        else:
            found.append((above + name, item.read_bytes()))
    return found


def _filled(data: bytes, words: dict[str, str]) -> bytes:
    for name, word in words.items():
        data = data.replace(f"{name}_PLACEHOLDER".encode(), word.encode())
    return data
