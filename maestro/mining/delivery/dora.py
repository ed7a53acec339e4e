"""The DORA figures of one project."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from maestro.mining.activity import DAY, Period, week_name, week_start
from maestro.mining.figure import LEVEL, Band, Figure, Series, iso
from maestro.mining.intervals import quantile_interval, wilson

from .bands import failure_band, frequency_band, lead_time_band, recovery_band
from .changes import Change, Delivered
from .deployments import Deployment
from .incidents import Failure
from .rules import DeliveryRules

HOUR = 3600
_PARTS = ("coding", "pickup", "review", "deploy")
_NO_PULLS = "no pull requests are known: run maestro fetch, or add a file of them"
_PROXY_LEAD = (
    "proxy: no pull requests are known, so this is the time from a commit on the branch to the"
    " deployment that held it"
)
_PROXY_FAILURE = (
    "proxy: no incidents are known, so reverts and hotfixes within 48 hours after a deployment"
    " are taken for its failure"
)


def dora_figures(known: Delivered, period: Period, rules: DeliveryRules) -> list[Figure]:
    """Frequency, lead time with its parts, failure rate and recovery; None with its reason."""
    missing = _missing(known, period, rules)
    return [
        *_frequency(known, period, rules, missing),
        *_lead_times(known, period, rules, missing),
        _failure_rate(known, period, rules, missing),
        _recovery(known, period, rules, missing),
    ]


def lower_median(values: Iterable[float]) -> float | None:
    """The greatest value whose percent rank is at most a half; None without values."""
    return statistics.median_low(found) if (found := list(values)) else None


def _missing(known: Delivered, period: Period, rules: DeliveryRules) -> str:
    """Why nothing can be said of production deployments, and what to do; empty when it can."""
    if not known.runs:
        return "no CI runs are known: add ci to project.yaml and run maestro fetch"
    if known.newest is not None and known.newest < period.opening:
        return f"the newest known run is of {iso(known.newest)[:10]}, before the window"
    if known.production:
        return ""
    if not known.deployments:
        pattern = rules.deployment_pattern
        return f"no run or job is called {pattern}: name deployments in ci.deployment_pattern"
    if known.failed:
        return "no production deployment has succeeded yet"
    return "no production deployment is known: name the runs in ci.production_pattern"


def _frequency(
    known: Delivered, period: Period, rules: DeliveryRules, missing: str
) -> list[Figure]:
    names = (("deployment_frequency", "days/week"), ("deployments", "deployments/week"))
    weeks, notes = _known_weeks(known, period, rules)
    if missing or not weeks:
        note = missing or "no full week of the window is known"
        return [_nothing(name, unit, note) for name, unit in names]
    ends = [one.finished for one in known.production if one.finished is not None]
    days: defaultdict[int, set[int]] = defaultdict(set)
    counts: defaultdict[int, int] = defaultdict(int)
    for end in ends:
        start = week_start(int(end))
        days[start].add(int(end) // DAY)
        counts[start] += 1
    weekly = [len(days[start]) for start in weeks]
    value = float(statistics.median_low(weekly))
    total = sum(counts[start] for start in weeks)
    failed = sum(period.holds(int(one.finished or 0)) for one in known.failed)
    if failed:
        notes += (f"{failed} production deployments failed and are not counted",)
    if known.newest is not None and known.newest < weeks[-1]:
        until = iso(known.newest)[:10]
        notes += (f"runs are known up to {until}: the weeks after count as without deployments",)
    drawn = period.all_weeks()
    frequency = Figure(
        *names[0],
        value,
        len(weeks),
        tuple((week_name(start), float(len(days[start]))) for start in drawn),
        interval=quantile_interval([float(one) for one in weekly], level=LEVEL),
        notes=notes,
        source="dora",
        band=frequency_band(value, _monthly(ends, period), rules.report),
        standard=rules.standard,
    )
    each = Figure(
        *names[1],
        total / len(weeks),
        total,
        tuple((week_name(start), float(counts[start])) for start in drawn),
        notes=notes,
        source="dora",
    )
    return [frequency, each]


def _known_weeks(
    known: Delivered, period: Period, rules: DeliveryRules
) -> tuple[list[int], tuple[str, ...]]:
    """The full weeks that count: for us those since the first known run, for DevLake all."""
    weeks = list(period.full_weeks())
    if known.oldest is None or not weeks or week_start(int(known.oldest)) <= weeks[0]:
        return weeks, ()
    since = iso(known.oldest)[:10]
    if rules.is_devlake:
        return weeks, (f"runs are known since {since}: the weeks before count as without any",)
    later = [start for start in weeks if start >= week_start(int(known.oldest))]
    return later, (f"runs are known since {since}: the weeks before do not count",)


def _monthly(ends: Sequence[float], period: Period) -> float | None:
    """Lower median of days with a deployment over the window's full calendar months."""
    months: dict[tuple[int, int], set[int]] = {}
    at = datetime.fromtimestamp(period.start, UTC)
    first = at if at.day == 1 else (at.replace(day=1) + timedelta(days=32)).replace(day=1)
    while True:
        following = (first + timedelta(days=32)).replace(day=1)
        if following.timestamp() > period.end:
            break
        months[first.year, first.month] = set()
        first = following
    for end in ends:
        day = datetime.fromtimestamp(end, UTC)
        if (day.year, day.month) in months:
            months[day.year, day.month].add(day.day)
    return lower_median(float(len(days)) for days in months.values())


