"""What publishing is given, and look-ups over it that every page shares."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from maestro.catalog.load import Catalog, Entry
from maestro.errors import Problem
from maestro.schema import ARTIFACTS, Finding, Model
from maestro.schema.base import name_fault
from maestro.schema.details import ChangeDetail
from maestro.schema.learned import DuplicateDetail

from .effects import says


@dataclass(frozen=True)
class Library:
    """Everything that may stand on a page: records, findings, problems and where they are from."""

    catalog: Catalog
    findings: tuple[Finding, ...]
    """Sorted by kind and subject."""
    commit: str
    """Full id of the catalog repository's commit; empty when there is none."""
    generated_at: str
    """That commit's time: ``2026-11-21T08:00:00Z``."""
    program: str
    """Version of Maestro."""
    problems: tuple[Problem, ...] = ()
    """Every fault of records, across records too."""
    runs: tuple[dict[str, Any], ...] = ()
    """Earlier runs, oldest first: at, commit, seconds, problems, findings, failed."""


KINDS: dict[str, tuple[str, str]] = {
    "feature_pipelines": ("Feature pipelines", "feature pipeline"),
    "model_templates": ("Model templates", "model template"),
    "schemas": ("Schemas", "schema"),
    "notebooks": ("Notebooks", "notebook"),
    "datasets": ("Data sets", "data set"),
    "pipelines": ("Pipelines", "pipeline"),
    "model_cards": ("Models", "model"),
    "projects": ("Projects", "project"),
    "experiments": ("Experiments", "experiment"),
}
"""Kind of record to its words: many, one."""

_FOLDERS = {"model_cards": "models", "projects": "projects", "experiments": "experiments"}


@dataclass(frozen=True, slots=True)
class Broken:
    """A record file that holds no valid record, with a page of its own."""

    kind: str
    name: str
    path: str
    problems: tuple[Problem, ...]


def page_of(kind: str, name: str) -> str:
    """The site-relative page of a record; an empty text for kinds without pages.

    ``name`` has been checked: it is a file's or folder's name, for experiments ``project/id``.
    """
    if kind in ARTIFACTS:
        return f"library/{name}.html"
    return f"{_FOLDERS[kind]}/{name}.html" if kind in _FOLDERS else ""


def own(record: Model, field: str) -> Any:
    """A field that only some kinds of record have; None where this one has none."""
    return vars(record).get(field)


