"""How an impact moved from run to run, and why its verdict is another one.

Reasons are read off what the history keeps of each run, never guessed: where two lines differ in
nothing that is kept, that is what is said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from maestro.schema.details import Published
from maestro.schema.findings import Finding, round_numbers
from maestro.schema.learned import ImpactDetail, PastImpact

LATEST = 8
"""Runs at the end of a history that are shown whatever they say."""
KEPT = (
    "method_version", "success_version", "margin", "grade", "p_helps", "p_hurts", "teams",
    "clean", "projects", "naive_mean", "others_mean",
)  # fmt: skip
"""What a line of the history holds of an impact besides its value, interval and verdict."""


class EarlierImpact(Published):
    """What the history keeps of an impact in one run; None where a line does not say."""

    at: str
    commit: str
    value: float | None
    lo: float | None
    hi: float | None
    n: int | None
    label: str
    method: str = ""
    method_version: str | None = None
    success_version: int | None = None
    margin: float | None = None
    grade: str | None = None
    p_helps: float | None = None
    p_hurts: float | None = None
    teams: int | None = None
    clean: float | None = None
    projects: int | None = None
    naive_mean: float | None = None
    others_mean: float | None = None


def with_history(
    findings: Sequence[Finding], earlier: Mapping[str, Sequence[EarlierImpact]], commit: str
) -> list[Finding]:
    """The findings where each impact tells how it moved; ``earlier``: reference to its lines.

    ``commit`` is that of the present run. Lines of a later moment than a finding's are not
    looked at, so that an old commit that is built again tells what it told.
    """
    found = []
    for finding in findings:
        if isinstance(finding.detail, ImpactDetail):
            lines = earlier.get(finding.subject, ())
            before = [line for line in lines if line.at <= finding.as_of]
            detail = finding.detail.model_copy(
                update={"history": _history([*before, _now(finding, commit)])}
            )
            finding = finding.model_copy(update={"detail": detail})
        found.append(finding)
    return found


def _now(finding: Finding, commit: str) -> EarlierImpact:
    """The present run as the history will keep it: with the digits that are published."""
    row = finding.model_dump(exclude={"detail"})
    row |= finding.detail.model_dump() if finding.detail else {}
    row |= {"at": finding.as_of, "commit": commit}
    kept = {name: row[name] for name in EarlierImpact.model_fields}
    return EarlierImpact.model_validate(round_numbers(kept))


def _history(lines: Sequence[EarlierImpact]) -> list[PastImpact]:
    found: list[PastImpact] = []
    last: EarlierImpact | None = None
    for line in lines:
        if last is not None and _said(line) == _said(last):
            continue
        is_flip = last is not None and last.label != line.label
        shown = line.model_dump(include=set(PastImpact.model_fields))
        reason = why(last, line) if last is not None and is_flip else ""
        found.append(PastImpact.model_validate({**shown, "reason": reason}))
        last = line
    old, latest = found[:-LATEST], found[-LATEST:]
    return [*old[:1], *(one for one in old[1:] if one.reason), *latest]


def _said(line: EarlierImpact) -> tuple[object, ...]:
    """What makes two runs say the same, the same as what makes a new line in the history."""
    return line.value, line.lo, line.hi, line.n, line.label, line.method


def why(before: EarlierImpact, now: EarlierImpact) -> str:
    """Every kept fact that differs between two runs and bears on the verdict, in words."""
    reasons = [*_rules(before, now), *_evidence(before, now)]
    if not reasons and (before.projects is None or now.projects is None):
        reasons = ["what it was then computed from was not kept"]
    elif not reasons:
        reasons = [
            "the same number of projects with the same mean scores, by the same rules: something "
            "else in the records of finished projects is another"
        ]
    return "; ".join([*reasons, *_chances(before, now)])


def _chances(before: EarlierImpact, now: EarlierImpact) -> list[str]:
    """How sure the two runs were of the verdict that only one of them gave."""
    said = {before.label, now.label}
    found = []
    for verdict, one, two in (
        ("helps", before.p_helps, now.p_helps),
        ("hurts", before.p_hurts, now.p_hurts),
    ):
        if verdict in said and one is not None and two is not None:
            found.append(f"chance that it {verdict}: {100 * one:.1f} %, now {100 * two:.1f} %")
    return found


def _rules(before: EarlierImpact, now: EarlierImpact) -> list[str]:
    """What was changed in how impact is computed."""
    reasons = []
    if before.method != now.method or _differ(before.method_version, now.method_version):
        names = [f"{one.method} {one.method_version or ''}".strip() for one in (before, now)]
        reasons.append(f"the method changed from {names[0]} to {names[1]}")
    if _differ(before.success_version, now.success_version):
        reasons.append(
            f"the success block changed from version {before.success_version} to "
            f"{now.success_version}"
        )
    if _differ(before.margin, now.margin):
        reasons.append(f"the margin changed from {before.margin:g} to {now.margin:g} points")
    return reasons


def _evidence(before: EarlierImpact, now: EarlierImpact) -> list[str]:
    """What is known of other projects than before."""
    reasons = []
    own, old_own = now.n, before.n
    if own is not None and old_own is not None and own != old_own:
        reasons.append(f"{_more(own - old_own)} used it ({old_own} to {own})")
    elif _differ(before.naive_mean, now.naive_mean):
        reasons.append(
            "other projects than before used it, or their scores changed: their mean moved from "
            f"{_both(before.naive_mean, now.naive_mean)}"
        )
    others, old_others = _others(now), _others(before)
    if others is not None and old_others is not None and others != old_others:
        reasons.append(f"{_more(others - old_others)} without it ({old_others} to {others})")
    elif _differ(before.others_mean, now.others_mean):
        reasons.append(
            "the scores of projects without it changed: their mean moved from "
            f"{_both(before.others_mean, now.others_mean)}"
        )
    if _differ(before.teams, now.teams):
        reasons.append(f"its users are of {now.teams} teams, before of {before.teams}")
    return reasons


def _others(line: EarlierImpact) -> int | None:
    return None if line.projects is None or line.n is None else line.projects - line.n


def _more(count: int) -> str:
    kind = "more" if count > 0 else "fewer"
    return f"{abs(count)} {kind} {'project' if abs(count) == 1 else 'projects'}"


def _both(before: float | None, now: float | None) -> str:
    """Two means in points with one decimal, or as many as it takes to tell them apart."""
    if before is None or now is None:
        return ""
    digits = next((d for d in (1, 2) if f"{before:.{d}f}" != f"{now:.{d}f}"), 4)
    return f"{before:.{digits}f} to {now:.{digits}f}"


def _differ(before: object, now: object) -> bool:
    return before is not None and now is not None and before != now


__all__ = ["KEPT", "LATEST", "EarlierImpact", "why", "with_history"]