def _lead_times(
    known: Delivered, period: Period, rules: DeliveryRules, missing: str
) -> list[Figure]:
    name, unit = "change_lead_time", "hours"
    names = [name, *(f"{name}_{part}" for part in _PARTS)]
    if missing:
        return [_nothing(one, unit, missing) for one in names]
    changes = [one for one in known.changes if one.deployed is not None]
    within = [one for one in changes if period.holds(int(_dated(one, rules)))]
    if not within:
        reason = _no_change(known, changes, rules)
        return [_nothing(one, unit, reason) for one in names]
    notes = [] if known.pulls_known else [_PROXY_LEAD]
    waiting = sum(one.deployed is None for one in known.changes)
    if waiting and known.pulls_known:
        notes.append(f"{waiting} merged pull requests in no known deployment are left out")
    if rules.is_devlake:
        notes.append("as Apache DevLake counts: whole minutes rounded up, by the date of opening")
    spans = [(week_start(int(_dated(one, rules))), one.parts.total / 60) for one in within]
    figures = [_median(name, unit, spans, tuple(notes), rules)]
    hours = figures[0].value
    if hours is not None and known.pulls_known:
        figures = [_banded(figures[0], lead_time_band(hours, rules.report), rules)]
    for part in _PARTS:
        found = [
            (week_start(int(_dated(one, rules))), span / 60)
            for one in within
            if (span := getattr(one.parts, part)) is not None
        ]
        full = f"{name}_{part}"
        figures.append(
            _median(full, unit, found, tuple(notes), rules)
            if found
            else _nothing(full, unit, _no_part(part, known))
        )
    return figures


def _dated(change: Change, rules: DeliveryRules) -> float:
    """The moment that decides which window a change counts in."""
    if rules.is_devlake and change.created is not None:
        return change.created
    return change.deployed or 0


def _no_change(known: Delivered, deployed: Sequence[Change], rules: DeliveryRules) -> str:
    if rules.is_devlake and not known.pulls_known:
        return _NO_PULLS
    if deployed:
        return "no change reached production in the window"
    if len(known.production) < 2:
        return "only one production deployment is known: what it brought shows from the second on"
    return "the commits between the production deployments are not known: run maestro fetch"


def _no_part(part: str, known: Delivered) -> str:
    if not known.pulls_known:
        return _NO_PULLS
    if part == "coding":
        return "no commit from before the opening is known: squash merges do not keep them"
    if part in ("pickup", "review"):
        return "no first review is known"
    return "no change with a known deployment"


