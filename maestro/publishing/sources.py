"""The states of sources, worst first: on Operations, on Home and on the pages of projects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from maestro.schema import Finding, Settings
from maestro.schema.details import HealthDetail

from .captions import SOURCES, source_of

WORST = ("failed", "stale", "missing", "skipped", "fresh")
"""States of a source, worst first."""
FEW = 5
"""So many sources of one sort that need nobody at once stand open; more are folded."""
_CALM = {"skipped": "each says why", "fresh": "nothing to do"}
"""States that may be folded, with what is to be said of them."""
_ORDER = {state: place for place, state in enumerate(WORST)}


def state_of(finding: Finding) -> str:
    """The state of a source; ``missing`` for a finding without one."""
    return finding.detail.state if isinstance(finding.detail, HealthDetail) else "missing"


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Failed before stale before missing; then by project and source."""
    return sorted(findings, key=lambda f: (_ORDER[state_of(f)], f.subject, source_of(f)))


@dataclass(frozen=True, slots=True)
class Group:
    """All sources of one sort, worst first."""

    title: str
    states: tuple[tuple[str, int], ...]
    """State to how many are in it, worst first; states of no source are left out."""
    target_days: float | None
    """How old a source of this sort may be; None for one without such a target."""
    found: tuple[Finding, ...]
    """The worst ones, open on the page."""
    folded: tuple[tuple[str, str, tuple[Finding, ...]], ...]
    """Those that need nobody's eye, when they are too many to stand open: state, what is to be
    said of it, and the sources in it."""
    left_out: int
    """How many more there are."""


def groups(findings: Iterable[Finding], settings: Settings, most: int) -> list[Group]:
    """Sources by sort, at most ``most`` of each."""
    kinds: dict[str, list[Finding]] = {kind: [] for kind in (*SOURCES, "")}
    for finding in findings:
        kind = source_of(finding)
        kinds[kind if kind in SOURCES else ""].append(finding)
    return [_group(kind, found, settings, most) for kind, found in kinds.items() if found]


def _group(kind: str, findings: list[Finding], settings: Settings, most: int) -> Group:
    days = settings.freshness
    targets = {"git": days.git_days, "ci": days.ci_days, "tracking": days.tracking_days}
    counts = Counter(map(state_of, findings))
    shown = worst_first(findings)[:most]
    calm = {s: tuple(one for one in shown if state_of(one) == s) for s in _CALM}
    folded = tuple((s, _CALM[s], found) for s, found in calm.items() if len(found) > FEW)
    away = {state for state, _, _ in folded}
    title = SOURCES.get(kind, "The library itself and others")
    return Group(
        title[:1].upper() + title[1:],
        tuple((state, counts[state]) for state in WORST if counts[state]),
        targets.get(kind),
        tuple(one for one in shown if state_of(one) not in away),
        folded,
        max(0, len(findings) - most),
    )
