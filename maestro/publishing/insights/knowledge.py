"""What the model of success knows: what projects differ by, and how well that was tested."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from maestro.publishing import words
from maestro.publishing.draw import charts
from maestro.publishing.library import Shelf
from maestro.schema import Finding
from maestro.schema.details import NOT_ENOUGH
from maestro.schema.learned import BlockSpread, Difference, ImpactDetail, ModelDetail
from maestro.schema.worth import worth_of

_BLOCKS = {
    "team": "which team it is",
    "class": "the problem class",
    "quarter": "the quarter it began in",
    "artifact": "the pieces it used",
    "noise": "what is left unexplained",
    "covariates": "complexity, team size, time and usual reuse",
}
"""What projects differ by, in words."""


_SINGLE = {
    "team": "teams",
    "class": "problem classes",
    "quarter": "quarters",
    "artifact": "pieces",
    "version": "versions of a piece",
}
"""What differs from one to another, in words."""


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """One thing that projects differ by, drawn on the column's axis."""

    title: str
    difference: Difference
    drawing: Markup


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What stands about the model of success."""

    finding: Finding | None
    detail: ModelDetail | None
    says: str
    absent: str
    """Why there is nothing; empty when there is something."""
    rows: tuple[DifferenceRow, ...]
    """What projects differ by; empty where the model is not known to be worth anything."""
    spreads: tuple[tuple[str, BlockSpread], ...]
    """Beside them: between what, and how much these differ from one to another."""
    verdicts: int
    """Clear verdicts on pieces in this build."""


def knowledge(shelf: Shelf) -> Knowledge:
    """What the model of success scores is made of and how it did on projects it had not seen."""
    found = shelf.one("outcome_model", "success")
    detail = found.detail if found else None
    clear = [f for f in shelf.of_kind("impact") if f.label in ("helps", "hurts")]
    verdicts = sum(isinstance(f.detail, ImpactDetail) for f in clear)
    if found is None or not isinstance(detail, ModelDetail):
        absent = "Not fitted: this build made no model of success."
        return Knowledge(found, None, "", words.why(found, absent), (), (), verdicts)
    if detail.skill is None and not detail.spreads:
        faults = f" {words.sentence(said)}" if (said := shelf.left_out("projects")) else ""
        return Knowledge(found, detail, "", words.why(found, "") + faults, (), (), verdicts)
    # A model that foresees nothing would show the spread of its prior, ranked.
    is_known = found.label != NOT_ENOUGH
    differences = detail.differences if is_known else []
    scale = charts.axis([one.points for one in differences] or [1.0])
    rows = tuple(_row(one, scale) for one in differences)
    spreads = tuple(
        (_SINGLE[one.name], one) for one in detail.spreads if is_known and one.name in _SINGLE
    )
    return Knowledge(found, detail, _says(found, detail), "", rows, spreads, verdicts)


def _row(one: Difference, scale: tuple[float, float]) -> DifferenceRow:
    title = _BLOCKS.get(one.name, one.name)
    said = f"{title}: {words.points(one.points, signed=False)} points"
    return DifferenceRow(title, one, charts.cell_length(said, one.points, scale))


def _says(found: Finding, detail: ModelDetail) -> str:
    """What projects differ by most, and whether that can be foreseen.

    Where it cannot, that comes first.
    """
    said = foreseen = ""
    if detail.skill is not None:
        gain = words.percent(abs(detail.skill))
        way = "smaller" if detail.skill > 0 else "larger"
        foreseen = f"Held out once each, scores are foreseen with an error {gain} {way} than that "
        foreseen += "of the median alone. "
    if found.label == NOT_ENOUGH:
        said = f"{words.sentence(worth_of(found.label, 'success'))} {foreseen}"
        foreseen = ""
    known = [one for one in detail.differences if one.name != "noise"]
    if known and found.label != NOT_ENOUGH:
        most = known[0]
        size = words.points(most.points, signed=False)
        said = "Of what is known of a project, the largest differences in success go with "
        said += f"{_BLOCKS.get(most.name, most.name)} (a standard deviation of {size} points). "
    return f"{said}{foreseen}".strip()
