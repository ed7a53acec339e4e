"""Data sets and Experiments: the lists of both, and the page of each experiment."""

from __future__ import annotations

from collections.abc import Iterator

from .library import page_of
from .pages import Page, Site, fill


def pages(site: Site) -> Iterator[Page]:
    """The list of data sets, the list of experiments, and one page per experiment."""
    yield _datasets(site)
    yield _experiments(site)
    yield from _each_experiment(site)


def _datasets(site: Site) -> Page:
    context = site.context("datasets/index.html")
    sets = [entry for entry in site.shelf.artifacts if entry.kind == "datasets"]
    return Page(
        "datasets",
        context.path,
        "Data sets",
        "Every data set, its licence, its sensitivity and who learns from it.",
        fill("datasets", context, sets, {}),
    )


def _experiments(site: Site) -> Page:
    context = site.context("experiments/index.html")
    found = list(site.shelf.catalog.experiments.values())
    return Page(
        "experiments",
        context.path,
        "Experiments",
        "Planned comparisons of variants and what came of them.",
        fill("experiments", context, found, {}),
    )


def _each_experiment(site: Site) -> Iterator[Page]:
    shelf = site.shelf
    for entry in shelf.catalog.experiments.values():
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
