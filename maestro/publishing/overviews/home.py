"""Home: what is here, what helped most, what is new and what needs attention."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from maestro.publishing import effects, words
from maestro.publishing.api.feed import announced
from maestro.publishing.browse.library_page import counts, words_to_try
from maestro.publishing.draw import charts
from maestro.publishing.insights import insights
from maestro.publishing.library import Shelf
from maestro.publishing.pages import Page, Site, fill
from maestro.publishing.sources import worst_first
from maestro.schema import Finding
from maestro.schema.details import HealthDetail
from maestro.schema.learned import ImpactDetail

from . import attention, governance, trends

MOST_BEST = 5
MOST_NEW = 10
MOST_ATTENTION = 10
YEAR = 365
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
    """Impact findings whose users did clearly better, the largest effect first."""
    margin = shelf.settings.impact_margin
    found = [
        f
        for f in shelf.of_kind("impact")
        if f.value is not None
        and effects.is_above(f, margin)
        and isinstance(f.detail, ImpactDetail)
        and f.detail.grade != "insufficient"
    ]
    return sorted(found, key=lambda f: (-(f.value or 0.0), f.subject))


def hurting(shelf: Shelf) -> list[Finding]:
    """Impact findings whose users did clearly worse, the largest effect first."""
    margin = shelf.settings.impact_margin
    found = [f for f in shelf.of_kind("impact") if effects.is_below(f, margin)]
    return sorted(found, key=lambda f: (f.value or 0.0, f.subject))


def nearest(shelf: Shelf) -> list[tuple[Finding, int]]:
    """Impact findings with a number, then of versions that projects name; how many name each."""
    counts = Counter(
        reference
        for entry in shelf.catalog.projects.values()
        for reference in {use.artifact for use in entry.record.uses}
    )
    found = [
        (f, counts[f.subject])
        for f in shelf.of_kind("impact")
        if counts[f.subject] or f.value is not None
    ]
    return sorted(found, key=lambda pair: (pair[0].value is None, -pair[1], pair[0].subject))


def told_from(shelf: Shelf) -> str:
    """From which time the projects are that impact is told from; empty without any."""
    scored = {f.subject for f in shelf.of_kind("success") if f.value is not None}
    projects = shelf.catalog.projects
    days = sorted(
        projects[name].record.ended
        for name in scored & projects.keys()
        if projects[name].record.ended
    )
    if not days:
        return ""
    first, last = (words.day(day.isoformat()) for day in (days[0], days[-1]))
    said = f"Told from {words.plural(len(days), 'project')} with a score, ended from "
    said += f"{first} to {last}"
    now = words.parse_time(shelf.library.generated_at)
    if now is None:
        return f"{said}."
    late = sum(day > now.date() - timedelta(days=YEAR) for day in days)
    return f"{said}, {late or 'none'} of them in the year before the library's commit."


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
    recent = shelf.changes
    values = {
        "ways": WAYS,
        "to_try": words_to_try(shelf),
        "counts": trends.counted(shelf, counts(shelf)),
        "since": trends.since(shelf),
        "cut_off": trends.cut_off(shelf),
        "days": trends.DAYS,
        "best_impacts": best,
        "scale": charts.axis([*ends, -margin, margin]) if ends else (0.0, 1.0),
        "impacts": shelf.of_kind("impact"),
        "worst_impacts": hurting(shelf)[:MOST_BEST],
        "told_from": told_from(shelf),
        "nearest": nearest(shelf)[:MOST_BEST],
        "recent": [governance.change_of(shelf, one) for one in recent[:MOST_NEW]],
        "unhealthy": unhealthy(shelf)[:MOST_ATTENTION],
        "unhealthy_count": len(unhealthy(shelf)),
        "ending": attention.ending(shelf),
        "calm": attention.calm(shelf),
        "undated": attention.undated(shelf),
        "to_mend": attention.to_mend(shelf),
        "insights": insights.known(shelf),
        "faulty": attention.faulty(shelf),
        "most": MOST_ATTENTION,
        "more": len(recent) > MOST_NEW,
    }
    description = shelf.settings.description or "A library of reusable work and what helps."
    return Page(
        "home",
        "index.html",
        shelf.settings.title,
        description,
        fill("home", context, shelf, values) | announced(context),
        is_searchable=False,
    )
