"""Impact of a reused piece: how projects that used it fared against all others.

This is the plain difference of means: associated with, not caused by, and not adjusted for who
used it where. Every finding says so.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, stdtrit

from maestro.schema.findings import NOT_ENOUGH, Evidence, Finding, ImpactDetail

from .table import Row, Table

METHOD = "difference of means, bootstrap"
NOT_ADJUSTED = "not adjusted for team, class or difficulty"
ASSOCIATED = "associated with, not caused by: only a random or staggered roll-out would show that"

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rule:
    """When an effect is computed and when it is called one.

    ``margin``: points of success below which an effect is negligible (settings:
    ``impact_margin``). ``level``: how sure the interval is. ``least``: projects needed on
    either side; ``teams``: teams needed among the users.
    """

    margin: float = 1.0
    level: float = 0.9
    least: int = 5
    teams: int = 2
    resamples: int = 2000
    seed: int = 0


@dataclass(frozen=True, slots=True)
class _Groups:
    """Finished projects with a score that used one artifact, all others, and users without."""

    users: tuple[Row, ...]
    others: tuple[Row, ...]
    unscored: int

    @property
    def teams(self) -> int:
        return len({row.team for row in self.users})


def impact_findings(
    table: Table, *, as_of: str, rule: Rule | None = None, also: Iterable[str] = ()
) -> list[Finding]:
    """One finding of kind ``impact`` per reference that a finished project used, sorted.

    A reference is an opaque label: ``name@1.2.0``, or ``name`` where the version is not known.
    ``also`` names references that get a finding although no finished project used them. The
    value is in points of success: mean of the users minus mean of all others. There is none
    below ``rule.least`` projects on either side or ``rule.teams`` teams among the users. The
    interval of one reference depends on nothing but its users' and the others' scores.
    """
    rule = rule or Rule()
    users: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(table.finished, key=lambda row: row.project):
        for reference in row.uses:
            users[reference].append(row)
    scored = tuple(sorted(table.scored, key=lambda row: row.project))
    return [
        _finding(reference, _split(users.get(reference, []), scored), as_of, rule)
        for reference in sorted({*users, *also})
    ]


def difference_interval(
    users: Floats, others: Floats, subject: str, rule: Rule
) -> tuple[float, float]:
    """Bootstrap interval of mean(users) - mean(others); resamples projects within each side.

    The plain percentile interval is too narrow for few projects, so it is expanded after
    Hesterberg ("What teachers should know about the bootstrap", The American Statistician 69,
    2015): deviations from the mean grow by sqrt(n / (n - 1)), and the tails are those of
    Student's t at Welch's degrees of freedom, expressed on the normal scale. Measured at level
    0.9 with 5 to 20 users and 5 to 100 others: covers 90-92 % of normal and 85-92 % of
    log-normal differences. Random numbers depend on ``subject`` and ``rule.seed`` alone. Needs
    at least two values on each side.
    """
    digest = hashlib.sha256(f"{rule.seed}:{subject}".encode()).digest()
    random = np.random.default_rng(int.from_bytes(digest[:8], "big"))
    centre = float(users.mean() - others.mean())
    draws = centre + _resampled(users, random, rule) - _resampled(others, random, rule)
    tail = float(ndtr(stdtrit(_welch(users, others), (1 - rule.level) / 2)))
    lo, hi = (float(end) for end in np.quantile(draws, [tail, 1 - tail]))
    return min(lo, centre), max(hi, centre)


def _resampled(values: Floats, random: np.random.Generator, rule: Rule) -> Floats:
    """Means of resampled deviations from the mean, one per resample."""
    n = len(values)
    deviations = (values - values.mean()) * np.sqrt(n / (n - 1))
    kind: Any = np.uint16 if n < 2**16 else np.uint32
    picks = random.integers(0, n, size=(rule.resamples, n), dtype=kind)
    means: Floats = deviations[picks].mean(axis=1)
    return means


def _welch(users: Floats, others: Floats) -> float:
    """Degrees of freedom of the difference of two means with unequal variances (Welch 1947)."""
    a, b = (float(side.var(ddof=1)) / len(side) for side in (users, others))
    if a + b == 0:
        return float(len(users) + len(others) - 2)
    share = a / (a + b)
    return 1 / (share**2 / (len(users) - 1) + (1 - share) ** 2 / (len(others) - 1))


def _split(users: list[Row], scored: tuple[Row, ...]) -> _Groups:
    names = {row.project for row in users}
    return _Groups(
        users=tuple(row for row in users if row.success is not None),
        others=tuple(row for row in scored if row.project not in names),
        unscored=sum(row.success is None for row in users),
    )


def _finding(subject: str, groups: _Groups, as_of: str, rule: Rule) -> Finding:
    users, others = _scores(groups.users), _scores(groups.others)
    reasons = _too_little(groups, rule)
    value = lo = hi = None
    if not reasons:
        lo, hi = difference_interval(users, others, subject, rule)
        value = float(users.mean() - others.mean())
    verdict = NOT_ENOUGH if lo is None or hi is None else _verdict(lo, hi, rule.margin)
    return Finding(
        kind="impact",
        subject=subject,
        value=value,
        unit="points",
        lo=lo,
        hi=hi,
        level=None if reasons else rule.level,
        n=len(users),
        as_of=as_of,
        method=METHOD,
        label=verdict,
        evidence=[Evidence(kind="record", ref=row.path, note="user") for row in groups.users],
        quality=(reasons or [NOT_ADJUSTED, ASSOCIATED]) + _limits(subject, groups),
        detail=ImpactDetail(
            users=[row.project for row in groups.users],
            teams=groups.teams,
            naive_mean=float(users.mean()) if len(users) else None,
            others_mean=float(others.mean()) if len(others) else None,
            grade="insufficient" if reasons else "weak",
            verdict=verdict,
        ),
    )


def _scores(rows: tuple[Row, ...]) -> Floats:
    return np.array([row.success for row in rows], dtype=np.float64)


def _verdict(lo: float, hi: float, margin: float) -> str:
    """What the means say. Not "helps" or "hurts": a difference that is not adjusted cannot."""
    if lo > margin:
        return "users did better"
    if hi < -margin:
        return "users did worse"
    return "no clear difference"


def _too_little(groups: _Groups, rule: Rule) -> list[str]:
    users, others, teams = len(groups.users), len(groups.others), groups.teams
    if users < rule.least:
        return [f"{_projects(users)} used it, at least {rule.least} are needed"]
    if others == 0:
        return ["every finished project used it: there is nothing to compare it with"]
    if others < rule.least:
        return [f"{_projects(others)} did not use it, at least {rule.least} are needed"]
    if teams < rule.teams:
        counted = "1 team" if teams == 1 else f"{teams} teams"
        return [f"all its users are of {counted}, at least {rule.teams} teams are needed"]
    return []


def _limits(subject: str, groups: _Groups) -> list[str]:
    notes = []
    if "@" not in subject:
        notes.append("the version they used is not known")
    if groups.unscored:
        notes.append(f"{_projects(groups.unscored)} without a success score used it, not counted")
    return notes


def _projects(count: int) -> str:
    return "1 finished project" if count == 1 else f"{count} finished projects"


__all__ = [
    "ASSOCIATED",
    "METHOD",
    "NOT_ADJUSTED",
    "Rule",
    "difference_interval",
    "impact_findings",
]
