"""How a project's automated runs went: durations, success, flaky runs, hours and tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from maestro.mining.activity import Period
from maestro.mining.base import Tables
from maestro.mining.figure import Figure, iso
from maestro.mining.words import count

from .attempts import EMPTY, FAILED, Attempt, by_run, counted
from .hours import hour_figures
from .reports import report_figures
from .weekly import Named, Weekly, quantile, ratio, weekly

if TYPE_CHECKING:
    from maestro.schema.settings import Runner

DEVLAKE = "devlake"
_BY_WEEK = frozenset({"ci_runs", "tests_trend"})
"""Figures per week: of full weeks alone. All others are of every day of the window."""
_NUMBERLESS = frozenset({"gitlab", "jenkins"})
"""Providers whose records do not number attempts: a retry stays hidden in its pipeline."""


def ci_figures(
    tables: Tables,
    period: Period,
    runners: Mapping[str, Runner],
    currency: str,
    profile: str = "maestro",
) -> list[Figure]:
    """All figures of CI health, those without data with no value and the reason.

    ``runners`` is the label table of the settings. With the profile ``devlake`` durations and
    the success rate follow Apache DevLake's rules: a run's own start and end in whole seconds,
    and successes among all that ended. A run counts in the week in which its last attempt
    began, an attempt and a job in the week in which they began.
    """
    found = counted(tables, profile)
    runs = by_run(found.attempts)
    begun = {run: several[-1].begun for run, several in runs.items()}
    figures = [
        *_durations(found.attempts, period, profile),
        *_results(list(runs.values()), period, profile),
        *hour_figures(found, period, runners, currency),
        *report_figures(tables, begun, period),
    ]
    return [replace(figure, whole=figure.name not in _BY_WEEK) for figure in figures]


def _timed(attempts: Iterable[Attempt], period: Period) -> Weekly[Attempt]:
    return weekly(((one.begun, one) for one in attempts if one.begun is not None), period)


def _durations(attempts: list[Attempt], period: Period, profile: str) -> list[Figure]:
    inside = _timed(attempts, period).inside
    took = [one for one in attempts if one.seconds is not None and one.begun is not None]
    found = weekly(((one.begun or 0.0, (one.seconds or 0.0) / 60) for one in took), period)
    known = [one for one in inside if one.seconds is not None]
    notes = [
        _some(
            sum(one.source == "created" for one in known), len(known),
            "counted from their creation: the records have no start",
        )
    ]  # fmt: skip
    if profile != DEVLAKE:
        notes += [
            _some(
                sum(one.source == "run" for one in known), len(known),
                "counted from the run's own start and end: no jobs are known",
            ),
            _left_out(one.result for one in inside if one.result in EMPTY),
        ]  # fmt: skip
    running = sum(not one.ended for one in inside)
    notes.append(f"left out: {running} without an end" if running else "")
    empty = _why_empty(attempts, period, "no attempt with a known duration in the window")
    words = [note for note in notes if note]
    waits = weekly(
        (
            (one.begun, one.waited / 60)
            for one in attempts
            if one.waited is not None and one.begun is not None
        ),
        period,
    )
    silent = len(inside) - len(waits.inside)
    some = [_some(silent, len(inside), "left out: the records do not say how long they waited")]
    unsaid = "the records do not say how long runs waited"
    if inside and all(one.run[0] == "jenkins" for one in inside):
        unsaid = "Jenkins records do not say when a build was asked for"
    waiting = _why_empty(attempts, period, unsaid)
    return [
        quantile(Named("pipeline_duration", "minutes", words, empty), found),
        quantile(Named("pipeline_duration_p90", "minutes", words, empty), found, 0.9),
        quantile(Named("queue_time", "minutes", [n for n in some if n], waiting), waits),
    ]


def _results(runs: list[list[Attempt]], period: Period, profile: str) -> list[Figure]:
    last = [several[-1] for several in runs]
    timed = _timed(last, period)
    empty = _why_empty(last, period, "no run in the window")
    ends = _timed([one for one in last if _counts(one, profile)], period)
    cases = Weekly(
        [one.result == "success" for one in ends.inside],
        {week: [one.result == "success" for one in all_] for week, all_ in ends.weeks.items()},
        ends.first, ends.last,
    )  # fmt: skip
    notes = []
    if any(several[-1].number > 1 for several in runs):
        notes.append("each run counts once, with its last attempt")
    if profile != DEVLAKE:
        notes.append(_left_out(
            one.result or "without a result" for one in timed.inside if not _counts(one, profile)
        ))  # fmt: skip
    words = [note for note in notes if note]
    why = _why_empty(last, period, "no run in the window succeeded or failed")
    if words and not ends.inside and timed.inside:
        why = f"{why}: {words[-1]}"
    return [
        ratio(Named("success_rate", "share", words, why), cases),
        _flaky(runs, period, empty),
        _runs(timed, period, empty, sum(one.begun is None for one in last)),
    ]


def _counts(one: Attempt, profile: str) -> bool:
    if profile == DEVLAKE:
        return one.ended
    return one.result == "success" or one.result in FAILED


def _flaky(runs: list[list[Attempt]], period: Period, empty: str) -> Figure:
    timed = weekly(
        ((several[-1].begun, several) for several in runs if several[-1].begun is not None), period
    )
    numbered = [all_ for all_ in timed.inside if all_[-1].run[0] not in _NUMBERLESS]
    whole = [all_ for all_ in numbered if _is_whole(all_)]
    hidden = len(numbered) - sum(len(all_) == all_[-1].number for all_ in numbered)
    notes = [f"{count(hidden, 'run')} left out: an earlier attempt is not known"] if hidden else []
    if timed.inside and not numbered:
        empty = f"{timed.inside[0][-1].run[0]} does not record the attempts of a run one by one"
    elif numbered and not whole:
        empty = "no run has ended with all its attempts known"
    weeks = {
        week: [_is_flaky(all_) for all_ in several if _is_whole(all_)]
        for week, several in timed.weeks.items()
    }
    cases = Weekly(
        [_is_flaky(all_) for all_ in whole],
        {week: found for week, found in weeks.items() if found},
        timed.first, timed.last,
    )  # fmt: skip
    return ratio(Named("flaky_rate", "share", notes, empty), cases)


def _is_whole(attempts: list[Attempt]) -> bool:
    """True for a run that has ended and whose attempts are all known and numbered."""
    last = attempts[-1]
    return last.run[0] not in _NUMBERLESS and last.ended and len(attempts) == last.number


def _is_flaky(attempts: list[Attempt]) -> bool:
    """An attempt failed and the next one of the same commit succeeded."""
    return any(
        one.result in FAILED and two.result == "success" and one.head == two.head
        for one, two in pairwise(attempts)
    )


def _runs(timed: Weekly[Attempt], period: Period, empty: str, undated: int) -> Figure:
    named = Named("ci_runs", "runs/week", empty=empty)
    series = timed.sums(period, lambda _: 1.0)
    n = sum(len(timed.weeks.get(week, ())) for week in period.full_weeks())
    if not n or not period.weeks:
        return named.none(series)
    notes = [f"{count(undated, 'run')} without a time left out"] if undated else []
    if timed.first is not None and timed.first > period.start:
        notes.append(f"records begin in the week of {iso(timed.first)[:10]}")
    return Figure(
        named.name, named.unit, n / period.weeks, n, series, notes=tuple(notes), source="ci"
    )


def _why_empty(attempts: list[Attempt], period: Period, otherwise: str) -> str:
    """Why a figure has no value: no records at all, none in the window, or ``otherwise``."""
    if not attempts:
        return "no CI run is known"
    timed = _timed(attempts, period)
    if timed.inside:
        return otherwise
    if timed.last is None:
        return "no CI run is known before the end of the window"
    return f"no run in the window: the last one began on {iso(timed.last)[:10]}"


def _some(part: int, whole: int, words: str) -> str:
    """``3 of 9 attempts counted ...``; empty when it concerns none."""
    return f"{part} of {count(whole, 'attempt')} {words}" if part else ""


def _left_out(results: Iterable[str | None]) -> str:
    """``left out: 3 cancelled, 1 skipped``; empty when nothing is."""
    counts = Counter(str(result).replace("_", " ") for result in results)
    listed = ", ".join(f"{number} {word}" for word, number in sorted(counts.items()))
    return f"left out: {listed}" if listed else ""
