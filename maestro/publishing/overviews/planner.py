"""The planner: what a planned project may take and reach, answered in the browser.

The page holds the form; ``planner/data.js`` is ``api/v1/planner.json`` as a script, for pages that
are opened from disk. What stands in the form stands in the page's address, so that any page may
link to a plan: ``planner/index.html?`` with ``class``, ``complexity``, ``team-size``, ``domain``,
``owner``, ``with`` (a piece, may be repeated) as the options of ``maestro predict`` are called, and
``rows`` (of data), ``started`` (a day), ``role`` (``data-scientist:2``, may be repeated),
``reuse=none`` (nothing but the pieces that are named), ``name`` and ``description``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from maestro.catalog.load import Entry
from maestro.publishing import words
from maestro.publishing.api.documents import PlannerDocument
from maestro.publishing.library import KINDS, Shelf, page_of
from maestro.publishing.pages import PLAN_GUIDE, Page, Site, fill
from maestro.publishing.projects.predictions import TARGETS
from maestro.schema import Finding
from maestro.schema.details import NOT_ENOUGH
from maestro.schema.findings import round_numbers
from maestro.schema.formula import Formula
from maestro.schema.learned import ImpactDetail, ModelDetail, PredictionDetail
from maestro.schema.worth import worth_of

PATH = "planner/index.html"
SCRIPT = "planner/data.js"
RUBRIC = (
    (1, 2, "a known recipe: the same data and method as before"),
    (3, 4, "a known problem with new data"),
    (5, 6, "new for the team, known elsewhere: parts must be found out"),
    (7, 8, "several things are new at once: data, method or use"),
    (9, 10, "research: nobody knows whether it can be done"),
)
"""From which to which complexity what is meant; the guide to planning has the same table."""
_ENDED = ("done", "abandoned")
_ACTUAL = {"success": "success", "chance": "succeeded", "duration": "duration", "cost": "cost"}
"""Predicted outcome to the column of finished projects that holds what happened."""


@dataclass(frozen=True, slots=True)
class Rests:
    """What the answers about one outcome rest on."""

    title: str
    finding: Finding
    held_out: str
    """How it did on projects it had not seen; empty when that was not tested."""
    worth: str
    """What that is worth, or why there is no number."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One word to choose in the form, with how many finished projects had it."""

    value: str
    title: str
    count: int


def pages(site: Site) -> Iterator[Page]:
    """The one page of the planner."""
    context = site.context(PATH)
    shelf, taxonomy = site.shelf, site.shelf.catalog.taxonomy
    made = document(shelf)
    values = {
        "made": made,
        "needed": max((_needed(model) for model in shelf.of_kind("outcome_model")), default=0),
        "rests_on": _rests(shelf),
        "rubric": RUBRIC,
        "classes": _choices(made, "problem_class", taxonomy.problem_classes),
        "domains": _choices(made, "domain", taxonomy.domains),
        "teams": _choices(made, "owner", shelf.catalog.owners.teams),
        "roles": _choices(made, "", taxonomy.personas),
        "example": _example(shelf),
        "guide": context.url(PLAN_GUIDE) if PLAN_GUIDE in context.guides else "",
    }
    yield Page(
        "planner",
        context.path,
        "Planner",
        "What a planned project may take and reach, from the finished ones.",
        fill("planner", context, shelf, values),
    )


def script(shelf: Shelf) -> bytes:
    """The document as a script, for pages that are opened from disk."""
    data = json.dumps(document(shelf).model_dump(mode="json"), allow_nan=False, sort_keys=True)
    inert = data.replace("<", "\\u003c").replace(">", "\\u003e")
    return f"self.mxPlanner = {inert};\n".encode("ascii")


def document(shelf: Shelf) -> PlannerDocument:
    """The formulas, each once, with what a planner needs besides.

    The findings that the formulas belong to come without what stands elsewhere.
    """
    models = shelf.of_kind("outcome_model")
    formulas = [
        model.detail.formula
        for model in models
        if isinstance(model.detail, ModelDetail) and model.detail.formula
    ]
    return PlannerDocument(
        available=bool(formulas),
        reason="" if formulas else _reason(models),
        models=[_without_formula(model).to_json() for model in models],
        formulas=formulas,
        projects=_projects(shelf) if formulas else {},
        pieces=_pieces(shelf, formulas),
        commit=shelf.library.commit,
        generated_at=shelf.library.generated_at,
    )


def _reason(models: list[Finding]) -> str:
    """Why there is no formula."""
    if not models:
        return f"{NOT_ENOUGH}: no model of outcomes was fitted"
    label = models[0].label or NOT_ENOUGH
    return f"{label}: {'; '.join(models[0].quality)}" if models[0].quality else label


def _without_formula(model: Finding) -> Finding:
    detail = model.detail
    if not isinstance(detail, ModelDetail) or detail.formula is None:
        return model
    bare = detail.model_copy(update={"formula": None})
    return model.model_copy(update={"detail": bare, "evidence": []})


