"""What the dashboards share: their pages, and the cards that lead to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from maestro.catalog.load import Entry
from maestro.publishing.draw import charts
from maestro.publishing.library import Shelf
from maestro.publishing.pages import Page, Site, fill

from .dashboards import DASHBOARDS, Dashboard


@dataclass(frozen=True, slots=True)
class Card:
    """One dashboard on the overview: its answer, its key figure and a small drawing."""

    name: str
    says: str
    """The answer in one sentence, or why there is none."""
    figure: str = ""
    """The key figure; empty without evidence."""
    caption: str = ""
    """What the key figure is, and what it rests on."""
    rows: tuple[tuple[str, Markup, str], ...] = ()
    """A small drawing: what a line is about, the line, and its number."""

    @property
    def board(self) -> Dashboard:
        """The dashboard that it leads to."""
        return next(one for one in DASHBOARDS if one.name == self.name)


def board_page(site: Site, name: str, values: Mapping[str, Any]) -> Page:
    """The finished page of one dashboard."""
    board = next(one for one in DASHBOARDS if one.name == name)
    context = site.context(board.path)
    parts = fill(name, context, site.shelf, {"dashboards": DASHBOARDS, **values})
    return Page(name, board.path, board.title, board.about, parts)


def project_keys(shelf: Shelf) -> dict[str, str]:
    """Project to the short key that ties its rows to its marks in the drawings of a page."""
    return {name: f"p{at}" for at, name in enumerate(shelf.catalog.projects)}


def entry_keys(shelf: Shelf) -> dict[str, str]:
    """The same for entries of the library."""
    return {name: f"e{at}" for at, name in enumerate(shelf.catalog.entries)}


def quarter_of(entry: Entry) -> str:
    """The quarter in which a project ended: ``2026, quarter 2``; or that no day is recorded."""
    ended = entry.record.ended
    if ended is None:
        return "no day recorded"
    return f"{ended.year}, quarter {(ended.month + 2) // 3}"


def counted(counts: Iterable[tuple[str, int]]) -> tuple[tuple[str, Markup, str], ...]:
    """Counts as lengths on one axis from zero, for a card."""
    found = list(counts)
    scale = (0.0, float(max((count for _, count in found), default=0) or 1))
    return tuple(
        (what, charts.cell_length(f"{what}: {count:,}", count, scale), f"{count:,}")
        for what, count in found
    )
