"""Predictions of projects that have ended, made without knowing how they ended.

Either the prediction that was kept from when the project was planned or active, or one made
afterwards from nothing but what had ended before the project began.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Final, Literal

from maestro.schema.details import NOT_ENOUGH
from maestro.schema.findings import Evidence, Finding
from maestro.schema.learned import PredictionDetail, Scored

from .planned import ranges_of, too_far
from .table import Row, Table, frame_of
from .targets import (
    LOGISTIC,
    MODEL_VERSION,
    NEEDED,
    Forecast,
    Setting,
    Target,
    all_the_same,
    forecast,
    new_model,
    outcomes_of,
    targets,
)

Basis = Literal["kept", "past only"]
PAST_ONLY: Final = "past only"
"""Label and basis of what was estimated afterwards."""
AS_RECORDED = "from the record as it stands today, which may have been completed since"


@dataclass(frozen=True, slots=True)
class KeptPrediction:
    """A prediction that an earlier run made, as the history has it; ``lo <= value <= hi``."""

    project: str
    target: str
    value: float
    lo: float | None
    hi: float | None
    level: float | None
    unit: str
    n: int | None
    label: str
    method: str
    made_at: str
    """ISO time, UTC."""
    model_version: str
    success_version: int | None


def past_findings(
    table: Table,
    currency: str = "EUR",
    level: float = 0.9,
    say: Callable[[str], None] = lambda text: None,
) -> list[Finding]:
    """Estimates of the outcomes that ended projects have had, each from its own past only.

    Kind ``prediction``, basis ``past only``, sorted by target and project. The model of a
    project has seen those projects only that had ended before the quarter in which it started:
    their outcomes, their levels and scales. One fit serves all starts of a quarter. With fewer
    than :data:`NEEDED` of them there is no value. As long as no ended project changes, the answer
    stays the same; when it was made (``made_at``) is left empty. ``say`` is told what is fitted
    next, which may take minutes.
    """
    found: list[Finding] = []
    ended = sorted(table.finished, key=lambda row: row.project)
    for target in targets(currency):
        rows = [row for row in ended if target.read(row) is not None]
        if len(rows) > NEEDED:
            say(f"learning to predict {target.name} from the past only")
        quarters: dict[date, list[Row]] = {}
        for row in rows:
            quarters.setdefault(quarter_start(row.started), []).append(row)
        for day, begun in sorted(quarters.items()):
            found += _of_quarter(target, begun, ended_before(rows, day), level)
    return found


def quarter_start(day: date) -> date:
    """The first day of a day's quarter."""
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


def ended_before(rows: Iterable[Row], day: date) -> list[Row]:
    """Those that had ended before a day, in their order."""
    return [row for row in rows if row.ended is not None and row.ended < day]


def _of_quarter(
    target: Target, begun: Sequence[Row], seen: Sequence[Row], level: float
) -> list[Finding]:
    """Estimates for projects begun in one quarter, from those that were seen before it."""
    nothing = Forecast(None, None, None)
    if len(seen) < NEEDED:
        return [_past_finding(target, row, seen, nothing, level) for row in begun]
    columns = frame_of(seen, seen, target.features)
    model = new_model(target).fit(columns, outcomes_of(target, seen))
    asked = frame_of(begun, seen, target.features, asked=True)
    found = []
    for row, said in zip(begun, forecast(target, model, asked, level), strict=True):
        far = _far(target, row, seen)
        made = _past_finding(target, row, seen, nothing if far else said, level)
        if far:
            made = made.model_copy(update={"quality": far})
        elif said.lo is None and target.method != LOGISTIC:
            same = all_the_same(target, len(seen))
            made = made.model_copy(update={"quality": [*made.quality, same]})
        found.append(made)
    return found


def _far(target: Target, row: Row, seen: Sequence[Row]) -> list[str]:
    """Why there is no answer for a project unlike all that had ended, as of planned ones."""
    ranges = ranges_of(seen)
    if target.features == "score":
        ranges.pop("data_rows", None)
    return too_far(ranges, {name: getattr(row, name) for name in ranges})


def _past_finding(
    target: Target, row: Row, seen: Sequence[Row], said: Forecast, level: float
) -> Finding:
    start = quarter_start(row.started).isoformat()
    count = "1 project" if len(seen) == 1 else f"{len(seen)} projects"
    when = f"{start}, the start of the quarter it began in"
    reason = f"{count} with a {target.noun} had ended before {when}"
    quality = [f"{reason}, at least {NEEDED} are needed"]
    if said.value is not None:
        quality = [f"estimated afterwards: {reason}", AS_RECORDED]
    actual = actual_of(target, row)
    return Finding(
        kind="prediction",
        subject=row.project,
        value=said.value,
        unit=target.unit,
        lo=said.lo,
        hi=said.hi,
        level=None if said.lo is None else level,
        n=len(seen),
        as_of=f"{row.started}T00:00:00Z",
        method=target.method,
        method_version=MODEL_VERSION,
        label=NOT_ENOUGH if said.value is None else PAST_ONLY,
        evidence=[Evidence(kind="record", ref=row.path)],
        quality=quality,
        detail=PredictionDetail(
            target=target.name,
            model_version=MODEL_VERSION,
            made_at="",
            actual=actual,
            basis=PAST_ONLY,
            inside=is_inside(actual, said.lo, said.hi),
        ),
    )


