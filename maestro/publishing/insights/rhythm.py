"""How the work goes across projects: velocity, CI, delivery and training, a table each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from maestro.catalog.load import Entry
from maestro.publishing import captions, words
from maestro.publishing.draw import charts
from maestro.publishing.library import Shelf
from maestro.publishing.measures import detail_of, is_from_pulls, stands_for
from maestro.publishing.projects.work import course_of, why_nothing
from maestro.schema import Finding

from .rhythm_subjects import SUBJECTS, Subject

MOST_ROWS = 200
"""Projects in one table; the data below ``api/v1/findings/`` has them all."""
MOST_DRAWN = 120
"""Projects whose series are drawn small, the first of the table."""
MOST_REASONS = 12
MOST_NAMES = 20
"""Projects named for one reason why there is no evidence."""


@dataclass(frozen=True, slots=True)
class Row:
    """One project with evidence for a subject."""

    entry: Entry
    key: str
    """What ties the row to the project's small drawing."""
    cells: tuple[Finding | None, ...]
    """The figures of the subject's columns."""
    drawn: Finding | None
    course: charts.Course | None
    """The series of the subject's small drawings, or the first of its figures that has one."""
    way: str
    """Rising, falling or no clear trend, by the interval; empty where no slope is known."""
    absent: tuple[str, ...] = ()
    """Why a figure of the columns has no number; empty where it has one."""

    @property
    def over_time(self) -> Markup:
        """Its series as a small line on an axis of its own."""
        return charts.spark(self.course) if self.course else Markup("")

    def bar(self, scale: tuple[float, float]) -> Markup:
        """Its interval on the axis of the column; empty for no number, and for a proxy's."""
        found = self.drawn
        if found is None or found.value is None or stands_for(found):
            return Markup("")
        size = words.factor(found.unit)
        lo, hi = (None if end is None else end * size for end in (found.lo, found.hi))
        said = f"{self.entry.title}: {words.amount(found)}"
        return charts.cell_bar(charts.Bar(said, found.value * size, lo, hi), scale)


@dataclass(frozen=True, slots=True)
class Column:
    """One column that any of the rows has a number for, and how its numbers are written."""

    place: int
    name: str
    head: str
    decimals: int | None = None
    """Of all its numbers, so that their decimal points stand in one line; None where each number
    has its own, because the column has several units."""
    width: int = 0
    """The longest number in characters; 0 where they are not aligned."""


@dataclass(frozen=True, slots=True)
class Table:
    """One subject with its rows and with those that have no evidence."""

    subject: Subject
    columns: tuple[Column, ...]
    says: str
    every: tuple[Row, ...]
    """All projects with evidence."""
    rows: tuple[Row, ...]
    """Those that stand in the table."""
    left_out: int
    """Projects with evidence that are not in the table."""
    units: tuple[str, ...]
    """The unit that most cells of each column have, as it is stored."""
    scale: tuple[float, float]
    highest: float
    """The largest value of any series that is drawn small: the top of their one axis."""
    standards: tuple[str, ...]
    """The reports that the bands in it are from."""
    without: tuple[tuple[str, tuple[Entry, ...], int], ...]
    """Reason, the first projects it is true of, and how many more there are."""

    @property
    def multiples(self) -> list[tuple[Row, Markup]]:
        """The first rows with a series, each drawn on the one axis of all."""
        if not self.subject.multiples:
            return []
        drawn = [row for row in self.rows if row.course is not None][:MOST_DRAWN]
        return [(row, charts.spark(row.course, self.highest)) for row in drawn if row.course]


def known(shelf: Shelf) -> int:
    """How many projects have a number for any of the subjects."""
    names = {subject.columns[0][0] for subject in SUBJECTS}
    return sum(bool(names & _figures(shelf, name).keys()) for name in shelf.catalog.projects)


def _figures(shelf: Shelf, project: str) -> dict[str, Finding]:
    """Name of a figure to the project's finding with a number; pull requests win over git."""
    found: dict[str, Finding] = {}
    for finding in (*shelf.of("metric", project), *shelf.of("dora", project)):
        detail = detail_of(finding)
        is_better = is_from_pulls(finding) or detail.name not in found
        if finding.value is not None and is_better:
            found[detail.name] = finding
    return found


