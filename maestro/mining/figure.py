"""One figure of one project, whatever it was counted from, and the finding that it becomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from maestro.schema.findings import NOT_ENOUGH, Evidence, Finding, MetricDetail, Window

from .activity import Period, week_name

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
    period, has_value = about.period, figure.value is not None
    quality = [*about.quality, *figure.notes]
    if figure.recent and figure.series[-1:] and figure.series[-1][0] == week_name(period.end):
        quality.append("the last week of the series is not over and not in the figure")
    lo, hi = figure.interval if figure.interval and has_value else (None, None)
    window = Window(start=iso(period.start)[:10], end=iso(period.end)[:10])
    return Finding(
        kind="dora" if figure.source == "dora" else "metric",
        subject=about.subject,
        value=None if figure.value is None else float(figure.value),
        unit=figure.unit,
        lo=lo,
        hi=hi,
        level=LEVEL if lo is not None else None,
        n=figure.n if has_value else 0,
        window=window if figure.recent else None,
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


def iso(time: float | None) -> str:
    """``2026-11-21T08:00:00Z``; empty for None."""
    if time is None:
        return ""
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
