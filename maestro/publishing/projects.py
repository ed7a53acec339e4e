"""Pages of projects: outcome first, then what it used, what was predicted, how the work went."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from maestro.catalog.load import Entry
from maestro.schema import Finding
from maestro.schema.findings import MetricDetail

from . import charts
from .library import Shelf, page_of
from .pages import Page, Site, fill

METRICS = {
    "commits_per_week": "Commits per week",
    "unique_contributors": "Contributors",
    "active_weeks": "Weeks with commits",
    "churn_lines": "Lines added and removed",
}
"""Words for the activity figures that are mined from git."""


@dataclass(frozen=True, slots=True)
class Activity:
    """One activity figure with its drawing."""

    title: str
    finding: Finding
    series: list[tuple[str, float]]
    drawing: Markup


@dataclass(frozen=True, slots=True)
class PortfolioRow:
    """One project in the portfolio table."""

    entry: Entry
    success: Finding | None
    health: list[Finding]


def pages(site: Site) -> Iterator[Page]:
    """The portfolio, and one page per project."""
    shelf = site.shelf
    context = site.context("projects/index.html")
    rows = [
        PortfolioRow(entry, shelf.one("success", name), shelf.of("source_health", name))
        for name, entry in shelf.catalog.projects.items()
    ]
    yield Page(
        "projects",
        context.path,
        "Projects",
        "Every project, how it ended and what its sources say.",
        fill("projects", context, rows, {}),
    )
    for row in rows:
        yield _project(site, row)


def _project(site: Site, row: PortfolioRow) -> Page:
    entry, shelf = row.entry, site.shelf
    path = page_of("projects", entry.name)
    context = site.context(path)
    values = {
        "success": row.success,
        "health": row.health,
        "activity": activity(shelf, entry),
        "predictions": shelf.of("prediction", entry.name),
        "models": [e for e in shelf.cards if e.record.project == entry.name],
        "experiments": [
            e for e in shelf.catalog.experiments.values() if e.record.project == entry.name
        ],
        "yaml": shelf.source_text(entry.path),
        "api": context.url(f"api/v1/projects/{entry.name}.json"),
    }
    return Page(
        "project",
        path,
        entry.title,
        entry.record.description,
        fill("project", context, entry, values),
        tags=("project", entry.record.problem_class, *entry.record.tags),
    )


def activity(shelf: Shelf, entry: Entry) -> list[Activity]:
    """The project's metric findings, the known ones first, each with its drawing."""
    order = {name: place for place, name in enumerate(METRICS)}
    found = [f for f in shelf.of("metric", entry.name) if isinstance(f.detail, MetricDetail)]
    made = []
    for finding in found:
        detail = finding.detail
        assert isinstance(detail, MetricDetail)
        title = METRICS.get(detail.name, detail.name.replace("_", " ").capitalize())
        drawing = charts.trend(detail.series, f"{title} over time") if detail.series else Markup("")
        place = (order.get(detail.name, len(order)), detail.name)
        made.append((place, Activity(title, finding, list(detail.series), drawing)))
    return [item for _, item in sorted(made, key=lambda pair: pair[0])]
