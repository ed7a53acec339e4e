"""What people call the values of facets: names of teams, titles and aliases of the taxonomy.

A search for such a word finds every record with the value. The static API publishes the words, so
that readers of a published library find the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from maestro.schema import Taxonomy

from .lineage import Lineage
from .load import Catalog, Entry

SPOKEN = ("classes", "kind", "license", "owner", "personas", "status", "tags")
"""Facets whose values are found by words, as columns of the catalog are called."""
Spoken = dict[str, dict[str, list[str]]]
"""Facet to value to the other words for it; a value without any is left out."""

_BETWEEN = re.compile(r"[\W_]+")
_KINDS = {
    "datasets": ("data set", "data sets"),
    "feature_pipelines": ("feature pipeline", "feature pipelines"),
    "model_cards": ("model", "models"),
    "model_templates": ("model template", "model templates"),
    "notebooks": ("notebook", "notebooks"),
    "pipelines": ("pipeline", "pipelines"),
    "projects": ("project", "projects"),
    "schemas": ("schema", "schemas"),
}


def spoken(catalog: Catalog) -> Spoken:
    """The other words for values of each facet. Under no licence stands the library's own."""
    taxonomy, licence = catalog.taxonomy, catalog.settings.license
    teams = catalog.owners.teams
    return {
        "classes": _terms(taxonomy.problem_classes),
        "kind": {kind: list(names) for kind, names in _KINDS.items()},
        "license": {"": [licence]} if licence else {},
        "owner": {team: [one.title] for team, one in sorted(teams.items()) if one.title},
        "personas": _terms(taxonomy.personas),
        "status": {},
        "tags": _terms(taxonomy.tags),
    }


def _terms(terms: Mapping[str, Any]) -> dict[str, list[str]]:
    named = {
        term: [*filter(None, [one.title]), *one.aliases]
        for term, one in sorted(terms.items())
        if one
    }
    return {term: words for term, words in named.items() if words}


def plain(text: str) -> str:
    """``text`` in small letters without accents."""
    if text.isascii():
        return text.lower()
    letters = unicodedata.normalize("NFKD", text)
    return "".join(c for c in letters if not unicodedata.category(c).startswith("M")).lower()


def words_of(text: str) -> list[str]:
    """The words to look for: what stands between spaces, each once."""
    return list(dict.fromkeys(plain(text).split()))


class Finder:
    """Which records hold a word: in name, title or sentence anywhere, or at the beginning of a
    word that a value of a facet is called by."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._spoken = spoken(catalog)
        self._users = Lineage(catalog).used_by
        self._said = lru_cache(maxsize=None)(self._say)

    def holds(self, entry: Entry, words: Iterable[str]) -> bool:
        """Whether the record holds every one of ``words``."""
        text = plain(f"{entry.name}\n{entry.title}\n{entry.record.description}")
        missing = [word for word in words if word not in text]
        if not missing:
            return True
        said = "".join(self._said(*pair) for pair in self._values(entry))
        return all(f" {word}" in said for word in missing)

    def _say(self, facet: str, value: str) -> str:
        names = [value, *self._spoken[facet].get(value, ())]
        return "".join(_told(name) for name in names if name)

    def _values(self, entry: Entry) -> list[tuple[str, str]]:
        # By vars: asking a model for a field that its kind lacks is ten times slower than a dict.
        record = vars(entry.record)
        found = [("kind", entry.kind), ("owner", record["owner"]), ("status", record["status"])]
        if entry.kind != "projects":
            found.append(("license", record.get("license") or ""))
        found += [("tags", tag) for tag in record["tags"]]
        found += [("personas", one) for one in record.get("personas") or ()]
        return found + [("classes", one) for one in self._classes(entry)]

    def _classes(self, entry: Entry) -> set[str]:
        """Problem classes that the record names, and of an entry those of its projects."""
        record, projects = vars(entry.record), self._catalog.projects
        own = {record.get("task"), record.get("problem_class")} - {None}
        if entry.kind == "projects":
            return own
        known: Taxonomy = self._catalog.taxonomy
        users = (projects[name] for name in self._users(entry.name) if name in projects)
        tagged = set(record["tags"]) & known.problem_classes.keys()
        return own | tagged | {user.record.problem_class for user in users}


def _told(name: str) -> str:
    """A name whole and in its words, each after a space."""
    said = plain(name)
    parts = _BETWEEN.sub(" ", said)
    return f" {said} {parts}\n"


__all__ = ["SPOKEN", "Finder", "Spoken", "plain", "spoken", "words_of"]
