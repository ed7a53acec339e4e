"""Timed values to figures: one number for the window, one for each week."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from maestro.mining.activity import Period, week_name, week_start
from maestro.mining.figure import LEVEL, Figure, Series
from maestro.mining.intervals import quantile_interval, wilson
from maestro.mining.trend import percentile

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Weekly(Generic[T]):
    """Things of the window, and things by week up to the half week after it."""

    inside: list[T]
    """Those of the window."""
    weeks: dict[int, list[T]]
    """Start of the week to those in it; weeks without any are absent."""
    first: int | None
    """Start of the first week that anything is known of, in the window or before it."""
    last: float | None
    """The latest time before the end of the window."""

    def series(self, value: Callable[[list[T]], float | None]) -> Series:
        """One point for each week that gives a value."""
        found = ((week, value(items)) for week, items in sorted(self.weeks.items()))
        return tuple((week_name(week), number) for week, number in found if number is not None)

    def sums(self, period: Period, value: Callable[[T], float]) -> Series:
        """One point for each week since the first known one; weeks without any are 0."""
        if self.first is None:
            return ()
        return tuple(
            (week_name(week), math.fsum(map(value, self.weeks.get(week, ()))))
            for week in period.all_weeks()
            if week >= self.first
        )


def weekly(items: Iterable[tuple[float, T]], period: Period) -> Weekly[T]:
    """``items`` with their times by week; what lies after ``as_of`` is left out."""
    wanted = frozenset(period.all_weeks())
    weeks: dict[int, list[T]] = {}
    inside: list[T] = []
    earliest = last = None
    for time, item in items:
        if time > period.as_of:
            continue
        earliest = time if earliest is None else min(earliest, time)
        if time < period.closing:
            last = time if last is None else max(last, time)
        week = week_start(int(time))
        if week in wanted:
            weeks.setdefault(week, []).append(item)
        if period.holds(int(time)):
            inside.append(item)
    return Weekly(inside, weeks, None if earliest is None else week_start(int(earliest)), last)


@dataclass(frozen=True, slots=True)
class Named:
    """What a figure is called and what a reader should know about it."""

    name: str
    unit: str
    notes: Sequence[str] = ()
    empty: str = ""
    """Why there is no value, when there is none."""

    def none(self, series: Series = ()) -> Figure:
        """The figure without a value."""
        notes = (self.empty,) if self.empty else ()
        return Figure(self.name, self.unit, None, 0, series, notes=notes, source="ci")


def quantile(named: Named, found: Weekly[float], share: float = 0.5) -> Figure:
    """The quantile of the window's values with an interval that assumes no shape."""
    series = found.series(lambda values: percentile(values, share))
    if not found.inside:
        return named.none(series)
    return Figure(
        named.name, named.unit, percentile(found.inside, share), len(found.inside), series,
        interval=quantile_interval(found.inside, share, LEVEL), notes=tuple(named.notes),
        source="ci",
    )  # fmt: skip


def ratio(named: Named, found: Weekly[bool]) -> Figure:
    """The share of the window's cases that are true, with Wilson's interval."""
    series = found.series(lambda cases: sum(cases) / len(cases))
    n, hits = len(found.inside), sum(found.inside)
    if not n:
        return named.none(series)
    return Figure(
        named.name, named.unit, hits / n, n, series, interval=wilson(hits, n, LEVEL),
        notes=tuple(named.notes), source="ci",
    )  # fmt: skip
