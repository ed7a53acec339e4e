"""One figure of one project, whatever it was counted from, and the finding that it becomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from maestro.schema.details import NOT_ENOUGH, MetricDetail
from maestro.schema.findings import Evidence, Finding, Window

from .activity import Period, week_name

NO_WEEK = "the window holds no full week, from Monday to Sunday in UTC"
LEVEL = 0.9
"""How sure an interval is."""
Series = tuple[tuple[str, float], ...]
"""Week or day and value, oldest first."""
Band = Literal["", "elite", "high", "medium", "low"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of one project."""

    name: str
    unit: str
    value: float | None
    n: int
    """How many commits, changes, runs, weeks or files it rests on."""
    series: Series = ()
    recent: bool = True
    """False when it looks at the whole history instead of the window."""
    whole: bool = False
    """True when half weeks at the edges of a named window are in it: a total, no average."""
    label: str = ""
    slice: str = ""
    interval: tuple[float, float] | None = None
    notes: tuple[str, ...] = ()
    """What a reader should know about its limits."""
    source: str = "git"
    """What it was counted from, as in :class:`maestro.schema.findings.MetricDetail`."""
    band: Band = ""
    standard: str = ""
    """The report that the band comes from, with its year."""
    period: Period | None = None
    """The weeks it was made over, where these are fewer than the window's."""


@dataclass(frozen=True, slots=True)
class About:
    """What all figures of one project and one source have in common."""

    subject: str
    """Name of the project."""
    period: Period
    evidence: Sequence[Evidence] = ()
    quality: Sequence[str] = ()
    """Notes that hold for each of them."""
    method_version: str = "1"


def finding_of(figure: Figure, about: About) -> Finding:
    """The finding of a figure: kind ``dora`` for those of that source, else ``metric``."""
    period = figure.period or about.period
    if figure.recent and not figure.whole and not period.weeks:
        said = any("no full week" in note for note in figure.notes)
        notes = figure.notes if said else (*figure.notes, NO_WEEK)
        figure = replace(figure, value=None, notes=notes)
    has_value = figure.value is not None
    halves = _half_weeks(figure, period) if has_value else []
    quality = list(dict.fromkeys([*about.quality, *figure.notes, *halves]))
    lo, hi = figure.interval if figure.interval and has_value else (None, None)
    return Finding(
        kind="dora" if figure.source == "dora" else "metric",
        subject=about.subject,
        value=float(figure.value) if figure.value is not None else None,
        unit=figure.unit,
        lo=lo,
        hi=hi,
        level=LEVEL if lo is not None else None,
        n=figure.n if has_value else 0,
        window=_window(figure, period) if figure.recent else None,
        as_of=iso(period.as_of),
        method=f"{figure.source}.{figure.name}",
        method_version=about.method_version,
        label=figure.label if has_value else NOT_ENOUGH,
        evidence=list(about.evidence),
        quality=quality,
        detail=MetricDetail(
            name=figure.name,
            source=figure.source,
            series=list(figure.series),
            slice=figure.slice,
            band=figure.band if has_value else "",
            standard=figure.standard,
        ),
    )


def _half_weeks(figure: Figure, period: Period) -> list[str]:
    if not figure.recent or not figure.series or not period.weeks:
        return []
    if period.window is None:
        is_half = figure.series[-1][0] == week_name(period.end)
        return ["the last week of the series is not over and not in the figure"] * is_half
    is_half = (period.opening, period.closing) != (period.start, period.end)
    if not is_half or figure.whole:
        return []
    return ["half weeks at the edges of the window are in the series and not in the figure"]


def _window(figure: Figure, period: Period) -> Window:
    is_whole = figure.whole or not period.weeks
    ends = (period.opening, period.closing) if is_whole else (period.start, period.end)
    return Window(start=iso(ends[0])[:10], end=iso(ends[1])[:10])


def iso(time: float | None) -> str:
    """``2026-11-21T08:00:00Z``; empty for None."""
    if time is None:
        return ""
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
