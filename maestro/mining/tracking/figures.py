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
from maestro.mining.words import count
from maestro.schema.facts import columns

from .dvc import Versions

Direction = Literal["max", "min"]
_AT = {name: number for number, name in enumerate(columns("training_run"))}
_MODEL = re.compile(r"(.+?)/([0-9]+)(?:, |\Z)")
_NO_RUNS = "no training run is recorded"
_NO_TRIALS = "no run is logged as a trial of another one"
_COMMITTED = (
    "DVC's history holds what was committed: neither trials nor runs that failed show in it"
)
_OUTCOMES = (
    ("training_iterations", "trials"), ("training_pruned", "trials"), ("training_failed", "runs")
)  # fmt: skip


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
    stages = versions.stages
    idle = sum(not stage.has_run for stage in stages)
    notes = () if stages else ("dvc.yaml has no stage whose name is known",)
    if idle:
        notes = (f"{idle} of them never ran",)
    value = float(len(stages)) if stages else None
    figures = [
        Figure("dvc_stages", "stages", value, len(stages), recent=False, notes=notes, source="dvc")
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
        notes.append(f"{count(later, 'run')} dated after the report left out")
    logged = [row for row in kept if row[0] != "dvc"]
    if logged and len(logged) < len(kept):
        notes.append("the history of DVC's metrics is not counted again")
    kept = logged or kept
    if undated := sum(_moment(row) is None for row in kept):
        notes.append(f"{count(undated, 'run')} without a time, in no week")
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
    alike = _meant(finished, metric)
    if len(alike) != 1:
        return _figure(name, metric, None, 0, recent=False, label=metric,
                       notes=(_no_best(runs, finished, metric, alike),))  # fmt: skip
    key = alike[0]
    having = [row for row in finished if key in row[_AT["metrics"]]]
    better = max if direction == "max" else min
    best: float | None = None
    days: dict[str, float] = {}
    for row in sorted(having, key=lambda row: (_end(row) or 0, row[2])):
        number = row[_AT["metrics"]][key]
        best = number if best is None else better(best, number)
        if (at := _end(row)) is not None:
            days[iso(at)[:10]] = best
    winner = next(row for row in having if row[_AT["metrics"]][key] == best)
    most = "highest" if direction == "max" else "lowest"
    notes = [f"{most} of {count(len(having), 'finished run')}"]
    notes.append(f"run {winner[_AT['name']] or winner[2]}")
    if key != metric:
        notes.append(f"DVC knows it as {key}")
    if left := len(finished) - len(having):
        notes.append(f"{count(left, 'finished run')} without {metric}")
    return _figure(name, metric, best, len(having), series=tuple(sorted(days.items())),
                   recent=False, label=metric, notes=tuple(notes))  # fmt: skip


def _meant(rows: Sequence[Row], metric: str) -> list[str]:
    """The metrics that a declared name can mean.

    DVC's have the path of their file before them where a project has several: the name alone,
    or with the end of the path, is enough when only one metric ends like this.
    """
    if any(metric in row[_AT["metrics"]] for row in rows):
        return [metric]
    end = f"/{metric}" if ":" in metric else f":{metric}"
    names = {name for row in rows if row[0] == "dvc" for name in row[_AT["metrics"]]}
    return sorted(name for name in names if name.endswith(end))


def _no_best(
    runs: Sequence[Row], finished: Sequence[Row], metric: str, alike: Sequence[str]
) -> str:
    if not runs:
        return _NO_RUNS
    if not finished:
        return "no run has finished"
    if alike:
        listed = ", ".join(alike[:5])
        return f"several metrics of DVC are called {metric}, write one in full: {listed}"
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
    notes = (f"{count(whole, 'run')} with trials inside, whose time is in both",) if whole else ()
    mean = statistics.fmean(minutes for minutes, _, _ in timed)
    return _figure(name, unit, mean, len(timed), series=series, recent=False, notes=notes)


def _trials(runs: Sequence[Row]) -> list[Figure]:
    """Trials, those given up early, and runs that failed: three numbers, never one."""
    if not runs:
        return [_none(name, unit, _NO_RUNS) for name, unit in _OUTCOMES]
    if all(row[0] == "dvc" for row in runs):
        return [_none(name, unit, _COMMITTED) for name, unit in _OUTCOMES]
    (iterations, pruned, failed), number = _OUTCOMES, len(runs)
    states = Counter(str(row[_AT["status"]]) for row in runs)
    trials = [row for row in runs if row[_AT["parent"]]]
    searches = count(len({row[_AT["parent"]] for row in trials}), "search", "searches")
    found = [
        _figure(*iterations, float(len(trials)), len(trials), recent=False,
                notes=(f"in {searches}",))
        if trials else _none(*iterations, _NO_TRIALS),
        # A search can log its trials without itself: then only those given up can be told.
        _figure(*pruned, float(states["pruned"]), len(trials) or number, recent=False)
        if trials or states["pruned"] else _none(*pruned, _NO_TRIALS),
    ]  # fmt: skip
    stopped = count(states["killed"], "stopped run")
    notes = (f"{stopped} not among them",) if states["killed"] else ()
    return [*found, _figure(*failed, float(states["failed"]), number, recent=False, notes=notes)]


def _none(name: str, unit: str, reason: str) -> Figure:
    return _figure(name, unit, None, 0, recent=False, notes=(reason,))


def _models(runs: Sequence[Row]) -> Figure:
    versions = {pair for row in runs for pair in _MODEL.findall(row[_AT["model"]])}
    names = {name for name, _ in versions}
    if not runs or not versions:
        reason = "no registered model came of these runs" if runs else _NO_RUNS
        return _figure("registered_models", "models", None, 0, recent=False, notes=(reason,))
    notes = (f"in {count(len(versions), 'version')}",)
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
