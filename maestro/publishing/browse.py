"""The Library with its tables by kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from maestro.catalog.load import Entry
from maestro.schema import ARTIFACTS, Finding

from .library import KINDS, Shelf
from .pages import Page, Site, fill


@dataclass(frozen=True, slots=True)
class Row:
    """One entry in a table of the library."""

    entry: Entry
    impact: Finding | None
    reuse: Finding | None


def pages(site: Site) -> Iterator[Page]:
    """The Library and one page per kind."""
    shelf = site.shelf
    rows = [row_of(shelf, entry) for entry in shelf.catalog.entries.values()]
    yield _library(site, rows)
    for kind in ARTIFACTS:
        yield _kind(site, kind, [row for row in rows if row.entry.kind == kind])


def row_of(shelf: Shelf, entry: Entry) -> Row:
    """An entry with the findings its table row shows."""
    impact = shelf.one("impact", entry.reference)
    return Row(entry, impact, shelf.one("reuse", entry.name))


def kind_page(kind: str) -> str:
    """Site-relative page that lists one kind of artifact."""
    return f"library/kinds/{kind.replace('_', '-')}.html"


def counts(shelf: Shelf) -> list[tuple[str, int, str]]:
    """What is in the library: words, how many, site-relative page."""
    found = [
        (KINDS[kind][0], len([e for e in shelf.artifacts if e.kind == kind]), kind_page(kind))
        for kind in ARTIFACTS
    ]
    found.append((KINDS["model_cards"][0], len(shelf.cards), "models/index.html"))
    found.append((KINDS["projects"][0], len(shelf.catalog.projects), "projects/index.html"))
    experiments = len(shelf.catalog.experiments)
    return [*found, (KINDS["experiments"][0], experiments, "experiments/index.html")]


def _library(site: Site, rows: list[Row]) -> Page:
    context = site.context("library/index.html")
    values = {"counts": counts(site.shelf), "broken": site.shelf.broken}
    return Page(
        "library",
        context.path,
        "Library",
        "Everything in the library: find a piece by word, kind, owner or status.",
        fill("library", context, rows, values),
    )


def _kind(site: Site, kind: str, rows: list[Row]) -> Page:
    context = site.context(kind_page(kind))
    many, one = KINDS[kind]
    return Page(
        "kind",
        context.path,
        many,
        f"Every {one} in the library.",
        fill("kind", context, rows, {"kind": kind}),
    )
