"""How the work goes across projects: velocity, CI, delivery and training, a table each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from maestro.catalog.load import Entry
from maestro.schema import Finding

from . import charts, sayings, words
from .boards import Card, board_page, counted, project_keys
from .library import Shelf
from .measures import TITLES, Key, detail_of, is_from_pulls, stands_for
from .pages import Page, Site
from .work import course_of, why_nothing

MOST_ROWS = 200
"""Projects in one table; the data below ``api/v1/findings/`` has them all."""
MOST_DRAWN = 120
"""Projects whose series are drawn small, the first of the table."""
MOST_REASONS = 12
MOST_NAMES = 20
"""Projects named for one reason why there is no evidence."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One table: which figures stand in it, and which of them is drawn."""

    key: Key
    page: Literal["velocity", "delivery", "runs"]
    """The dashboard that it stands on."""
    columns: tuple[tuple[str, str], ...]
    """Name of a figure and the head of its column; the first one orders the table."""
    drawn: str
    """The figure whose interval is drawn on the shared axis."""
    trend: str = ""
    """A slope whose direction is counted in the sentence above the table."""
    multiples: str = ""
    """The figure whose series is drawn for each project, all on one axis; empty: no drawing."""

    @property
    def axis(self) -> str:
        """Head of the column with the drawn intervals."""
        return f"{TITLES[self.drawn]}, one axis for all"


SUBJECTS = (
    Subject(
        "velocity",
        "velocity",
        (
            ("velocity", "Changes per week"),
            ("velocity_trend", "Trend"),
            ("pr_merge_time", "Time to merge"),
        ),
        drawn="velocity_trend",
        trend="velocity_trend",
        multiples="velocity",
    ),
    Subject(
        "ci",
        "runs",
        (
            ("success_rate", "Runs that succeeded"),
            ("pipeline_duration", "Duration, median"),
            ("flaky_rate", "Flaky"),
        ),
        drawn="success_rate",
        trend="tests_trend",
    ),
    Subject(
        "delivery",
        "delivery",
        (
            ("deployment_frequency", "Deployments"),
            ("change_lead_time", "Lead time"),
            ("change_failure_rate", "Failed"),
            ("recovery_time", "Recovery"),
        ),
        drawn="change_failure_rate",
    ),
    Subject(
        "training",
        "runs",
        (
            ("training_runs", "Runs"),
            ("training_time", "Time of a run, mean"),
            ("training_failed", "Failed"),
            ("best_performance", "Best"),
        ),
        drawn="training_runs_per_week",
    ),
)


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
class Table:
    """One subject with its rows and with those that have no evidence."""

    subject: Subject
    columns: tuple[tuple[int, str, str], ...]
    """Place, name and head of the columns that any of the rows has a number for."""
    says: str
    rows: tuple[Row, ...]
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


def pages(site: Site) -> Iterator[Page]:
    """The dashboards of velocity, of delivery and of runs."""
    keys = project_keys(site.shelf)
    for name in ("velocity", "delivery", "runs"):
        named = {s.key: table_of(site.shelf, s, keys) for s in SUBJECTS if s.page == name}
        said = " ".join(_known(one, site.shelf) for one in named.values())
        yield board_page(site, name, {"tables": named, "said": said})


def _known(table: Table, shelf: Shelf) -> str:
    """Of how many projects there is anything of a subject."""
    what = {"ci": "CI runs", "training": "Training runs"}.get(table.subject.key, "Figures")
    total = words.plural(len(shelf.catalog.projects), "project")
    return f"{what} are known of {len(table.rows) + table.left_out:,} of {total}."


def cards(shelf: Shelf) -> list[Card]:
    """What the overview says of velocity, of delivery and of runs."""
    keys = project_keys(shelf)
    made = {subject.key: table_of(shelf, subject, keys) for subject in SUBJECTS}
    cards = [_velocity_card(made["velocity"]), _delivery_card(made["delivery"])]
    return [*cards, _runs_card(made["ci"], made["training"], len(shelf.catalog.projects))]