def table_of(shelf: Shelf, subject: Subject, keys: Mapping[str, str]) -> Table:
    """One subject: its rows, those that have no evidence, and the sentence above both."""
    rows: list[Row] = []
    slopes: list[Finding] = []
    without: dict[str, list[Entry]] = {}
    for entry in shelf.catalog.projects.values():
        figures = _figures(shelf, entry.name)
        if not any(name in figures for name, _ in subject.columns):
            without.setdefault(_reason(shelf, entry, subject), []).append(entry)
            continue
        row = _row(entry, keys[entry.name], subject, figures)
        rows.append(replace(row, absent=_absent(shelf, entry, row, subject)))
        if subject.trend in figures:
            slopes.append(figures[subject.trend])
    rows.sort(key=_rank)
    shown = tuple(rows[:MOST_ROWS])
    projects = len(shelf.catalog.projects)
    tops = [value for row in shown if row.course for _, value in row.course.series]
    return Table(
        subject,
        _columns(subject, shown),
        _says(subject, rows, slopes, projects)
        + (f" {words.sentence(faults)}" if (faults := shelf.left_out("projects")) else ""),
        tuple(rows),
        shown,
        len(rows) - len(shown),
        tuple(_unit(row.cells[at] for row in shown) for at in range(len(subject.columns))),
        _scale(shown),
        max(tops, default=0.0),
        tuple(sorted({detail_of(f).standard for row in shown for f in row.cells if f} - {""})),
        _grouped(without),
    )


def _unit(cells: Iterable[Finding | None]) -> str:
    """The most frequent unit of a column; the first by name of several."""
    units = Counter(cell.unit for cell in cells if cell is not None)
    return min(units, key=lambda unit: (-units[unit], unit), default="")


def _row(entry: Entry, key: str, subject: Subject, figures: Mapping[str, Finding]) -> Row:
    cells = tuple(figures.get(name) for name, _ in subject.columns)
    drawn = figures.get(subject.drawn)
    found = (figures.get(subject.multiples), drawn, *cells)
    series = [f for f in found if f is not None and detail_of(f).series]
    course = course_of(series[0]) if series else None
    slope = figures.get(subject.trend) if subject.trend else None
    way = ""
    if slope is not None:
        way = {"up": "rising", "down": "falling"}.get(charts.tone(slope.lo, slope.hi), "")
        way = way or "no clear trend"
    return Row(entry, key, cells, drawn, course, way)


def _columns(subject: Subject, rows: Sequence[Row]) -> tuple[Column, ...]:
    """The columns that say something; the first one orders the table and always stands."""
    found = []
    for at, (name, head) in enumerate(subject.columns):
        cells = [cell for row in rows if (cell := row.cells[at])]
        if at == 0 or cells:
            found.append(Column(at, name, head, *_written(cells)))
    return tuple(found)


def _written(cells: Sequence[Finding]) -> tuple[int | None, int]:
    """Decimals that most numbers of a column would have, and how long the longest one is."""
    shown = [cell for cell in cells if not words.is_flat(cell)]
    if not shown or len({cell.unit for cell in shown}) > 1:
        return None, 0
    own = Counter(len(words.amount(cell).partition(".")[2]) for cell in shown)
    decimals = max(own, key=lambda count: (own[count], count))
    signed = detail_of(shown[0]).name in captions.TRENDS
    texts = [words.amount(cell, signed=signed, decimals=decimals) for cell in shown]
    return decimals, max(map(len, texts))


_ASIDE = re.compile(r"up to the end |from the first |counted from |the history starts |\d+ commit")
"""Notes that say what was counted, not why there is no number."""


def why_none(finding: Finding) -> str:
    """The note that says why a figure has no number, the first of those that do."""
    notes = [note for note in finding.quality if not _ASIDE.match(note)]
    return next(iter(notes or finding.quality), "")


def _absent(shelf: Shelf, entry: Entry, row: Row, subject: Subject) -> tuple[str, ...]:
    """For each column why the project has no number in it, in few words."""
    found: dict[str, str] = {}
    for finding in (*shelf.of("metric", entry.name), *shelf.of("dora", entry.name)):
        if finding.value is None and (reason := why_none(finding)):
            found.setdefault(detail_of(finding).name, f"not measured: {reason.partition(':')[0]}")
    nothing = "not measured: no source gives it"
    return tuple(
        "" if cell else found.get(name, nothing)
        for cell, (name, _) in zip(row.cells, subject.columns, strict=True)
    )