def ended_findings(
    table: Table,
    kept: Iterable[KeptPrediction],
    past: Iterable[Finding],
    setting: Setting,
    currency: str = "EUR",
) -> list[Finding]:
    """One prediction for each ended project and outcome: the first that was kept, else ``past``.

    A kept one holds if it was made by the project's last day, in today's unit and, where the
    success block decides what happened, for today's version of it. It stays also where there
    is nothing to hold it against; an estimate made afterwards then says nothing and is left out.
    """
    rows = {row.project: row for row in table.finished}
    by_name = {target.name: target for target in targets(currency)}
    first: dict[tuple[str, str], KeptPrediction] = {}
    for one in sorted(kept, key=lambda one: one.made_at):
        row, target = rows.get(one.project), by_name.get(one.target)
        if row and target and _holds(one, row, target, setting):
            first.setdefault((one.project, one.target), one)
    found = [
        _kept_finding(by_name[name], rows[project], one)
        for (project, name), one in sorted(first.items())
    ]
    for finding in past:
        detail = finding.detail
        assert isinstance(detail, PredictionDetail)
        if (finding.subject, detail.target) not in first:
            dated = detail.model_copy(update={"made_at": setting.as_of})
            found.append(finding.model_copy(update={"detail": dated}))
    return found


def _holds(one: KeptPrediction, row: Row, target: Target, setting: Setting) -> bool:
    """Whether a kept prediction was made in time, and of the outcome as it is measured today."""
    if row.ended is None or one.made_at[:10] > row.ended.isoformat() or one.unit != target.unit:
        return False
    if target.is_log and one.value <= 0:
        return False
    return not target.is_of_success or one.success_version == setting.success_version


def _kept_finding(target: Target, row: Row, one: KeptPrediction) -> Finding:
    actual = actual_of(target, row)
    quality = [f"made on {one.made_at[:10]}, kept since"]
    if actual is None and row.status != "done":
        quality.append(f"not scored: {row.status}, which says nothing about what finishing takes")
    elif actual is None:
        quality.append(f"not scored: the project has no {target.noun}")
    return Finding(
        kind="prediction",
        subject=row.project,
        value=one.value,
        unit=one.unit,
        lo=one.lo,
        hi=one.hi,
        level=one.level,
        n=one.n,
        as_of=one.made_at,
        method=one.method,
        method_version=one.model_version,
        label=one.label,
        evidence=[Evidence(kind="record", ref=row.path)],
        quality=quality,
        detail=PredictionDetail(
            target=target.name,
            model_version=one.model_version,
            made_at=one.made_at,
            actual=actual,
            basis="kept",
            inside=is_inside(actual, one.lo, one.hi),
            success_version=one.success_version,
        ),
    )


def actual_of(target: Target, row: Row) -> float | None:
    """What happened, in the unit of the prediction: 0 or 100 for a chance."""
    value = target.read(row)
    return 100 * value if value is not None and target.method == LOGISTIC else value


def is_inside(actual: float | None, lo: float | None, hi: float | None) -> bool | None:
    """Whether what happened lies in the interval; None where one of them is missing."""
    if actual is None or lo is None or hi is None:
        return None
    return lo <= actual <= hi


def scored(target: Target, rows: Iterable[Row], found: Iterable[Finding]) -> list[Scored]:
    """How predictions of ended projects fared, kept ones and those made afterwards.

    The skill compares the mean absolute error (on the model's scale) with that of the median of
    the projects that had ended when the prediction was made; for chances mean squared errors,
    with the base rate of then. Below :data:`NEEDED` predictions there is neither skill nor error.
    """
    known = [row for row in rows if target.read(row) is not None]
    begun = {row.project: row for row in known}
    results: dict[Basis, list[tuple[float, float | None, bool | None]]] = {}
    for finding in found:
        detail, row = finding.detail, begun.get(finding.subject)
        assert isinstance(detail, PredictionDetail)
        if detail.target != target.name or finding.value is None or row is None:
            continue
        basis: Basis = "kept" if detail.basis == "kept" else PAST_ONLY
        is_kept = basis == "kept"
        day = date.fromisoformat(detail.made_at[:10]) if is_kept else quarter_start(row.started)
        actual = float(target.read(row) or 0.0)
        error = _error(target, finding.value, actual)
        plain = _plain(target, ended_before(known, day), actual)
        results.setdefault(basis, []).append((error, plain, detail.inside))
    return [_scored(target, basis, results[basis]) for basis in sorted(results)]


def _error(target: Target, value: float, actual: float) -> float:
    """How far off: of logarithms, of points, or the square for a chance."""
    if target.method == LOGISTIC:
        return (value / 100 - actual) ** 2
    return abs(math.log(value) - math.log(actual)) if target.is_log else abs(value - actual)


def _plain(target: Target, seen: Sequence[Row], actual: float) -> float | None:
    """The same for what anybody could have said then; None when nothing had ended."""
    values = outcomes_of(target, seen)
    if target.method == LOGISTIC:
        return _error(target, 100 * (sum(values) + 1) / (len(values) + 2), actual)
    return _error(target, median(values), actual) if values else None


def _scored(
    target: Target, basis: Basis, results: Sequence[tuple[float, float | None, bool | None]]
) -> Scored:
    errors = [error for error, _, _ in results]
    pairs = [(error, plain) for error, plain, _ in results if plain is not None]
    others = math.fsum(plain for _, plain in pairs)
    skill = error = None
    if len(pairs) >= NEEDED and others > 0:
        skill = 1 - math.fsum(error for error, _ in pairs) / others
    if len(errors) >= NEEDED and target.method != LOGISTIC:
        error = math.exp(median(errors)) if target.is_log else median(errors)
    ranged = [inside for _, _, inside in results if inside is not None]
    return Scored(
        basis=basis,
        n=len(results),
        inside=sum(ranged) if ranged else None,
        ranges=len(ranged),
        skill=skill,
        error=error,
    )
