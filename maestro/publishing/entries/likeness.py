"""What is like a project or an entry, and which entries are nearly the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from maestro.catalog.load import Entry
from maestro.publishing import effects, words
from maestro.publishing.library import KINDS, Shelf
from maestro.publishing.pages import Context
from maestro.schema import Finding
from maestro.schema.learned import Alike, DuplicateDetail, SimilarityDetail

MOST_SHARED = 3
"""Things that two records share in a table's cell; the data has them all."""


@dataclass(frozen=True, slots=True)
class LikeRow:
    """One record that is like the page's own, with what a reader asks about it next."""

    alike: Alike
    title: str
    kind: str
    """What it is, in words."""
    href: str
    owner: str
    success: Finding | None
    """Of a project."""
    impact: Finding | None
    """Of an entry's current version."""

    @property
    def shared(self) -> str:
        """What both have, what weighs most first, at most three things."""
        more = len(self.alike.shared) - MOST_SHARED
        rest = f"; and {more} more" if more > 0 else ""
        return "; ".join(self.alike.shared[:MOST_SHARED]) + rest


@dataclass(frozen=True, slots=True)
class Likeness:
    """The table of what is alike, with the sentence above it."""

    says: str
    absent: str
    """Why there is nothing; empty when there is something."""
    rows: tuple[LikeRow, ...]
    finding: Finding | None
    has_impact: bool = False
    """Whether the effect of any of them is a number."""
    proven: tuple[LikeRow, ...] = ()
    """Those whose users did clearly better, where the record itself has no such number."""


@dataclass(frozen=True, slots=True)
class Double:
    """Another entry that is nearly the same as the page's own."""

    title: str
    href: str
    is_older: bool
    """Whether the other one was there first."""
    shared: str
    reason: str
    """Why both stand there; empty when neither record says so."""
    finding: Finding


def like(shelf: Shelf, context: Context, entry: Entry) -> Likeness:
    """What is most like a record, by its finding of likeness."""
    found = _about(shelf, entry)
    detail = found.detail if found else None
    if found is None or not isinstance(detail, SimilarityDetail) or not detail.alike:
        absent = words.why(found, "Not compared: this build made no finding of likeness for it.")
        return Likeness("", absent, (), found)
    rows = tuple(_row(shelf, context, alike) for alike in detail.alike)
    first = rows[0]
    among = "finished project" if entry.kind == "projects" else "other entry"
    many = "finished projects" if entry.kind == "projects" else "other entries"
    share = words.number(first.alike.score, decimals=2)
    most = f"; what weighs most: {'; '.join(first.alike.shared[:2])}" if first.alike.shared else ""
    says = (
        f"Most like it among {words.plural(detail.compared, among, many)}: {first.title} "
        f"({share} of 1){most}."
    )
    has_impact = any(row.impact is not None and row.impact.value is not None for row in rows)
    return Likeness(says, "", rows, found, has_impact, _proven(shelf, entry, rows))


def _proven(shelf: Shelf, entry: Entry, rows: tuple[LikeRow, ...]) -> tuple[LikeRow, ...]:
    margin = shelf.settings.impact_margin
    own = None if entry.kind == "projects" else shelf.one("impact", entry.reference)
    if own is not None and effects.is_above(own, margin):
        return ()
    return tuple(row for row in rows if row.impact and effects.is_above(row.impact, margin))


def _about(shelf: Shelf, entry: Entry) -> Finding | None:
    """A project and an entry may have one name; the record's path tells their findings apart."""
    for finding in shelf.of("similarity", entry.name):
        detail = finding.detail
        if isinstance(detail, SimilarityDetail) and detail.path == entry.path:
            return finding
    return None


def _row(shelf: Shelf, context: Context, alike: Alike) -> LikeRow:
    is_project = alike.kind == "projects"
    found = (shelf.catalog.projects if is_project else shelf.catalog.entries).get(alike.name)
    href = context.project(alike.name) if is_project else context.reference(alike.name)
    return LikeRow(
        alike,
        found.title if found else alike.name,
        KINDS[alike.kind][1] if alike.kind in KINDS else alike.kind,
        href,
        shelf.owner_title(found.record.owner) if found else "",
        shelf.one("success", alike.name) if is_project else None,
        None if is_project or not found else shelf.one("impact", found.reference),
    )


def doubles(shelf: Shelf, context: Context, entry: Entry) -> list[Double]:
    """Near-duplicates of an entry, older ones and younger ones."""
    return list(_doubles(shelf, context, entry))


def _doubles(shelf: Shelf, context: Context, entry: Entry) -> Iterator[Double]:
    for finding in shelf.doubles.get(entry.path, []):
        detail = finding.detail
        assert isinstance(detail, DuplicateDetail)
        is_older = detail.path != entry.path
        name = detail.other.name if is_older else finding.subject
        found = shelf.catalog.entries.get(name)
        yield Double(
            found.title if found else name,
            context.reference(name),
            is_older,
            "; ".join(detail.other.shared),
            detail.reason,
            finding,
        )
