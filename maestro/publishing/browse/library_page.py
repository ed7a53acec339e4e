"""The Library: one page that is filtered and sorted in the browser, and plain lists by kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from maestro.publishing.assembly.memory import Later
from maestro.publishing.assembly.scripts import assigned
from maestro.publishing.columns import Row, row_of, rows
from maestro.publishing.draw import charts
from maestro.publishing.library import KINDS, Shelf
from maestro.publishing.pages import Page, Site, fill
from maestro.publishing.text import Form, flat
from maestro.schema import ARTIFACTS
from maestro.schema.policy import TermRecord

ROWS = 50
"""Rows of one page of the Library."""
MOST_ROWS = 500
"""Rows of one plain list; what is more stands on further pages."""
_GRADES = {
    "strong": "strong",
    "moderate": "moderate",
    "weak": "weak",
    "insufficient": "not enough yet",
    "": "not measured",
    "metrics": "models: by their own metrics",
}


@dataclass(frozen=True, slots=True)
class Drawn:
    """One row with its interval on the axis that all rows share."""

    row: Row
    bar: Markup
    """Empty when there is no number to draw."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of the plain list of a kind."""

    kind: str
    number: int
    """Which of the pages it is, from 1."""
    parts: int
    """How many pages there are."""
    size: int
    """Entries on all of them."""
    names: tuple[str, ...]
    scale: tuple[float, float]
    """The axis of all effects in the Library."""


def pages(site: Site) -> Iterator[Page | Later]:
    """The Library and the plain lists of each kind."""
    found = rows(site.shelf)
    scale = scale_of(site.shelf, found)
    yield _library(site, found, scale)
    for kind in ARTIFACTS:
        names = [row.entry.name for row in found if row.entry.kind == kind]
        starts = range(0, len(names) or 1, MOST_ROWS)
        for number, start in enumerate(starts, 1):
            part = tuple(names[start : start + MOST_ROWS])
            listed = Listed(kind, number, len(starts), len(names), part, scale)
            yield Later(kind_page(kind, number), listed, _kind)


def scripts(shelf: Shelf) -> Iterator[tuple[str, bytes]]:
    """The data of the Library as a script file, rows in the order of the page."""
    found = rows(shelf)
    low, high = scale_of(shelf, found)
    data = {
        "axis": [round(low, 4), round(high, 4)],
        "columns": _columns(found),
        "margin": shelf.settings.impact_margin,
        "other": _other_names(shelf),
        "try": words_to_try(shelf),
        "words": _words(shelf, found),
    }
    yield "library/catalog.js", assigned("maestroCatalog", data)


def kind_page(kind: str, number: int = 1) -> str:
    """Site-relative page that lists one kind of artifact, or a further part of the list."""
    return f"library/kinds/{kind.replace('_', '-')}{f'-{number}' if number > 1 else ''}.html"


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


def scale_of(shelf: Shelf, found: Sequence[Row]) -> tuple[float, float]:
    """The axis that holds every graded effect with its interval, the margin and zero."""
    margin = shelf.settings.impact_margin
    told = [row.told for row in found if row.told]
    ends = [end for f in told for end in (f.lo, f.hi, f.value) if end is not None]
    return charts.axis([*ends, -margin, margin])


def _drawn(row: Row, scale: tuple[float, float]) -> Drawn:
    found = row.told
    if found is None or found.value is None:
        return Drawn(row, Markup(""))
    title = f"{row.entry.title}: {row.says}, {row.behind}"
    margin = row.shelf.settings.impact_margin
    bar = charts.Bar(title, found.value, found.lo, found.hi, margin)
    return Drawn(row, charts.cell_bar(bar, scale))


def _head(shelf: Shelf, scale: tuple[float, float]) -> Markup:
    """The head of the column of effects: zero and both sides of the axis."""
    zero = 8 + 164 * (0.0 - scale[0]) / (scale[1] - scale[0])
    made = Form('<text x="{:.1f}" y="12" text-anchor="{}">{}</text>')
    parts = [made.format(8, "start", "worse"), made.format(172, "end", "better")]
    if 52 < zero < 122:
        parts.append(made.format(zero, "middle", "0"))
    title = f"Axis of {shelf.says.short}, worse on the left, better on the right"
    return charts.svg_of("mx-interval mx-head", 180, 16, title, Markup("").join(parts))


def _library(site: Site, found: Sequence[Row], scale: tuple[float, float]) -> Page:
    context = site.context("library/index.html")
    values = {
        "broken": site.shelf.broken,
        "counts": counts(site.shelf),
        "drawn": [_drawn(row, scale) for row in found[:ROWS]],
        "head": _head(site.shelf, scale),
        "size": len(found),
    }
    return Page(
        "library",
        context.path,
        "Library",
        "Everything in the library: find a piece by word, kind, owner or status.",
        fill("library", context, found, values),
    )


