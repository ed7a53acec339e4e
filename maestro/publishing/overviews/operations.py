"""The Operations page: sources and their state, problems, what is left out, earlier runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from maestro.publishing import words
from maestro.publishing.api.feed import announced
from maestro.publishing.draw import charts
from maestro.publishing.library import Shelf
from maestro.publishing.pages import Page, Site, fill
from maestro.publishing.projects.predictions import TARGETS, model_worth
from maestro.publishing.sources import WORST, groups, state_of
from maestro.schema import Finding
from maestro.schema.learned import ModelDetail

MOST_PROBLEMS = 200
MOST_RUNS = 30
MOST_SOURCES = 200
"""Sources of one sort on the page; the worst come first, the data has them all."""
_DRAWN = (
    ("seconds", "Time of a build", "seconds"),
    ("findings", "Findings", "findings"),
    ("problems", "Problems in records", "problems"),
)
"""What is drawn of earlier runs: field, title and unit."""


@dataclass(frozen=True, slots=True)
class Course:
    """One figure over the earlier runs."""

    title: str
    says: str
    drawing: Markup


def pages(site: Site) -> Iterator[Page]:
    """The one page of operations."""
    shelf = site.shelf
    library = shelf.library
    context = site.context("operations/index.html")
    runs = library.runs[-MOST_RUNS:]
    health = shelf.of_kind("source_health")
    values = {
        "says": _says(shelf, health),
        "groups": groups(health, shelf.settings, MOST_SOURCES),
        "problem_list": library.problems[:MOST_PROBLEMS],
        "problem_count": len(library.problems),
        "broken": shelf.catalog.broken,
        "outcome_models": [(one, _worth(one)) for one in shelf.of_kind("outcome_model")],
        "targets": TARGETS,
        "run_list": [_run(run) for run in reversed(runs)],
        "run_count": len(library.runs),
        "courses": courses(runs),
    }
    yield Page(
        "operations",
        context.path,
        "Operations",
        "Sources and their state, faults in records, earlier runs.",
        fill("operations", context, shelf, values) | announced(context),
    )


def _says(shelf: Shelf, health: list[Finding]) -> str:
    """How the library fares, in a few sentences."""
    states = Counter(map(state_of, health))
    found = ", ".join(f"{states[name]:,} {name}" for name in WORST if states[name])
    said = f"{words.plural(len(health), 'source')}: {found}." if health else "No source was read."
    severities = Counter(problem.severity for problem in shelf.library.problems)
    faults = [words.plural(severities[name], name) for name in ("error", "warning")]
    left = shelf.left_out()
    return f"{said} Records have {' and '.join(faults)}." + (
        f" {words.sentence(left)}" if left else " None is left out."
    )


def _worth(model: Finding) -> str:
    """What a model's test says of it, with the notes; why there is none without a test."""
    detail = model.detail
    if not isinstance(detail, ModelDetail) or detail.skill is None or not model.label:
        return words.why(model, "")
    said = model_worth(model.label, model.subject)
    return words.sentence("; ".join([said, *model.quality]))


def courses(runs: tuple[Mapping[str, object], ...]) -> list[Course]:
    """What is drawn of earlier runs, oldest first; a figure with fewer than two points is not."""
    made = []
    for name, title, unit in _DRAWN:
        series = [
            (str(run.get("at", ""))[:10], float(value))
            for run in runs
            if isinstance(value := run.get(name), (int, float)) and not isinstance(value, bool)
        ]
        if len(series) < 2:
            continue
        values = [value for _, value in series]
        ends = f"{words.number(min(values))} to {words.number(max(values))}"
        says = f"{words.number(values[-1])} in the last of {len(values)} runs, {ends} in all"
        made.append(Course(title, says, charts.trend(charts.Course(title, series, unit))))
    return made


def _run(run: Mapping[str, object]) -> dict[str, str]:
    """One earlier run as texts; what it does not hold is said to be not recorded."""
    names = ("at", "commit", "seconds", "problems", "findings", "failed")
    found = {name: run.get(name) for name in names}
    return {name: _shown(value) for name, value in found.items()}


def _shown(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(str(item) for item in value) or "none"
    return "not recorded" if value is None else str(value)