def _velocity_card(table: Table) -> Card:
    ways = [row.way for row in table.rows if row.way]
    if not ways:
        return Card("velocity", table.says)
    of = f"of {words.plural(len(ways), 'project')} with a trend clearly slow down"
    order = ("rising", "no clear trend", "falling")
    says = "In how many projects the number of changes that land rises or falls, by its interval."
    found = counted((way, ways.count(way)) for way in order)
    return Card("velocity", says, f"{ways.count('falling'):,}", of, found)


def _delivery_card(table: Table) -> Card:
    cells = [cell for row in table.rows if (cell := row.cells[0]) and not stands_for(cell)]
    bands: list[str] = [detail_of(cell).band for cell in cells if detail_of(cell).band]
    if not bands:
        return Card("delivery", table.says)
    best = sum(band in sayings.BANDS[:2] for band in bands)
    of = f"of {words.plural(len(bands), 'project')} deploy often: elite or high"
    says = "How often projects deploy, by the bands of DORA's report."
    found = counted((band, bands.count(band)) for band in sayings.BANDS)
    return Card("delivery", says, f"{best:,}", of, found)


def _runs_card(ci: Table, training: Table, projects: int) -> Card:
    tables = (("CI runs", ci), ("training runs", training))
    counts = [(what, len(table.rows) + table.left_out) for what, table in tables]
    if not any(count for _, count in counts):
        return Card("runs", f"CI runs: {ci.says} Training runs: {training.says}")
    of = f"of {words.plural(projects, 'project')} have CI runs that are read"
    says = f"Of how many of {words.plural(projects, 'project')} the runs are known."
    return Card("runs", says, f"{counts[0][1]:,}", of, counted(counts))


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
        rows.append(_row(entry, keys[entry.name], subject, figures))
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


def _columns(subject: Subject, rows: Sequence[Row]) -> tuple[tuple[int, str, str], ...]:
    """The columns that say something; the first one orders the table and always stands."""
    return tuple(
        (at, name, head)
        for at, (name, head) in enumerate(subject.columns)
        if at == 0 or any(row.cells[at] for row in rows)
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
            return words.sentence(finding.quality[0])
    states = shelf.of("source_health", entry.name)
    return words.sentence(why_nothing(subject.key, entry, states))


def _says(subject: Subject, rows: Sequence[Row], slopes: Sequence[Finding], projects: int) -> str:
    """What to see: how many have evidence, and in how many a direction or a band is clear."""
    if not rows:
        return f"None of {words.plural(projects, 'project')} has evidence."
    said = f"{len(rows):,} of {words.plural(projects, 'project')} {_have(len(rows))} evidence."
    if slopes:
        ways = [sayings.way(slope) for slope in slopes]
        rising, falling = ways.count("rising"), ways.count("falling")
        what = sayings.TRENDS[subject.trend]
        said += (
            f" By its interval {what} clearly rises in {rising:,}, clearly falls in "
            f"{falling:,}, and has no clear trend in {len(ways) - rising - falling:,}."
        )
    banded = [text for at in range(len(subject.columns)) if (text := _bands(subject, rows, at))]
    return said + ("".join(banded) or _spread(subject, rows)) + _proxies(subject, rows)


def _bands(subject: Subject, rows: Sequence[Row], at: int) -> str:
    """How many projects lie in which band of one column; empty without bands."""
    cells = [cell for row in rows if (cell := row.cells[at]) and not stands_for(cell)]
    found = [detail_of(cell).band for cell in cells]
    counts = [f"{found.count(band):,} {band}" for band in sayings.BANDS if band in found]
    return f" {subject.columns[at][1]}: {', '.join(counts)}." if counts else ""


def _spread(subject: Subject, rows: Sequence[Row]) -> str:
    """From where to where the first column goes; rows stand in its order."""
    found = [cell for row in rows if (cell := row.cells[0]) and not stands_for(cell)]
    if len(found) < 2:
        return ""
    most, least = (f"{words.amount(f)} {words.unit(f)}" for f in (found[0], found[-1]))
    return f" {subject.columns[0][1]}: from {least} to {most}."


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
