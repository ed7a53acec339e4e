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
_NO_REVIEWS = (
    "no pull request has a time of its first review: maestro fetch does not ask for reviews, a"
    " file of pull requests may name them"
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
        word = "deployment failed and is" if failed == 1 else "deployments failed and are"
        notes += (f"{failed} production {word} not counted",)
    drawn = _within_known(known, period.all_weeks(), rules)
    frequency = Figure(
        *names[0],
        value,
        len(weeks),
        tuple((week_name(start), float(len(days[start]))) for start in drawn),
        interval=quantile_interval([float(one) for one in weekly], level=LEVEL),
        notes=notes,
        source="dora",
        band=frequency_band(value, _monthly(ends, weeks), rules.report),
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
    """The full weeks that count, and what is to be said of the others."""
    weeks = list(period.full_weeks())
    if known.oldest is None or known.newest is None or not weeks:
        return weeks, ()
    kept, notes = _within_known(known, weeks, rules), []
    edges = (
        (weeks[0] < week_start(int(known.oldest)), weeks[0], "since", known.oldest, "before"),
        (weeks[-1] > known.newest, weeks[-1], "up to", known.newest, "after"),
    )
    for is_beyond, week, side, time, others in edges:
        if is_beyond:
            end = "count as without deployments" if week in kept else "do not count"
            notes.append(f"runs are known {side} {iso(time)[:10]}: the weeks {others} {end}")
    return kept, tuple(notes)


def _within_known(known: Delivered, weeks: list[int], rules: DeliveryRules) -> list[int]:
    """Weeks from the first known run to the last; of a project that is over up to its end.

    DevLake counts all, whatever was collected.
    """
    if rules.is_devlake or known.oldest is None or known.newest is None:
        return weeks
    first, last = week_start(int(known.oldest)), int(known.newest)
    whole = (rules.known_until or 0) - 7 * DAY
    return [start for start in weeks if first <= start and (start <= last or start <= whole)]


def _monthly(ends: Sequence[float], weeks: Sequence[int]) -> float | None:
    """Lower median of days with a deployment over the full calendar months of these weeks."""
    months: dict[tuple[int, int], set[int]] = {}
    at = datetime.fromtimestamp(weeks[0], UTC)
    first = at if at.day == 1 else (at.replace(day=1) + timedelta(days=32)).replace(day=1)
    while True:
        following = (first + timedelta(days=32)).replace(day=1)
        if following.timestamp() > weeks[-1] + 7 * DAY:
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
    within = [one for one in changes if period.holds(int(one.deployed or 0))]
    if not within:
        reason = _no_change(known, changes, rules)
        return [_nothing(one, unit, reason) for one in names]
    notes = [] if known.pulls_known else [_PROXY_LEAD]
    waiting = sum(one.deployed is None for one in known.changes)
    if waiting and known.pulls_known:
        word = "request is" if waiting == 1 else "requests are"
        notes.append(f"{waiting} merged pull {word} left out: in no known deployment")
    if rules.is_devlake:
        notes.append("as Apache DevLake counts: whole minutes, rounded up")
    spans = [(week_start(int(one.deployed or 0)), one.parts.total / 60) for one in within]
    figures = [_median(name, unit, spans, tuple(notes), rules)]
    hours = figures[0].value
    if hours is not None and known.pulls_known:
        figures = [_banded(figures[0], lead_time_band(hours, rules.report), rules)]
    for part in _PARTS:
        found = [
            (week_start(int(one.deployed or 0)), span / 60)
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
        return "no first review is known" if known.reviews_known else _NO_REVIEWS
    return "no change with a known deployment"


def _failure_rate(known: Delivered, period: Period, rules: DeliveryRules, missing: str) -> Figure:
    name, unit = "change_failure_rate", "share"
    if missing:
        return _nothing(name, unit, missing)
    within = [one for one in known.production if period.holds(int(one.finished or 0))]
    if not within:
        return _nothing(name, unit, "nothing was deployed to production in the window")
    if not known.incidents_known and not known.failures:
        return _nothing(name, unit, _no_incident(known, rules))
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
        notes=() if known.incidents_known else (_PROXY_FAILURE,),
        source="dora",
    )
    if not known.incidents_known:
        return figure
    return _banded(figure, failure_band(value, rules.report), rules)


def _no_incident(known: Delivered, rules: DeliveryRules) -> str:
    """Why it is not known what failed: none was ever seen, so zero would be no evidence."""
    label = rules.incident_label
    if known.issues_read:
        return (
            f"no issue with the label {label} was ever seen: label them, or name the label in"
            " ci.incident_label"
        )
    return (
        "no incidents are known, which does not mean that nothing failed: label issues"
        f' "{label}" or add a file of incidents'
    )


def _recovery(known: Delivered, period: Period, rules: DeliveryRules, missing: str) -> Figure:
    name, unit = "recovery_time", "hours"
    spans = _recoveries(known, period, rules)
    if not spans:
        if missing:
            return _nothing(name, unit, missing)
        note = "no incident of the window is known to be resolved"
        if not known.incidents_known:
            note = _no_incident(known, rules)
            if any(period.holds(int(one.created)) for one in known.failures):
                note = "proxy: no deployment that holds the revert or hotfix is known"
        return _nothing(name, unit, note)
    notes = () if known.incidents_known else (_PROXY_FAILURE,)
    if rules.is_devlake:
        notes = ("as Apache DevLake counts: whole minutes, rounded down, by the end",)
    figure = _median(name, unit, spans, notes, rules)
    if figure.value is None or not known.incidents_known:
        return figure
    return _banded(figure, recovery_band(figure.value), rules)


def _recoveries(known: Delivered, period: Period, rules: DeliveryRules) -> list[tuple[int, float]]:
    """Week and hours of what was resolved: dated by its beginning, for DevLake by its end.

    DevLake also wants the deployment that it is measured from to lie in the window.
    """
    if rules.report == 2021 and known.incidents_known:
        spans = [(one["created"], one["created"], one["resolved"]) for one in known.incidents]
    else:
        spans = [_span(one, rules) for one in known.failures]
    found = []
    for began, since, resolved in spans:
        if began is None or resolved is None or resolved < since:
            continue
        dated, hours = began, (resolved - since) / HOUR
        if rules.is_devlake:
            dated, hours = resolved, (resolved - since) // 60 / 60
            if rules.report == 2023 and not period.holds(int(since)):
                continue
        if period.holds(int(dated)):
            found.append((week_start(int(dated)), hours))
    return found


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
