"""The Operations page: sources and their state, problems, what is left out, earlier runs."""

from __future__ import annotations

from collections.abc import Iterator

from .pages import Page, Site, fill
from .sources import groups

MOST_PROBLEMS = 200
MOST_RUNS = 30
MOST_SOURCES = 200
"""Sources of one sort on the page; the worst come first, the data has them all."""


def pages(site: Site) -> Iterator[Page]:
    """The one page of operations."""
    shelf = site.shelf
    library = shelf.library
    context = site.context("operations/index.html")
    values = {
        "groups": groups(shelf.of_kind("source_health"), shelf.settings, MOST_SOURCES),
        "problem_list": library.problems[:MOST_PROBLEMS],
        "problem_count": len(library.problems),
        "broken": shelf.catalog.broken,
        "outcome_models": shelf.of_kind("outcome_model"),
        "run_list": [_run(run) for run in reversed(library.runs[-MOST_RUNS:])],
    }
    yield Page(
        "operations",
        context.path,
        "Operations",
        "Sources and their state, faults in records, earlier runs.",
        fill("operations", context, shelf, values),
    )


def _run(run: dict[str, object]) -> dict[str, str]:
    """One earlier run as texts; what it does not hold is said to be not recorded."""
    names = ("at", "commit", "seconds", "problems", "findings", "failed")
    found = {name: run.get(name) for name in names}
    return {name: _shown(value) for name, value in found.items()}


def _shown(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(str(item) for item in value) or "none"
    return "not recorded" if value is None else str(value)