def _grouped(without: dict[str, list[Entry]]) -> tuple[tuple[str, tuple[Entry, ...], int], ...]:
    """The most frequent reasons first; rare ones beyond the page's room share a line."""
    ordered = sorted(without.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    groups = ordered[:MOST_REASONS]
    if rest := [entry for _, entries in ordered[MOST_REASONS:] for entry in entries]:
        groups.append(("Other reasons, each on its project's page.", rest))
    return tuple((why, tuple(e[:MOST_NAMES]), max(0, len(e) - MOST_NAMES)) for why, e in groups)


def _rank(row: Row) -> tuple[bool, float, str]:
    """The largest value of the first column first; projects without one last."""
    first = row.cells[0]
    value = first.value if first is not None else None
    return value is None, -(value or 0.0), row.entry.name


def _scale(rows: Iterable[Row]) -> tuple[float, float]:
    ends = [
        end * words.factor(row.drawn.unit)
        for row in rows
        if row.drawn is not None and not stands_for(row.drawn)
        for end in (row.drawn.value, row.drawn.lo, row.drawn.hi)
        if end is not None
    ]
    return charts.axis(ends or [1.0])


def _reason(shelf: Shelf, entry: Entry, subject: Subject) -> str:
    """Why a project has no evidence: a figure's own reason, its source's, or the record's."""
    names = {name for name, _ in subject.columns}
    for finding in (*shelf.of("metric", entry.name), *shelf.of("dora", entry.name)):
        if detail_of(finding).name in names and finding.value is None and finding.quality:
            return words.sentence(why_none(finding))
    states = shelf.of("source_health", entry.name)
    return words.sentence(why_nothing(subject.key, entry, states))


def _says(subject: Subject, rows: Sequence[Row], slopes: Sequence[Finding], projects: int) -> str:
    """What to see: how many have evidence, and in how many a direction or a band is clear."""
    if not rows:
        none = f"None of {words.plural(projects, 'project')} has evidence."
        return "The one project has no evidence." if projects == 1 else none
    said = f"{len(rows):,} of {words.plural(projects, 'project')} {_have(len(rows))} evidence."
    if slopes:
        ways = [captions.way(slope) for slope in slopes]
        rising, falling = ways.count("rising"), ways.count("falling")
        what = captions.TRENDS[subject.trend]
        said += (
            f" By its interval {what} clearly rises in {rising:,}, clearly falls in "
            f"{falling:,}, and has no clear trend in {len(ways) - rising - falling:,}"
        )
        unknown = len(rows) - len(slopes)
        said += f"; in {unknown:,} no trend can be told." if unknown else "."
    banded = [text for at in range(len(subject.columns)) if (text := _bands(subject, rows, at))]
    return said + ("".join(banded) or _spread(subject, rows)) + _proxies(subject, rows)


def _bands(subject: Subject, rows: Sequence[Row], at: int) -> str:
    """How many projects lie in which band of one column; empty without bands."""
    cells = [cell for row in rows if (cell := row.cells[at]) and not stands_for(cell)]
    found = [detail_of(cell).band for cell in cells]
    counts = [f"{found.count(band):,} {band}" for band in captions.BANDS if band in found]
    return f" {subject.columns[at][1]}: {', '.join(counts)}." if counts else ""


def _spread(subject: Subject, rows: Sequence[Row]) -> str:
    """From where to where the first column goes; rows stand in its order."""
    found = [cell for row in rows if (cell := row.cells[0]) and not stands_for(cell)]
    if len(found) < 2:
        return ""
    head, ends = subject.columns[0][1], (found[-1], found[0])
    decimals, _ = _written(found)
    least, most = (words.amount(f, decimals=decimals) for f in ends)
    units = [words.unit_of(f.unit) for f in ends]
    if units[0] != units[1]:
        return f" {head}: from {least} {units[0]} to {most} {units[1]}."
    unit = "" if units[0].lower() == head.lower() else f" {units[0]}"
    return f" {head}: from {least} to {most}{unit}."


def _proxies(subject: Subject, rows: Sequence[Row]) -> str:
    """How many numbers of which columns are marked and in no comparison; empty without any."""
    counts = {
        head: sum(bool(cell and stands_for(cell)) for cell in (row.cells[at] for row in rows))
        for at, (_, head) in enumerate(subject.columns)
    }
    said = [f"{head} in {count:,}" for head, count in counts.items() if count]
    if not said:
        return ""
    kept_out = "Proxies are marked so, and neither counted nor drawn beside others"
    return f" {kept_out}: {', '.join(said)}."


def _have(count: int) -> str:
    return "has" if count == 1 else "have"
