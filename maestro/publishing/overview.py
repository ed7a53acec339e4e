"""Home, the Library with its tables, Data sets and Experiments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from maestro.catalog.load import Entry
from maestro.schema import ARTIFACTS, Finding
from maestro.schema.details import ChangeDetail, HealthDetail
from maestro.schema.learned import ImpactDetail

from . import charts, effects, insights
from .library import KINDS, Shelf, page_of
from .pages import Page, Site, fill
from .sources import worst_first

MOST_BEST = 5
MOST_NEW = 10
MOST_ATTENTION = 10


@dataclass(frozen=True, slots=True)
class Row:
    """One entry in a table of the library."""

    entry: Entry
    impact: Finding | None
    reuse: Finding | None


def pages(site: Site) -> Iterator[Page]:
    """Home, Library, one page per kind, Data sets, Experiments and each experiment."""
    shelf = site.shelf
    yield _home(site)
    rows = [row_of(shelf, entry) for entry in shelf.catalog.entries.values()]
    yield _library(site, rows)
    for kind in ARTIFACTS:
        yield _kind(site, kind, [row for row in rows if row.entry.kind == kind])
    context = site.context("datasets/index.html")
    sets = [row for row in rows if row.entry.kind == "datasets"]
    yield Page(
        "datasets",
        context.path,
        "Data sets",
        "Every data set, its licence, its sensitivity and who learns from it.",
        fill("datasets", context, sets, {}),
    )
    yield from _experiments(site)


def row_of(shelf: Shelf, entry: Entry) -> Row:
    """An entry with the findings its table row shows."""
    impact = shelf.one("impact", entry.reference)
    return Row(entry, impact, shelf.one("reuse", entry.name))


def kind_page(kind: str) -> str:
    """Site-relative page that lists one kind of artifact."""
    return f"library/kinds/{kind.replace('_', '-')}.html"


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
    found = [f for f in shelf.of_kind("change") if isinstance(f.detail, ChangeDetail)]
    return sorted(found, key=_change_key, reverse=True)


def _change_key(finding: Finding) -> tuple[str, str]:
    assert isinstance(finding.detail, ChangeDetail)
    return finding.detail.at, finding.detail.path


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
    values = {
        "counts": counts(shelf),
        "best_impacts": best,
        "scale": charts.axis([*ends, -margin, margin]) if ends else (0.0, 1.0),
        "impacts": shelf.of_kind("impact"),
        "nearest": sorted(shelf.of_kind("impact"), key=_nearest)[:MOST_BEST],
        "recent": changes(shelf)[:MOST_NEW],
        "unhealthy": unhealthy(shelf)[:MOST_ATTENTION],
        "unhealthy_count": len(unhealthy(shelf)),
        "insights": insights.known(shelf),
        "faulty": _faulty(shelf)[:MOST_ATTENTION],
        "more": len(changes(shelf)) > MOST_NEW,
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


def _library(site: Site, rows: list[Row]) -> Page:
    context = site.context("library/index.html")
    values = {"counts": counts(site.shelf), "broken": site.shelf.broken}
    return Page(
        "library",
        context.path,
        "Library",
        "Everything in the library: find a piece by word, kind, owner or status.",
        fill("library", context, rows, values),
    )


def _kind(site: Site, kind: str, rows: list[Row]) -> Page:
    context = site.context(kind_page(kind))
    many, one = KINDS[kind]
    return Page(
        "kind",
        context.path,
        many,
        f"Every {one} in the library.",
        fill("kind", context, rows, {"kind": kind}),
    )


def _experiments(site: Site) -> Iterator[Page]:
    shelf = site.shelf
    context = site.context("experiments/index.html")
    found = list(shelf.catalog.experiments.values())
    yield Page(
        "experiments",
        context.path,
        "Experiments",
        "Planned comparisons of variants and what came of them.",
        fill("experiments", context, found, {}),
    )
    for entry in found:
        context = site.context(page_of("experiments", entry.name))
        values = {
            "result_finding": shelf.one("ab", entry.name),
            "yaml": shelf.source_text(entry.path),
            "api": context.url(f"api/v1/experiments/{entry.name}.json"),
        }
        yield Page(
            "experiment",
            context.path,
            entry.title,
            entry.record.hypothesis,
            fill("experiment", context, entry, values),
            tags=("experiment",),
        )
