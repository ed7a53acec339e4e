"""What was predicted for a project: against what happened, what moves it, by size of team."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from maestro.publishing import words
from maestro.publishing.draw import charts, plots
from maestro.schema import Finding
from maestro.schema.details import NOT_ENOUGH
from maestro.schema.learned import Driver, PredictionDetail, TeamPoint
from maestro.schema.worth import rounded, worth_of

TARGETS = {
    "success": "Success score",
    "chance": "Chance of success",
    "duration": "Duration",
    "cost": "Cost",
}
"""Outcome to its words, in the order of pages."""
_FIELDS = {
    "data_rows": "rows of data",
    "reuse": "how many pieces it reuses",
    "usual_reuse": "how much its team usually reuses",
    "start_date": "when it starts",
    "problem_class": "its problem class",
    "team_size": "size of the team",
}
"""Field of a record to what people call it; others are called by their names."""
_GUESSES = {
    "success": "median score",
    "chance": "base rate",
    "duration": "median duration",
    "cost": "median cost",
}
"""The plain guess that a forecast of each outcome is held against."""
_BASE = "base rate "
"""How the note begins that holds the share of successes."""


@dataclass(frozen=True, slots=True)
class DriverRow:
    """One thing that moves a prediction, with its drawing."""

    title: str
    reference: str
    """The piece of the library that it is; empty for a field of the record."""
    shown: str
    """By how much, with its sign."""
    drawing: Markup


@dataclass(frozen=True, slots=True)
class Forecast:
    """One predicted outcome of a project, as its page shows it."""

    title: str
    finding: Finding
    detail: PredictionDetail

    @property
    def basis(self) -> str:
        """When and from what it was made."""
        return basis_of(self.finding, self.detail)

    @property
    def worth(self) -> str:
        """What it is worth, in words; empty where nothing says so."""
        return worth_of(self.finding.label, self.detail.target)

    @property
    def doubted(self) -> str:
        """The same, with the first reason where there is not enough evidence."""
        found = self.finding
        notes = [note for note in found.quality if not note.startswith(_BASE)]
        is_doubted = found.label == NOT_ENOUGH and notes
        return f"{self.worth}: {notes[0]}" if is_doubted else self.worth

    @property
    def base(self) -> str:
        """The share of successes beside a chance: ``base rate 47 %``; empty for all others."""
        return next((note for note in self.finding.quality if note.startswith(_BASE)), "")

    @property
    def decimals(self) -> int | None:
        """Decimals of the predicted number; a chance has none."""
        return 0 if self.finding.unit == "%" else None

    @property
    def actual(self) -> str:
        """What happened, in words; empty while nobody knows."""
        return actual_of(self.finding, self.detail)

    @property
    def drawing(self) -> Markup:
        """Its interval with what happened as a diamond; empty without an interval."""
        found = self.finding
        if found.value is None or found.lo is None:
            return Markup("")
        size = words.factor(found.unit)
        said = f"{self.title}: {words.amount(found)} {words.unit(found)} {words.interval(found)}"
        said += f", it came to {self.actual}" if self.actual else ""
        lo, hi = (None if end is None else rounded(end * size) for end in (found.lo, found.hi))
        happened = self.detail.actual * size if self.detail.actual is not None else None
        bar = charts.Bar(said, found.value * size, lo, hi, actual=happened)
        return charts.wide_bar(bar, words.decimals_of(found), signed=False)

    @property
    def says(self) -> str:
        """The prediction and what came of it, in one sentence."""
        found = self.finding
        if found.value is None:
            return words.why(found, "")
        sure = words.interval(found) if found.lo is not None else ""
        size = words.amount(found, decimals=self.decimals)
        said = f"{self.title}: {size} {words.unit(found)} {sure}".strip()
        said += f"; {self.base}" if self.base else ""
        if not self.actual:
            return f"{said}; {self.doubted}." if found.label else f"{said}."
        where = ""
        if self.detail.inside is not None:
            where = f", {'inside' if self.detail.inside else 'outside'} the range"
        verb = "became" if self.detail.target == "chance" else "came to"
        doubted = f"; {self.doubted}" if found.label == NOT_ENOUGH else ""
        return f"{said}{doubted}; it {verb} {self.actual}{where}."

    @property
    def drivers(self) -> list[DriverRow]:
        """What moves it away from the typical project, each on the column's axis."""
        effects = [driver.effect for driver in self.detail.drivers]
        scale = charts.axis([*effects, *(-effect for effect in effects)])
        most = max((abs(rounded(effect)) for effect in effects), default=0)
        decimals = 0 if most >= 100 else 1 if most >= 1 else None
        return [self._driver(driver, scale, decimals) for driver in self.detail.drivers]

    def _driver(
        self, driver: Driver, scale: tuple[float, float], decimals: int | None
    ) -> DriverRow:
        is_role = driver.name.startswith("role ")
        is_field = is_role or ("-" not in driver.name and "@" not in driver.name)
        title = _FIELDS.get(driver.name, driver.name.replace("_", " ")) if is_field else driver.name
        shown = words.number(rounded(driver.effect), signed=True, decimals=decimals)
        drawing = charts.cell_length(f"{title}: {shown}", driver.effect, scale)
        return DriverRow(title, "" if is_field else driver.name, shown, drawing)

    @property
    def typical(self) -> str:
        """What the drivers start from, with its unit; empty where they are not shown."""
        if self.detail.typical is None:
            return ""
        stored = words.unit_of(self.finding.unit)
        return f"{words.number(rounded(self.detail.typical))} {stored}".strip()

    @property
    def team(self) -> list[TeamPoint]:
        """What is expected by size of team, smallest first."""
        ends = ("value", "lo", "hi")
        return [
            point.model_copy(update={end: rounded(getattr(point, end)) for end in ends})
            for point in self.detail.team
        ]

    @property
    def team_drawing(self) -> Markup:
        """The same as a chart; empty without."""
        sizes = [plots.Size(p.team, p.value, p.lo, p.hi, p.seen) for p in self.team]
        title = f"{self.title} of projects like this by size of team"
        return plots.team(title, self.detail.team_note, words.unit_of(self.finding.unit), sizes)


