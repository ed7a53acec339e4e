"""What the build before knew of its pages, so that a page of the same look-ups is not made again.

It stands as JSON in the work folder, under a key over all that is no look-up: the program's own
code, the shells, the frame. Whatever is wrong with it, it counts as missing.
"""

from __future__ import annotations

import hashlib
import json
from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import Any

from maestro.catalog.load import Entry

from .generator import installed
from .traced import Answers, Lookup
from .tree import Mark

_PACKAGES = ("Jinja2", "MarkupSafe", "Markdown", "nh3", "pydantic", "pydantic-core")
_PARTS = ("publishing", "catalog", "schema", "errors.py")
_FOLDERS = {"projects": "projects", "experiments": "experiments"}


@dataclass(frozen=True, slots=True)
class Later:
    """A page or document that is made only when something it looks up has changed.

    ``make`` is called with what is shared (its shelf notes what is looked up) and the subject. It
    may look at nothing else, so it is a plain function that closes over nothing.
    """

    path: str
    subject: Any
    make: Callable[..., Any]

    def __post_init__(self) -> None:
        """Refuse a maker that brings values along which nobody would notice to change."""
        if not isinstance(self.make, FunctionType) or self.make.__closure__:
            raise TypeError(f"{self.path}: its maker must be a plain function")

    def lookups(self) -> dict[Lookup, None]:
        """What it stands on before it is made: its subject."""
        if isinstance(self.subject, Entry):
            group = _FOLDERS.get(self.subject.kind, "entries")
            return {("[]", f"catalog.{group}", self.subject.name): None}
        return {}


@dataclass(frozen=True, slots=True)
class Row:
    """What is known of one page: its file and how search finds it."""

    mark: Mark
    about: tuple[Any, ...]


class Kept:
    """Pages by path with what they looked up."""

    def __init__(self, key: str, answers: Answers, file: Path) -> None:
        self._key, self._answers, self._file = key, answers, file
        self._rows: dict[str, tuple[array[int], tuple[Any, ...]]] = {}
        self._numbers: dict[Lookup, int] = {}
        self._before: dict[str, Any] = _read(file, key)
        self.ties: dict[str, Any] = self._before.get("ties", {})
        """What the audit kept."""
        self._same: list[bool | None] = [None] * len(self._before.get("lookups", ()))
        self._now = [-1] * len(self._same)

    def recall(self, path: str) -> Row | None:
        """The page of the build before, when all it looked up is the same; None otherwise."""
        row = self._before.get("rows", {}).get(path)
        if row is None or not all(map(self._is_same, row[0])):
            return None
        self._rows[path] = (array("I", map(self._number, row[0])), tuple(row[3]))
        return Row(Mark(row[1], row[2]), tuple(row[3]))

    def _is_same(self, number: int) -> bool:
        same = self._same[number]
        if same is None:
            answer = self._answers.of(_lookup(self._before["lookups"][number]))
            same = bool(answer) and answer == self._before["answers"][number]
            self._same[number] = same
        return same

    def _number(self, number: int) -> int:
        """The number of a look-up now, by its number in the build before."""
        if self._now[number] < 0:
            lookup = _lookup(self._before["lookups"][number])
            self._now[number] = self._numbers.setdefault(lookup, len(self._numbers))
        return self._now[number]

    def note(self, path: str, lookups: Iterable[Lookup], about: tuple[Any, ...]) -> None:
        """Remember a page that was made: its look-ups and how search finds it."""
        numbers = self._numbers
        needs = array("I", [numbers.setdefault(one, len(numbers)) for one in lookups])
        self._rows[path] = (needs, about)

    @property
    def paths(self) -> Iterable[str]:
        """Every page that is remembered."""
        return self._rows.keys()

    def write(self, mark_of: Callable[[str], Mark], ties: dict[str, Any]) -> None:
        """Leave it for the next build."""
        rows = {}
        for path, (needs, about) in self._rows.items():
            mark = mark_of(path)
            rows[path] = [needs.tolist(), mark.size, mark.time, about]
        answers = [self._answers.of(one) for one in self._numbers]
        data = {"key": self._key, "lookups": list(self._numbers), "answers": answers}
        text = json.dumps(data | {"rows": rows, "ties": ties}, separators=(",", ":"))
        fresh = self._file.with_suffix(".new")
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(self._file)


def _lookup(row: list[Any]) -> Lookup:
    return tuple(tuple(word) if isinstance(word, list) else word for word in row)


def _read(file: Path, key: str) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        is_ours = found["key"] == key and len(found["lookups"]) == len(found["answers"])
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return dict(found) if is_ours else {}


def key_of(*parts: str) -> str:
    """A key over the program that makes pages, and over ``parts``."""
    whole = hashlib.sha256(_program().encode())
    for part in parts:
        whole.update(f"{len(part)} {part}".encode())
    return whole.hexdigest()


@cache
def _program() -> str:
    """A digest of all code and templates that have a say in a page, and of the packages used."""
    whole = hashlib.sha256()
    root = Path(__file__).parents[1]
    for part in _PARTS:
        place = root / part
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.suffix in (".py", ".html"):
                data = path.read_bytes()
                whole.update(f"{path.relative_to(root)} {len(data)}\0".encode() + data)
    for package in _PACKAGES:
        whole.update(f"{package} {installed(package)}\0".encode())
    return whole.hexdigest()
