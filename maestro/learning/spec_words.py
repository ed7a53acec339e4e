"""The library's words in a brief: classes, domains, personas, names of the catalog."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Terms = Mapping[str, tuple[str, ...]]
"""A term of the taxonomy to its other words: title and aliases."""


@dataclass(frozen=True, slots=True)
class Words:
    """What the library calls things; the reader knows no other names."""

    problem_classes: Terms = field(default_factory=dict)
    domains: Terms = field(default_factory=dict)
    personas: Terms = field(default_factory=dict)
    owners: Terms = field(default_factory=dict)
    datasets: frozenset[str] = frozenset()
    """Names of data sets in the catalog."""
    artifacts: frozenset[str] = frozenset()
    """Names of everything else that a project can use."""
    currency: str = "EUR"


_NOT_BEFORE = re.compile(
    r"\b(?:not?|never|without|isn't|aren't|don't|doesn't|can't|cannot|won't|neither|nor|excluding|"
    r"except|kein\w*|nicht|ohne|weder|noch nicht|sans|pas|aucune?|ni|jamais)\b(?P<gap>[^.]*)\Z",
    re.I,
)
_NOT_AFTER = re.compile(
    r"\s(?:(?:is|are|was|were|will|does|do|should|ist|sind|wird)\s(?:\w+\s)?(?:not|nicht|kein\w*|"
    r"out of scope|off the table|excluded)\b|isn't|aren't|won't|doesn't|n'est pas|ne\s\w+\spas)",
    re.I,
)
_MOST_WORDS_BETWEEN = 6


def is_denied(text: str, start: int, end: int) -> bool:
    """Whether ``text`` denies what stands at ``start`` to ``end``.

    A word such as "not" or "without" up to six words before it denies it, and "... is not" or
    "out of scope" right behind it, within the same part of the sentence.
    """
    before = re.split(r"[:;]|, (?!nor\b|or\b)", text[max(0, start - 200) : start])[-1]
    if (found := _NOT_BEFORE.search(before)) and "not only" not in before.casefold():
        return len(found["gap"].split()) <= _MOST_WORDS_BETWEEN
    return bool(_NOT_AFTER.match(text[end : end + 60]))


class Finder:
    """Finds the words of one list of terms, longest first, never one inside another."""

    def __init__(self, terms: Terms) -> None:
        self._terms: dict[str, str] = {}
        for term, others in sorted(terms.items()):
            for word in (term, *others):
                self._terms.setdefault(_folded(word), term)
        words = sorted(filter(None, self._terms), key=lambda word: (-len(word), word))
        inner = "|".join(re.escape(word).replace(r"\ ", "[ _-]") for word in words)
        self._pattern = (
            re.compile(rf"(?<![\w-])({inner})(?:s|es|n|en)?(?![\w-])") if words else None
        )

    def find(self, text: str) -> list[tuple[str, int, int]]:
        """Terms in ``text`` that it does not deny, with where they stand."""
        if self._pattern is None:
            return []
        folded = text.casefold()
        if len(folded) != len(text):
            folded = text.lower() if len(text.lower()) == len(text) else text
        return [
            (self._terms[_folded(hit[1])], hit.start(), hit.end())
            for hit in self._pattern.finditer(folded)
            if not is_denied(text, hit.start(), hit.end())
        ]


def _folded(word: str) -> str:
    return " ".join(re.split(r"[\s_-]+", word.casefold())).strip()


_REFERENCE = r"(?<![\w/.-])({names})(?:@(\d+\.\d+\.\d+))?(?![\w/-])"


def references(text: str, names: Iterable[str]) -> list[str]:
    """Names of the catalog in ``text`` that it does not deny, with the version when it says one.

    A name of one word counts only with its version: ``iris`` may be a flower.
    """
    known = sorted(names, key=lambda name: (-len(name), name))
    if not known:
        return []
    pattern = re.compile(_REFERENCE.format(names="|".join(map(re.escape, known))))
    found = []
    for hit in pattern.finditer(text):
        is_name = "-" in hit[1] or hit[2]
        if is_name and not is_denied(text, hit.start(), hit.end()):
            found.append(f"{hit[1]}@{hit[2]}" if hit[2] else hit[1])
    return found
