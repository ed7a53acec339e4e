"""Search: words and facets over the library, ranked, without an index file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypedDict, Unpack, cast

from maestro.errors import close_matches
from maestro.schema import Taxonomy

from .load import Catalog, Entry
from .spoken import Finder, words_of

# What a word is worth by where it stands, and the share that its beginning alone is worth.
# Our own choice: a name says more than a title, a title more than a tag, and so on down.
WEIGHTS = {"name": 8.0, "title": 6.0, "tags": 4.0, "words": 2.0, "description": 1.0}
PREFIX = 0.5
WHOLE_NAME = 8.0
"""What it is worth when the words are the whole name."""
LEAST = 0.25
"""What it is worth when the words stand in no such place: in the middle of a name's word, or in
what its facets are called, such as the problem class of a project that uses it."""

_WORD = re.compile(r"[^\W_]+")
_TO_SPACES = {code: " " for code in range(128) if not chr(code).isalnum()}
# Scripts that leave no space between words: there a word may stand inside a longer run.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


class Facets(TypedDict, total=False):
    """What a search may be narrowed to; within one facet any value will do, all facets hold."""

    kinds: Sequence[str]
    """Kinds of records, as their folder is called or in the singular: datasets, dataset."""
    owners: Sequence[str]
    """Teams."""
    tags: Sequence[str]
    """Words of the taxonomy or their aliases."""
    status: Sequence[str]
    """Steps of the maturity ladder; a project's own status for projects."""
    classes: Sequence[str]
    """Problem classes (tasks), or their aliases."""
    licenses: Sequence[str]
    """SPDX expressions; an entry that names none has the library's default."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One record that was found, and how well it fits (0 when there were no words to fit)."""

    entry: Entry
    score: float


def search(catalog: Catalog, text: str = "", **facets: Unpack[Facets]) -> list[Hit]:
    """Entries, cards and projects that hold every word of ``text`` and fit every facet.

    A word is held as on the page of the Library: anywhere in name, title or sentence, or at the
    beginning of what a value of a facet is called. Words that nothing holds are looked for once
    more without their signs, and in names of inputs and outputs, too. Best first, ties by name. An
    empty text finds everything that fits the facets.
    """
    wanted = _wanted(catalog.taxonomy, facets)
    records = (*catalog.entries.values(), *catalog.projects.values())
    fitting = [one for one in records if not wanted or _fits(catalog, one, wanted)]
    asked = words_of(text)
    if not asked:
        hits = [Hit(entry, 0.0) for entry in fitting]
    else:
        finder, words = Finder(catalog), _words(text)
        aliases = _aliases(catalog.taxonomy)
        hits = [
            Hit(one, _score(one, words, aliases) or LEAST)
            for one in fitting
            if finder.holds(one, asked)
        ]
        scored = [] if hits else [Hit(one, _score(one, words, aliases)) for one in fitting]
        hits += [hit for hit in scored if hit.score]
    return sorted(hits, key=lambda hit: (-hit.score, hit.entry.name, hit.entry.path))


def suggest(catalog: Catalog, text: str) -> list[str]:
    """Names, tags or words of names that look like ``text``: for a search that found nothing."""
    names = [*catalog.entries, *catalog.projects]
    whole = close_matches("-".join(_words(text)), names)
    if whole:
        return whole
    parts = {part for name in names for part in name.split("-")} | set(catalog.taxonomy.tags)
    near = [match for word in _words(text)[:5] for match in close_matches(word, parts, 2)]
    return list(dict.fromkeys(near))[:3]


