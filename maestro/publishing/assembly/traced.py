"""What a page looked up: noted while it is made, so that it need not be made again.

A page whose look-ups all give the same as the last time is the same page. Each page gets a shelf
of its own that hands everything out and notes what was asked for. An answer that cannot be told
from another one (a path of a file, an iterator) makes its page one that is always made anew: a
page made in vain costs milliseconds, a stale one would be a lie.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, cast

from maestro.catalog.load import Catalog, Entry
from maestro.publishing.library import Library, Shelf
from maestro.schema import Finding, Model

Lookup = tuple[Any, ...]
"""How something was asked for, what, and with which words."""
NEVER: Lookup = ("!",)
"""A look-up that cannot be repeated."""
_PLAIN = frozenset({str, int, float, bool, type(None)})
_TEXT = frozenset({str})
GROUPS = {"projects": "projects", "experiments": "experiments"}
"""Kinds of record that are no entries to where the catalog holds them."""
_BY_NAME = {"of": 1, "one": 1, "about": 0, "page": 0, "target": 0}
"""Methods of the shelf whose answer the name in one of their words decides: which word it is."""
_OF_ONE = {
    **dict.fromkeys(("of", "one", "about", "catalog.entries", "replaces", "learners"), "known_of"),
    **dict.fromkeys(("source_text", "problems_of", "changed", "doubles"), "known_at"),
}
"""Look-ups that are noted as one: all that is known by the same name, or at the same path.

