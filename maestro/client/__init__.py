"""Read a published library from Python: a site by its address, or its folder on disk.

Standard library only; nothing of the engine is loaded.

    >>> from maestro.client import Library
    >>> library = Library("build/site")
    >>> library.artifact("churn-features@1.3.0").page
    'library/churn-features.html'

What cannot be had is a :class:`LibraryError`, whose message says what to do next. Unknown fields
of documents are passed over, so that an older client reads a newer library of the same version.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .documents import (
    API,
    FINDING,
    columns_in,
    counts_in,
    entries_in,
    findings_in,
    parsed,
    paths_in,
    record_in,
    rows_in,
    spoken_in,
    subjects_in,
    upgrade,
    versions_in,
)
from .failures import (
    LibraryError,
    NewerVersion,
    NotALibrary,
    NotFound,
    Unreachable,
    shown,
)
from .reading import MOST_BYTES, reader
from .values import Finding, Listing, Record
from .wording import Spoken, holds, words_of

__all__ = [
    "Finding",
    "Library",
    "LibraryError",
    "Listing",
    "NewerVersion",
    "NotALibrary",
    "NotFound",
    "Record",
    "Unreachable",
]
ROOT = f"api/v{API}"
MOST_PAGES = 1_000
_PATH = re.compile(r"(?:[a-z0-9_-]+/)*[a-z0-9_-]+\.json\Z")
_KIND = re.compile(r"[a-z]+(?:_[a-z]+)*\Z")
_SORTS = {
    "artifacts": "artifact",
    "models": "model",
    "projects": "project",
    "experiments": "experiment",
}
"""Folder of records to what reads one of them."""


class Library:
    """A published library. Every document is read once and kept for the life of this object."""

    def __init__(
        self,
        location: str | os.PathLike[str],
        *,
        timeout: float = 30.0,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        """``location`` is the address of the site (https or http) or the folder that holds it.

        ``timeout`` is in seconds, for each document. Raises LibraryError when no library is there.
        """
        self._read = reader(location, timeout, most_bytes)
        self._kept: dict[str, dict[str, Any]] = {}
        index = self._index(location)
        self.title = str(index.get("title", ""))
        self.description = str(index.get("description", ""))
        self.commit = str(index.get("commit", ""))
        self.generated_at = str(index.get("generated_at", ""))
        self.simulated = bool(index.get("simulated", False))
        self.counts = counts_in(index)
        """How many records there are of each kind."""

    def _index(self, location: object) -> dict[str, Any]:
        try:
            return self._document("index.json")
        except NotFound:
            reason = f'no library is published at "{shown(location)}": {ROOT}/index.json is missing'
        try:
            self._read(f"api/v{int(API) + 1}/index.json")
        except LibraryError:
            raise NotALibrary(reason) from None
        raise NewerVersion(upgrade(str(int(API) + 1)))

    def __repr__(self) -> str:
        """The library's name and commit."""
        return f"Library({self.title!r}, commit {self.commit[:12] or 'none'})"

    def catalog(self) -> Listing[dict[str, Any]]:
        """Every artifact and model card, one row each, by name."""
        return entries_in(self._document("catalog.json"))

    def table(self, kind: str) -> Listing[dict[str, Any]]:
        """Every record of one kind, such as ``projects`` or ``datasets``, one row each."""
        kinds = [path[6:-5] for path in self._paths() if path.startswith("lists/")]
        return rows_in(self._document(f"lists/{_known(kind, kinds, 'kind of record')}.json"))

    def search(
        self,
        text: str = "",
        *,
        min_impact: float | None = None,
        limit: int | None = None,
        **facets: str,
    ) -> Listing[dict[str, Any]]:
        """Entries with every word of ``text`` and every facet, the best proven first.

        A word is looked for where the page of the Library looks: in name, title and sentence, and
        at the beginning of what kind, classes, status, owner, tags, personas and licence are called
        in words, titles and aliases of the taxonomy among them.
        A facet is a column of the catalog: ``kind``, ``owner``, ``tags`` (or ``tag``), ``status``,
        ``license``, ``classes``, ``grade``. Columns that hold several values fit when one does.
        ``min_impact`` is in points and leaves out what has no graded effect of its current version.
        Order, as the page's: graded effects first, the largest on top, then by use. Where the
        current version has none, the entry stands by that of ``impact_version``. Raises NotFound
        for an unknown facet.

            >>> [row["name"] for row in library.search("churn", kind="feature_pipelines")]
            ['churn-features']
        """
        words = words_of(_text(text, "a search"))
        if not isinstance(min_impact, int | float | None) or not isinstance(limit, int | None):
            raise LibraryError("min_impact and limit are numbers")
        wanted = {"tags" if name == "tag" else name: value for name, value in facets.items()}
        columns = columns_in(self._document("catalog.json"))
        for name in wanted:
            _known(name, columns, "facet")
        if "kind" in wanted:
            _known(wanted["kind"], self.counts, "kind of record")
        spoken = self._spoken() if words else {}
        found = [
            row
            for row in self.catalog()
            if holds(row, words, spoken)
            and all(_fits(row.get(name), value) for name, value in wanted.items())
            and (min_impact is None or (_is_graded(row) and row["impact"] >= min_impact))
        ]
        return Listing(sorted(found, key=_order)[:limit], columns)

    def _spoken(self) -> Spoken:
        """What else values of facets are called; nothing where the library does not say."""
        try:
            return spoken_in(self._document("search.json"))
        except NotFound:
            return {}

    def artifact(self, reference: str) -> Record:
        """An artifact by ``name`` or by ``name@version``, which must be the published version.

        Raises NotFound with close names, or with the version that is published.
        """
        return self._versioned("artifacts", reference, "artifact")

    def model(self, reference: str) -> Record:
        """A model card by ``name`` or ``name@version``; as :meth:`artifact`."""
        return self._versioned("models", reference, "model")

    def project(self, name: str) -> Record:
        """A project by name."""
        return self._record("projects", name, "project")

    def experiment(self, name: str) -> Record:
        """An experiment by ``project/name``."""
        return self._record("experiments", name, "experiment")

    def findings(self, kind: str, *, about: str = "") -> Listing[Finding]:
        """Every finding of one kind, all pages of it, by subject.

        ``about`` leaves those of one subject: a record's name, or ``name@version``.
        """
        kinds = [path[9:-5] for path in self._paths() if path.startswith("findings/")]
        whole = [one for one in kinds if _KIND.match(one)]
        path = f"findings/{_known(kind, whole, 'kind of finding')}.json"
        found = self._pages(path, "findings")
        return Listing((one for one in found if not about or one.subject == about), FINDING)

    def about(self, subject: str) -> Listing[Finding]:
        """Findings about what is no record: ``library``, an outcome, a record that is gone."""
        subjects = subjects_in(self._document("index.json"))
        return findings_in(self._document(subjects[_known(subject, subjects, "subject")]))

    def changes(self, limit: int | None = None) -> Listing[Finding]:
        """Changes of records, newest first; ``limit`` reads no more pages than it needs."""
        found: list[Finding] = []
        for one in self._pages("changes.json", "changes"):
            if limit is not None and len(found) >= limit:
                break
            found.append(one)
        return Listing(found, FINDING)

    def planner(self) -> dict[str, Any]:
        """The formulas that forecast planned projects, or the reason why there are none."""
        return self._document("planner.json")

    def _pages(self, path: str, name: str) -> Iterator[Finding]:
        """Items of a document and of those that follow, each document once."""
        seen: set[str] = set()
        while path and path not in seen and len(seen) < MOST_PAGES:
            seen.add(path)
            page = self._document(path)
            yield from findings_in(page, name)
            path = str(page.get("next") or "")

    def _paths(self) -> list[str]:
        return paths_in(self._document("index.json"))

    def _versioned(self, folder: str, reference: str, word: str) -> Record:
        name, at, version = _text(reference, "a name").partition("@")
        found = self._record(folder, name, word)
        if at and version != found.version:
            known = versions_in(found.record)
            earlier = f"; its history names {', '.join(map(shown, known))}" if known else ""
            raise NotFound(
                f'"{shown(reference)}" is not published: {name}@{found.version} is{earlier}'
            )
        return found

    def _record(self, folder: str, name: str, word: str) -> Record:
        names = self._names(folder)
        if _text(name, f"the name of the {word}") not in names:
            self._refuse_other(name, word)
        return record_in(self._document(f"{folder}/{_known(name, names, word)}.json"))

    def _names(self, folder: str) -> set[str]:
        return {
            path[len(folder) + 1 : -5] for path in self._paths() if path.startswith(f"{folder}/")
        }

    def _refuse_other(self, name: str, word: str) -> None:
        """Raise NotFound with the right call when ``name`` is a record of another sort."""
        for folder, other in _SORTS.items():
            if name in self._names(folder):
                both = [f"{'an' if one[0] in 'aeiou' else 'a'} {one}" for one in (other, word)]
                is_that = f'"{shown(name)}" is {", not ".join(both)}'
                raise NotFound(f'{is_that}: use .{other}("{shown(name)}")')

    def _document(self, path: str) -> dict[str, Any]:
        if path not in self._kept:
            if not _PATH.match(path):
                raise NotALibrary(f'the library names "{shown(path)}", which is no document')
            self._kept[path] = parsed(self._read(f"{ROOT}/{path}"), path)
        return self._kept[path]


