"""What a project's score is made of in the model: one row a step, from the start to the score."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from maestro.schema import Finding
from maestro.schema.learned import UseImpactDetail, UseStep

from . import charts

_WORDS = {
    "start": "Where a usual project starts",
    "covariates": "Its complexity, team size, time and usual reuse",
    "class": "Its problem class",
    "team": "Its team",
    "quarter": "The quarter it began in",
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


def rows_of(finding: Finding | None) -> list[StepRow]:
    """The steps of a project's score, all on one axis from 0 to 100 or beyond; empty without."""
    if finding is None or not isinstance(finding.detail, UseImpactDetail):
        return []
    sums = [0.0]
    for step in finding.detail.steps:
        sums.append(sums[-1] + step.points)
    scale = charts.axis([*sums, 100.0])
    made = []
    for place, step in enumerate(finding.detail.steps):
        is_piece = step.kind == "artifact"
        pieces = tuple(step.name.split(", ")) if is_piece else ()
        title = _WORDS.get(step.kind, step.name)
        if step.kind in ("class", "team", "quarter"):
            title = f"{title}, {step.name}"
        drawing = charts.cell_step(title, sums[place], sums[place + 1], scale)
        made.append(StepRow(title, pieces, step, drawing))
    return made