A page is made again a little more often than it need be, for a tenth of the answers to compare.
"""


_SERIALIZER = Finding.__pydantic_serializer__
_DETAIL = {"detail"}
"""It is written by its own class: a finding knows only what all details have."""
_SHORT = 40
"""Characters of an answer that is kept as it is."""


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def _of_finding(finding: Finding) -> str:
    detail = finding.detail
    whole = _SERIALIZER.to_json(finding, exclude=_DETAIL)
    whole += detail.__pydantic_serializer__.to_json(detail) if detail else b""
    return f"f {_digest(whole)}"


class Unknown(Exception):
    """A value that cannot be told from another one of its type."""


def traced(shelf: Shelf, log: dict[Lookup, None]) -> Shelf:
    """The shelf for one page; what the page looks up is noted in ``log``."""
    return cast(Shelf, _Traced(shelf, "", log))


class _Traced:
    """An object whose attributes and methods are noted as they are used."""

    def __init__(self, inner: Any, name: str, log: dict[Lookup, None]) -> None:
        self._inner, self._name, self._log = inner, name, log

    def __getattr__(self, name: str) -> Any:
        """An attribute of the object, noted; asked once for each page."""
        if name.startswith("_"):
            raise AttributeError(name)
        value = getattr(self._inner, name)
        dotted = f"{self._name}.{name}" if self._name else name
        if callable(value):
            found: Any = self._call(dotted, value)
        elif isinstance(value, Catalog | Library):
            found = _Traced(value, dotted, self._log)
        elif isinstance(value, Mapping):
            found = _TracedMap(value, dotted, self._log)
        else:
            self._log["=", dotted] = None
            found = value
        self.__dict__[name] = found
        return found

    def _call(self, dotted: str, method: Callable[..., Any]) -> Callable[..., Any]:
        log, at, noted = self._log, _BY_NAME.get(dotted), _OF_ONE.get(dotted, dotted)

        def call(*words: Any, **named: Any) -> Any:
            """Ask the method, and note with which words."""
            if at is not None and not named:
                log["()", noted, _name(words[at])] = None
            elif named or not _TEXT.issuperset(map(type, words)):
                asked = tuple(map(_word, words))
                log[NEVER if named or None in asked else ("()", noted, *asked)] = None
            else:
                log["()", noted, *words] = None
            return method(*words, **named)

        return call


def _name(word: Any) -> str:
    """The name of a record, or in ``name@version``."""
    return word.name if isinstance(word, Entry) else word.partition("@")[0]


def _word(value: Any) -> Any:
    """One word of a call in a form that can be kept; None for what cannot."""
    if isinstance(value, Entry):
        return "@", value.kind, value.name
    return value if isinstance(value, str | int) else None


class _TracedMap(Mapping[Any, Any]):
    """A mapping whose single look-ups are noted one by one."""

    def __init__(self, inner: Mapping[Any, Any], name: str, log: dict[Lookup, None]) -> None:
        self._inner, self._name, self._log = inner, name, log
        one = _OF_ONE.get(name)
        self._asked = ("()", one) if one else ("[]", name)

    def _note(self, key: Any) -> None:
        self._log[(*self._asked, key) if isinstance(key, str) else NEVER] = None

    def __getitem__(self, key: Any) -> Any:
        self._note(key)
        return self._inner[key]

    def get(self, key: Any, default: Any = None) -> Any:
        """The value of a key, noted."""
        self._note(key)
        return self._inner.get(key, default)

    def __contains__(self, key: object) -> bool:
        self._note(key)
        return key in self._inner

    def __iter__(self) -> Iterator[Any]:
        self._log["=", self._name] = None
        return iter(self._inner)

    def __len__(self) -> int:
        self._log["#", self._name] = None
        return len(self._inner)


class Answers:
    """What look-ups give now, as short texts."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._findings: dict[int, str] = {}
        self._asked: dict[str, Any] = {}

    def of(self, lookup: Lookup) -> str:
        """A short text that differs where answers differ; empty when they cannot be told apart."""
        if lookup == NEVER:
            return ""
        try:
            return self.text(self._answer(lookup))
        except (Unknown, LookupError):
            return ""

    def text(self, value: Any) -> str:
        """A short text that differs where values differ; raises :class:`Unknown` where none can."""
        text = self._text(value)
        # Texts begin with a name and a blank or a bracket, so that no short one is a digest.
        return text if len(text) <= _SHORT else _digest(text.encode())

    def _answer(self, lookup: Lookup) -> Any:
        how, dotted, *words = lookup
        found = self._place(dotted)
        if how == "[]":
            return (words[0] in found, found.get(words[0]))
        if how == "#":
            return len(found)
        if how == "()":
            if tuple in map(type, words):
                words = [self._entry(w) if isinstance(w, tuple) else w for w in words]
            return found(*words)
        return found

    def _place(self, dotted: str) -> Any:
        """What is asked: an attribute of the shelf, or one of its attributes."""
        found = self._asked.get(dotted)
        if found is None:
            found = self._shelf
            for name in dotted.split("."):
                found = getattr(found, name)
            self._asked[dotted] = found
        return found

    def _entry(self, word: tuple[str, str, str]) -> Entry:
        _, kind, name = word
        group: dict[str, Entry] = getattr(self._shelf.catalog, GROUPS.get(kind, "entries"))
        if name not in group:
            raise Unknown
        return group[name]

    def _text(self, value: Any) -> str:
        """A text that differs where values differ."""
        known = type(value)
        if known in _PLAIN:
            return f"{known.__name__} {value!r}"
        if known is Finding:
            text = self._findings.get(id(value))
            return text or self._findings.setdefault(id(value), _of_finding(value))
        if known is bytes:
            return f"b {_digest(value)}"
        if known is Entry:
            return f"e {(value.kind, value.name, value.path, value.digest, value.prose)!r}"
        if isinstance(value, Model):
            return f"{known.__name__} {value.model_dump_json()}"
        return self._many(value)

    def _many(self, value: Any) -> str:
        name = type(value).__name__
        if isinstance(value, list | tuple):
            inside = [self._text(one) for one in value]
        elif isinstance(value, set | frozenset):
            inside = sorted(self._text(one) for one in value)
        elif isinstance(value, Mapping):
            inside = [f"{self._text(k)}:{self._text(v)}" for k, v in value.items()]
        elif is_dataclass(value):
            inside = [self._text(getattr(value, field.name)) for field in fields(value)]
        elif isinstance(value, str | int | float):
            return f"{name} {value!r}"
        else:
            raise Unknown(name)
        # Lengths keep one text from looking like two.
        return f"{name}({','.join(f'{len(one)} {one}' for one in inside)})"
