"""Pages of model cards, under the headings people know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from maestro.catalog.load import Entry
from maestro.schema import Finding
from maestro.schema.details import MetricDetail
from maestro.schema.model_card import CardMetric

from .entries import tail
from .kept import Later
from .library import Shelf, page_of
from .pages import Page, Site, fill


@dataclass(frozen=True, slots=True)
class MetricRow:
    """One metric of a card: as declared, and as the build computed it from predictions."""

    declared: CardMetric | None
    computed: Finding | None
    metric: str
    dataset: str
    slice: str


def pages(site: Site) -> Iterator[Page | Later]:
    """The overview of models, and one page per card."""
    yield _overview(site)
    for entry in site.shelf.cards:
        yield Later(page_of(entry.kind, entry.name), entry, _card)


def _overview(site: Site) -> Page:
    context = site.context("models/index.html")
    shelf = site.shelf
    values = {
        "cards": [(entry, metric_rows(shelf, entry), live(shelf, entry)) for entry in shelf.cards],
        "channels_known": list(shelf.catalog.channels.values()),
    }
    return Page(
        "models",
        context.path,
        "Models",
        "Every model card, how good it is and where it is live.",
        fill("models", context, shelf, values),
    )


def _card(site: Site, entry: Entry) -> Page:
    path = page_of(entry.kind, entry.name)
    context = site.context(path)
    values = tail(site.shelf, context, entry) | {
        "metric_rows": metric_rows(site.shelf, entry),
        "live_in": live(site.shelf, entry),
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
    found = {name: item for name, item in shelf.catalog.channels.items() if "/" in name}
    order = {channel: place for place, channel in enumerate(shelf.settings.channels)}
    rows = [(k.partition("/")[0], v) for k, v in found.items() if k.partition("/")[2] == entry.name]
    return sorted(rows, key=lambda row: (order.get(row[0], len(order)), row[0]))


def metric_rows(shelf: Shelf, entry: Entry) -> list[MetricRow]:
    """The card's metrics with the findings about them; findings without a metric come last."""
    findings = [f for f in shelf.of("metric", entry.name) if isinstance(f.detail, MetricDetail)]
    rows: list[MetricRow] = []
    taken: set[int] = set()
    for metric in entry.record.metrics:
        computed = next(
            (f for f in findings if id(f) not in taken and _same(f.detail, metric)), None
        )
        if computed is not None:
            taken.add(id(computed))
        rows.append(MetricRow(metric, computed, metric.metric, metric.dataset, metric.slice or ""))
    for finding in findings:
        if id(finding) not in taken:
            detail = finding.detail
            assert isinstance(detail, MetricDetail)
            rows.append(MetricRow(None, finding, detail.name, detail.dataset, detail.slice))
    return rows


def _same(detail: object, metric: CardMetric) -> bool:
    assert isinstance(detail, MetricDetail)
    same_data = detail.dataset.partition("@")[0] == metric.dataset.partition("@")[0]
    return detail.name == metric.metric and same_data and detail.slice == (metric.slice or "")
