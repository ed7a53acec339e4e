"""What a team should look at: faults, duplicates, old versions, deprecated pieces, sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from maestro.catalog.load import Entry
from maestro.publishing import words
from maestro.publishing.insights.health_checks import of_teams
from maestro.publishing.library import Shelf, page_of

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


def cares_of(
    shelf: Shelf, team: str, entries: Sequence[Entry], projects: Sequence[Entry]
) -> tuple[Care, ...]:
    """What the records of a team need, most pressing first; trouble that nobody has is left out.

    Sources, old versions, duplicates and what nobody uses are as the library's health finds them:
    with those of no team they add up to it. Faults are counted by record, and deprecated are the
    team's own entries, where health lists who uses them.
    """
    every = [*entries, *projects]
    found = (
        Care("Faults in records", "maestro check says where each one is.", _faults(shelf, every)),
        Care(
            "Sources that are not fresh",
            "Operations says what to do.",
            _found(shelf, team, "stale"),
        ),
        Care(
            "Deprecated, and still used by running projects",
            "Tell them what to take instead.",
            tuple(_deprecated(shelf, entries)),
        ),
        Care(
            "Behind the newest version",
            "Read what changed, then name the newest version in the record.",
            _found(shelf, team, "behind"),
        ),
        Care(
            "Nearly the same as an older entry",
            "Use the older one, or say under reason: why both stand there.",
            _found(shelf, team, "duplicate"),
        ),
        Care(
            "Used by nothing yet",
            "Tell who could use it, or deprecate it.",
            _found(shelf, team, "unused"),
        ),
    )
    return tuple(care for care in found if care.items)


def _found(shelf: Shelf, team: str, check: str) -> tuple[Item, ...]:
    """What a check of the library's health found among the records of a team."""
    faults = of_teams(shelf).get((team, check), ())
    return tuple(Item(fault.name, fault.page, fault.what) for fault in faults)


def _item(entry: Entry, says: str) -> Item:
    return Item(entry.title, page_of(entry.kind, entry.name), says)


def _faults(shelf: Shelf, entries: Iterable[Entry]) -> tuple[Item, ...]:
    counts = Counter(problem.path for problem in shelf.library.problems)
    return tuple(
        _item(entry, words.plural(counts[entry.path], "fault"))
        for entry in entries
        if counts[entry.path]
    )


def _deprecated(shelf: Shelf, entries: Iterable[Entry]) -> Iterator[Item]:
    users: Counter[str] = Counter()
    for project in shelf.catalog.projects.values():
        if project.record.status in ("planned", "active"):
            users.update({use.artifact.partition("@")[0] for use in project.record.uses})
    for entry in entries:
        if getattr(entry.record, "status", "") == "deprecated" and entry.name in users:
            yield _item(entry, f"in {words.plural(users[entry.name], 'running project')}")
