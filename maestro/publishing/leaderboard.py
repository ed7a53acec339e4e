"""The impact leaderboard: every version with enough evidence, by effect, on one axis."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from maestro.catalog.load import Entry
from maestro.schema import Finding
from maestro.schema.learned import ImpactDetail

from . import charts, effects, words
from .library import KINDS, Shelf

MOST_ROWS = 200
"""Versions in the table; the data below ``api/v1/findings/`` has them all."""


@dataclass(frozen=True, slots=True)
class Row:
    """One version with its effect."""

    finding: Finding
    detail: ImpactDetail
    kind: str
    """What sort of entry it is, in words; empty when the library no longer has it."""
    drawing: Markup


@dataclass(frozen=True, slots=True)
class Board:
    """The table and the sentence above it."""

    says: str
    rows: tuple[Row, ...]
    left_out: int
    """Versions with a number that are not in the table."""
    without: int
    """Versions without enough evidence."""


def board(shelf: Shelf) -> Board:
    """All graded versions, the largest effect first; ties by name."""
    found = shelf.of_kind("impact")
    graded = [(f, f.detail) for f in found if f.value is not None and _is_graded(f)]
    graded.sort(key=lambda pair: (-(pair[0].value or 0.0), pair[0].subject))
    ends = [end for f, _ in graded for end in (f.lo, f.hi, f.value) if end is not None]
    margin = shelf.settings.impact_margin
    scale = charts.axis([*ends, -margin, margin])
    rows = []
    for finding, detail in graded[:MOST_ROWS]:
        assert isinstance(detail, ImpactDetail)
        rows.append(Row(finding, detail, _kind(shelf, finding), _bar(finding, margin, scale)))
    left_out = len(graded) - len(rows)
    return Board(effects.tally(found, margin), tuple(rows), left_out, len(found) - len(graded))


def _is_graded(finding: Finding) -> bool:
    return isinstance(finding.detail, ImpactDetail) and finding.detail.grade != "insufficient"


def _kind(shelf: Shelf, finding: Finding) -> str:
    entry: Entry | None = shelf.catalog.entries.get(finding.subject.rpartition("@")[0])
    return KINDS[entry.kind][1] if entry else ""


def _bar(finding: Finding, margin: float, scale: tuple[float, float]) -> Markup:
    assert finding.value is not None
    ends = words.interval(finding, signed=True, decimals=1)
    said = f"{finding.subject}: {words.points(finding.value)} {ends}"
    return charts.cell_bar(charts.Bar(said, finding.value, finding.lo, finding.hi, margin), scale)
