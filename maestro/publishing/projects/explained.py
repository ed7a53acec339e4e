"""What a project's score is made of in the model: one row a step, from the start to the score."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from maestro.publishing.draw import charts
from maestro.publishing.words import plural
from maestro.schema import Finding
from maestro.schema.learned import ImpactDetail, UseImpactDetail, UseStep

_WORDS = {
    "start": "Where a usual project starts",
    "covariates": "Its complexity, team size, time and usual reuse",
    "class": "Its problem class",
    "team": "Its team",
    "quarter": "When it began",
    "unexplained": "Not explained",
}
"""Kind of a step to what people call it; a piece has its own name."""
_UNSURE = "Pieces without enough evidence"


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step with its drawing: a bar from the sum before it to the sum after it."""

    title: str
    pieces: tuple[str, ...]
    """References of the library that the step is about."""
    step: UseStep
    drawing: Markup
    unsure: tuple[str, ...] = ()
    """References whose points are told in this sum alone: there is not enough evidence on each."""


def rows_of(
    finding: Finding | None,
    impact_of: Callable[[str], Finding | None],
    team_title: Callable[[str], str] = str,
    class_title: Callable[[str], str] = str,
) -> list[StepRow]:
    """The steps of a project's score, all on one axis from 0 to 100 or beyond; empty without.

    A piece has a step of its own where its impact has a number, so that no page tells of a piece
    what its own page does not. ``impact_of`` gives the impact of a reference, ``team_title`` and
    ``class_title`` what people call a team and a problem class.
    """
    if finding is None or not isinstance(finding.detail, UseImpactDetail):
        return []
    steps = _folded(finding.detail.steps, impact_of)
    sums = [0.0]
    for step, _ in steps:
        sums.append(sums[-1] + step.points)
    reaches = [_reach(step, sums[place]) for place, (step, _) in enumerate(steps)]
    scale = charts.axis([*sums, *(end for reach in reaches for end in reach or ()), 100.0])
    made = []
    for place, (step, unsure) in enumerate(steps):
        pieces = _references(step) if step.kind == "artifact" and not unsure else ()
        title = _title(
            step, unsure, {"team": team_title, "class": class_title, "quarter": _quarter}
        )
        drawing = charts.cell_step(title, sums[place], sums[place + 1], scale, reaches[place])
        made.append(StepRow(title, pieces, step, drawing, unsure))
    return made


def _folded(
    steps: Sequence[UseStep], impact_of: Callable[[str], Finding | None]
) -> list[tuple[UseStep, tuple[str, ...]]]:
    """Steps with the pieces that are told in their sum alone; the sum of all stays the same.

    The sum of a single such piece would be its number: it goes into what is not explained.
    """
    unsure = [
        step
        for step in steps
        if step.kind == "artifact" and not all(_is_known(impact_of(r)) for r in _references(step))
    ]
    names = tuple(reference for step in unsure for reference in _references(step))
    points = sum(step.points for step in unsure)
    found: list[tuple[UseStep, tuple[str, ...]]] = [(s, ()) for s in steps if s not in unsure]
    place = next((k for k, (s, _) in enumerate(found) if s.kind == "unexplained"), len(found))
    if len(unsure) == 1 and place < len(found):
        rest = found[place][0]
        found[place] = rest.model_copy(update={"points": rest.points + points}), names
    elif unsure:
        found.insert(place, (UseStep(name=_UNSURE, kind="artifact", points=points), names))
    return found


def _is_known(impact: Finding | None) -> bool:
    """Whether there is enough evidence for a number of the piece's own."""
    if impact is None or impact.value is None:
        return False
    return not (isinstance(impact.detail, ImpactDetail) and impact.detail.grade == "insufficient")


def _references(step: UseStep) -> tuple[str, ...]:
    return tuple(step.name.split(", "))


def _title(step: UseStep, unsure: Sequence[str], titles: Mapping[str, Callable[[str], str]]) -> str:
    title = _WORDS.get(step.kind, step.name)
    if unsure:
        both = f"{title}, with {plural(len(unsure), 'piece')} without enough evidence"
        return both if step.kind == "unexplained" else f"{_UNSURE} ({len(unsure)})"
    return f"{title}, {titles[step.kind](step.name)}" if step.kind in titles else title


def _reach(step: UseStep, start: float) -> tuple[float, float] | None:
    """Where a step may end, as far as its interval goes; None for one without an interval."""
    if step.lo is None or step.hi is None:
        return None
    return start + step.lo, start + step.hi


def _quarter(name: str) -> str:
    """``quarter 1 of 2024`` for ``2024Q1``; any other name as it is."""
    year, _, number = name.partition("Q")
    return f"quarter {number} of {year}" if year.isdigit() and number.isdigit() else name
