"""Safe remedies for one record's text: what was surely meant, as replacements of single words.

Every finder works on the raw text at the place that the reader names, and only where the text
there is exactly what the reader saw. Anything else is left to the author.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from maestro.schema import RECORDS, Model, Taxonomy
from maestro.source import Data, Fault, Unreadable, parse
from maestro.source.edit import is_plain, quoted
from maestro.source.position import locate

from .licenses import check_license

_Path = tuple[str | int, ...]

_NUMBER = re.compile(r"[-+.0-9eE]+")
_PARTS = re.compile(r"v?(0|[1-9][0-9]{0,8})(\.(0|[1-9][0-9]{0,8})){0,2}\Z")
_AFTER = re.compile(r"[ \t]*(\Z|[\r\n,\]}]|(?<=[ \t])#)")
_SPACES = re.compile(r"[\s_-]+")


@dataclass(frozen=True, slots=True, order=True)
class Remedy:
    """Replace ``text[start:end]`` by ``new``; ``what`` says why, for people."""

    start: int
    end: int
    new: str
    what: str


def find_remedies(kind: str, text: str, taxonomy: Taxonomy) -> list[Remedy]:
    """Every safe remedy for a record of ``kind``, in order of place, none overlapping."""
    try:
        data, faults = parse(text.encode("utf-8"))
    except (Unreadable, UnicodeEncodeError):
        return []
    record = _Record(kind, text, data, faults)
    found = sorted(
        {
            *record.versions(),
            *record.numbers(),
            *record.ambiguous_words(),
            *record.licences(),
            *record.terms(taxonomy),
        }
    )
    kept: list[Remedy] = []
    for remedy in found:
        if not kept or remedy.start >= kept[-1].end:
            kept.append(remedy)
    return kept


class _Record:
    """One readable record with its faults, and the finders."""

    def __init__(self, kind: str, text: str, data: Data, faults: list[Fault]) -> None:
        self.kind = kind
        self.text = text
        self.data = data
        self.faults = faults
        self.starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self.errors = {tuple(error["loc"]): error["type"] for error in _schema_errors(kind, data)}

    def versions(self) -> Iterator[Remedy]:
        """``1.10`` is ``1.10.0``: read from the text, since the number 1.1 has lost the zero."""
        for path, error in self.errors.items():
            if error != "V003":
                continue
            token = self._token(path)
            if token is None or not _PARTS.match(token.word):
                continue
            parts = token.word.removeprefix("v").split(".")
            whole = ".".join(parts + ["0"] * (3 - len(parts)))
            yield token.replaced(whole, f"version {token.word} is {whole} in three parts")

    def numbers(self) -> Iterator[Remedy]:
        """A number in a field that is text gets quotes, exactly as typed."""
        for path, error in self.errors.items():
            value = _value_at(self.data, path)
            is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
            token = self._token(path) if error == "string_type" and is_number else None
            if token and self._accepts(path, token.word):
                yield token.in_quotes(f"{path[-1]} is text: {token.word} needs quotes")

    def ambiguous_words(self) -> Iterator[Remedy]:
        """A plain word that YAML readers read differently gets quotes where the field is text."""
        for fault in self.faults:
            if fault.code != "Y013":
                continue
            path = self._path_at(fault.line, fault.column)
            if path and path not in self.errors and is_text_field(self.kind, path):
                token = self._token(path)
                if token and not token.quote:
                    yield token.in_quotes(f"{path[-1]} is text: {token.word} needs quotes")

    def licences(self) -> Iterator[Remedy]:
        """A licence that can only mean one SPDX expression is written as that."""
        value = self.data.get("license")
        if not isinstance(value, str):
            return
        found = check_license(value)
        if found.ok or len(found.suggestions) != 1:
            return
        if token := self._token(("license",)):
            meant = found.suggestions[0]
            yield token.replaced(meant, f'licence "{value}" is {meant} in SPDX')

    def terms(self, taxonomy: Taxonomy) -> Iterator[Remedy]:
        """Another spelling or an alias of a word of the taxonomy becomes the word."""
        for words, terms in self._words_of(taxonomy):
            taken = set(words.values())
            spellings = _spellings(terms) if taken - terms.keys() else {}
            for path, word in words.items():
                term = spellings.get(_spelling(word))
                # Twice the same word in one list would be a new fault.
                if word in terms or term is None or term in taken:
                    continue
                if token := self._token(path):
                    taken.add(term)
                    yield token.replaced(term, f'"{word}" is {term} in the taxonomy')

    def _words_of(self, taxonomy: Taxonomy) -> Iterator[tuple[dict[_Path, str], Mapping[str, Any]]]:
        """Groups of words by path, each with the terms that they must be among."""
        for key, terms in (
            ("tags", taxonomy.tags),
            ("personas", taxonomy.personas),
            ("problem_class", taxonomy.problem_classes),
            ("task", taxonomy.problem_classes),
            ("domain", taxonomy.domains),
        ):
            value = self.data.get(key)
            words: dict[_Path, Any] = {(key,): value}
            if isinstance(value, list):
                words = {(key, index): word for index, word in enumerate(value)}
            yield {path: w for path, w in words.items() if isinstance(w, str)}, terms
        roles = _value_at(self.data, ("team", "roles"))
        for index in range(len(roles) if isinstance(roles, list) else 0):
            path = ("team", "roles", index, "role")
            if isinstance(word := _value_at(self.data, path), str):
                yield {path: word}, taxonomy.personas

    def _accepts(self, path: _Path, word: str) -> bool:
        """True when the field at ``path`` finds no fault with ``word`` as its text."""
        data = copy.deepcopy(self.data)
        _value_at(data, path[:-1])[path[-1]] = word
        return path not in {tuple(error["loc"]) for error in _schema_errors(self.kind, data)}

    def _offset(self, line: int, column: int) -> int:
        return self.starts[line - 1] + column - 1

    def _token(self, path: _Path) -> _Token | None:
        """The word at ``path`` as it stands in the text, or None when it is not one word."""
        value = _value_at(self.data, path)
        start = self._offset(*locate(self.text, path))
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            found = _NUMBER.match(self.text, start)
            spelled = [(found.group(), "")] if found else []
        elif isinstance(value, str) and value:
            spelled = [(value, mark) for mark in ("", '"', "'")]
        else:
            return None
        for word, mark in spelled:
            end = start + len(word) + 2 * len(mark)
            is_there = self.text[start:end] == f"{mark}{word}{mark}"
            if is_there and _AFTER.match(self.text, end):
                return _Token(start, end, word, mark)
        return None

    def _path_at(self, line: int, column: int) -> _Path | None:
        """The path of the value that starts at a place, or None when a key or nothing does.

        Fields stand in the text in the order of the data, so each level is a binary search.
        """
        path: _Path = ()
        here: Any = self.data
        while isinstance(here, (dict, list)) and here:
            keys: list[Any] = list(here) if isinstance(here, dict) else list(range(len(here)))
            is_map = isinstance(here, dict)
            low, high = 0, len(keys) - 1
            while low < high:
                middle = (low + high + 1) // 2
                place = locate(self.text, (*path, keys[middle]), key=is_map)
                low, high = (middle, high) if place <= (line, column) else (low, middle - 1)
            path, here = (*path, keys[low]), here[keys[low]]
        return path if path and locate(self.text, path) == (line, column) else None


@dataclass(frozen=True, slots=True)
class _Token:
    """One word of the text, with the quotes around it (or none)."""

    start: int
    end: int
    word: str
    quote: str

    def replaced(self, new: str, what: str) -> Remedy:
        """Another word in its place, in the quotes that the author chose."""
        if self.quote and self.quote not in new and "\\" not in new:
            shown = f"{self.quote}{new}{self.quote}"
        else:
            shown = new if is_plain(new) else quoted(new)
        return Remedy(self.start, self.end, shown, what)

    def in_quotes(self, what: str) -> Remedy:
        """The same word in quotes."""
        return Remedy(self.start, self.end, quoted(self.word), what)


def _schema_errors(kind: str, data: Data) -> list[Any]:
    """What the model finds wrong, as the schema library tells it: ``loc`` and ``type``."""
    try:
        RECORDS[kind].model_validate(data)
    except ValueError as error:
        # The model's error is a ValueError that lists its parts.
        found: Any = error
        return list(found.errors(include_url=False, include_input=False, include_context=False))
    return []


def _value_at(data: Any, path: _Path) -> Any:
    for key in path:
        try:
            data = data[key]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _spelling(word: str) -> str:
    return _SPACES.sub("-", word.strip().casefold())


def _spellings(terms: Mapping[str, Any]) -> dict[str, str]:
    """Folded spelling or alias to its term; those that mean two terms are left out."""
    meant: dict[str, set[str]] = {}
    for term, record in terms.items():
        for word in (term, *(record.aliases if record else ())):
            meant.setdefault(_spelling(word), set()).add(term)
    return {word: next(iter(found)) for word, found in meant.items() if len(found) == 1}


def is_text_field(kind: str, path: _Path) -> bool:
    """True when the field at ``path`` can hold nothing but text (free maps can hold anything)."""
    return _leaf_types(RECORDS[kind], path) - {NoneType} == {str}


def _leaf_types(annotation: Any, path: _Path) -> set[Any]:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _leaf_types(arguments[0], path)
    if origin in (Union, UnionType):
        return {kind for argument in arguments for kind in _leaf_types(argument, path)}
    if not path:
        return {annotation}
    if origin in (list, dict):
        return _leaf_types(arguments[-1], path[1:])
    if isinstance(annotation, type) and issubclass(annotation, Model):
        fields = {field.alias or name: field for name, field in annotation.model_fields.items()}
        found = fields.get(str(path[0]))
        return _leaf_types(found.annotation, path[1:]) if found else set()
    return set()
