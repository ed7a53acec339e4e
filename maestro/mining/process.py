"""Facts of a git history to findings: how the work on a project went, and how its source is.

Definitions: weeks are ISO weeks in UTC; the window is the given number of full weeks before
the week of ``as_of``; activity goes by author date; merges and automata do not count.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Literal

from maestro.schema.findings import (
    NOT_ENOUGH,
    Evidence,
    Finding,
    HealthDetail,
    MetricDetail,
    Window,
)
from maestro.schema.settings import People

from .activity import DAY, Activity, Period, count, week_name
from .collect import Harvest
from .globs import PathFilter
from .people import Identities

METHOD_VERSION = "1"


@dataclass(frozen=True, slots=True)
class Rules:
    """What the settings and the catalog's commit decide for all projects."""

    as_of: int
    """The moment that counts as now, seconds since 1970."""
    window_weeks: int = 13
    """Full weeks that activity figures look back."""
    people: People = field(default_factory=People)
    """Aliases and automata."""
    git_days: float = 7
    """Age in days from which a fetched source is stale."""


@dataclass(frozen=True, slots=True)
class _Figure:
    name: str
    unit: str
    value: float | None
    n: int
    series: tuple[tuple[str, float], ...] = ()
    recent: bool = True
    label: str = ""


def process_findings(harvests: Iterable[Harvest], rules: Rules) -> list[Finding]:
    """Metrics and the source's health of every project, sorted by kind, project and name."""
    identities = Identities.of(rules.people)
    found = []
    for harvest in harvests:
        found.append(health(harvest, rules))
        found += metrics(harvest, rules, identities)
    return sorted(found, key=lambda one: (one.kind, one.subject, getattr(one.detail, "name", "")))


def metrics(harvest: Harvest, rules: Rules, identities: Identities) -> list[Finding]:
    """The figures of one project; each without a value when there is nothing to count."""
    period = Period(rules.as_of, rules.window_weeks)
    if harvest.facts is None:
        quality = [harvest.reason or "the repository could not be read"]
        return [_finding(figure, harvest, period, quality) for figure in _figures(None, period)]
    scope = harvest.scope
    paths = PathFilter(scope.include, scope.exclude, harvest.prefix)
    activity = count(harvest.facts.tables, paths, period, identities)
    quality = _quality(activity, period)
    if _is_stale(harvest, rules):
        quality.append(f"the last fetch was on {iso(_last_good(harvest))[:10]}")
    return [_finding(figure, harvest, period, quality) for figure in _figures(activity, period)]


def health(harvest: Harvest, rules: Rules) -> Finding:
    """How the project's repository is: fresh, stale, failed or missing, with the reason."""
    state: Literal["fresh", "stale", "failed", "missing"] = "fresh"
    if harvest.state != "mined":
        state = "missing" if harvest.state == "missing" else "failed"
    elif _is_stale(harvest, rules):
        state = "stale"
    last = harvest.fetched
    reason, hint = harvest.reason, harvest.hint
    if harvest.state == "mined" and last and last.code:
        reason, hint = f"the last fetch failed: {last.reason}", last.hint
    elif state == "stale":
        reason, hint = f"not fetched for more than {rules.git_days:g} days", "run maestro fetch"
    detail = HealthDetail(
        source=harvest.scope.source,
        state=state,
        reason=reason,
        hint=hint,
        commit=harvest.facts.cursor if harvest.facts else "",
        last_good=iso(_last_good(harvest)),
        counts=_counts(harvest),
    )
    return Finding(
        kind="source_health",
        subject=harvest.scope.project,
        n=detail.counts.get("commits"),
        as_of=iso(rules.as_of),
        method="git.source",
        method_version=METHOD_VERSION,
        label=state,
        evidence=_evidence(harvest),
        quality=[reason] if reason else [],
        detail=detail,
    )


