"""The timeline of projects: a bar from start to end each, with the expected end of running ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from maestro.catalog.load import Entry
from maestro.publishing import words
from maestro.publishing.draw.spans import Days, Stretch, axis_of, cell_span, days_of
from maestro.publishing.library import Shelf
from maestro.publishing.pages import Page, Site, fill
from maestro.schema import Finding
from maestro.schema.learned import PredictionDetail

from .predictions import model_worth

OPEN_YEARS = 2
"""So many of the latest years stand open; earlier ones are folded."""
MOST_DAYS = 36_500
"""No expected end lies further ahead: a hundred years."""


@dataclass(frozen=True, slots=True)
class Row:
    """One project of the timeline."""

    entry: Entry
    stretch: Stretch
    drawing: Markup
    sure: str
    """How sure the range of its expected end is; empty without one."""
    note: str
    """What to know of it, or why no end is expected; empty for one that has ended."""


@dataclass(frozen=True, slots=True)
class Group:
    """Projects on one axis."""

    title: str
    axis: Markup
    rows: tuple[Row, ...]
    is_open: bool


def pages(site: Site) -> Iterator[Page]:
    """The one page of the timeline."""
    shelf = site.shelf
    context = site.context("projects/timeline/index.html")
    every = sorted(
        shelf.catalog.projects.values(), key=lambda e: (e.record.started, e.name), reverse=True
    )
    values = {"running_group": _running(shelf, every), "groups": _by_year(shelf, every)}
    yield Page(
        "timeline",
        context.path,
        "Timeline",
        "When projects began and ended, and when running ones are expected to.",
        fill("timeline", context, shelf, values),
    )


def _today(shelf: Shelf) -> date | None:
    now = words.parse_time(shelf.library.generated_at)
    return now.date() if now else None


def _running(shelf: Shelf, every: Sequence[Entry]) -> Group | None:
    """Projects that have not ended; None when there is none."""
    today = _today(shelf)
    found = [(entry, _stretch(shelf, entry)) for entry in every if entry.record.ended is None]
    if not found:
        return None
    ends = [one.start for _, one in found] + [end for _, one in found for end in one.expected or ()]
    if today is not None:
        ends.append(today + timedelta(days=30))
    return _group("Running and planned", shelf, found, days_of(ends, today))


def _by_year(shelf: Shelf, every: Sequence[Entry]) -> list[Group]:
    """Projects that have ended, by the year of their end, the latest first."""
    years: dict[int, list[tuple[Entry, Stretch]]] = defaultdict(list)
    for entry in every:
        if entry.record.ended is not None:
            years[entry.record.ended.year].append((entry, _stretch(shelf, entry)))
    groups = []
    for place, (year, found) in enumerate(sorted(years.items(), reverse=True)):
        ends = [end for _, one in found for end in (one.start, one.end) if end is not None]
        days = days_of(ends, _today(shelf))
        groups.append(_group(f"Ended in {year}", shelf, found, days, is_open=place < OPEN_YEARS))
    return groups


def _group(
    title: str,
    shelf: Shelf,
    found: Sequence[tuple[Entry, Stretch]],
    days: Days,
    *,
    is_open: bool = True,
) -> Group:
    rows = tuple(
        Row(entry, one, cell_span(one, days), *_expectation(shelf, entry, one))
        for entry, one in found
    )
    return Group(title, axis_of(days), rows, is_open)


def _stretch(shelf: Shelf, entry: Entry) -> Stretch:
    record = entry.record
    start = words.day(record.started.isoformat())
    if record.ended:
        title = f"{entry.title}: from {start} to {words.day(record.ended.isoformat())}"
        return Stretch(title, record.started, record.ended)
    ends = _ends(shelf, entry)
    said = f"{entry.title}: from {start}, not ended"
    if ends:
        middle, earliest, latest = (words.day(day.isoformat()) for day in ends)
        said += f"; expected on {middle}, between {earliest} and {latest}"
    return Stretch(said, record.started, None, ends)


def predicted_days(shelf: Shelf, entry: Entry) -> Finding | None:
    """What is predicted of a project's duration, if anything is."""
    for finding in shelf.of("prediction", entry.name):
        if isinstance(finding.detail, PredictionDetail) and finding.detail.target == "duration":
            return finding
    return None


def _ends(shelf: Shelf, entry: Entry) -> tuple[date, date, date] | None:
    """Middle, earliest and latest expected end; None without a prediction that has a range."""
    found = predicted_days(shelf, entry)
    if found is None or found.value is None or found.lo is None or found.hi is None:
        return None
    if not all(0 <= days <= MOST_DAYS for days in (found.value, found.lo, found.hi)):
        return None
    start = entry.record.started
    room = (date.max - start).days
    # A project that ends on the day it began has lasted one day.
    middle, earliest, latest = (
        start + timedelta(days=min(max(round(days) - 1, 0), room))
        for days in (found.value, found.lo, found.hi)
    )
    return middle, earliest, latest


def _expectation(shelf: Shelf, entry: Entry, one: Stretch) -> tuple[str, str]:
    """How sure the range of a running project's end is, and what to know of it."""
    if one.end is not None:
        return "", ""
    found, today = predicted_days(shelf, entry), _today(shelf)
    if found is None:
        return "", "no end is predicted in this build"
    if one.expected is None:
        return "", f"no end is predicted: {words.brief(found)}"
    if today is not None and one.expected[2] < today:
        return words.percent(found.level), "it has taken longer than that already"
    return words.percent(found.level), model_worth(found.label, "duration")
