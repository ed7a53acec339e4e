"""Processor hours, GPU hours and cost of jobs, by the label of their runner."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from maestro.mining.activity import Period
from maestro.mining.figure import Figure

from .attempts import Counted, Job
from .weekly import Named, Weekly, weekly

if TYPE_CHECKING:
    from maestro.schema.settings import Runner

_MOST_LABELS = 8
"""Labels that a note lists; the rest is one sum."""


@dataclass(frozen=True, slots=True)
class _Worked:
    """One job's wall hours, and what ran it."""

    hours: float
    label: str
    """The label that decided, or all labels when none is known."""
    runner: Runner | None


def hour_figures(
    found: Counted, period: Period, runners: Mapping[str, Runner], currency: str
) -> list[Figure]:
    """cpu_hours, gpu_hours and ci_cost: sums over the jobs that began in the window.

    Of several labels the first that the table knows decides; case does not matter. Jobs of
    other labels are in no sum: their wall hours are told by label.
    """
    table = {label.strip().casefold(): (label, runner) for label, runner in runners.items()}
    worked = weekly(((job.started, _worked(job, table)) for job in found.jobs), period)
    why = _why_none(found, worked, bool(table))
    priced = "no runner label of the jobs has a price in the settings"
    return [
        _sum(Named("cpu_hours", "hours", empty=why), worked, period, "vcpu"),
        _sum(Named("gpu_hours", "hours", empty=why), worked, period, "gpu"),
        _sum(Named("ci_cost", currency, empty=why or priced), worked, period, "price"),
    ]


@dataclass(frozen=True, slots=True)
class Spent:
    """What the jobs of a span of time cost."""

    cost: float
    """In the currency of the prices; of the jobs with a price."""
    jobs: int
    """How many jobs began in it."""
    unpriced: str
    """Wall hours by label of the jobs that have no price, in words; empty when all have one."""


def spent(found: Counted, runners: Mapping[str, Runner], start: float, end: float) -> Spent:
    """The cost of all jobs that began from ``start`` on and before ``end`` (seconds since 1970)."""
    table = {label.strip().casefold(): (label, runner) for label, runner in runners.items()}
    worked = [_worked(job, table) for job in found.jobs if start <= job.started < end]
    priced, missing = [], []
    for one in worked:
        price = one.runner.price if one.runner else None
        if price is None:
            missing.append(one)
        else:
            priced.append(one.hours * price)
    return Spent(math.fsum(priced), len(worked), _listed(missing) if missing else "")


def _worked(job: Job, table: Mapping[str, tuple[str, Runner]]) -> _Worked:
    hours = (job.finished - job.started) / 3600
    for label in job.labels:
        known = table.get(label.strip().casefold())
        if known:
            return _Worked(hours, known[0], known[1])
    return _Worked(hours, ", ".join(job.labels) or "no label", None)


def _why_none(found: Counted, worked: Weekly[_Worked], has_table: bool) -> str:
    """Why no sum can be made; empty when one can."""
    if not found.jobs:
        return "no job with a start and an end is known"
    if not worked.inside:
        return "no job in the window"
    if not has_table:
        return f"settings.yaml names no runners: {_listed(worked.inside)}"
    if not any(one.runner for one in worked.inside):
        return f"settings.yaml does not know the runners: {_listed(worked.inside)}"
    return ""


def _sum(named: Named, worked: Weekly[_Worked], period: Period, part: str) -> Figure:
    def amount(one: _Worked) -> float | None:
        """Hours of one job times its processors, GPUs or price; None for an unknown runner."""
        value = getattr(one.runner, part) if one.runner else None
        return None if value is None else one.hours * value

    known = [found for one in worked.inside if (found := amount(one)) is not None]
    if not known:
        return named.none()
    missing = [one for one in worked.inside if amount(one) is None]
    what = "price" if part == "price" else "runner in settings.yaml"
    notes = (f"no {what} for: {_listed(missing)}",) if missing else ()
    series = worked.sums(period, lambda one: amount(one) or 0.0)
    return Figure(
        named.name, named.unit, math.fsum(known), len(known), series, notes=notes, source="ci"
    )


def _listed(jobs: list[_Worked]) -> str:
    """Wall hours by label, most hours first."""
    hours: Counter[str] = Counter()
    for one in jobs:
        hours[one.label] += one.hours  # type: ignore[assignment]
    ordered = sorted(hours.items(), key=lambda item: (-item[1], item[0]))
    listed = [f"{label} ({number:.1f} h)" for label, number in ordered[:_MOST_LABELS]]
    rest = sum(number for _, number in ordered[_MOST_LABELS:])
    return ", ".join([*listed, f"others ({rest:.1f} h)"] if rest else listed)
