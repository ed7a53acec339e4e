"""Figures of a project's training runs: how many, how good, how long, how many given up.

Counts, bests and means look at all runs up to the moment of the report; the rate per week at the
full weeks of the window. A run counts once, by its id; trials of a search are runs of their own.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from maestro.mining.activity import EARLIEST, Period, week_name, week_start
from maestro.mining.base import Row
from maestro.mining.figure import Figure, Series, iso
from maestro.schema.facts import columns

from .dvc import Versions

Direction = Literal["max", "min"]
_AT = {name: number for number, name in enumerate(columns("training_run"))}
_MODEL = re.compile(r"(.+?)/([0-9]+)(?:, |\Z)")
_NO_RUNS = "no training run is recorded"


def training_figures(
    rows: Iterable[Row], period: Period, metric: str | None, direction: Direction = "max"
) -> list[Figure]:
    """The figures of the training runs in ``rows``; each without a number says why.

    ``metric`` is what the record declares as deciding, ``direction`` whether more of it is better.
    Runs of DVC's history count only where nothing of MLflow is there: they are the same work.
    """
    runs, notes = _chosen(rows, period)
    return [
        _count(runs, period, notes),
        _rate(runs, period),
        _best(runs, metric, direction),
        _time(runs, period),
        *_trials(runs),
        _models(runs),
    ]


def dvc_figures(versions: Versions, rows: Iterable[Row], period: Period) -> list[Figure]:
    """How many stages there are, and each metric that DVC keeps, by day."""
    ran = sum(stage.has_run for stage in versions.stages)
    count = len(versions.stages)
    notes = () if count else ("dvc.yaml has no stage whose name is known",)
    if count > ran:
        notes = (f"{count - ran} of them never ran",)
    value = float(count) if count else None
    figures = [
        Figure("dvc_stages", "stages", value, count, recent=False, notes=notes, source="dvc")
    ]
    history = sorted(
        (row for row in rows if row[0] == "dvc" and (_moment(row) or 0) <= period.as_of),
        key=lambda row: (_moment(row) or 0, row[2]),
    )
    for name, value in versions.metrics.items():
        days: dict[str, float] = {}
        for row in history:
            if name in row[_AT["metrics"]] and (at := _moment(row)) is not None:
                days[iso(at)[:10]] = row[_AT["metrics"]][name]
        series = tuple(sorted(days.items()))
        n = max(1, sum(name in row[_AT["metrics"]] for row in history))
        figures.append(
            Figure("dvc_metric", "", value, n, series, recent=False, slice=name, source="dvc")
        )
    return figures


def _chosen(rows: Iterable[Row], period: Period) -> tuple[list[Row], tuple[str, ...]]:
    """Runs up to the moment of the report, each id once, in the order of time; and notes."""
    unique = {(row[0], row[2]): row for row in rows}
    kept = [row for row in unique.values() if (_moment(row) or 0) <= period.as_of]
    notes = []
    if later := len(unique) - len(kept):
        notes.append(f"{later} runs dated after the report do not count")
    logged = [row for row in kept if row[0] != "dvc"]
    if logged and len(logged) < len(kept):
        notes.append("the history of DVC's metrics is not counted again")
    kept = logged or kept
    if undated := sum(_moment(row) is None for row in kept):
        notes.append(f"{undated} runs have no time: they are in no week")
    if not logged and kept:
        notes.append("counted from the history of DVC's metrics: each state that was committed")
    return sorted(kept, key=lambda row: (_moment(row) or 0, row[2])), tuple(notes)


def _figure(name: str, unit: str, value: float | None, n: int, **more: Any) -> Figure:
    return Figure(name, unit, value, n, source="tracking", **more)


def _count(runs: Sequence[Row], period: Period, notes: tuple[str, ...]) -> Figure:
    if not runs:
        return _figure("training_runs", "runs", None, 0, recent=False, notes=(_NO_RUNS, *notes))
    states = Counter(str(row[_AT["status"]]) for row in runs)
    listed = ", ".join(f"{states[state]} {state}" for state in sorted(states))
    series = _weekly(runs, period)
    value = float(len(runs))
    words = (listed, *notes)
    return _figure("training_runs", "runs", value, len(runs), series=series, recent=False,
                   notes=words)  # fmt: skip


def _rate(runs: Sequence[Row], period: Period) -> Figure:
    name, unit = "training_runs_per_week", "runs/week"
    if not runs:
        return _figure(name, unit, None, 0, notes=(_NO_RUNS,))
    recent = [row for row in runs if period.start <= (_moment(row) or 0) < period.end]
    value = len(recent) / period.weeks if period.weeks else None
    return _figure(name, unit, value, period.weeks, series=_weekly(runs, period))


def _weekly(runs: Sequence[Row], period: Period) -> Series:
    counts = Counter(week_start(int(at)) for row in runs if (at := _moment(row)) is not None)
    return tuple((week_name(week), float(counts[week])) for week in period.all_weeks())


def _best(runs: Sequence[Row], metric: str | None, direction: Direction) -> Figure:
    name = "best_performance"
    if not metric:
        reason = "the record names no metric that decides: write tracking.metric and its direction"
        return _figure(name, "", None, 0, recent=False, notes=(reason if runs else _NO_RUNS,))
    finished = _finished(runs)
    having = [row for row in finished if metric in row[_AT["metrics"]]]
    if not having:
        return _figure(name, metric, None, 0, recent=False, label=metric,
                       notes=(_no_best(runs, finished, metric),))  # fmt: skip
    better = max if direction == "max" else min
    best: float | None = None
    days: dict[str, float] = {}
    for row in sorted(having, key=lambda row: (_end(row) or 0, row[2])):
        number = row[_AT["metrics"]][metric]
        best = number if best is None else better(best, number)
        if (at := _end(row)) is not None:
            days[iso(at)[:10]] = best
    winner = next(row for row in having if row[_AT["metrics"]][metric] == best)
    notes = [f"{'highest' if direction == 'max' else 'lowest'} of {len(having)} finished runs"]
    notes.append(f"run {winner[_AT['name']] or winner[2]}")
    if left := len(finished) - len(having):
        notes.append(f"{left} finished runs have no {metric}")
    return _figure(name, metric, best, len(having), series=tuple(sorted(days.items())),
                   recent=False, label=metric, notes=tuple(notes))  # fmt: skip


def _no_best(runs: Sequence[Row], finished: Sequence[Row], metric: str) -> str:
    if not runs:
        return _NO_RUNS
    if not finished:
        return "no run has finished"
    names = Counter(name for row in finished for name in row[_AT["metrics"]])
    known = ", ".join(sorted(names, key=lambda one: (-names[one], one))[:5])
    logged = f"they log {known}" if known else "they log no finite number"
    return f"no finished run logs {metric}: {logged}"


def _time(runs: Sequence[Row], period: Period) -> Figure:
    name, unit = "training_time", "minutes"
    timed = []
    for row in _finished(runs):
        start, end = row[_AT["started"]], row[_AT["finished"]]
        if start is not None and end is not None and end >= start:
            timed.append(((end - start) / 60, end, row))
    if not timed:
        reason = "no finished run has a start and an end" if runs else _NO_RUNS
        return _figure(name, unit, None, 0, recent=False, notes=(reason,))
    by_week: dict[int, list[float]] = {}
    for minutes, end, _ in timed:
        by_week.setdefault(week_start(int(end)), []).append(minutes)
    weeks = [week for week in period.all_weeks() if week in by_week]
    series = tuple((week_name(week), statistics.fmean(by_week[week])) for week in weeks)
    parents = {row[_AT["parent"]] for row in runs}
    whole = sum(row[2] in parents for _, _, row in timed)
    notes = (f"{whole} of them hold trials, whose time is in theirs",) if whole else ()
    mean = statistics.fmean(minutes for minutes, _, _ in timed)
    return _figure(name, unit, mean, len(timed), series=series, recent=False, notes=notes)


def _trials(runs: Sequence[Row]) -> list[Figure]:
    """Trials, those given up early, and runs that failed: three numbers, never one."""
    names = (("training_iterations", "trials"), ("training_pruned", "trials"),
             ("training_failed", "runs"))  # fmt: skip
    if not runs:
        return [_figure(n, u, None, 0, recent=False, notes=(_NO_RUNS,)) for n, u in names]
    trials = [row for row in runs if row[_AT["parent"]]]
    states = Counter(str(row[_AT["status"]]) for row in runs)
    found = []
    if trials:
        searches = len({row[_AT["parent"]] for row in trials})
        words = (f"in {searches} searches",)
        value: float | None = float(len(trials))
        found.append(_figure(*names[0], value, len(trials), recent=False, notes=words))
    else:
        words = ("no run is logged as a trial of another one",)
        found.append(_figure(*names[0], None, 0, recent=False, notes=words))
    pruned, failed = float(states["pruned"]), float(states["failed"])
    found.append(_figure(*names[1], pruned, len(trials) or len(runs), recent=False))
    killed = (f"besides, {states['killed']} were stopped",) if states["killed"] else ()
    found.append(_figure(*names[2], failed, len(runs), recent=False, notes=killed))
    return found


def _models(runs: Sequence[Row]) -> Figure:
    versions = {pair for row in runs for pair in _MODEL.findall(row[_AT["model"]])}
    names = {name for name, _ in versions}
    if not runs or not versions:
        reason = "no registered model came of these runs" if runs else _NO_RUNS
        return _figure("registered_models", "models", None, 0, recent=False, notes=(reason,))
    notes = (f"in {len(versions)} versions",)
    return _figure(
        "registered_models", "models", float(len(names)), len(versions), recent=False, notes=notes
    )


def _finished(runs: Sequence[Row]) -> list[Row]:
    return [row for row in runs if row[_AT["status"]] == "finished"]


def _moment(row: Row) -> float | None:
    """When a run was: its start, else its end."""
    times = (row[_AT[name]] for name in ("started", "created", "finished", "updated"))
    return next((at for at in times if at is not None and at >= EARLIEST), None)


def _end(row: Row) -> float | None:
    return row[_AT["finished"]] or _moment(row)
