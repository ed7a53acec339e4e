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


_GRANTS = (
    r"(?:gave|gives?|grant(?:s|ed)?|approve[sd]?|pa(?:ys?|id)|fund(?:s|ed)|sign(?:s|ed)|agree[sd]?|"
    r"ask(?:s|ed)?|told|tells?|sa(?:ys?|id)|provide[sd]?|insists?|"
    r"genehmigt\w*|bezahlt\w*|gibt|gab|sagte?|verlangt|paie|demande|approuve)"
)
_GROUP = r"(?:\s(?:department|dept\.?|team|colleagues|people|staff|board|management))?"
_ACTS_AFTER = re.compile(
    rf"{_GROUP}\s(?:(?:has|have|had|hat|will|also|only|a|already)\s){{0,2}}{_GRANTS}\b", re.I
)
_ACTS_BEFORE = re.compile(rf"\b{_GRANTS}\s(?:\w+\s)?(?:by|von|par)\s(?:the\s|our\s)?\Z", re.I)
_ARTICLE = re.compile(r"\b(?:an?|every|each|ein\w*|une?)\s(?:\w+\s)?\Z", re.I)
_CHECKS_AFTER = re.compile(r"[\s-](?:test(?:s|ing|ed)?|suites?|bugs?|checks?)\b", re.I)


def _means_other(text: str, start: int, end: int) -> bool:
    """Whether a word stands for something else than a kind of problem or a field of work.

    Who grants, pays or asks is a department ("Finance gave us ..."), and in front of "tests" a
    word names a sort of check of software ("regression tests").
    """
    if _CHECKS_AFTER.match(text, end):
        return True
    acts = _ACTS_AFTER.match(text, end) and not _ARTICLE.search(text, max(0, start - 40), start)
    return bool(acts or _ACTS_BEFORE.search(text[max(0, start - 40) : start]))


@dataclass(frozen=True, slots=True)
class Hit:
    """A term found, where it stands, and whether by another word for it, of one word."""

    term: str
    start: int
    end: int
    is_common: bool


class Finder:
    """Finds the words of one list of terms, longest first, never one inside another."""

    def __init__(self, terms: Terms, *, is_subject: bool = False) -> None:
        """``is_subject``: the terms say what a project is about, and may mean something else."""
        self._is_subject = is_subject
        self._terms: dict[str, str] = {}
        for term, others in sorted(terms.items()):
            for word in (term, *others):
                self._terms.setdefault(_folded(word), term)
        words = sorted(filter(None, self._terms), key=lambda word: (-len(word), word))
        inner = "|".join(re.escape(word).replace(r"\ ", "[ _-]") for word in words)
        self._pattern = (
            re.compile(rf"(?<![\w-])({inner})(?:s|es|n|en)?(?![\w-])") if words else None
        )

    def find(self, text: str) -> list[Hit]:
        """Terms in ``text`` that it does not deny and that mean nothing else there."""
        if self._pattern is None:
            return []
        folded = text.casefold()
        if len(folded) != len(text):
            folded = text.lower() if len(text.lower()) == len(text) else text
        found = []
        for hit in self._pattern.finditer(folded):
            where, word = (hit.start(), hit.end()), _folded(hit[1])
            is_other = self._is_subject and _means_other(text, *where)
            if not is_other and not is_denied(text, *where):
                term = self._terms[word]
                found.append(Hit(term, *where, " " not in word and word != _folded(term)))
        return found


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