def iso(time: int | None) -> str:
    """``2026-11-21T08:00:00Z``; empty for None."""
    if time is None:
        return ""
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _figures(activity: Activity | None, period: Period) -> list[_Figure]:
    activity = activity or Activity()
    started = activity.first is not None and activity.first < period.end
    commits = activity.in_window(activity.weekly_commits, period)
    added = sum(activity.in_window(activity.weekly_added, period))
    deleted = sum(activity.in_window(activity.weekly_deleted, period))
    n, week = sum(commits), "commits/week"
    named, credited = len(activity.recent_people), len(activity.recent_with_coauthors)
    rhythm = _series(activity, period, activity.weekly_commits)
    churn = _series(activity, period, activity.weekly_added, activity.weekly_deleted)
    less = Counter({start: -number for start, number in activity.weekly_deleted.items()})
    net = _series(activity, period, activity.weekly_added, less)
    figures = [
        _Figure("commits_per_week", week, n / period.weeks, n, rhythm),
        _Figure("commits_per_week_median", week, statistics.median(commits), n),
        _Figure("active_weeks", "weeks", sum(number > 0 for number in commits), period.weeks),
        _Figure("unique_contributors", "people", named, n),
        _Figure("unique_contributors_with_coauthors", "people", credited, n),
        _Figure("churn_lines", "lines", added + deleted, n, churn),
        _Figure("net_lines", "lines", added - deleted, n, net),
    ]
    if not started:
        figures = [replace(figure, value=None) for figure in figures]
    return [*figures, *_whole_history(activity, period)]


def _whole_history(activity: Activity, period: Period) -> list[_Figure]:
    n = activity.commits
    figures = [_Figure("all_contributors", "people", len(activity.people) if n else None, n)]
    for name, time in (("first_commit", activity.first), ("last_commit", activity.last)):
        age = None if time is None else (period.as_of - time) / DAY
        figures.append(_Figure(name, "days ago", age, n, label=iso(time)[:10]))
    return [replace(figure, recent=False) for figure in figures]


def _series(
    activity: Activity, period: Period, *weekly: Counter[int]
) -> tuple[tuple[str, float], ...]:
    # Weeks without commits are 0, but a history without any dated commit has no weeks.
    weeks = period.all_weeks() if activity.first is not None else []
    return tuple((week_name(week), float(sum(one[week] for one in weekly))) for week in weeks)


def _finding(figure: _Figure, harvest: Harvest, period: Period, quality: list[str]) -> Finding:
    quality = list(quality)
    if figure.recent and figure.series and period.as_of > period.end:
        quality.append("the last week of the series is not over and not in the figure")
    window = Window(start=iso(period.start)[:10], end=iso(period.end)[:10])
    return Finding(
        kind="metric",
        subject=harvest.scope.project,
        value=None if figure.value is None else float(figure.value),
        unit=figure.unit,
        n=figure.n if figure.value is not None else 0,
        window=window if figure.recent else None,
        as_of=iso(period.as_of),
        method=f"git.{figure.name}",
        method_version=METHOD_VERSION,
        label=figure.label if figure.value is not None else NOT_ENOUGH,
        evidence=_evidence(harvest),
        quality=quality,
        detail=MetricDetail(name=figure.name, source="git", series=list(figure.series)),
    )


def _quality(activity: Activity, period: Period) -> list[str]:
    notes = []
    if not activity.commits:
        notes.append("no commit by a person in this part of the history")
    elif activity.first is None:
        notes.append("no commit has a usable date")
    elif activity.first >= period.end:
        notes.append("the history starts after the last full week")
    elif activity.first > period.start:
        notes.append(f"the history starts inside the window, on {iso(activity.first)[:10]}")
    if activity.bots:
        notes.append(f"{activity.bots} commits by automata are left out")
    if activity.later:
        notes.append(f"{activity.later} commits dated after {iso(period.as_of)} are left out")
    if activity.undated:
        notes.append(f"{activity.undated} commits have no usable date and are in no week")
    return notes


def _is_stale(harvest: Harvest, rules: Rules) -> bool:
    # A path is read in place: what is there is what there is.
    if not harvest.scope.url:
        return False
    last = _last_good(harvest)
    return last is None or rules.as_of - last > rules.git_days * DAY


def _last_good(harvest: Harvest) -> int | None:
    if harvest.scope.url:
        return harvest.fetched.fetched if harvest.fetched else None
    return harvest.head_time


def _counts(harvest: Harvest) -> dict[str, int]:
    if harvest.facts is None:
        return {}
    tables = harvest.facts.tables
    commits = tables["commit"]
    merges = sum(len(row[1]) > 1 for row in commits)
    return {"commits": len(commits), "file_changes": len(tables["file_change"]), "merges": merges}


def _evidence(harvest: Harvest) -> list[Evidence]:
    if harvest.facts is None:
        return []
    return [Evidence(kind="commit", ref=harvest.facts.cursor, note=harvest.scope.source)]