class Shelf:
    """A library with its findings and records laid out for look-ups; made once for all pages."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.catalog = library.catalog
        self.settings = library.catalog.settings
        self.artifacts = [e for e in self.catalog.entries.values() if e.kind in ARTIFACTS]
        self.cards = [e for e in self.catalog.entries.values() if e.kind == "model_cards"]
        self._found: dict[tuple[str, str], list[Finding]] = defaultdict(list)
        self._kinds: dict[str, list[Finding]] = defaultdict(list)
        self._subjects: dict[str, list[Finding]] = defaultdict(list)
        self._names: dict[str, list[list[Finding]]] = defaultdict(list)
        for finding in library.findings:
            self._found[finding.kind, finding.subject].append(finding)
            self._kinds[finding.kind].append(finding)
            self._subjects[finding.subject].append(finding)
        for subject, found in self._subjects.items():
            self._names[subject.partition("@")[0]].append(found)
        self._problems: dict[str, list[Problem]] = defaultdict(list)
        for problem in library.problems:
            self._problems[problem.path].append(problem)
        self.broken = _broken(library)
        self._paths = {entry.path: page_of(entry.kind, entry.name) for entry in self._pages()}
        self._paths |= {bad.path: page_of(bad.kind, bad.name) for bad in self.broken}
        self._missing = {
            bad.name: page_of(bad.kind, bad.name) for bad in self.broken if bad.kind != "projects"
        }
        self.learners = _learners(self)
        self.replaces = _replaces(self.catalog)
        self.doubles = _doubles(self.of_kind("duplicate"))
        self.changes = _newest_first(self.of_kind("change"))
        """Changes of records, newest first."""
        self.changed = _changed(self.changes)
        """Path of a record to the day of its last change."""
        self.says = says(self.of_kind("impact"))

    def left_out(self, *kinds: str) -> str:
        """How many records of these kinds, or of any, have faults and are left out; or empty."""
        count = sum(not kinds or bad.kind in kinds for bad in self.catalog.broken)
        if not count:
            return ""
        have = "record has faults and is" if count == 1 else "records have faults and are"
        return f"{count:,} {have} left out: maestro check shows them"

    def _pages(self) -> Iterator[Entry]:
        yield from self.catalog.entries.values()
        yield from self.catalog.projects.values()
        yield from self.catalog.experiments.values()

    def of_kind(self, kind: str) -> list[Finding]:
        """Every finding of one kind, by subject."""
        return self._kinds.get(kind, [])

    def count(self, kind: str) -> int:
        """How many findings of one kind there are."""
        return len(self.of_kind(kind))

    def part(self, kind: str, start: int, most: int) -> list[Finding]:
        """At most ``most`` findings of one kind by subject, from the one numbered ``start``."""
        return self.of_kind(kind)[start : start + most]

    def some_changes(self, start: int, most: int) -> tuple[Finding, ...]:
        """At most ``most`` changes of records, newest first, from the one numbered ``start``."""
        return self.changes[start : start + most]

    def of(self, kind: str, subject: str) -> list[Finding]:
        """Every finding of one kind about one subject."""
        return self._found.get((kind, subject), [])

    def one(self, kind: str, subject: str) -> Finding | None:
        """The first finding of one kind about one subject, if there is any."""
        found = self.of(kind, subject)
        return found[0] if found else None

    def about(self, entry: Entry) -> list[Finding]:
        """Every finding whose subject is this record, then of its versions, each by kind."""
        exact = sorted(self._subjects.get(entry.name, []), key=lambda found: found.kind)
        if entry.kind == "projects" or entry.name not in self.catalog.entries:
            return exact
        versions = self.catalog.entries[entry.name].versions
        others = [self._subjects.get(f"{entry.name}@{version}", []) for version in versions]
        return exact + sorted(chain.from_iterable(others), key=lambda found: found.kind)

    def known_of(self, name: str) -> tuple[Any, ...]:
        """All that look-ups by this name, or one of its versions, give: see :meth:`of`,
        :meth:`about`, the catalog's entries, :attr:`replaces` and :attr:`learners`."""
        entry = self.catalog.entries.get(name)
        replaced, learners = self.replaces.get(name), self.learners.get(name)
        return self._names.get(name), entry, replaced, learners

    def known_at(self, path: str) -> tuple[Any, ...]:
        """All that look-ups by the path of a record's file give: its text, its faults,
        :attr:`changed` and :attr:`doubles`."""
        faults, doubles = self._problems.get(path), self.doubles.get(path)
        return self.catalog.texts.get(path), faults, self.changed.get(path), doubles

    def target(self, reference: str) -> Entry | None:
        """The artifact or card that ``name@version`` or ``name`` speaks of."""
        return self.catalog.entries.get(reference.partition("@")[0])

    def page(self, reference: str) -> str:
        """The page of an artifact or card, also of a broken one; empty when there is none."""
        name = reference.partition("@")[0]
        entry = self.catalog.entries.get(name)
        return page_of(entry.kind, name) if entry else self._missing.get(name, "")

    def project_page(self, name: str) -> str:
        """The page of a project; empty when there is none."""
        return page_of("projects", name) if name in self.catalog.projects else ""

    def page_of_path(self, path: str) -> str:
        """The page of the record in the file ``path``; empty when there is none."""
        return self._paths.get(path, "")

    def source_text(self, path: str) -> str:
        """The bytes of a record's file as text; empty when they are not kept."""
        return bytes(self.catalog.texts.get(path, b"")).decode("utf-8", "replace")

    def owner_title(self, team: str) -> str:
        """The team's name for people, or its handle."""
        record = self.catalog.owners.teams.get(team)
        return (record.title if record else None) or team

    def owner_contact(self, team: str) -> str:
        """How to reach a team; empty when owners.yaml does not say."""
        record = self.catalog.owners.teams.get(team)
        return (record.contact if record else None) or ""

    def team_page(self, team: str) -> str:
        """The page of a team; empty for an owner that owners.yaml does not name."""
        return f"teams/{team}/index.html" if team in self.catalog.owners.teams else ""

    def problems_of(self, path: str) -> list[Problem]:
        """The faults in one file."""
        return self._problems.get(path, [])


def _broken(library: Library) -> list[Broken]:
    """Broken records with a page of their own: of two for one page, the first by its path."""
    found: dict[str, Broken] = {}
    for file in sorted(library.catalog.broken, key=lambda file: file.path):
        kind, name = file.kind, file.name
        if kind not in KINDS or kind == "experiments" or name_fault(name):
            continue
        if name in library.catalog.entries or name in library.catalog.projects:
            continue
        problems = tuple(p for p in library.problems if p.path == file.path)
        found.setdefault(page_of(kind, name), Broken(kind, name, file.path, problems))
    return list(found.values())


def _learners(shelf: Shelf) -> dict[str, list[tuple[str, Entry]]]:
    """Data set name to who learns from it: (version or empty, card or project)."""
    found: dict[str, list[tuple[str, Entry]]] = defaultdict(list)
    for entry in (*shelf.cards, *shelf.catalog.projects.values()):
        references: Iterable[str] = (
            entry.record.trained_on if entry.kind == "model_cards" else entry.record.datasets
        )
        for reference in references:
            name, _, version = reference.partition("@")
            found[name].append((version, entry))
    return dict(found)


def _replaces(catalog: Catalog) -> dict[str, list[str]]:
    """Name of an entry to the names of those whose records say that it takes their place."""
    found: dict[str, list[str]] = defaultdict(list)
    for entry in catalog.entries.values():
        if entry.record.replaced_by:
            found[entry.record.replaced_by.partition("@")[0]].append(entry.name)
    return dict(found)


def _doubles(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Path of a record to the near-duplicates it is one of: about it, or about the other one."""
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        if isinstance(finding.detail, DuplicateDetail) and finding.evidence:
            for path in (finding.evidence[0].ref, finding.detail.path):
                found[path].append(finding)
    return dict(found)


def _newest_first(changes: Iterable[Finding]) -> tuple[Finding, ...]:
    dated = [(f.detail.at, f.detail.path, f) for f in changes if isinstance(f.detail, ChangeDetail)]
    return tuple(f for *_, f in sorted(dated, key=lambda row: row[:2], reverse=True))


def _changed(changes: Iterable[Finding]) -> dict[str, str]:
    found: dict[str, str] = {}
    for finding in changes:
        if isinstance(finding.detail, ChangeDetail):
            found.setdefault(finding.detail.path, finding.detail.at[:10])
    return found
