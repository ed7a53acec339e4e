"""The dashboards of velocity, of delivery and of runs, and what the overview says of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from maestro.publishing import captions, words
from maestro.publishing.draw import charts
from maestro.publishing.library import Shelf
from maestro.publishing.measures import TITLES, detail_of, stands_for
from maestro.publishing.pages import Page, Site
from maestro.schema import Finding

from .cards import Card, board_page, counted, project_keys
from .rhythm import Table, table_of
from .rhythm_subjects import SUBJECTS

_OFTEN = 0.9
"""Share of runs that succeed, below which the overview counts a project."""
_LONG = 10.0
"""Minutes of a median run, above which the overview counts a project."""


def pages(site: Site) -> Iterator[Page]:
    """The three dashboards."""
    keys = project_keys(site.shelf)
    for name in ("velocity", "delivery", "runs"):
        named = {s.key: table_of(site.shelf, s, keys) for s in SUBJECTS if s.page == name}
        said = ""
        if name == "runs":
            card = _runs(named["ci"], named["training"], len(site.shelf.catalog.projects))
            said = f"{card.figure} {card.caption}. {card.says}" if card.figure else card.says
        yield board_page(site, name, {"tables": named, "said": said})


def cards(shelf: Shelf) -> list[Card]:
    """One card of each of the three dashboards."""
    keys = project_keys(shelf)
    made = {subject.key: table_of(shelf, subject, keys) for subject in SUBJECTS}
    found = [_velocity(made["velocity"]), _delivery(made["delivery"])]
    return [*found, _runs(made["ci"], made["training"], len(shelf.catalog.projects))]


def _velocity(table: Table) -> Card:
    ways = [row.way for row in table.every if row.way]
    if not ways:
        return Card("velocity", table.says)
    slow = "slows" if len(ways) == 1 else "slow"
    of = f"of {words.plural(len(ways), 'project')} with a trend clearly {slow} down"
    order = ("rising", "no clear trend", "falling")
    says = "In how many projects the number of changes that land rises or falls, by its interval"
    unknown = len(table.every) - len(ways)
    says += f"; of {unknown:,} more no trend can be told." if unknown else "."
    found = counted((way, ways.count(way)) for way in order)
    return Card("velocity", says, f"{ways.count('falling'):,}", of, found)


def _cells(table: Table, at: int) -> list[Finding]:
    """The numbers of one column, without those that stand for another figure."""
    return [cell for row in table.every if (cell := row.cells[at]) and not stands_for(cell)]


def _delivery(table: Table) -> Card:
    """Each DORA figure by its bands; the figure with most projects in the lowest band leads."""
    found: list[tuple[str, list[str]]] = []
    names = {head: TITLES[name].lower() for name, head in table.subject.columns}
    for at, (_, head) in enumerate(table.subject.columns):
        bands = [band for cell in _cells(table, at) if (band := str(detail_of(cell).band))]
        if bands:
            found.append((head, bands))
    if not found:
        return Card("delivery", table.says)
    head, bands = max(found, key=lambda one: one[1].count("low") / len(one[1]))
    figure, where = bands.count("low"), "in DORA's lowest band"
    if not figure:
        head, bands = found[0]
        figure, where = _good(bands), "elite or high"
    verb = "is" if len(bands) == 1 else "are"
    of = f"of {words.plural(len(bands), 'project')} {verb} {where}: {names[head]}"
    rows = tuple((name, *_share(name, known)) for name, known in found)
    says = "How many are elite or high by the bands of DORA's report, of those that are measured. "
    says += " ".join(f"{name}: {_counts(known)}." for name, known in found)
    return Card("delivery", says, f"{figure:,}", of, rows)


def _good(bands: Sequence[str]) -> int:
    return sum(band in captions.BANDS[:2] for band in bands)


def _share(name: str, bands: Sequence[str]) -> tuple[Markup, str]:
    """The length and the words of how many lie in the two best bands."""
    text = f"{_good(bands):,} of {len(bands):,}"
    length = 100 * _good(bands) / len(bands)
    return charts.cell_length(f"{name}: {text} elite or high", length, (0.0, 100.0)), text


def _counts(bands: Sequence[str]) -> str:
    known = [band for band in captions.BANDS if band in bands]
    return ", ".join(f"{bands.count(band):,} {band}" for band in known)


def _runs(ci: Table, training: Table, projects: int) -> Card:
    """How often CI runs fail and how long they take; how many are read stands below."""
    total = words.plural(projects, "project")
    known = f"CI runs are read of {len(ci.every):,} of {total}, training runs of "
    known += f"{len(training.every):,}."
    if not ci.every and not training.every:
        return Card("runs", f"CI runs: {ci.says} Training runs: {training.says}")
    rates = [cell.value for cell in _cells(ci, 0) if cell.value is not None]
    minutes = [
        cell.value for cell in _cells(ci, 1) if cell.value is not None and cell.unit == "minutes"
    ]
    if not rates:
        return Card("runs", f"CI runs: {ci.says} {known}")
    often = sum(rate < _OFTEN for rate in rates)
    see = "sees" if len(rates) == 1 else "see"
    of = f"of {words.plural(len(rates), 'project')} {see} more than one CI run in ten fail"
    rows = [("more than 1 in 10 runs fail", often, len(rates))]
    if minutes:
        long = sum(one > _LONG for one in minutes)
        rows.append((f"a run takes over {_LONG:.0f} minutes, median", long, len(minutes)))
    drawn = tuple(
        (
            what,
            charts.cell_length(f"{what}: {n:,} of {of_all:,}", 100 * n / of_all, (0.0, 100.0)),
            f"{n:,} of {of_all:,}",
        )
        for what, n, of_all in rows
    )
    says = _ends("Of a project's runs", [100 * rate for rate in rates], "% succeeded")
    says += _ends(" A run takes", minutes, "minutes, median")
    return Card("runs", f"{says} {known}".strip(), f"{often:,}", of, drawn)


def _ends(what: str, values: Sequence[float], unit: str) -> str:
    """From where to where values go, whole; empty without any."""
    if not values:
        return ""
    ends = [words.number(end, decimals=0) for end in (min(values), max(values))]
    both = ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"
    return f"{what} {both} {unit}."


__all__ = ["cards", "pages"]