def fold(text: str) -> str:
    """``text`` without case and accents."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text)
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


def _spaced(text: str) -> str:
    """The folded words of ``text``, each between spaces."""
    if text.isascii():
        return f" {text.lower().translate(_TO_SPACES)} "
    return f" {' '.join(_WORD.findall(fold(text)))} "


def _words(text: str) -> list[str]:
    return list(dict.fromkeys(_WORD.findall(fold(text))))


def _key(text: str) -> str:
    """How facet values are compared: ``Feature_Pipelines`` and ``feature-pipelines`` are one."""
    return "-".join(_WORD.findall(fold(text)))


def _wanted(taxonomy: Taxonomy, facets: Facets) -> dict[str, set[str]]:
    """Folded values by facet, aliases replaced by their term; facets without values left out."""
    terms = {"tags": taxonomy.tags, "classes": taxonomy.problem_classes}
    wanted: dict[str, set[str]] = {}
    for name, given in facets.items():
        values = cast(Sequence[str], given)
        keys = {_key(value) for value in ((values,) if isinstance(values, str) else values)}
        aliases = _alias_terms(terms.get(name, {}))
        keys = {_key(aliases.get(key, key)) for key in keys}
        if name == "kinds":
            keys |= {f"{key}s" for key in keys}
        if keys:
            wanted[name] = keys
    return wanted


def _alias_terms(terms: dict[str, Any]) -> dict[str, str]:
    """Folded alias to its term."""
    return {
        _key(alias): term
        for term, record in sorted(terms.items())
        for alias in (record.aliases if record else ())
    }


def _fits(catalog: Catalog, entry: Entry, wanted: dict[str, set[str]]) -> bool:
    values = _facet_values(catalog, entry)
    return all(
        any(_folded(value) in keys for value in values[name]) for name, keys in wanted.items()
    )


@lru_cache(maxsize=4096)
def _folded(value: str) -> str:
    return _key(value)


def _facet_values(catalog: Catalog, entry: Entry) -> dict[str, list[str]]:
    # By vars: asking a model for a field that its kind lacks is ten times slower than a dict.
    record = vars(entry.record)
    task = record.get("task") or record.get("problem_class")
    licence = record.get("license")
    if entry.kind != "projects":
        licence = licence or catalog.settings.license
    return {
        "kinds": [entry.kind],
        "owners": [record["owner"]],
        "tags": record["tags"],
        "status": [record["status"]],
        "classes": [task] if task else [],
        "licenses": [licence] if licence else [],
    }


def _aliases(taxonomy: Taxonomy) -> dict[str, str]:
    """Term to its aliases in one text, so that a search for an alias finds the term."""
    return {
        term: " ".join(record.aliases)
        for terms in (taxonomy.tags, taxonomy.problem_classes)
        for term, record in terms.items()
        if record and record.aliases
    }


def _score(entry: Entry, words: list[str], aliases: dict[str, str]) -> float:
    """How well the record fits; 0 when a word is missing."""
    if not words:
        return 0.0
    texts = _texts(entry, aliases)
    whole = fold("\n".join(texts.values()))
    # Most records lack a word altogether: this test alone keeps 10,000 of them fast.
    if any(word not in whole for word in words):
        return 0.0
    total = 0.0
    for word in words:
        best = _best(word, texts)
        if not best:
            return 0.0
        total += best
    if sorted(_spaced(texts["name"]).split()) == sorted(words):
        total += WHOLE_NAME
    return total


def _best(word: str, texts: dict[str, str]) -> float:
    """What one word is worth: the most that any field gives for it, heaviest field first."""
    best = 0.0
    for place, text in texts.items():
        worth = WEIGHTS[place]
        if best >= worth:
            break
        spaced = _spaced(text)
        if f" {word} " in spaced:
            best = worth
        elif f" {word}" in spaced or (_UNSPACED.search(word) and word in spaced):
            best = max(best, worth * PREFIX)
    return best


def _texts(entry: Entry, aliases: dict[str, str]) -> dict[str, str]:
    """The record's searchable text by the place it counts for, heaviest first."""
    record = vars(entry.record)
    task = record.get("task") or record.get("problem_class")
    terms = [*record["tags"], task] if task else record["tags"]
    ports = [port.name for field in ("inputs", "outputs") for port in record.get(field, ())]
    return {
        "name": entry.name,
        "title": record["title"] or "",
        "tags": " ".join([*terms, *(aliases[term] for term in terms if term in aliases)]),
        "words": " ".join([record["owner"], entry.kind, *ports]),
        "description": record["description"],
    }
