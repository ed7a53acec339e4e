"""The impact leaderboard: every version with enough evidence, by effect, on one axis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup

from maestro.catalog.load import Entry
from maestro.publishing import columns, effects, words
from maestro.publishing.draw import charts
from maestro.publishing.library import KINDS, Shelf
from maestro.publishing.pages import Page, Site
from maestro.schema import Finding
from maestro.schema.learned import ClassImpact, ImpactDetail, ModelDetail

from .cards import Card, board_page

MOST_ROWS = 500
"""Versions in the table; the data below ``api/v1/findings/`` has them all."""


MOST_IN_CARD = 3
"""Versions of each direction that the card draws."""


@dataclass(frozen=True, slots=True)
class Row:
    """One version with its effect."""

    key: str
    """What ties its rows on the page together."""
    finding: Finding
    detail: ImpactDetail
    kind: str
    """What sort of entry it is, in words; empty when the library no longer has it."""
    owner: str
    """The team that owns it; empty when the library no longer has it."""
    margin: float
    scale: tuple[float, float]
    """The axis of the column."""
    classes: tuple[str, ...] = ()
    """Problem classes of the projects that use the entry, and those that its record names."""

    @property
    def drawing(self) -> Markup:
        """Its effect on the column's axis."""
        return _bar(self.finding, self.margin, self.scale)

    @property
    def others(self) -> int | None:
        """Projects that did not use it and were compared; None where nobody counted."""
        total = self.detail.projects
        return None if total is None else total - len(self.detail.users)


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One version in one problem class."""

    key: str
    subject: str
    kind: str
    owner: str
    grade: str
    """Of the version in all classes together."""
    impact: ClassImpact
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
    lacks: tuple[tuple[int, str], ...] = ()
    """How many of these share a reason, and the reason, the commonest first."""
    most_used: Finding | None = None
    """Of these the one that most finished projects used; None where nobody used any."""
    by_class: tuple[ClassRow, ...] = ()
    """The same in each problem class, the largest effect of a class first."""
    up: tuple[Row, ...] = ()
    """Versions whose whole interval lies above the margin, the largest effect first."""
    down: tuple[Row, ...] = ()
    """Those whose whole interval lies below it, the most harmful first."""
    by_chance: str = ""
    """How many clear verdicts chance alone gives, in a sentence; empty where nobody tried."""


def pages(site: Site) -> Iterator[Page]:
    """The dashboard of impact."""
    yield board_page(site, "impact", {"board": board(site.shelf)})


def card(shelf: Shelf) -> Card:
    """What the overview says of impact."""
    found = board(shelf)
    if not found.rows:
        return Card("impact", found.says)
    clear = len(found.up) + len(found.down)
    total = words.plural(found.left_out + len(found.rows), "version")
    of = f"of {total} with a number {'has' if clear == 1 else 'have'} a clear effect"
    shown = (*found.up[:MOST_IN_CARD], *reversed(found.down[:MOST_IN_CARD]))
    rows = tuple(
        (row.finding.subject, row.drawing, words.points(row.finding.value or 0.0)) for row in shown
    )
    return Card("impact", f"{found.says} {found.by_chance}".strip(), f"{clear:,}", of, rows)


@lru_cache(maxsize=1)
def board(shelf: Shelf) -> Board:
    """All graded versions, the largest effect first; ties by name. Kept for the last shelf."""
    found = shelf.of_kind("impact")
    graded = [(f, f.detail) for f in found if f.value is not None and _is_graded(f)]
    graded.sort(key=lambda pair: (-(pair[0].value or 0.0), pair[0].subject))
    ends = [end for f, _ in graded for end in (f.lo, f.hi, f.value) if end is not None]
    split = [(f, one) for f, detail in graded for one in _split(detail)]
    ends += [end for _, one in split for end in (one.lo, one.hi, one.value) if end is not None]
    margin = shelf.settings.impact_margin
    scale = charts.axis([*ends, -margin, margin])
    keys = {finding.subject: f"i{at}" for at, (finding, _) in enumerate(graded)}
    classes = {row.entry.name: tuple(row.classes) for row in columns.rows(shelf)}
    made = []
    for finding, detail in graded:
        assert isinstance(detail, ImpactDetail)
        name = finding.subject.rpartition("@")[0]
        whose, known = _whose(shelf, finding), classes.get(name, ())
        made.append(Row(keys[finding.subject], finding, detail, *whose, margin, scale, known))
    rows = made[:MOST_ROWS]
    split.sort(key=lambda pair: (pair[1].problem_class, -(pair[1].value or 0.0), pair[0].subject))
    return Board(
        effects.tally(found, margin),
        tuple(rows),
        len(graded) - len(rows),
        len(found) - len(graded),
        tuple(effects.lacks(found)),
        _most_used(found),
        tuple(
            ClassRow(
                keys[f.subject],
                f.subject,
                *_whose(shelf, f),
                f.detail.grade if isinstance(f.detail, ImpactDetail) else "",
                one,
                class_bar(f.subject, one, margin, scale),
            )
            for f, one in split[:MOST_ROWS]
        ),
        tuple(row for row in made if effects.is_above(row.finding, margin)),
        tuple(row for row in reversed(made) if effects.is_below(row.finding, margin)),
        by_chance(shelf),
    )


def _most_used(found: Sequence[Finding]) -> Finding | None:
    """Of the versions without a number the one that most finished projects used."""
    users = {
        f.subject: len(f.detail.users)
        for f in found
        if f.value is None and isinstance(f.detail, ImpactDetail)
    }
    absent = [f for f in found if users.get(f.subject)]
    return min(absent, key=lambda f: (-users[f.subject], f.subject), default=None)


def by_chance(shelf: Shelf) -> str:
    """How many clear verdicts a library gives in which no piece does anything, in a sentence."""
    model = shelf.one("outcome_model", "success")
    detail = model.detail if model else None
    if not isinstance(detail, ModelDetail) or detail.placebo_verdicts is None:
        return ""
    if not detail.placebo_runs:
        return ""
    number = words.number(detail.placebo_verdicts, decimals=1)
    runs = words.plural(detail.placebo_runs, "library", "libraries")
    return f"By chance alone: {number} clear verdicts on average, in {runs} with uses shuffled."


def _split(detail: object) -> list[ClassImpact]:
    known = detail.classes if isinstance(detail, ImpactDetail) else []
    return [one for one in known if one.value is not None]


def class_bar(subject: str, one: ClassImpact, margin: float, scale: tuple[float, float]) -> Markup:
    """The effect of a version in one class, on the column's axis; empty without a number."""
    if one.value is None:
        return Markup("")
    said = f"{subject}, {one.problem_class}: {words.points(one.value)} points"
    return charts.cell_bar(charts.Bar(said, one.value, one.lo, one.hi, margin), scale)


def _is_graded(finding: Finding) -> bool:
    return isinstance(finding.detail, ImpactDetail) and finding.detail.grade != "insufficient"


def _whose(shelf: Shelf, finding: Finding) -> tuple[str, str]:
    """Kind and owner of the entry in words; empty when the library no longer has it."""
    entry: Entry | None = shelf.catalog.entries.get(finding.subject.rpartition("@")[0])
    if entry is None:
        return "", ""
    return KINDS[entry.kind][1], shelf.owner_title(entry.record.owner)


def _bar(finding: Finding, margin: float, scale: tuple[float, float]) -> Markup:
    assert finding.value is not None
    ends = words.interval(finding, signed=True, decimals=1)
    said = f"{finding.subject}: {words.points(finding.value)} {ends}"
    return charts.cell_bar(charts.Bar(said, finding.value, finding.lo, finding.hi, margin), scale)
