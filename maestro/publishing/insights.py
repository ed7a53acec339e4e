"""The Insights page: how the work goes across projects, one table per subject."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from maestro.catalog.load import Entry
from maestro.schema import Finding

from . import charts, sayings, words
from .accuracy import accuracies
from .advice import tried
from .ended import ended
from .knowledge import knowledge
from .leaderboard import board
from .library import Shelf
from .measures import TITLES, Key, detail_of, is_from_pulls, stands_for
from .pages import Page, Site, fill
from .work import course_of, why_nothing

MOST_ROWS = 200
"""Projects in one table; the data below ``api/v1/findings/`` has them all."""
MOST_REASONS = 12
MOST_NAMES = 20
"""Projects named for one reason why there is no evidence."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One table: which figures stand in it, and which of them is drawn."""

    key: Key
    columns: tuple[tuple[str, str], ...]
    """Name of a figure and the head of its column; the first one orders the table."""
    drawn: str
    """The figure whose interval is drawn on the shared axis."""
    trend: str = ""
    """A slope whose direction is counted in the sentence above the table."""

    @property
    def axis(self) -> str:
        """Head of the column with the drawn intervals."""
        return f"{TITLES[self.drawn]}, one axis for all"


SUBJECTS = (
    Subject(
        "velocity",
        (
            ("velocity", "Changes per week"),
            ("velocity_trend", "Trend"),
            ("pr_merge_time", "Time to merge"),
        ),
        drawn="velocity_trend",
        trend="velocity_trend",
    ),
    Subject(
        "ci",
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
    cells: tuple[Finding | None, ...]
    """The figures of the subject's columns."""
    drawn: Finding | None
    over_time: Markup
    """The first of its figures that has a series, as a small line."""

    def bar(self, scale: tuple[float, float]) -> Markup:
        """Its interval on the axis of the column; empty for no number, and for a proxy's."""
        found = self.drawn
        if found is None or found.value is None or stands_for(found):
            return Markup("")
        size = words.factor(found.unit)
        lo, hi = (None if end is None else end * size for end in (found.lo, found.hi))
        said = f"{self.entry.title}: {words.amount(found)} {words.interval(found)}"
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
    scale: tuple[float, float]
    standards: tuple[str, ...]
    """The reports that the bands in it are from."""
    without: tuple[tuple[str, tuple[Entry, ...], int], ...]
    """Reason, the first projects it is true of, and how many more there are."""


def pages(site: Site) -> Iterator[Page]:
    """The one page of insights."""
    context = site.context("insights/index.html")
    shelf = site.shelf
    values = {
        "tables": {subject.key: _table(shelf, subject) for subject in SUBJECTS},
        "board": board(shelf),
        "insight": knowledge(shelf),
        "ends": ended(shelf),
        "judged": accuracies(shelf),
        "tried": tried(shelf),
        "has_truth": shelf.settings.simulated and bool(shelf.of_kind("simulated_truth")),
    }
    yield Page(
        "insights",
        context.path,
        "Insights",
        "What goes with success, and how the work goes, across all projects.",
        fill("insights", context, shelf, values),
    )


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


def _table(shelf: Shelf, subject: Subject) -> Table:
    rows: list[Row] = []
    slopes: list[Finding] = []
    without: dict[str, list[Entry]] = {}
    for entry in shelf.catalog.projects.values():
        figures = _figures(shelf, entry.name)
        cells = tuple(figures.get(name) for name, _ in subject.columns)
        if not any(cells):
            without.setdefault(_reason(shelf, entry, subject), []).append(entry)
            continue
        drawn = figures.get(subject.drawn)
        series = [f for f in (drawn, *cells) if f is not None and detail_of(f).series]
        over_time = charts.spark(course_of(series[0])) if series else Markup("")
        rows.append(Row(entry, cells, drawn, over_time))
        if subject.trend in figures:
            slopes.append(figures[subject.trend])
    rows.sort(key=_rank)
    shown = tuple(rows[:MOST_ROWS])
    projects = len(shelf.catalog.projects)
    return Table(
        subject,
        _columns(subject, shown),
        _says(subject, rows, slopes, projects)
        + (f" {words.sentence(faults)}" if (faults := shelf.left_out("projects")) else ""),
        shown,
        len(rows) - len(shown),
        _scale(shown),
        tuple(sorted({detail_of(f).standard for row in shown for f in row.cells if f} - {""})),
        _grouped(without),
    )


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
