"""Figures of pull requests: how long they take, who looks at them, and how many land."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Sequence

from maestro.mining.activity import Period, week_name, week_start
from maestro.mining.base import Tables
from maestro.mining.figure import LEVEL, Figure, Series
from maestro.mining.intervals import quantile_interval, wilson
from maestro.mining.trend import percentile, theil_sen

from .deployments import Fact, facts
from .rules import DeliveryRules

_SOURCE = "pull_requests"
_TIMES = ("pr_merge_time", "pr_merge_time_mean", "pr_merge_time_p90", "pr_merge_time_by_created")


def pull_figures(tables: Tables, period: Period, rules: DeliveryRules) -> list[Figure]:
    """Merge times, reviewed share, open ones, and velocity with its trend.

    Without any pull request velocity is left to the figure that counts commits.
    """
    everyone = facts(tables, "pull_request")
    if not everyone:
        reason = "no pull requests are known: run maestro fetch, or add a file of them"
        units = [*((name, "hours") for name in _TIMES), ("pr_reviewed_share", "share")]
        units.append(("pr_open", "pull requests"))
        return [_nothing(name, unit, reason) for name, unit in units]
    # DevLake counts those by automata like any other.
    kept = [one for one in everyone if rules.is_devlake or not rules.is_bot(one["author"])]
    left_out = len(everyone) - len(kept)
    word = "request by automata is" if left_out == 1 else "requests by automata are"
    notes = (f"{left_out} pull {word} left out",) if left_out else ()
    return [
        *_times(kept, period, rules, notes),
        _reviewed(kept, period, notes),
        _open(kept, period, notes),
        *_velocity(kept, period.since(rules.since), notes),
    ]


def _times(
    pulls: Sequence[Fact], period: Period, rules: DeliveryRules, notes: tuple[str, ...]
) -> list[Figure]:
    by_merged, by_created = _hours(pulls, "merged", period), _hours(pulls, "created", period)
    found = by_created if rules.is_devlake else by_merged
    middle = statistics.median_low if rules.is_devlake else statistics.median
    hours = [value for _, value in found]
    reason = "no pull request was merged in the window"
    if not hours:
        figures = [_nothing(name, "hours", reason) for name in _TIMES[:3]]
    else:
        values = (middle(hours), statistics.fmean(hours), percentile(hours, 0.9))
        intervals = (
            quantile_interval(hours, level=LEVEL),
            None,
            quantile_interval(hours, 0.9, LEVEL),
        )
        weekly: defaultdict[int, list[float]] = defaultdict(list)
        for start, value in found:
            weekly[start].append(value)
        series: Series = tuple((week_name(one), middle(weekly[one])) for one in sorted(weekly))
        figures = [
            Figure(
                name,
                "hours",
                value,
                len(hours),
                series if name == _TIMES[0] else (),
                interval=interval,
                notes=notes,
                source=_SOURCE,
            )
            for name, value, interval in zip(_TIMES, values, intervals, strict=False)
        ]
    opened = [value for _, value in by_created]
    if not opened:
        none = "no pull request that was opened in the window has been merged"
        return [*figures, _nothing(_TIMES[3], "hours", none)]
    still = sum(one["merged"] is None and period.holds(int(one["created"] or 0)) for one in pulls)
    word = "is" if still == 1 else "are"
    more = (f"{still} opened in the window {word} not merged and not in it",) if still else ()
    interval = quantile_interval(opened, level=LEVEL)
    last = Figure(
        _TIMES[3],
        "hours",
        middle(opened),
        len(opened),
        interval=interval,
        notes=(*notes, *more),
        source=_SOURCE,
    )
    return [*figures, last]


def _hours(pulls: Sequence[Fact], dated: str, period: Period) -> list[tuple[int, float]]:
    """Week and hours from opening to merging of those whose date lies in the window."""
    return [
        (week_start(int(one[dated])), (one["merged"] - one["created"]) / 3600)
        for one in pulls
        if one["merged"] is not None and one["created"] is not None
        if one["merged"] >= one["created"] and period.holds(int(one[dated]))
    ]


def _merged(pulls: Sequence[Fact], period: Period) -> list[Fact]:
    return [one for one in pulls if one["merged"] is not None and period.holds(int(one["merged"]))]


def _reviewed(pulls: Sequence[Fact], period: Period, notes: tuple[str, ...]) -> Figure:
    name, unit = "pr_reviewed_share", "share"
    merged = _merged(pulls, period)
    if not merged:
        return _nothing(name, unit, "no pull request was merged in the window")
    if all(one["first_review"] is None for one in pulls):
        return _nothing(name, unit, "reviews are not known: the records do not name them")
    hits = sum(one["first_review"] is not None for one in merged)
    interval = wilson(hits, len(merged), LEVEL)
    share = hits / len(merged)
    return Figure(name, unit, share, len(merged), interval=interval, notes=notes, source=_SOURCE)


def _open(pulls: Sequence[Fact], period: Period, notes: tuple[str, ...]) -> Figure:
    now = min(period.as_of, period.closing) if period.window else period.as_of
    count = 0
    for one in pulls:
        ends = [time for time in (one["merged"], one["closed"]) if time is not None]
        is_there = one["created"] is not None and one["created"] <= now
        is_over = min(ends) <= now if ends else one["state"] != "open"
        count += is_there and not is_over
    return Figure("pr_open", "pull requests", count, len(pulls), notes=notes, source=_SOURCE)


def _velocity(pulls: Sequence[Fact], period: Period, notes: tuple[str, ...]) -> list[Figure]:
    """Merged pull requests per full week, and the slope of the weeks."""
    names = (("velocity", "changes/week"), ("velocity_trend", "changes/week per week"))
    weeks = list(period.full_weeks())
    if not weeks:
        return [_nothing(name, unit, "the window holds no full week") for name, unit in names]
    weekly = Counter(week_start(int(one["merged"])) for one in pulls if one["merged"] is not None)
    values = [weekly[start] for start in weeks]
    total = sum(values)
    series = tuple((week_name(start), float(weekly[start])) for start in period.all_weeks())
    each = Figure(
        *names[0],
        total / len(weeks),
        total,
        series,
        notes=notes,
        source=_SOURCE,
        period=period,
    )
    slope = theil_sen(values, LEVEL)
    if slope is None:
        return [each, _nothing(*names[1], "a trend needs at least three full weeks")]
    ends = (slope.lo, slope.hi)
    trend = Figure(
        *names[1],
        slope.value,
        len(weeks),
        interval=ends,
        notes=notes,
        source=_SOURCE,
        period=period,
    )
    return [each, trend]


def _nothing(name: str, unit: str, reason: str) -> Figure:
    return Figure(name, unit, None, 0, notes=(reason,), source=_SOURCE)
