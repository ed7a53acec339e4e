"""Insights: the overview of the dashboards, and the dashboards themselves."""

from __future__ import annotations

from collections.abc import Iterator

from maestro.publishing.library import Shelf
from maestro.publishing.pages import Page, Site, fill

from . import accuracy, health, leaderboard, outcomes, reuse_network, rhythm_cards
from .cards import Card
from .dashboards import DASHBOARDS
from .rhythm import known

PATH = "insights/index.html"


def pages(site: Site) -> Iterator[Page]:
    """The overview and one page per dashboard."""
    yield _overview(site)
    for maker in (outcomes, leaderboard, rhythm_cards, accuracy, reuse_network, health):
        yield from maker.pages(site)


def cards(shelf: Shelf) -> list[Card]:
    """One card per dashboard, in their order."""
    found = [
        outcomes.card(shelf),
        leaderboard.card(shelf),
        *rhythm_cards.cards(shelf),
        accuracy.card(shelf),
        reuse_network.card(shelf),
        health.card(shelf),
    ]
    order = [one.name for one in DASHBOARDS]
    return sorted(found, key=lambda card: order.index(card.name))


def _overview(site: Site) -> Page:
    shelf = site.shelf
    context = site.context(PATH)
    values = {
        "cards": cards(shelf),
        "dashboards": DASHBOARDS,
        "has_truth": shelf.settings.simulated and bool(shelf.of_kind("simulated_truth")),
    }
    return Page(
        "insights",
        PATH,
        "Insights",
        "What goes with success, and how the work goes, across all projects.",
        fill("insights", context, shelf, values),
    )


__all__ = ["cards", "known", "pages"]
