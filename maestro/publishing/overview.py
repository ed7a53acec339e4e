"""Home: what is here, what helped most, what is new and what needs attention."""

from __future__ import annotations

from collections.abc import Iterator

from maestro.schema import Finding
from maestro.schema.details import HealthDetail
from maestro.schema.learned import ImpactDetail

from . import charts, effects, governance, insights, trends
from .browse import counts
from .library import Shelf
from .pages import Page, Site, fill
from .sources import worst_first

MOST_BEST = 5
MOST_NEW = 10
MOST_ATTENTION = 10
WAYS = (
    ("You look for a piece to reuse:", "Library", "library/index.html"),
    ("You plan a project:", "Planner", "planner/index.html"),
    ("You want to know how projects went:", "Projects", "projects/index.html"),
    ("You decide what to invest in:", "Insights", "insights/index.html"),
    ("You put a model to work:", "Models", "models/index.html"),
    ("You review and approve:", "Governance", "governance/index.html"),
    ("You want to ask somebody:", "Teams", "teams/index.html"),
    ("You run the library:", "Operations", "operations/index.html"),
)
"""For whom each part is: what somebody wants, the part's name and its page."""


def pages(site: Site) -> Iterator[Page]:
    """Home."""
    yield _home(site)


def graded(shelf: Shelf) -> list[Finding]:
    """Impact findings whose users did clearly better, the surest first: by their lower end."""
    margin = shelf.settings.impact_margin
    found = [
        f
        for f in shelf.of_kind("impact")
        if f.value is not None
        and effects.is_above(f, margin)
        and isinstance(f.detail, ImpactDetail)
        and f.detail.grade != "insufficient"
    ]
    return sorted(found, key=lambda f: (-(f.lo or 0.0), f.subject))


def _nearest(finding: Finding) -> tuple[bool, int, str]:
    """What has a number first, then what has most users."""
    return finding.value is None, -(finding.n or 0), finding.subject


def changes(shelf: Shelf) -> list[Finding]:
    """Changes of records, newest first."""
    return governance.changes_of(shelf)


def unhealthy(shelf: Shelf) -> list[Finding]:
    """Sources that are stale, failed or missing, worst first."""
    found = worst_first(shelf.of_kind("source_health"))
    return [
        f
        for f in found
        if isinstance(f.detail, HealthDetail) and f.detail.state in ("stale", "failed", "missing")
    ]


def _home(site: Site) -> Page:
    shelf = site.shelf
    context = site.context("index.html")
    best = graded(shelf)[:MOST_BEST]
    margin = shelf.settings.impact_margin
    ends = [end for f in best for end in (f.lo, f.hi) if end is not None]
    recent = changes(shelf)
    values = {
        "ways": WAYS,
        "counts": trends.counted(shelf, counts(shelf)),
        "since": trends.since(shelf),
        "cut_off": trends.cut_off(shelf),
        "days": trends.DAYS,
        "best_impacts": best,
        "scale": charts.axis([*ends, -margin, margin]) if ends else (0.0, 1.0),
        "impacts": shelf.of_kind("impact"),
        "nearest": sorted(shelf.of_kind("impact"), key=_nearest)[:MOST_BEST],
        "recent": recent[:MOST_NEW],
        "unhealthy": unhealthy(shelf)[:MOST_ATTENTION],
        "unhealthy_count": len(unhealthy(shelf)),
        "ending": governance.attention(shelf)[:MOST_ATTENTION],
        "insights": insights.known(shelf),
        "faulty": _faulty(shelf)[:MOST_ATTENTION],
        "more": len(recent) > MOST_NEW,
    }
    description = shelf.settings.description or "A library of reusable work and what helps."
    return Page(
        "home",
        "index.html",
        shelf.settings.title,
        description,
        fill("home", context, shelf, values),
        is_searchable=False,
    )


def _faulty(shelf: Shelf) -> list[tuple[str, int, str]]:
    """Files with errors: path, how many, page."""
    found: dict[str, int] = {}
    for problem in shelf.library.problems:
        if problem.severity == "error":
            found[problem.path] = found.get(problem.path, 0) + 1
    return [(path, count, shelf.page_of_path(path)) for path, count in sorted(found.items())]
