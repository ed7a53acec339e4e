"""What is known of a project besides its commits: CI records, training runs, its own metrics."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from maestro.schema.details import HealthDetail
from maestro.schema.findings import Evidence, Finding
from maestro.schema.project import Tracking

from .activity import DAY, Period
from .base import Row
from .custom import custom_figures
from .delivery import History
from .figure import About, finding_of, iso
from .outcomes import Ended, outcome_findings
from .recorded import Recorded, recorded_findings
from .tracking.figures import dvc_figures, training_figures
from .tracking.reading import Tracked

METHOD_VERSION = "1"
State = Literal["fresh", "stale", "failed", "missing", "skipped"]
_NOT_ASKED = "X005"
"""The code of a tracking server that nobody has asked yet."""


@dataclass(frozen=True, slots=True)
class Others:
    """The sources of one project besides its repository; each None or empty when it has none."""

    project: str
    """Name of the project."""
    until: int | None = None
    """The moment its work was over; None while it goes on."""
    recorded: Recorded | None = None
    """CI records."""
    tracking: Tracking | None = None
    """What the record says of training runs."""
    tracked: Tracked | None = None
    """What is known of them."""
    tracking_days: float = 7
    """Age in days from which fetched training runs are stale."""
    metrics: Sequence[Row] = field(default_factory=tuple)
    """Rows of the project's custom metrics."""
    started: int | None = None
    """First moment of its first day; None where its outcomes are not asked for."""
    shared: str = ""
    """Why its CI records are not its own alone; empty when they are."""
    currency: str = "EUR"
    """The library's currency."""


def other_findings(
    one: Others, period: Period, history: Callable[[], History] = History
) -> list[Finding]:
    """Figures and the states of the sources; ``history`` is asked for only when it is needed."""
    found: list[Finding] = []
    if one.recorded is not None:
        found += recorded_findings(one.recorded, period, history())
    if one.tracking is not None and one.tracked is not None:
        found += _training(one, one.tracking, one.tracked, period)
    if one.metrics:
        found += _custom(one, period)
    # A project that says when it will end has not ended before that day.
    over = one.until is not None and period.as_of >= one.until - DAY
    if one.started is not None and one.until is not None and over:
        ended = Ended(
            project=one.project,
            started=one.started,
            until=one.until,
            recorded=one.recorded,
            tracked=one.tracked,
            currency=one.currency,
            shared=one.shared,
        )
        found += outcome_findings(ended, period, history)
    return found


def _training(one: Others, asked: Tracking, tracked: Tracked, period: Period) -> list[Finding]:
    quality = [*tracked.quality, *filter(None, [tracked.reason])]
    about = About(one.project, period, tracked.evidence, quality, METHOD_VERSION)
    figures = training_figures(tracked.rows, period, asked.metric, asked.direction)
    if tracked.versions is not None:
        figures += dvc_figures(tracked.versions, tracked.rows, period)
    state, reason, hint = _state(one, tracked, period)
    health = HealthDetail(
        source=f"tracking {asked.mlflow or asked.dvc or ''}".rstrip(),
        state=state,
        reason=reason,
        hint=hint,
        last_good=tracked.fetched or _newest(tracked.rows),
        counts={"training runs": len(tracked.rows)} if tracked.rows else {},
    )
    return [
        _health(one.project, health, len(tracked.rows), period),
        *(finding_of(figure, about) for figure in figures),
    ]


def _state(one: Others, tracked: Tracked, period: Period) -> tuple[State, str, str]:
    if tracked.code:
        state: State = "stale" if tracked.rows else "failed"
        state = "skipped" if tracked.code == _NOT_ASKED and not tracked.rows else state
        return state, tracked.reason, tracked.hint
    if tracked.fetched and one.until is None:
        day = datetime.fromisoformat(tracked.fetched).replace(tzinfo=UTC).timestamp()
        if period.as_of - (day + DAY) > one.tracking_days * DAY:
            reason = f"not fetched for more than {one.tracking_days:g} days"
            return "stale", reason, "run maestro fetch"
    return "fresh", "", ""


def _custom(one: Others, period: Period) -> list[Finding]:
    paths: dict[str, int] = {}
    for row in one.metrics:
        paths[row[5]] = paths.get(row[5], 0) + 1
    evidence = [
        Evidence(kind="file", ref=path, note=f"{count} values")
        for path, count in sorted(paths.items())
    ]
    about = About(one.project, period, evidence, (), METHOD_VERSION)
    folder = min(paths).rpartition("/")[0]
    health = HealthDetail(
        source=f"evidence {folder}",
        state="fresh",
        last_good=iso(max(row[1] for row in one.metrics)),
        counts={"values": len(one.metrics)},
    )
    return [
        _health(one.project, health, len(one.metrics), period),
        *(finding_of(figure, about) for figure in custom_figures(one.metrics, period)),
    ]


def _newest(rows: Iterable[Row]) -> str:
    return iso(max((time for row in rows for time in row[6:10] if time is not None), default=None))


def _health(project: str, detail: HealthDetail, n: int, period: Period) -> Finding:
    return Finding(
        kind="source_health",
        subject=project,
        n=n,
        as_of=iso(period.as_of),
        method=f"{detail.source.split(' ')[0]}.source",
        method_version=METHOD_VERSION,
        label=detail.state,
        quality=[detail.reason] if detail.reason else [],
        detail=detail,
    )
