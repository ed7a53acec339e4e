"""CI records of one project to findings: how its runs went, how it delivers, how its source is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from maestro.schema.details import HealthDetail
from maestro.schema.findings import Evidence, Finding
from maestro.schema.settings import Runner

from .activity import DAY, Period
from .ci.gather import Gathered
from .ci.health import ci_figures
from .delivery import DeliveryRules, History, delivery_figures
from .figure import About, Figure, finding_of, iso

METHOD_VERSION = "1"
_COUNTED = {
    "run": "runs",
    "job": "jobs",
    "test": "test reports",
    "deployment": "deployments",
    "pull_request": "pull requests",
    "incident": "issues",
}
_FROM_GIT = ("velocity", "velocity_trend")
"""Figures that pull requests tell better than commits do."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """The CI records of one project and what decides how they are counted."""

    project: str
    """Name of the project in the library."""
    source: str
    """What the records are of: ``github team/churn``, or the folder they lie in."""
    gathered: Gathered
    rules: DeliveryRules
    runners: Mapping[str, Runner] = field(default_factory=dict)
    currency: str = "EUR"
    fresh_days: float = 2
    """Age in days from which fetched records are stale."""
    until: int | None = None
    """The moment the project's work was over; None while it goes on."""


def recorded_findings(one: Recorded, period: Period, history: History) -> list[Finding]:
    """The state of the source, the figures of CI and delivery; ``history`` may be empty."""
    about = About(one.project, period, _evidence(one), _notes(one, period), METHOD_VERSION)
    tables = one.gathered.tables
    figures: list[Figure] = [
        *ci_figures(tables, period, one.runners, one.currency, one.rules.profile),
        *delivery_figures(tables, history, period, one.rules),
    ]
    return [recorded_health(one, period), *(finding_of(figure, about) for figure in figures)]


def told_better(findings: list[Finding]) -> list[Finding]:
    """``findings`` of one project without those from git that pull requests tell better."""
    better = {
        f.detail.name  # type: ignore[union-attr]
        for f in findings
        if f.value is not None and f.method.startswith("pull_requests.")
    }
    found = [f for f in findings if f.method not in {f"git.{n}" for n in better & {*_FROM_GIT}}]
    # And the other way about: without pull requests the commits are all there is.
    kept = {f.method for f in found if f.value is not None}
    gone = {f"pull_requests.{name}" for name in _FROM_GIT if f"git.{name}" in kept}
    return [f for f in found if f.method not in gone]


def recorded_health(one: Recorded, period: Period) -> Finding:
    """How the source of the records is: fresh, stale, failed or skipped, with the reason."""
    gathered = one.gathered
    reason, hint = gathered.reason, gathered.hint
    refused = sum(refusal.code != "no-facts" for refusal in gathered.refused)
    state = "fresh" if gathered.tables else "skipped"
    if gathered.code:
        state = "stale" if gathered.tables else "failed"
    elif gathered.tables and _is_old(one, period):
        state = "stale"
        reason = reason or f"not fetched for more than {one.fresh_days:g} days"
        hint = hint or "run maestro fetch"
    elif refused and not gathered.tables:
        state = "failed"
    counts = {
        words: len(gathered.tables[kind])
        for kind, words in _COUNTED.items()
        if gathered.tables.get(kind)
    }
    more = {"unknown fields": sum(gathered.unknown.values()), "refused records": refused}
    counts |= {words: number for words, number in more.items() if number}
    if refused and not reason:
        first = next(r for r in gathered.refused if r.code != "no-facts")
        where = f" {first.where}" if first.where else ""
        reason = f"{refused} records were refused, first {first.path}{where}: {first.reason}"
        hint = "maestro ci read shows each of them"
    detail = HealthDetail(
        source=f"ci {one.source}",
        state=state,  # type: ignore[arg-type]
        reason=reason,
        hint=hint,
        last_good=gathered.fetched or iso(gathered.newest),
        counts=counts,
    )
    return Finding(
        kind="source_health",
        subject=one.project,
        n=sum(len(rows) for rows in gathered.tables.values()),
        as_of=iso(period.as_of),
        method="ci.source",
        method_version=METHOD_VERSION,
        label=state,
        quality=[reason] if reason else [],
        detail=detail,
    )


def _is_old(one: Recorded, period: Period) -> bool:
    # Records that came as files are as old as they are; a finished project gets no more.
    if one.until is not None or not one.gathered.fetched:
        return False
    day = datetime.fromisoformat(one.gathered.fetched).replace(tzinfo=UTC).timestamp()
    # The day of a fetch is known, its hour is not: give it the whole day.
    return period.as_of - (day + DAY) > one.fresh_days * DAY


def _notes(one: Recorded, period: Period) -> list[str]:
    notes = []
    if one.gathered.reason:
        notes.append(one.gathered.reason)
    newest = one.gathered.newest
    if newest is not None and newest < period.start:
        notes.append(f"the newest record is of {iso(newest)[:10]}, before the window")
    if one.until is not None and one.until <= period.as_of:
        notes.append(f"up to the end of the project, {iso(one.until - 1)[:10]}")
    return notes


def _evidence(one: Recorded) -> list[Evidence]:
    counts = [
        f"{len(one.gathered.tables[kind]):,} {words}"
        for kind, words in _COUNTED.items()
        if one.gathered.tables.get(kind)
    ]
    if not counts:
        return []
    up_to = f", up to {iso(one.gathered.newest)[:10]}" if one.gathered.newest else ""
    return [Evidence(kind="run", ref=f"ci {one.source}", note=", ".join(counts) + up_to)]
