"""Recommendations: what a project may reuse and whom to ask, and whether such advice hits."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from maestro.catalog.load import Entry
from maestro.publishing import words
from maestro.publishing.draw import charts
from maestro.publishing.library import KINDS, Shelf
from maestro.schema import Finding
from maestro.schema.learned import (
    HitRate,
    RecommendationDetail,
    RecommendedPiece,
    RecommenderDetail,
)

MOST_OPEN = 5
"""Recommended entries that stand open on a page; the others are folded."""
METHODS = {
    "maestro": "recommended by Maestro",
    "most popular": "the most popular entries",
    "random": "entries at random",
}
"""Way of recommending to its words."""
_ADVICE = {"use": "use it", "upgrade": "a newer version", "instead": "in place of a deprecated one"}


@dataclass(frozen=True, slots=True)
class PieceRow:
    """One recommended entry with its effect drawn on the column's axis."""

    piece: RecommendedPiece
    kind: str
    advice: str
    drawing: Markup
    """Empty without an effect."""

    @property
    def reasons(self) -> list[str]:
        """Why it is named, but for its own effect, which has a column."""
        found = [text for text in self.piece.reasons if not text.startswith("associated with")]
        return [words.typeset(text) for text in found]


@dataclass(frozen=True, slots=True)
class Advice:
    """What a project is recommended."""

    finding: Finding | None
    detail: RecommendationDetail | None
    says: str
    absent: str
    """Why there is nothing; empty when there is something."""
    pieces: tuple[PieceRow, ...]
    teams: str
    """Sizes of team of projects like it, in words."""

    @property
    def groups(self) -> list[tuple[PieceRow, ...]]:
        """The best ones, and the rest."""
        return [part for part in (self.pieces[:MOST_OPEN], self.pieces[MOST_OPEN:]) if part]


def advice_for(shelf: Shelf, entry: Entry) -> Advice:
    """The recommendations for one project."""
    found = shelf.one("recommendation", entry.name)
    detail = found.detail if found else None
    if found is None or not isinstance(detail, RecommendationDetail):
        absent = words.why(found, "This build made no recommendations for this project.")
        if found is None and entry.record.ended:
            absent = "Not for a project that has ended: only planned and active ones get advice."
        return Advice(found, None, "", absent, (), "")
    if not detail.pieces and not detail.peers:
        return Advice(found, detail, "", words.why(found, ""), (), "")
    ends = [end for p in detail.pieces for end in (p.value, p.lo, p.hi) if end is not None]
    scale = charts.axis(ends or [1.0])
    rows = tuple(_row(piece, scale) for piece in detail.pieces)
    teams = "; ".join(
        f"{words.plural(count, 'project')} with {people}" for people, count in _by_size(detail)
    )
    return Advice(found, detail, _says(detail), "", rows, teams)


def _by_size(detail: RecommendationDetail) -> list[tuple[str, int]]:
    return sorted(detail.teams.items(), key=lambda pair: (len(pair[0]), pair[0]))


def _says(detail: RecommendationDetail) -> str:
    if not detail.pieces:
        return f"None of the {words.plural(detail.considered, 'entry', 'entries')} looked at fits."
    first = detail.pieces[0]
    looked = words.plural(detail.considered, "entry", "entries")
    why = f": {first.reasons[0]}" if first.reasons else ""
    return f"Of {looked} looked at, {first.reference} fits best{why}."


def _row(piece: RecommendedPiece, scale: tuple[float, float]) -> PieceRow:
    drawing = Markup("")
    if piece.value is not None:
        title = f"{piece.reference}: {words.points(piece.value)} points"
        drawing = charts.cell_bar(charts.Bar(title, piece.value, piece.lo, piece.hi), scale)
    kind = KINDS[piece.kind][1] if piece.kind in KINDS else piece.kind
    said = _ADVICE[piece.advice]
    if piece.replaces:
        said = {"upgrade": "newer than", "instead": "in place of"}.get(piece.advice, "for")
        said += f" {piece.replaces}"
    return PieceRow(piece, kind, said, drawing)


@dataclass(frozen=True, slots=True)
class RateRow:
    """How often one way of recommending was right, drawn on the column's axis."""

    asked: str
    """What was asked for; empty below the first row of a question."""
    title: str
    rate: HitRate
    drawing: Markup


@dataclass(frozen=True, slots=True)
class Tried:
    """Recommendations tried on past projects."""

    findings: tuple[Finding, ...]
    says: str
    absent: str
    rows: tuple[RateRow, ...]


_ASKED = {
    "at the start": "entries named before a project had chosen any",
    "beside the others": "entries named for each use, the project's others being known",
}


def tried(shelf: Shelf) -> Tried:
    """The test of the recommender against the most popular entries and against chance."""
    every = shelf.of_kind("recommender")
    known = [
        (found, found.detail)
        for found in every
        if isinstance(found.detail, RecommenderDetail) and found.detail.rates
    ]
    if not known:
        absent = "Not tried: this build made no finding of how often recommendations hit."
        return Tried(tuple(every), "", words.why(every[0] if every else None, absent), ())
    known.sort(key=lambda pair: (pair[1].asked, pair[1].named))
    rows = [row for _, detail in known for row in _rates(detail)]
    return Tried(tuple(found for found, _ in known), _said(*known[0]), "", tuple(rows))


def _rates(detail: RecommenderDetail) -> list[RateRow]:
    asked = f"{detail.named} {_ASKED[detail.asked]}, {words.plural(detail.projects, 'project')}"
    rows = []
    for place, rate in enumerate(detail.rates):
        title = METHODS[rate.method]
        said = f"{title}: {words.percent(rate.rate)}"
        bar = charts.Bar(said, *(100 * end for end in (rate.rate, rate.lo, rate.hi)))
        drawing = charts.cell_bar(bar, (0.0, 100.0))
        rows.append(RateRow("" if place else asked, title, rate, drawing))
    return rows


def _said(found: Finding, detail: RecommenderDetail) -> str:
    ours, *others = sorted(detail.rates, key=lambda rate: rate.method != "maestro")
    rest = " and ".join(f"{words.percent(o.rate)} with {METHODS[o.method]}" for o in others)
    verdict = f"; {found.label} to the most popular" if found.label else ""
    return (
        f"{words.plural(detail.projects, 'past project')} went on to use "
        f"{words.plural(ours.uses, 'entry', 'entries')} that could have been named before they "
        f"began. {ours.hits:,} of these were among the {detail.named} recommended "
        f"({words.percent(ours.rate)})" + (f", against {rest}" if rest else "") + f"{verdict}."
    )
