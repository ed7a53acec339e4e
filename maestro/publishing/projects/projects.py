"""Pages of projects: outcome first, then what it used, what was predicted, how the work went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from maestro.catalog.load import Entry
from maestro.publishing import words
from maestro.publishing.assembly.memory import Later
from maestro.publishing.assembly.stubs import STUBS
from maestro.publishing.captions import SHORT, source_of, term_title
from maestro.publishing.entries.likeness import like
from maestro.publishing.library import Shelf, page_of
from maestro.publishing.overviews.governance import due
from maestro.publishing.pages import Page, Site, fill
from maestro.publishing.sources import state_of, worst_first
from maestro.schema import Finding
from maestro.schema.details import SuccessDetail

from .advice import advice_for
from .explained import rows_of
from .predictions import forecasts
from .work import work_of

STATUS = ("done", "abandoned", "active", "planned")
OVER = ("done", "abandoned")
EXPLAINED = ("explained", "What goes with it")
WORTH = ("worth", "Worth reusing")
"""Sections of some projects only: of those that have ended, and of the others."""


@dataclass(frozen=True, slots=True)
class PortfolioRow:
    """One project in the portfolio table."""

    entry: Entry
    success: Finding | None
    health: list[Finding]

    @property
    def days(self) -> int | None:
        """How long it took, its first and its last day counted; None while it runs."""
        record = self.entry.record
        return (record.ended - record.started).days + 1 if record.ended else None

    @property
    def missing_parts(self) -> str:
        """How much of the score's weight has a value, where that is not all of it."""
        detail = self.success.detail if self.success else None
        has_value = self.success is not None and self.success.value is not None
        if not has_value or not isinstance(detail, SuccessDetail) or detail.completeness >= 1:
            return ""
        return f"{words.percent(detail.completeness)} measured"

    @property
    def fresh(self) -> str:
        """Which of its sources are fresh, each sort once; empty without any."""
        kinds = {source_of(f) for f in self.health if state_of(f) == "fresh"}
        return ", ".join(sorted(SHORT.get(kind, kind) for kind in kinds))

    @property
    def unwell(self) -> list[Finding]:
        """Its other sources, worst first."""
        return [f for f in self.health if f.detail is not None and state_of(f) != "fresh"]


def pages(site: Site) -> Iterator[Page | Later]:
    """The portfolio, and one page per project."""
    shelf = site.shelf
    context = site.context("projects/index.html")
    newest = sorted(shelf.catalog.projects.values(), key=_started, reverse=True)
    rows = [_row(shelf, entry) for entry in newest]
    yield Page(
        "projects",
        context.path,
        "Projects",
        "Every project, how it ended and what its sources say.",
        fill("projects", context, rows, {"says": _says(rows)}),
    )
    for entry in shelf.catalog.projects.values():
        yield Later(page_of("projects", entry.name), entry, _project)


def _started(entry: Entry) -> tuple[date, str]:
    return entry.record.started, entry.name


def _row(shelf: Shelf, entry: Entry) -> PortfolioRow:
    health = worst_first(shelf.of("source_health", entry.name))
    return PortfolioRow(entry, shelf.one("success", entry.name), health)


def _says(rows: list[PortfolioRow]) -> str:
    """How many projects stand where, in one sentence."""
    counts = Counter(row.entry.record.status for row in rows)
    found = [f"{counts[name]:,} {name}" for name in STATUS if counts[name]]
    scored = sum(row.success is not None and row.success.value is not None for row in rows)
    have = "has" if scored == 1 else "have"
    listed = ", ".join(found)
    return f"{words.plural(len(rows), 'project')}: {listed}. {scored:,} {have} a success score."


def planner_query(entry: Entry) -> str:
    """What the planner's address says of a project like this one, its start and owner left open."""
    record = entry.record
    known = [
        ("class", record.problem_class),
        ("complexity", record.complexity),
        ("team-size", record.team.size),
        ("rows", record.data_rows),
        ("domain", record.domain),
        *(("with", use.artifact) for use in record.uses),
        # A record names all that was reused, as a plan does not.
        ("reuse", "none" if record.uses else None),
    ]
    return urlencode([(name, str(value)) for name, value in known if value is not None])


def is_over(entry: Entry) -> bool:
    """Whether the project has ended: its score can be taken apart, and it reuses nothing more."""
    return entry.record.status in OVER


def _jumps(entry: Entry) -> list[tuple[str, str]]:
    """The sections of its page; those with a heading of their own only where they stand."""
    own = EXPLAINED if is_over(entry) else WORTH
    found = [
        own if (name, heading) == (own[0], "") else (name, heading)
        for name, heading in STUBS["project"].sections
    ]
    return [(name, heading) for name, heading in found if heading]


def deadline_says(shelf: Shelf, entry: Entry) -> str:
    """How a project's end or today lies to its deadline, in days; empty without one."""
    record = entry.record
    if record.deadline is None:
        return ""
    day = words.day(record.deadline.isoformat())
    if record.ended is None:
        far = due(shelf, record.deadline).says
        return f"{day} ({far})" if far else day
    late = (record.ended - record.deadline).days
    if not late:
        return f"{day}, the day it ended"
    count = words.plural(abs(late), "day")
    return f"{day}; it ended {count} {'after' if late > 0 else 'before'} it"


def _project(site: Site, entry: Entry) -> Page:
    shelf = site.shelf
    row = _row(shelf, entry)
    path = page_of("projects", entry.name)
    context = site.context(path)
    values = {
        "success": row.success,
        "health": row.health,
        "made_of": shelf.one("use_impact", entry.name),
        "steps": rows_of(
            shelf.one("use_impact", entry.name),
            lambda reference: shelf.one("impact", reference),
            shelf.owner_title,
            lambda name: term_title(shelf.catalog.taxonomy.problem_classes, name),
        ),
        "impacts": [shelf.one("impact", use.artifact) for use in entry.record.uses],
        "sections": work_of(shelf, entry),
        "predictions": forecasts(shelf.of("prediction", entry.name)),
        "likeness": like(shelf, context, entry),
        "planner": f"{context.url('planner/index.html')}?{planner_query(entry)}",
        "advice": advice_for(shelf, entry),
        "models": [e for e in shelf.cards if e.record.project == entry.name],
        "experiments": [
            e for e in shelf.catalog.experiments.values() if e.record.project == entry.name
        ],
        "is_over": is_over(entry),
        "jumps": _jumps(entry),
        "deadline": deadline_says(shelf, entry),
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
