"""Which entries hold a word: the rule of the page of the Library.

A word stands anywhere in the name, title or sentence, or begins what a value of a facet is called.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

SPOKEN = ("classes", "kind", "license", "owner", "personas", "status", "tags")
"""Columns whose values are found by words."""
Spoken = Mapping[str, Mapping[str, list[str]]]
"""Column to value to the other words for it."""
_BETWEEN = re.compile(r"[\W_]+")


def plain(text: str) -> str:
    """``text`` in small letters without accents."""
    if text.isascii():
        return text.lower()
    letters = unicodedata.normalize("NFKD", text)
    return "".join(c for c in letters if not unicodedata.category(c).startswith("M")).lower()


def words_of(text: str) -> list[str]:
    """The words to look for: what stands between spaces, each once."""
    return list(dict.fromkeys(plain(text).split()))


def holds(row: Mapping[str, Any], words: Iterable[str], spoken: Spoken) -> bool:
    """Whether a row of the catalog holds every one of ``words``."""
    text = plain("\n".join(str(row.get(name) or "") for name in ("name", "title", "description")))
    missing = [word for word in words if word not in text]
    if not missing:
        return True
    said = "".join(
        _told(str(name))
        for column in SPOKEN
        for value in _values(row.get(column))
        for name in (value, *spoken.get(column, {}).get(str(value), ()))
        if name
    )
    return all(f" {word}" in said for word in missing)


def _values(found: Any) -> list[Any]:
    """The values of one cell; nothing stated is the empty value."""
    return found if isinstance(found, list) else ["" if found is None else found]


def _told(name: str) -> str:
    """A name whole and in its words, each after a space."""
    said = plain(name)
    parts = _BETWEEN.sub(" ", said)
    return f" {said} {parts}\n"