def _kind(site: Site, listed: Listed) -> Page:
    shelf, kind = site.shelf, listed.kind
    many, one = KINDS[kind]
    context = site.context(kind_page(kind, listed.number))
    found = [row_of(shelf, shelf.catalog.entries[name]) for name in listed.names]
    values: dict[str, Any] = {
        "kind": kind,
        "drawn": [_drawn(row, listed.scale) for row in found],
        "first": (listed.number - 1) * MOST_ROWS + 1,
        "head": _head(shelf, listed.scale),
        "size": listed.size,
        "parts_of": [(n, kind_page(kind, n)) for n in range(1, listed.parts + 1)],
        "number": listed.number,
    }
    part = f", part {listed.number} of {listed.parts}" if listed.parts > 1 else ""
    return Page(
        "kind",
        context.path,
        many + part,
        f"Every {one} in the library{part}.",
        fill("kind", context, found, values),
        is_searchable=listed.number == 1,
    )


def _columns(found: Sequence[Row]) -> dict[str, list[Any]]:
    """What the page needs of each row; an interval only where one is drawn."""
    ends = [(f.lo, f.value, f.hi) if (f := row.told) else (None, None, None) for row in found]
    numbers = [[None if end is None else round(end, 3) for end in three] for three in ends]
    return {
        "behind": [row.behind for row in found],
        "changed": [row.changed for row in found],
        "class": [row.classes for row in found],
        "grade": ["metrics" if _is_model(row) else row.grade for row in found],
        "hi": [three[2] for three in numbers],
        "kind": [row.entry.kind for row in found],
        "license": [row.license for row in found],
        "lo": [three[0] for three in numbers],
        "name": [row.entry.name for row in found],
        "owner": [row.entry.record.owner for row in found],
        "persona": [row.personas for row in found],
        "says": [row.says for row in found],
        "status": [row.entry.record.status for row in found],
        "tag": [list(row.entry.record.tags) for row in found],
        # Words beyond what a row shows find the entry, too, as they do from Python.
        "text": [flat(row.entry.record.description) for row in found],
        "title": [row.entry.title for row in found],
        "used": [row.used_by for row in found],
        "value": [three[1] for three in numbers],
        "version": [row.entry.version for row in found],
    }


def _words(shelf: Shelf, found: Sequence[Row]) -> dict[str, list[tuple[str, str]]]:
    """Values of a facet with what people call them, where that is something else."""
    owners = sorted({row.entry.record.owner for row in found})
    taxonomy = shelf.catalog.taxonomy
    return {
        "class": _titles(taxonomy.problem_classes),
        "grade": list(_GRADES.items()),
        "kind": [(kind, KINDS[kind][1]) for kind in (*ARTIFACTS, "model_cards")],
        "license": [("", "not stated")],
        "owner": [(owner, shelf.owner_title(owner)) for owner in owners],
        "persona": _titles(taxonomy.personas),
        "tag": _titles(taxonomy.tags),
    }


def _titles(terms: dict[str, TermRecord | None]) -> list[tuple[str, str]]:
    named = [(term, record.title if record else None) for term, record in terms.items()]
    return [(term, title) for term, title in sorted(named, key=lambda pair: pair[0]) if title]


def _other_names(shelf: Shelf) -> list[tuple[str, str, str]]:
    """Other words for values of a facet: the word, its facet, the value."""
    taxonomy = shelf.catalog.taxonomy
    groups = (
        ("class", taxonomy.problem_classes),
        ("persona", taxonomy.personas),
        ("tag", taxonomy.tags),
    )
    aliases = [
        (alias.lower(), facet, term)
        for facet, terms in groups
        for term, record in terms.items()
        for alias in (record.aliases if record else ())
    ]
    many = [(KINDS[kind][0].lower(), "kind", kind) for kind in (*ARTIFACTS, "model_cards")]
    return sorted([*aliases, *many])


@lru_cache(maxsize=1)
def words_to_try(shelf: Shelf) -> str:
    """Words that find something here: the commonest class, tag and owner; empty without entries.

    Ties go by name, so that the same library offers the same words. Kept for the last shelf.
    """
    found, taxonomy = rows(shelf), shelf.catalog.taxonomy
    classes = Counter(name for row in found for name in row.classes)
    tags = Counter(tag for row in found for tag in row.entry.record.tags)
    owners = Counter(row.entry.record.owner for row in found)
    named = (
        (classes, dict(_titles(taxonomy.problem_classes))),
        (tags, dict(_titles(taxonomy.tags))),
        (owners, {owner: shelf.owner_title(owner) for owner in owners}),
    )
    best = [(min(n, key=lambda name: (-n[name], name)), titles) for n, titles in named if n]
    return ", ".join(flat(titles.get(name, name), 40) for name, titles in best)


def _is_model(row: Row) -> bool:
    return row.entry.kind == "model_cards"