def _failure_rate(known: Delivered, period: Period, rules: DeliveryRules, missing: str) -> Figure:
    name, unit = "change_failure_rate", "share"
    if missing:
        return _nothing(name, unit, missing)
    within = [one for one in known.production if period.holds(int(one.finished or 0))]
    if not within:
        return _nothing(name, unit, "nothing was deployed to production in the window")
    # DevLake has no rate without an incident, whoever read the issues.
    is_blank = not known.incidents if rules.is_devlake else not known.incidents_known
    if is_blank and not known.failures:
        return _nothing(
            name,
            unit,
            "no incidents are known, which does not mean that nothing failed: label issues"
            f' "{rules.incident_label}" or add a file of incidents',
        )
    failed = {_name(one.deployment) for one in known.failures}
    hits = sum(_name(one) in failed for one in within)
    weekly: defaultdict[int, list[bool]] = defaultdict(list)
    for one in within:
        weekly[week_start(int(one.finished or 0))].append(_name(one) in failed)
    value = hits / len(within)
    figure = Figure(
        name,
        unit,
        value,
        len(within),
        tuple((week_name(start), statistics.fmean(weekly[start])) for start in sorted(weekly)),
        interval=wilson(hits, len(within), LEVEL),
        notes=_source_notes(known, rules),
        source="dora",
    )
    if not known.incidents_known:
        return figure
    return _banded(figure, failure_band(value, rules.report), rules)


def _source_notes(known: Delivered, rules: DeliveryRules) -> tuple[str, ...]:
    if not known.incidents_known:
        return (_PROXY_FAILURE,)
    if not known.incidents:
        return (f'issues were read and none is labelled "{rules.incident_label}"',)
    return ()


def _recovery(known: Delivered, period: Period, rules: DeliveryRules, missing: str) -> Figure:
    name, unit = "recovery_time", "hours"
    spans = _recoveries(known, period, rules)
    if not spans:
        if missing:
            return _nothing(name, unit, missing)
        note = "no incident of the window is known to be resolved"
        if not known.incidents_known:
            note = f'no incidents are known: label issues "{rules.incident_label}"'
        elif not known.incidents:
            note = f'no issue is labelled "{rules.incident_label}"'
        return _nothing(name, unit, note)
    notes = () if known.incidents_known else (_PROXY_FAILURE,)
    figure = _median(name, unit, spans, notes, rules)
    if figure.value is None or not known.incidents_known:
        return figure
    return _banded(figure, recovery_band(figure.value), rules)


def _recoveries(known: Delivered, period: Period, rules: DeliveryRules) -> list[tuple[int, float]]:
    """Week and hours of what was resolved, dated by when it began."""
    if rules.report == 2021 and known.incidents_known:
        times = [(one["created"], one["created"], one["resolved"]) for one in known.incidents]
    else:
        times = [_span(one, rules) for one in known.failures]
    return [
        (week_start(int(began)), (resolved - since) / HOUR)
        for began, since, resolved in times
        if began is not None and resolved is not None and resolved >= since
        if period.holds(int(began))
    ]


def _span(failure: Failure, rules: DeliveryRules) -> tuple[float, float, float | None]:
    since = failure.created if rules.report == 2021 else failure.deployment.finished
    return failure.created, since or failure.created, failure.resolved


def _median(
    name: str,
    unit: str,
    dated: Sequence[tuple[int, float]],
    notes: tuple[str, ...],
    rules: DeliveryRules,
) -> Figure:
    """The median of values with their weeks, its interval, and the median of each week."""
    middle = statistics.median_low if rules.is_devlake else statistics.median
    weekly: defaultdict[int, list[float]] = defaultdict(list)
    for start, value in dated:
        weekly[start].append(value)
    series: Series = tuple((week_name(start), middle(weekly[start])) for start in sorted(weekly))
    values = [value for _, value in dated]
    return Figure(
        name,
        unit,
        middle(values),
        len(values),
        series,
        interval=quantile_interval(values, level=LEVEL),
        notes=notes,
        source="dora",
    )


def _banded(figure: Figure, band: Band, rules: DeliveryRules) -> Figure:
    return replace(figure, band=band, standard=rules.standard)


def _nothing(name: str, unit: str, reason: str) -> Figure:
    return Figure(name, unit, None, 0, notes=(reason,), source="dora")


def _name(one: Deployment) -> tuple[str, str, str]:
    return one.provider, one.project, one.id
