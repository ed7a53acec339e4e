"""Drawings of time spans: from when to when, on an axis of days that the rows of a table share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from maestro.publishing import words
from maestro.publishing.text import Form

from .charts import svg_of

WIDTH, HEIGHT = 400, 28
_LEFT, _RIGHT = 8, 392
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LABEL = 44
"""Room that a label on the axis needs, in units of the drawing."""


@dataclass(frozen=True, slots=True)
class Days:
    """An axis of days with its marks and the day that counts as today."""

    first: date
    last: date
    today: date | None

    def at(self, day: date) -> float:
        """Where a day lies; what lies beyond the axis is drawn at its end."""
        inside = min(max(day, self.first), self.last)
        share = (inside - self.first).days / max((self.last - self.first).days, 1)
        return _LEFT + (_RIGHT - _LEFT) * share

    def marks(self) -> list[tuple[date, str]]:
        """First days of years, quarters or months on the axis with their words; few enough."""
        days = (self.last - self.first).days
        step = 12 if days > 1100 else 3 if days > 250 else 1
        firsts = [d for d in _firsts(self.first, self.last) if (d.month - 1) % step == 0]
        return [(d, str(d.year) if step == 12 else _month(d)) for d in firsts]

    @property
    def has_today(self) -> bool:
        """Whether today lies on the axis."""
        return self.today is not None and self.first <= self.today <= self.last


def _firsts(first: date, last: date) -> Iterable[date]:
    """The first day of each month from one day to another."""
    month = date(first.year, first.month, 1)
    while month <= last:
        if month >= first:
            yield month
        month = (month + timedelta(days=32)).replace(day=1)


def _month(day: date) -> str:
    name = _MONTHS[day.month - 1]
    return f"{name} {day.year}" if day.month == 1 else name


def days_of(ends: Sequence[date], today: date | None) -> Days:
    """An axis that holds all days, with a little room on both sides."""
    first, last = min(ends), max(ends)
    room = timedelta(days=max(2, (last - first).days // 40))
    return Days(first - room, last + room, today)


def axis_of(days: Days) -> Markup:
    """The axis itself with its words, for the head of the column."""
    parts = []
    taken = -_LABEL * 1.0
    for day, said in days.marks():
        x = days.at(day)
        room = 8 * len(said)
        if x - taken < 6 or x + room > WIDTH:
            continue
        taken = x + room
        parts.append(Form('<text x="{:.0f}" y="20">{}</text>').format(x, said))
    first, last = (words.day(day.isoformat()) for day in (days.first, days.last))
    title = f"Time axis from {first} to {last}"
    return svg_of("mx-time", WIDTH, HEIGHT, title, Markup("").join(parts))


@dataclass(frozen=True, slots=True)
class Stretch:
    """One row: what is known of its time, and what is expected."""

    title: str
    start: date
    end: date | None
    """None while it is not over."""
    expected: tuple[date, date, date] | None = None
    """Middle, earliest and latest expected end."""


def cell_span(one: Stretch, days: Days) -> Markup:
    """One row of a timeline for a table's cell."""
    parts = [_grid(days), *_bar(one, days), *_expected(one, days)]
    if days.has_today and days.today is not None:
        x = days.at(days.today)
        parts.append(Form('<path class="mx-today" d="M{:.1f} 0V28"/>').format(x))
    return svg_of("mx-time", WIDTH, HEIGHT, one.title, Markup("").join(parts))


def _grid(days: Days) -> Markup:
    lines = "".join(f"M{days.at(day):.0f} 0V28" for day, _ in days.marks())
    return Form('<path class="mx-grid" d="{}"/>').format(lines) if lines else Markup("")


def _bar(one: Stretch, days: Days) -> list[Markup]:
    """A bar as far as it is known, and dots from there while it is not over."""
    known = one.end or days.today
    parts = []
    start = days.at(one.start)
    if known is not None and known >= one.start:
        made = Form('<rect class="mx-length" x="{:.1f}" y="9" width="{:.1f}" height="10" rx="2"/>')
        parts.append(made.format(start, max(days.at(known) - start, 2.0)))
    if one.end is None:
        begin = start if known is None or known < one.start else days.at(known)
        made = Form('<path class="mx-ahead" d="M{:.1f} 14H{:.0f}"/>')
        parts.append(made.format(begin, _RIGHT))
    return parts


def _expected(one: Stretch, days: Days) -> list[Markup]:
    """The expected end: a bar for its range and a round mark for its middle."""
    if one.expected is None:
        return []
    middle, earliest, latest = (days.at(day) for day in one.expected)
    bar = Form('<rect class="mx-bar" x="{:.1f}" y="10" width="{:.1f}" height="8" rx="4"/>')
    mark = Form('<circle class="mx-mark" cx="{:.1f}" cy="14" r="4"/>')
    return [bar.format(earliest, max(latest - earliest, 2.0)), mark.format(middle)]
