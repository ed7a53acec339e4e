"""What a team should look at: faults, duplicates, old versions, deprecated pieces, sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from maestro.catalog.load import Entry
from maestro.publishing import captions, words
from maestro.publishing.library import Shelf, page_of
from maestro.schema import Finding
from maestro.schema.details import HealthDetail
from maestro.schema.learned import ReuseDetail

MOST = 20
"""Records of one sort on a page; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Item:
    """One record to look at."""

    title: str
    page: str
    says: str


@dataclass(frozen=True, slots=True)
class Care:
    """Records with one and the same sort of trouble, and what to do about it."""

    what: str
    advice: str
    items: tuple[Item, ...]

    @property
    def shown(self) -> tuple[Item, ...]:
        """Those that stand on the page."""
        return self.items[:MOST]

    @property
    def more(self) -> int:
        """How many more there are."""
        return max(0, len(self.items) - MOST)


def cares_of(shelf: Shelf, entries: Sequence[Entry], projects: Sequence[Entry]) -> tuple[Care, ...]:
    """What some records need, most pressing first; trouble that nobody has is left out."""
    running = [entry for entry in projects if entry.record.status in ("planned", "active")]
    every = [*entries, *projects]
    found = (
        Care("Faults in records", "maestro check says where each one is.", _faults(shelf, every)),
        Care("Sources that are not fresh", "Operations says what to do.", _sources(shelf, running)),
        Care(
            "Deprecated, and still used by running projects",
            "Tell them what to take instead.",
            tuple(_deprecated(shelf, entries)),
        ),
        Care(
            "Behind the newest version",
            "Read what changed, then name the newest version in the record.",
            tuple(_behind(shelf, [*entries, *running])),
        ),
        Care(
            "Nearly the same as another entry",
            "Reuse one of the two, or add reason: to the younger.",
            tuple(_doubles(shelf, entries)),
        ),
        Care(
            "Used by nothing yet",
            "Tell who could use it, or deprecate it.",
            tuple(_unused(shelf, entries)),
        ),
    )
    return tuple(care for care in found if care.items)


def _item(entry: Entry, says: str) -> Item:
    return Item(entry.title, page_of(entry.kind, entry.name), says)


def _faults(shelf: Shelf, entries: Iterable[Entry]) -> tuple[Item, ...]:
    counts = Counter(problem.path for problem in shelf.library.problems)
    return tuple(
        _item(entry, words.plural(counts[entry.path], "fault"))
        for entry in entries
        if counts[entry.path]
    )


def _sources(shelf: Shelf, projects: Iterable[Entry]) -> tuple[Item, ...]:
    found = []
    for entry in projects:
        for finding in shelf.of("source_health", entry.name):
            detail = finding.detail
            if isinstance(detail, HealthDetail) and detail.state in ("stale", "failed", "missing"):
                kind = captions.source_of(finding)
                name = captions.SHORT.get(kind, kind)
                said = f"{name} {detail.state}: {detail.reason}" if detail.reason else name
                found.append(_item(entry, words.sentence(said)))
    return tuple(found)


def _deprecated(shelf: Shelf, entries: Iterable[Entry]) -> Iterator[Item]:
    users: Counter[str] = Counter()
    for project in shelf.catalog.projects.values():
        if project.record.status in ("planned", "active"):
            users.update({use.artifact.partition("@")[0] for use in project.record.uses})
    for entry in entries:
        if getattr(entry.record, "status", "") == "deprecated" and entry.name in users:
            yield _item(entry, f"in {words.plural(users[entry.name], 'running project')}")


def _behind(shelf: Shelf, entries: Iterable[Entry]) -> Iterator[Item]:
    for entry in entries:
        for reference in _references(entry):
            name, _, version = reference.partition("@")
            target = shelf.catalog.entries.get(name)
            if target and version and target.version and version != target.version:
                yield _item(entry, f"names {reference}; the newest is {target.version}")


def _references(entry: Entry) -> Iterator[str]:
    for use in getattr(entry.record, "uses", ()):
        yield str(getattr(use, "artifact", use))


def _doubles(shelf: Shelf, entries: Iterable[Entry]) -> Iterator[Item]:
    for entry in entries:
        count = len(shelf.doubles.get(entry.path, ()))
        if count:
            yield _item(entry, f"to {words.plural(count, 'other entry', 'other entries')}")


def _unused(shelf: Shelf, entries: Iterable[Entry]) -> Iterator[Item]:
    for entry in entries:
        reuse = shelf.one("reuse", entry.name)
        # A model is not reused but put to work: its channels tell.
        is_model = entry.kind == "model_cards"
        if reuse is not None and reuse.value == 0 and not is_model and not _feeds(reuse):
            yield _item(entry, "no project, entry or model names it")


def _feeds(reuse: Finding) -> bool:
    """Whether other entries or models are built on it."""
    return isinstance(reuse.detail, ReuseDetail) and bool(reuse.detail.entries)
