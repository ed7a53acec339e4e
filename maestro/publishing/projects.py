"""Pages of projects: outcome first, then what it used, what was predicted, how the work went."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from maestro.catalog.load import Entry
from maestro.schema import Finding
from maestro.schema.findings import MetricDetail

from . import charts, words
from .library import Shelf, page_of
from .pages import Page, Site, fill

METRICS = {
    "commits_per_week": "Commits per week",
    "unique_contributors": "Contributors",
    "active_weeks": "Weeks with commits",
    "churn_lines": "Lines added and removed",
    "velocity": "Changes that landed per week",
    "velocity_trend": "Trend of landed changes",
    "code_churn_rate": "Share of the text rewritten",
    "landed_churn_lines": "Lines added and removed by what landed",
    "net_lines": "Lines added less removed",
    "text_lines": "Lines of text at the end",
    "pr_merge_time_git": "Time to merge, median",
    "pr_merge_time_git_mean": "Time to merge, mean",
    "pr_merge_time_git_p90": "Time to merge, nine in ten below",
    "pr_squashed_share": "Merged as one squashed commit",
    "collaboration_score": "Collaboration score",
    "shared_files": "Files changed by two or more",
    "coauthored_share": "Commits that name a co-author",
    "bus_factor_commits": "People behind half of the commits",
    "bus_factor_churn": "People behind half of the changed lines",
    "area_ownership": "Changed by one person",
    "commits_per_week_median": "Commits per week, median",
    "unique_contributors_with_coauthors": "Contributors with co-authors",
    "all_contributors": "Contributors ever",
    "first_commit": "First commit",
    "last_commit": "Last commit",
    "releases": "Releases",
    "days_between_releases": "Days between releases, median",
}
"""Words for the activity figures that are mined from git, in the order of the page."""


@dataclass(frozen=True, slots=True)
class Activity:
    """One activity figure with its drawing."""

    title: str
    finding: Finding
    series: list[tuple[str, float]]
    drawing: Markup


def unmeasured(found: list[Activity]) -> list[tuple[str, list[str]]]:
    """Reasons why figures have no number, each with the titles of the figures it is true of."""
    reasons: dict[str, list[str]] = {}
    for item in found:
        if item.finding.value is None:
            reasons.setdefault(words.why(item.finding, ""), []).append(item.title)
    return list(reasons.items())


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
    figures = activity(shelf, entry)
    values = {
        "success": row.success,
        "health": row.health,
        "impacts": [shelf.one("impact", use.artifact) for use in entry.record.uses],
        "activity": [item for item in figures if item.finding.value is not None],
        "unmeasured": unmeasured(figures),
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
        if finding.value is not None and finding.label and not words.moment_of(finding):
            title = f"{title}: {finding.label}"
        drawing = charts.trend(detail.series, f"{title} over time") if detail.series else Markup("")
        place = (order.get(detail.name, len(order)), title)
        made.append((place, Activity(title, finding, list(detail.series), drawing)))
    return [item for _, item in sorted(made, key=lambda pair: pair[0])]