def forecasts(findings: Iterable[Finding]) -> list[Forecast]:
    """The predictions of a project in the order of its page."""
    made = [
        Forecast(TARGETS.get(f.detail.target, f.detail.target), f, f.detail)
        for f in findings
        if isinstance(f.detail, PredictionDetail)
    ]
    order = list(TARGETS)
    known = [m for m in made if m.detail.target in order]
    rest = [m for m in made if m.detail.target not in order]
    return [*sorted(known, key=lambda m: order.index(m.detail.target)), *rest]


def model_worth(label: str, target: str) -> str:
    """What the label of a model means beside its numbers; empty for no label.

    Not enough evidence is no word on the number that it stands at: it is said of what.
    """
    if label == NOT_ENOUGH:
        return f"such forecasts are not shown to beat the {_GUESSES.get(target, 'median')}"
    return worth_of(label, target)


def actual_of(finding: Finding, detail: PredictionDetail) -> str:
    """What happened, with its unit; a success or none for a chance; empty while not known."""
    if detail.actual is None:
        return ""
    if detail.target == "chance":
        return "a success" if detail.actual > 0 else "no success"
    digits = 1 if finding.unit == "points" else None
    shown = words.number(detail.actual * words.factor(finding.unit), decimals=digits)
    return f"{shown} {words.unit_of(finding.unit, is_one=detail.actual == 1)}".strip()


def basis_of(finding: Finding, detail: PredictionDetail) -> str:
    """When and from what a prediction was made, in words."""
    if finding.value is None and detail.basis == "past only":
        return "none could be made, of what was known before it began"
    past = words.plural(finding.n, "finished project") if finding.n is not None else ""
    made = words.day(detail.made_at)
    if detail.basis == "kept":
        source = f", from the {past} of that day" if past else ""
        return f"made when the project was first seen, on {made}{source}"
    if detail.basis == "past only":
        source = f"the {past} known before it began" if past else "what had finished before"
        return f"made afterwards from {source}"
    return f"made on {made}" + (f" from {past}" if past else "")


__all__ = [
    "TARGETS",
    "DriverRow",
    "Forecast",
    "actual_of",
    "basis_of",
    "forecasts",
    "model_worth",
]
