"""Figures of custom metrics: what a project measured by itself, one figure a name."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Literal, NamedTuple

from maestro.schema.settings import SuccessPart

from .activity import Period
from .base import Row
from .figure import Figure, iso
from .words import count

Take = Literal["last", "mean", "min", "max", "sum"]


class Taken(NamedTuple):
    """One number from a project's custom metrics, and where it stands."""

    value: float
    source: str
    """``path:line``, of a number from several lines how many there are."""
    path: str
    """The file of the newest line."""


def custom_figures(rows: Iterable[Row], period: Period) -> list[Figure]:
    """One figure for each name: the last value up to the moment of the report, and all by day.

    Of several values in one day the last one stands in the series.
    """
    return [_figure(name, measured, period) for name, measured in _by_name(rows)]


def taken(
    rows: Iterable[Row], parts: Mapping[str, SuccessPart], until: int | None = None
) -> dict[str, Taken]:
    """Part of the success score to its number, where settings name a metric and there are values.

    ``until`` is the last moment that counts, seconds since 1970: the end of the project's last
    day; None while it goes on.
    """
    known = {
        name: [row for row in measured if until is None or row[1] <= until]
        for name, measured in _by_name(rows)
    }
    return {
        part: _taken(known[about.metric], about.take)
        for part, about in sorted(parts.items())
        if about.metric and known.get(about.metric)
    }


def _by_name(rows: Iterable[Row]) -> Iterator[tuple[str, list[Row]]]:
    ordered = sorted(rows, key=lambda row: (row[0], row[1], row[5], row[6]))
    for name, group in groupby(ordered, key=lambda row: row[0]):
        yield str(name), list(group)


def _figure(name: str, measured: list[Row], period: Period) -> Figure:
    now = [row for row in measured if row[1] <= period.as_of]
    notes = []
    if later := len(measured) - len(now):
        do = "does" if later == 1 else "do"
        notes.append(f"{count(later, 'value')} dated after the report {do} not count")
    unit = str(measured[-1][3])
    units = sorted({str(row[3]) for row in measured})
    if len(units) > 1:
        notes.append(f"units change: {', '.join(one or 'none' for one in units)}")
    if not now:
        return Figure("custom_metric", unit, None, 0, recent=False, slice=name,
                      notes=tuple(notes), source="custom")  # fmt: skip
    days = {iso(row[1])[:10]: float(row[2]) for row in now}
    if len(days) < len(now):
        notes.append("several values in one day: the series has the last one")
    last = now[-1]
    notes.append(f"last measured on {iso(last[1])[:10]}" + (f" by {last[4]}" if last[4] else ""))
    return Figure("custom_metric", unit, float(last[2]), len(now), tuple(sorted(days.items())),
                  recent=False, slice=name, notes=tuple(notes), source="custom")  # fmt: skip


def _taken(measured: list[Row], take: Take) -> Taken:
    values = [float(row[2]) for row in measured]
    last = measured[-1]
    if take in ("last", "min", "max"):
        chosen = last
        if take != "last":
            best = (min if take == "min" else max)(values)
            chosen = next(row for row in measured if row[2] == best)
        return Taken(float(chosen[2]), f"{chosen[5]}:{chosen[6]}", str(chosen[5]))
    value = statistics.fmean(values) if take == "mean" else sum(values)
    where = f"{last[5]}:{last[6]}"
    if len(measured) > 1:
        where = f"{take} of {len(measured)} lines up to {where}"
    return Taken(value, where, str(last[5]))
