"""Pages of projects: outcome first, then what it used, what was predicted, how the work went."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from maestro.catalog.load import Entry
from maestro.schema import Finding

from .advice import advice_for
from .explained import rows_of
from .foreseen import forecasts
from .library import page_of
from .likeness import like
from .pages import Page, Site, fill
from .sources import worst_first
from .work import work_of


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
        PortfolioRow(
            entry, shelf.one("success", name), worst_first(shelf.of("source_health", name))
        )
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
        "made_of": shelf.one("use_impact", entry.name),
        "steps": rows_of(shelf.one("use_impact", entry.name)),
        "impacts": [shelf.one("impact", use.artifact) for use in entry.record.uses],
        "sections": work_of(shelf, entry),
        "predictions": forecasts(shelf.of("prediction", entry.name)),
        "likeness": like(shelf, context, entry),
        "advice": advice_for(shelf, entry),
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
