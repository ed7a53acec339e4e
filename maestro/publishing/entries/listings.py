"""Data sets and Experiments: the lists of both, and the page of each experiment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from maestro.catalog.load import Entry
from maestro.publishing.assembly.memory import Later
from maestro.publishing.browse.library_page import kind_page
from maestro.publishing.library import Shelf, page_of
from maestro.publishing.pages import Page, Site, fill
from maestro.publishing.words import plural
from maestro.schema import Finding

from .versions import last_commit

MOST_LISTED = 500
"""Data sets in the list, the most used first; the page of their kind has them all."""
MOST_LEARNERS = 3
"""Learners named in a row; the data set's page has them all."""
STATES = ("running", "planned", "ended")
"""States of experiments, in the order of the list."""


@dataclass(frozen=True, slots=True)
class DataRow:
    """One data set in the list."""

    entry: Entry
    personal: int
    """Fields marked as personal data."""
    learners: tuple[Entry, ...]
    more: int
    """Learners that are not named."""

    @property
    def holds(self) -> str:
        """Whether it holds personal data, by its sensitivity or its fields."""
        if self.personal or self.entry.record.sensitivity in ("personal", "special"):
            return "yes"
        return "none marked" if self.entry.record.fields else "not known"


@dataclass(frozen=True, slots=True)
class ExperimentRow:
    """One experiment in the list."""

    entry: Entry
    state: str
    """running, planned or ended, by its dates."""
    result: Finding | None


def pages(site: Site) -> Iterator[Page | Later]:
    """The list of data sets, the list of experiments, and one page per experiment."""
    yield _datasets(site)
    yield _experiments(site)
    for entry in site.shelf.catalog.experiments.values():
        yield Later(page_of("experiments", entry.name), entry, _experiment)


def data_rows(shelf: Shelf) -> list[DataRow]:
    """Every data set, those that most learn from first."""
    rows = []
    for entry in shelf.artifacts:
        if entry.kind == "datasets":
            users = tuple(user for _, user in shelf.learners.get(entry.name, []))
            marked = sum(field.pii for field in entry.record.fields)
            more = max(0, len(users) - MOST_LEARNERS)
            rows.append(DataRow(entry, marked, users[:MOST_LEARNERS], more))
    return sorted(rows, key=lambda row: (-len(row.learners) - row.more, row.entry.name))


def data_says(rows: list[DataRow]) -> str:
    """How many data sets there are, hold personal data, do not say how sensitive, are used."""
    personal = sum(row.holds == "yes" for row in rows)
    unknown = sum(row.holds == "not known" for row in rows)
    silent = sum(row.entry.record.sensitivity is None for row in rows)
    used = sum(bool(row.learners) for row in rows)
    holds = plural(personal, "holds", "hold") if personal else "none is said to hold"
    holds += " personal data"
    if unknown:
        holds += f" ({plural(unknown, 'says', 'say')} nothing that would tell)"
    stated = plural(silent, "does", "do") + " not state a sensitivity"
    learned = f"a model or a project learns from {used:,}" if used else "nothing learns from any"
    said = [holds, stated if silent else "each states its sensitivity", learned]
    return f"{plural(len(rows), 'data set')}: {', '.join(said)}."


def _datasets(site: Site) -> Page:
    context = site.context("datasets/index.html")
    rows = data_rows(site.shelf)
    values = {
        "says": data_says(rows),
        "left": max(0, len(rows) - MOST_LISTED),
        "every": context.url(kind_page("datasets")),
    }
    return Page(
        "datasets",
        context.path,
        "Data sets",
        "Every data set, its licence, its sensitivity and who learns from it.",
        fill("datasets", context, rows[:MOST_LISTED], values),
    )


def state_of(entry: Entry) -> str:
    """Whether an experiment is running, planned or ended, as far as its dates say."""
    if entry.record.ended:
        return "ended"
    return "running" if entry.record.started else "planned"


def experiment_rows(shelf: Shelf) -> list[ExperimentRow]:
    """Every experiment: running ones, planned ones, ended ones, by name."""
    found = [
        ExperimentRow(entry, state_of(entry), shelf.one("ab", entry.name))
        for entry in shelf.catalog.experiments.values()
    ]
    return sorted(found, key=lambda row: (STATES.index(row.state), row.entry.name))


def _experiments(site: Site) -> Page:
    context = site.context("experiments/index.html")
    rows = experiment_rows(site.shelf)
    return Page(
        "experiments",
        context.path,
        "Experiments",
        "Planned comparisons of variants and what came of them.",
        fill("experiments", context, rows, {}),
    )


def _experiment(site: Site, entry: Entry) -> Page:
    shelf = site.shelf
    context = site.context(page_of("experiments", entry.name))
    values = {
        "state": state_of(entry),
        "result_finding": shelf.one("ab", entry.name),
        "guardrails": [metric.name for metric in entry.record.metrics if metric.guardrail],
        "at": last_commit(shelf, entry),
        "yaml": shelf.source_text(entry.path),
        "api": context.url(f"api/v1/experiments/{entry.name}.json"),
    }
    return Page(
        "experiment",
        context.path,
        entry.title,
        entry.record.hypothesis,
        fill("experiment", context, entry, values),
        tags=("experiment",),
    )
