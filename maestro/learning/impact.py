"""Impact of a reused piece: points of success that go with using it, others things being equal.

The numbers are those of the adjusted plus-minus (:mod:`maestro.learning.plus_minus`); here stand
the rules of what may be said with them: grades, verdicts, and pieces that cannot be told apart.
An impact is associated with a piece, not caused by it: only a roll-out at random, or one team
after the other, would show that, and every finding says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from maestro.schema.findings import Evidence, Finding
from maestro.schema.learned import ImpactDetail, UseImpactDetail, UseStep

from .cases import cases_of
from .classes import class_impacts
from .confounding import Confounded, bundles, confounded
from .entry import cases_from
from .judging import GRADES, NEEDED, Judged, Rule, joint_doubt, judge, projects_of
from .plus_minus import PlusMinus
from .table import Row, Table

if TYPE_CHECKING:
    import pandas as pd

METHOD = "adjusted plus-minus"
METHOD_VERSION = "4"
ASSOCIATED = "associated with, not caused by: only a random or staggered roll-out would show that"
_LEVEL = 0.9


def score_impact(projects: pd.DataFrame, usage: pd.DataFrame) -> pd.DataFrame:
    """Impact of every artifact in ``usage``, one row each, sorted by name.

    ``projects``: one row per finished project with project, success (0 to 100; rows without are
    left out), team, problem_class, complexity, team_size, start_date; all other columns, process
    metrics among them, are left alone. ``usage``: project, artifact (``name@version``, split at
    its last @); repeated rows and unknown projects change nothing. What empty cells mean, and
    which ones raise ValueError, stands at :func:`.entry.cases_from`.

    Columns: artifact; effect, lo, hi (points of success, 90 % interval); p_helps, p_hurts
    (probability of an effect beyond 1 point); n (projects), teams (known ones); clean (how many
    fair comparisons the evidence is worth), separable (0 to 1); grade; verdict; naive_mean,
    naive_diff (not adjusted).
    """
    import pandas as pd

    cases, artifacts = cases_from(projects, usage)
    judged = judge(cases, artifacts, Rule())
    return pd.DataFrame([_row(one) for one in judged], columns=_COLUMNS)


_COLUMNS = (
    "artifact", "effect", "lo", "hi", "p_helps", "p_hurts", "n", "teams", "clean", "separable",
    "grade", "verdict", "naive_mean", "naive_diff",
)  # fmt: skip


def _row(one: Judged) -> tuple[object, ...]:
    effect, means = one.effect, (one.naive_mean, one.others_mean)
    difference = None if None in means else means[0] - means[1]  # type: ignore[operator]
    return (
        effect.reference, effect.effect, effect.lo, effect.hi, effect.p_helps, effect.p_hurts,
        effect.n, effect.teams, effect.clean, effect.separable, one.grade, one.verdict,
        one.naive_mean, difference,
    )  # fmt: skip


def impact_findings(
    table: Table,
    *,
    as_of: str,
    rule: Rule | None = None,
    also: Iterable[str] = (),
    success_version: int | None = None,
) -> list[Finding]:
    """One finding of kind ``impact`` per reference, and ``use_impact`` per scored project.

    ``also`` names references that get a finding although no finished project used them,
    ``success_version`` the version of the success block that the scores go by. The
    value is in points of success; there is none where the grade is insufficient, and the first
    of the quality notes says why.
    """
    rule = rule or Rule()
    cases = cases_of(table.scored)
    used = {reference for row in table.finished for reference in row.uses}
    model = PlusMinus(cases, rule.margin, is_apart=True) if PlusMinus.can_fit(cases) else None
    by_class = class_impacts(model, used) if model else {}
    judged = judge(cases, {*used, *also}, rule, model)
    doubts = confounded(model, [one.effect for one in judged]) if model else {}
    found = []
    for one in judged:
        rows = [row for row in table.finished if one.effect.reference in row.uses]
        doubt = doubts.get(one.effect.reference, Confounded())
        made = _finding(one, sorted(rows, key=lambda row: row.project), as_of, model, doubt)
        more = {
            "classes": by_class.get(one.effect.reference, []),
            "projects": len(cases) if model else None,
            "margin": rule.margin,
            "success_version": success_version,
        }
        assert made.detail is not None
        found.append(made.model_copy(update={"detail": made.detail.model_copy(update=more)}))
    if model is not None and len(cases) >= NEEDED:
        found += [_waterfall(model, row, as_of) for row in table.scored]
    return sorted(found, key=lambda finding: (finding.kind, finding.subject))


def _finding(
    one: Judged, rows: Sequence[Row], as_of: str, model: PlusMinus | None, doubt: Confounded
) -> Finding:
    effect, known = one.effect, one.grade != "insufficient"
    users = [row for row in rows if row.success is not None]
    notes = [*one.reasons, *([ASSOCIATED] if known else []), *_limits(effect.reference, rows)]
    ends = None
    others = [one for one in doubt.others if not any(one in note for note in notes)]
    if others:
        why = "nearly the same projects used them"
        if not doubt.is_bundle:
            why = "what it adds and what they add cannot be separated"
        notes.append(f"cannot be told from {', '.join(others)}: {why}")
    if model and doubt.together:
        if reason := joint_doubt(model, doubt.together):
            notes.append(f"no effect of {', '.join(doubt.together)} together: {reason}")
        else:
            ends = model.joint(doubt.together)
    return Finding(
        kind="impact",
        subject=effect.reference,
        value=effect.effect if known else None,
        unit="points",
        lo=effect.lo if known else None,
        hi=effect.hi if known else None,
        level=_LEVEL if known else None,
        n=effect.n,
        as_of=as_of,
        method=METHOD,
        method_version=METHOD_VERSION,
        label=one.verdict,
        evidence=[Evidence(kind="record", ref=row.path, note="user") for row in users],
        quality=notes,
        detail=ImpactDetail(
            users=[row.project for row in users],
            teams=effect.teams,
            naive_mean=one.naive_mean,
            others_mean=one.others_mean,
            grade=one.grade,
            verdict=one.verdict,
            p_helps=effect.p_helps if known else None,
            p_hurts=effect.p_hurts if known else None,
            clean=effect.clean,
            separable=effect.separable,
            together=list(doubt.together),
            joint=ends[0] if ends else None,
            joint_lo=ends[1] if ends else None,
            joint_hi=ends[2] if ends else None,
        ),
    )


def _waterfall(model: PlusMinus, row: Row, as_of: str) -> Finding:
    # Rounded before they are summed: what is published adds up to the published score.
    told = [(s, _published(s.points)) for s in model.waterfall(row.project)]
    rest = (row.success or 0.0) - sum(points for s, points in told if s.kind != "unexplained")
    steps = [
        UseStep(
            name=s.name,
            kind=s.kind,
            points=_published(rest) if s.kind == "unexplained" else points,
            lo=None if s.lo is None else _published(s.lo),
            hi=None if s.hi is None else _published(s.hi),
        )
        for s, points in told
    ]
    return Finding(
        kind="use_impact",
        subject=row.project,
        value=row.success,
        unit="points",
        n=len(model.cases),
        as_of=as_of,
        method=METHOD,
        method_version=METHOD_VERSION,
        evidence=[Evidence(kind="finding", ref=f"success/{row.project}")],
        quality=[ASSOCIATED],
        detail=UseImpactDetail(steps=steps),
    )


def _published(points: float) -> float:
    """Points as a success score has them: four decimals, which six digits can hold."""
    return round(points, 4)


def _limits(reference: str, rows: Sequence[Row]) -> list[str]:
    notes = []
    if "@" not in reference:
        notes.append("the version they used is not known")
    if unscored := sum(row.success is None for row in rows):
        notes.append(f"{projects_of(unscored)} without a success score used it, not counted")
    return notes


__all__ = [
    "ASSOCIATED", "GRADES", "METHOD", "NEEDED", "Rule", "bundles", "impact_findings", "judge",
    "score_impact",
]  # fmt: skip
