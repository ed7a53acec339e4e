"""Pages of model cards, under the headings people know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from maestro.catalog.load import Entry
from maestro.publishing.assembly.memory import Later
from maestro.publishing.library import Shelf, page_of
from maestro.publishing.overviews.governance import Due, due
from maestro.publishing.pages import Page, Site, fill
from maestro.schema.details import ChangeDetail

from .artifacts import place, tail
from .card_metrics import MetricRow, groups, metric_rows
from .getting import fetch_lines

MOST_LISTED = 500
"""Models in the list, live ones first, and rows of what is live; other pages have them all."""


@dataclass(frozen=True, slots=True)
class Live:
    """One channel in which a version of an entry is live."""

    channel: str
    name: str
    file: Entry
    since: str
    """Day on which the channel's file last changed; empty when no change is known."""
    due: Due | None
    """The day to look at it again; None where the file names none."""


@dataclass(frozen=True, slots=True)
class CardRow:
    """One model in the list of models."""

    entry: Entry
    first: MetricRow
    live: tuple[Live, ...]
    changed: str
    """Day of the last change of the card; empty when no change is known."""


def pages(site: Site) -> Iterator[Page | Later]:
    """The overview of models, and one page per card."""
    yield _overview(site)
    for entry in site.shelf.cards:
        yield Later(page_of(entry.kind, entry.name), entry, _card)


def _overview(site: Site) -> Page:
    context = site.context("models/index.html")
    shelf = site.shelf
    known = channels(shelf)
    live_in: dict[str, list[Live]] = defaultdict(list)
    for row in known:
        live_in[row.name].append(row)
    # What is live comes first: of very many, those are the ones that somebody asks for.
    cards = sorted(shelf.cards, key=lambda entry: (entry.name not in live_in, entry.name))
    values = {
        "cards": [_row(shelf, entry, live_in[entry.name]) for entry in cards[:MOST_LISTED]],
        "left": max(0, len(cards) - MOST_LISTED),
        "channels_known": known[:MOST_LISTED],
        "channels_left": max(0, len(known) - MOST_LISTED),
    }
    return Page(
        "models",
        context.path,
        "Models",
        "Every model card, how good it is and where it is live.",
        fill("models", context, shelf, values),
    )


def _row(shelf: Shelf, entry: Entry, live_in: list[Live]) -> CardRow:
    rows = metric_rows(shelf, entry)
    # What holds for all the data speaks for the model before any slice of it.
    first = next((row for row in rows if not row.slice), rows[0])
    return CardRow(entry, first, tuple(live_in), changed(shelf, entry))


def _card(site: Site, entry: Entry) -> Page:
    path = page_of(entry.kind, entry.name)
    context = site.context(path)
    file = entry.record.model_file
    values = tail(site.shelf, context, entry) | {
        "metric_groups": groups(metric_rows(site.shelf, entry)),
        "live_in": channels(site.shelf, entry.name),
        "fetch": fetch_lines(file, entry.name, place(site.shelf, entry)) if file else "",
        "project_lines": f"uses:\n  - artifact: {entry.reference}",
    }
    return Page(
        "model",
        path,
        entry.title,
        entry.record.description,
        fill("model", context, entry, values),
        tags=("model", entry.record.task, *entry.record.tags),
    )


def live(shelf: Shelf, entry: Entry) -> list[tuple[str, Entry]]:
    """The channels in which a version of the card is live: (channel, channel file)."""
    return [(row.channel, row.file) for row in channels(shelf, entry.name)]


def channels(shelf: Shelf, name: str = "") -> list[Live]:
    """Where a version is live, of one entry or of all; channels in the order of the settings."""
    order = {channel: place for place, channel in enumerate(shelf.settings.channels)}
    found = []
    for key, file in shelf.catalog.channels.items():
        channel, _, of = key.partition("/")
        if of and name in ("", of):
            ends = file.record.expires
            # Asked only where a day is set: pages without one do not depend on the build's day.
            by = due(shelf, ends) if ends else None
            found.append(Live(channel, of, file, changed(shelf, file), by))
    return sorted(
        found, key=lambda row: (row.name, order.get(row.channel, len(order)), row.channel)
    )


def changed(shelf: Shelf, entry: Entry) -> str:
    """When a record's file last changed; empty when no change is known."""
    found = [
        finding.detail.at
        for finding in shelf.of("change", entry.name)
        if isinstance(finding.detail, ChangeDetail) and finding.detail.path == entry.path
    ]
    return max(found, default="")


__all__ = ["CardRow", "Live", "MetricRow", "changed", "channels", "live", "metric_rows", "pages"]
