"""What the model of success knows: what projects differ by, and how well that was tested."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from maestro.schema import Finding
from maestro.schema.learned import BlockSpread, ImpactDetail, ModelDetail

from . import charts, words
from .library import Shelf

_BLOCKS = {
    "team": "which team it is",
    "class": "the problem class",
    "quarter": "the quarter it began in",
    "artifact": "which pieces it used",
    "version": "which versions of these",
    "noise": "what is left unexplained",
    "covariates": "complexity, team size, time and usual reuse",
}
"""What projects differ by, in words."""


@dataclass(frozen=True, slots=True)
class SpreadRow:
    """One thing that projects differ by, drawn on the column's axis."""

    title: str
    spread: BlockSpread
    drawing: Markup


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What stands about the model of success."""

    finding: Finding | None
    detail: ModelDetail | None
    says: str
    absent: str
    """Why there is nothing; empty when there is something."""
    rows: tuple[SpreadRow, ...]
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
        return Knowledge(found, None, "", words.why(found, absent), (), verdicts)
    if detail.skill is None and not detail.spreads:
        return Knowledge(found, detail, "", words.why(found, ""), (), verdicts)
    scale = charts.axis([spread.points for spread in detail.spreads] or [1.0])
    rows = tuple(_row(spread, scale) for spread in detail.spreads)
    return Knowledge(found, detail, _says(detail), "", rows, verdicts)


def _row(spread: BlockSpread, scale: tuple[float, float]) -> SpreadRow:
    title = _BLOCKS.get(spread.name, spread.name)
    said = f"{title}: {words.points(spread.points, signed=False)} points"
    return SpreadRow(title, spread, charts.cell_length(said, spread.points, scale))


def _says(detail: ModelDetail) -> str:
    """What projects differ by most, and whether that can be foreseen."""
    said = ""
    known = [spread for spread in detail.spreads if spread.name != "noise"]
    if known:
        most = known[0]
        size = words.points(most.points, signed=False)
        said = f"Of what is known of a project, {_BLOCKS.get(most.name, most.name)} goes with "
        said += f"the largest differences in success (a spread of {size} points). "
    if detail.skill is not None:
        gain = words.percent(abs(detail.skill))
        way = "smaller" if detail.skill > 0 else "larger"
        said += f"Held out once each, scores are foreseen with an error {gain} {way} than that "
        said += "of the median alone."
    return said.strip()
