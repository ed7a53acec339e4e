"""What a project's score is made of in the model: one row a step, from the start to the score."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from maestro.publishing.draw import charts
from maestro.schema import Finding
from maestro.schema.learned import UseImpactDetail, UseStep

_WORDS = {
    "start": "Where a usual project starts",
    "covariates": "Its complexity, team size, time and usual reuse",
    "class": "Its problem class",
    "team": "Its team",
    "quarter": "When it began",
    "unexplained": "Not explained",
}
"""Kind of a step to what people call it; a piece has its own name."""


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step with its drawing: a bar from the sum before it to the sum after it."""

    title: str
    pieces: tuple[str, ...]
    """References of the library that the step is about."""
    step: UseStep
    drawing: Markup


def rows_of(
    finding: Finding | None, team_title: Callable[[str], str] = lambda team: team
) -> list[StepRow]:
    """The steps of a project's score, all on one axis from 0 to 100 or beyond; empty without.

    ``team_title`` gives a team's name for people.
    """
    if finding is None or not isinstance(finding.detail, UseImpactDetail):
        return []
    sums = [0.0]
    for step in finding.detail.steps:
        sums.append(sums[-1] + step.points)
    reaches = [_reach(step, sums[place]) for place, step in enumerate(finding.detail.steps)]
    scale = charts.axis([*sums, *(end for reach in reaches for end in reach or ()), 100.0])
    made = []
    for place, step in enumerate(finding.detail.steps):
        is_piece = step.kind == "artifact"
        pieces = tuple(step.name.split(", ")) if is_piece else ()
        title = _WORDS.get(step.kind, step.name)
        if step.kind in ("class", "team", "quarter"):
            name = team_title(step.name) if step.kind == "team" else step.name
            title = f"{title}, {_quarter(name) if step.kind == 'quarter' else name}"
        drawing = charts.cell_step(title, sums[place], sums[place + 1], scale, reaches[place])
        made.append(StepRow(title, pieces, step, drawing))
    return made


def _reach(step: UseStep, start: float) -> tuple[float, float] | None:
    """Where a step may end, as far as its interval goes; None for one without an interval."""
    if step.lo is None or step.hi is None:
        return None
    return start + step.lo, start + step.hi


def _quarter(name: str) -> str:
    """``quarter 1 of 2024`` for ``2024Q1``; any other name as it is."""
    year, _, number = name.partition("Q")
    return f"quarter {number} of {year}" if year.isdigit() and number.isdigit() else name