def _projects(shelf: Shelf) -> dict[str, list[Any]]:
    """Finished projects in columns: what is looked through for those like a planned one."""
    entries = [e for e in shelf.catalog.projects.values() if e.record.status in _ENDED]
    actual = [_happened(shelf, entry.name) for entry in entries]
    columns: dict[str, list[Any]] = {
        "name": [entry.name for entry in entries],
        "title": [entry.title for entry in entries],
        "page": [page_of("projects", entry.name) for entry in entries],
        "team_size": [entry.record.team.size for entry in entries],
        "uses": [sorted(_names(entry)) for entry in entries],
        "inputs": [bool(entry.record.datasets) for entry in entries],
        "tags": [bool(entry.record.tags) for entry in entries],
    }
    for field in ("status", "owner", "problem_class", "domain", "complexity"):
        columns[field] = [getattr(entry.record, field) for entry in entries]
    for column in _ACTUAL.values():
        columns[column] = [found.get(column) for found in actual]
    return dict(sorted(columns.items()))


def _names(entry: Entry) -> set[str]:
    return {use.artifact.partition("@")[0] for use in entry.record.uses}


def _happened(shelf: Shelf, name: str) -> dict[str, float]:
    """Column to what happened to a project, of the outcomes that it has."""
    found = {}
    for finding in shelf.of("prediction", name):
        detail = finding.detail
        if isinstance(detail, PredictionDetail) and detail.actual is not None:
            found[_ACTUAL.get(detail.target, detail.target)] = detail.actual
    return found


def _pieces(shelf: Shelf, formulas: Iterable[Formula]) -> dict[str, list[Any]]:
    """Pieces of the library that any finished project reused, in columns, with their effect."""
    names = sorted({name for formula in formulas for name in formula.seen.pieces})
    entries = [shelf.catalog.entries[name] for name in names if name in shelf.catalog.entries]
    impacts = [shelf.one("impact", entry.reference) for entry in entries]
    numbers = (("impact", "value"), ("impact_lo", "lo"), ("impact_hi", "hi"))
    columns: dict[str, list[Any]] = {
        "name": [entry.name for entry in entries],
        "title": [entry.title for entry in entries],
        "kind": [KINDS[entry.kind][1] for entry in entries],
        "page": [page_of(entry.kind, entry.name) for entry in entries],
        "versions": [list(dict.fromkeys(entry.versions)) for entry in entries],
        "status": [entry.record.status or "" for entry in entries],
        "impact_label": [found.label if found else "not measured" for found in impacts],
        "impact_grade": [_grade(found) for found in impacts],
    }
    for column, field in numbers:
        columns[column] = [getattr(found, field) if found else None for found in impacts]
    columns["impact_earlier"] = [
        None if found and found.value is not None else _earlier(shelf, entry)
        for entry, found in zip(entries, impacts, strict=True)
    ]
    kept: dict[str, list[Any]] = round_numbers(dict(sorted(columns.items())))
    return kept if entries else {}


def _earlier(shelf: Shelf, entry: Entry) -> list[Any] | None:
    """Newest version before the present one that has an effect: it, the effect and its label."""
    for version in entry.versions:
        found = shelf.one("impact", f"{entry.name}@{version}")
        if version != entry.version and found and found.value is not None:
            return [version, found.value, found.lo, found.hi, found.label]
    return None


def _grade(found: Finding | None) -> str:
    return found.detail.grade if found and isinstance(found.detail, ImpactDetail) else ""


def _needed(model: Finding) -> int:
    return model.detail.needed if isinstance(model.detail, ModelDetail) else 0


def _rests(shelf: Shelf) -> list[Rests]:
    """What stands about the model of each outcome, in the order of pages."""
    found = []
    for target, title in TARGETS.items():
        model = shelf.one("outcome_model", target)
        if model is None:
            continue
        worth = worth_of(model.label, target) if model.label else ""
        if model.value is None or not worth:
            worth = words.why(model, "").rstrip(".")
        found.append(Rests(title, model, _held_out(model), worth))
    return found


def _held_out(model: Finding) -> str:
    detail = model.detail
    if not isinstance(detail, ModelDetail):
        return ""
    if detail.inside is not None:
        return f"{detail.inside:,} of {detail.projects:,} inside their range"
    if detail.brier is not None and detail.brier_base is not None:
        sizes = [words.number(score, decimals=2) for score in (detail.brier, detail.brier_base)]
        return f"Brier score {sizes[0]}; of the base rate {sizes[1]}"
    return ""


def _choices(made: PlannerDocument, column: str, known: Mapping[str, Any]) -> list[Choice]:
    had = made.projects.get(column, [])
    return [
        Choice(name, (known[name].title if known[name] else None) or name, had.count(name))
        for name in sorted(known)
    ]


def _example(shelf: Shelf) -> str:
    """The command that answers the same without a browser's scripts."""
    found = sorted(shelf.catalog.taxonomy.problem_classes)[:1]
    named = f" --class {found[0]}" if found else ""
    return f"maestro predict{named} --complexity 5 --team-size 4"


__all__ = [
    "PATH",
    "RUBRIC",
    "SCRIPT",
    "document",
    "pages",
    "script",
]