def _text(value: object, what: str) -> str:
    """``value`` when it is text; what a caller gave by mistake is an error with words."""
    if not isinstance(value, str):
        raise LibraryError(f"{what} is a text, not {shown(type(value).__name__)}")
    return value


def _fits(found: Any, wanted: str) -> bool:
    return wanted in found if isinstance(found, list) else found == wanted


def _is_graded(row: Mapping[str, Any]) -> bool:
    weak = (None, "", "insufficient")
    return row.get("impact") is not None and row.get("grade", "unknown") not in weak


def _order(row: Mapping[str, Any]) -> tuple[bool, float, float, str]:
    value, used = row.get("impact_version_value"), row.get("used_by")
    if value is None and _is_graded(row):  # A library published before it named versions.
        value = row["impact"]
    return value is None, -(value or 0), -(-1 if used is None else used), row["name"]


def _known(name: str, names: Iterable[str], word: str) -> str:
    """``name`` when it is one of ``names``; otherwise NotFound, with the closest of them."""
    every = sorted(names)
    if _text(name, f"the name of the {word}") in every:
        return name
    close = difflib.get_close_matches(name, every, n=3, cutoff=0.5)
    some = f"did you mean {' or '.join(map(shown, close))}?" if close else ""
    few = f"there are {', '.join(map(shown, every))}" if 0 < len(every) <= 25 else ""
    raise NotFound(f'no {word} "{shown(name)}"; {some or few or f"there are {len(every)}"}')
