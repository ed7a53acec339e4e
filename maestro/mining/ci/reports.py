"""Tests: how many there are, whether they pass, and how their number goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import itemgetter

from maestro.mining.activity import DAY, WEEK, Period, week_name
from maestro.mining.base import Tables
from maestro.mining.figure import LEVEL, Figure
from maestro.mining.trend import theil_sen
from maestro.mining.words import count
from maestro.schema.facts import columns

from .attempts import RunKey
from .weekly import Named, Weekly, weekly

_TEST = itemgetter(*map(columns("test").index, (
    "provider", "project", "run_id", "at", "suite", "passed", "failed", "errors", "skipped",
    "flaky", "reruns",
)))  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Suite:
    """One suite of one report."""

    at: float
    report: tuple[object, ...]
    """What the suites of one report have in common: their run, or their day."""
    name: str
    passed: int
    failed: int
    """Failures and errors."""
    skipped: int
    flaky: int
    reruns: int

    @property
    def run(self) -> int:
        """Cases that ran."""
        return self.passed + self.failed


def report_figures(
    tables: Tables, begun: Mapping[RunKey, float | None], period: Period
) -> list[Figure]:
    """tests, tests_trend, test_pass_rate and test_flaky_share.

    ``begun`` gives the time of runs, for reports that have none. No interval for the shares: a
    report is all tests and no sample of them.
    """
    suites, undated = _suites(tables, begun)
    found = weekly(((suite.at, suite) for suite in suites), period)
    notes = [f"{count(undated, 'suite')} without a time left out"] if undated else []
    empty = "no test report in the window" if suites else "no test report is known"
    if undated and not suites:
        empty = f"no test report names its time or its run ({undated} suites)"
    return [
        *_counts(found, period, notes, empty),
        _share(Named("test_pass_rate", "share", notes, empty), found, lambda one: one.passed),
        _flaky(Named("test_flaky_share", "share", notes, empty), found),
    ]


def _suites(tables: Tables, begun: Mapping[RunKey, float | None]) -> tuple[list[_Suite], int]:
    suites, undated = [], 0
    for row in tables.get("test", []):
        provider, project, run, at, name, passed, failed, errors, *rest = _TEST(row)
        if at is None:
            at = begun.get((provider, project, run))
        if at is None:
            undated += 1
            continue
        report = (project, run) if run else (int(at) // DAY,)
        suites.append(_Suite(at, report, name, passed, failed + errors, *rest))
    return suites, undated


def _counts(found: Weekly[_Suite], period: Period, notes: list[str], empty: str) -> list[Figure]:
    series = found.series(lambda suites: float(_newest(suites)))
    inside = [point for point in series if point[0] != week_name(period.end)]
    trend = Named("tests_trend", "tests per week", notes, empty)
    if not inside:
        return [Named("tests", "tests", notes, empty).none(series), trend.none()]
    reports = len({suite.report for suite in found.inside})
    number = Figure(
        "tests", "tests", inside[-1][1], reports, series, notes=tuple(notes), source="ci"
    )
    weeks = [week for week in sorted(found.weeks) if week < period.end]
    slope = theil_sen(
        [value for _, value in inside], LEVEL, at=[(week - period.start) / WEEK for week in weeks]
    )
    if slope is None:
        few = f"only {len(inside)} weeks with a test report: a trend needs 3"
        return [number, Named(trend.name, trend.unit, empty=few).none()]
    return [
        number,
        Figure(
            trend.name, trend.unit, slope.value, len(inside), interval=(slope.lo, slope.hi),
            notes=tuple(notes), source="ci",
        ),
    ]  # fmt: skip


def _newest(suites: list[_Suite]) -> int:
    """Tests of the newest report; of a suite that ran more than once in it the newest counts."""
    report = max(suites, key=lambda suite: (suite.at, str(suite.report))).report
    latest: dict[str, float] = {}
    for suite in suites:
        if suite.report == report:
            latest[suite.name] = max(suite.at, latest.get(suite.name, suite.at))
    return sum(
        suite.run + suite.skipped
        for suite in suites
        if suite.report == report and suite.at == latest[suite.name]
    )


def _share(named: Named, found: Weekly[_Suite], part: Callable[[_Suite], int]) -> Figure:
    """``part`` of the cases that ran, over all reports of the window."""

    def share(suites: list[_Suite]) -> float | None:
        """Tests of the wanted kind among those that ran; None when none ran."""
        run = sum(suite.run for suite in suites)
        return sum(map(part, suites)) / run if run else None

    value = share(found.inside)
    if value is None:
        why = named.empty if not found.inside else "every test of the window was skipped"
        return Named(named.name, named.unit, empty=why).none(found.series(share))
    n = sum(suite.run for suite in found.inside)
    return Figure(
        named.name, named.unit, value, n, found.series(share), notes=tuple(named.notes),
        source="ci",
    )  # fmt: skip


def _flaky(named: Named, found: Weekly[_Suite]) -> Figure:
    # Most tools never run a test again, and then nothing is known of flaky ones.
    if found.inside and not any(suite.flaky or suite.reruns for suite in found.inside):
        return Named(
            named.name, named.unit, empty="no report says that a test was run again"
        ).none()
    return _share(named, found, lambda suite: suite.flaky)
