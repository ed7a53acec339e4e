"""What the build before knew of its pages, so that a page of the same look-ups is not made again.

It stands as lines of JSON in the work folder, under a key over all that is no look-up: the
program's own code, the shells, the frame; a digest ends it. Whatever is wrong with it, it counts
as missing.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import Any

from maestro.catalog.load import Entry

from .generator import installed
from .packed import numbers_of, text_of
from .swap import remove
from .traced import GROUPS, Answers, Lookup
from .tree import Mark, plain_file

_PACKAGES = ("Jinja2", "MarkupSafe", "Markdown", "nh3", "pydantic", "pydantic-core", "PyYAML")
_PARTS = ("publishing", "catalog", "schema", "source", "errors.py")
_PART = 4096
"""Items of a list that are written at once."""
_ENCODER = json.JSONEncoder(separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Told:
    """A file of the site that is told by its subject, and by what was looked up to make it.

    The subject is an entry, or plain data, in which a change counts like one in a look-up.
    """

    path: str
    subject: Any

    def lookups(self) -> dict[Lookup, None]:
        """What it stands on before it is made: its subject."""
        if not isinstance(self.subject, Entry):
            return {}
        group = GROUPS.get(self.subject.kind)
        asked = ("[]", f"catalog.{group}") if group else ("()", "known_of")
        return {(*asked, self.subject.name): None}


@dataclass(frozen=True, slots=True)
class Later(Told):
    """A page or document that is made only when something it looks up has changed.

    ``make`` is called with what is shared (its shelf notes what is looked up) and the subject. It
    may look at nothing else, so it is a plain function that closes over nothing.
    """

    make: Callable[..., Any]
    head: str = ""
    """What stands before what is made, as in many files: a change in it makes nothing again."""

    def __post_init__(self) -> None:
        """Refuse a maker that brings values along which nobody would notice to change."""
        if not isinstance(self.make, FunctionType) or self.make.__closure__:
            raise TypeError(f"{self.path}: its maker must be a plain function")


@dataclass(frozen=True, slots=True)
class Row:
    """What is known of one page: its file, and how search finds it or what stands before it."""

    mark: Mark
    about: tuple[Any, ...]


class Memory:
    """Pages by path with what they looked up; look-ups keep their numbers from build to build."""

    def __init__(self, key: str, answers: Answers, file: Path) -> None:
        self._key, self._of, self._file = key, answers, file
        before = _read(file, key)
        self._before: dict[str, list[Any]] = before.get("rows", {})
        self._rows: dict[str, tuple[str, tuple[Any, ...], str]] = {}
        self.ties: dict[str, Any] = before.get("ties", {})
        """What the audit kept."""
        self._lookups: list[Any] = before.get("lookups", [])
        self._answers: list[str] = before.get("answers", [])
        self._numbers: dict[Lookup, int] = {}
        self._used: set[int] = set()
        self._changed = self._asked_again()

    def recall(self, page: Told) -> Row | None:
        """The page of the build before, when all it looked up is the same; None otherwise."""
        row = self._before.get(page.path)
        if row is None or row[4] != self._subject(page):
            return None
        if not self._changed.isdisjoint(numbers_of(row[0])):
            return None
        return Row(Mark(row[1], row[2]), tuple(row[3]))

    def keep(self, page: Told, about: tuple[Any, ...]) -> None:
        """Remember a page that was recalled and stays."""
        needs, *_, subject = self._before.pop(page.path)
        self._used.update(numbers_of(needs))
        self._rows[page.path] = (needs, about, subject)

    def _asked_again(self) -> set[int]:
        """Numbers of the look-ups of the build before that give something else now."""
        found = set()
        for number, (row, before) in enumerate(zip(self._lookups, self._answers, strict=True)):
            lookup = _lookup(row)
            answer = self._of.of(lookup)
            if answer and answer == before:
                self._numbers[lookup] = number
            else:
                found.add(number)
        return found

    def note(self, page: Told, lookups: Iterable[Lookup], about: tuple[Any, ...]) -> None:
        """Remember a page that was made, with what it looked up."""
        known, asked = self._numbers, (*page.lookups(), *lookups)
        for lookup in asked:
            if lookup not in known:
                known[lookup] = len(self._lookups)
                self._lookups.append(lookup)
        numbers = [known[lookup] for lookup in asked]
        self._used.update(numbers)
        self._rows[page.path] = (text_of(numbers), about, self._subject(page))

    def _subject(self, page: Told) -> str:
        """What a page is of, where no look-up says it; empty where one does."""
        return "" if page.lookups() else self._of.text(page.subject)

    @property
    def paths(self) -> Iterable[str]:
        """Every page that is remembered."""
        return self._rows.keys()

    def write(self, mark_of: Callable[[str], Mark], ties: dict[str, Any]) -> None:
        """Leave it for the next build."""
        self._before.clear()
        if len(self._lookups) > 2 * len(self._used):
            self._renumber()
        answers = self._answers
        answers += map(self._of.of, self._lookups[len(answers) :])
        handle, fresh = tempfile.mkstemp(prefix=f".{self._file.name}.", dir=self._file.parent)
        whole = hashlib.sha256()
        try:
            with os.fdopen(handle, "wb") as file:
                for text in self._lines(answers, mark_of, ties):
                    data = text.encode()
                    whole.update(data)
                    file.write(data)
                file.write(_text(whole.hexdigest()).encode())
            if self._file.is_dir():
                remove(self._file)
            Path(fresh).replace(self._file)
        finally:
            Path(fresh).unlink(missing_ok=True)

    def _lines(
        self, answers: list[str], mark_of: Callable[[str], Mark], ties: dict[str, Any]
    ) -> Iterator[str]:
        """The key, look-ups, answers, rows and ties, a line each, in parts."""
        yield json.dumps(self._key)
        for part in (self._lookups, answers):
            yield "\n"
            yield from _in_parts(part)
        yield "\n{"
        between = ""
        for path, (needs, about, subject) in self._rows.items():
            mark = mark_of(path)
            row = _text([needs, mark.size, mark.time, about, subject])
            yield f"{between}{_text(path)}:{row}"
            between = ","
        yield f"}}\n{_text(ties)}\n"

    def _renumber(self) -> None:
        """Forget look-ups that no page needs any more."""
        used = sorted(self._used)
        fresh = {number: at for at, number in enumerate(used)}
        for path, (needs, about, subject) in self._rows.items():
            again = text_of(fresh[number] for number in numbers_of(needs))
            self._rows[path] = (again, about, subject)
        # Answers of the build before are those of now: a page that stays saw them confirmed.
        count = len(self._answers)
        self._answers = [
            self._answers[number] if number < count else self._of.of(self._lookups[number])
            for number in used
        ]
        self._lookups = [self._lookups[number] for number in used]


def _text(data: Any) -> str:
    return _ENCODER.encode(data)


def _in_parts(data: list[Any]) -> Iterator[str]:
    """A long list as JSON, a part at a time: the whole text would be the peak of a build."""
    for start in range(0, len(data), _PART):
        yield ("," if start else "[") + _text(data[start : start + _PART])[1:-1]
    yield "]" if data else "[]"


def _lookup(row: list[Any]) -> Lookup:
    if list in map(type, row):
        return tuple(tuple(word) if isinstance(word, list) else word for word in row)
    return tuple(row)


def _read(file: Path, key: str) -> dict[str, Any]:
    """The look-ups, answers, rows and ties of a file of this key; empty for any other.

    Its last line is the digest of those before: one that differs by a byte is not trusted at all,
    for a page that is kept by mistake looks like any other.
    """
    names = ("key", "lookups", "answers", "rows", "ties")
    found: dict[str, Any] = {}
    whole = hashlib.sha256()
    try:
        with open(file, "rb", opener=plain_file) as lines:
            for name, line in zip(names, lines, strict=False):
                whole.update(line)
                found[name] = json.loads(line)
                if found["key"] != key:
                    return {}
            is_whole = lines.read() == _text(whole.hexdigest()).encode()
    except (OSError, ValueError, RecursionError):
        return {}
    return found if is_whole else {}


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
    root = Path(__file__).parents[2]
    for part in _PARTS:
        place = root / part
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.suffix in (".py", ".html"):
                data = path.read_bytes()
                whole.update(f"{path.relative_to(root)} {len(data)}\0".encode() + data)
    whole.update(f"{sys.version}\0".encode())
    for package in _PACKAGES:
        whole.update(f"{package} {installed(package)}\0".encode())
    return whole.hexdigest()
