"""Impact of a reused piece: points of success that go with using it, others things being equal.

The numbers are those of the adjusted plus-minus (:mod:`maestro.learning.plus_minus`); here stand
the rules of what may be said with them: grades, verdicts, and pieces that cannot be told apart.
An impact is associated with a piece, not caused by it: only a roll-out at random, or one team
after the other, would show that, and every finding says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from maestro.schema.details import NOT_ENOUGH
from maestro.schema.findings import Evidence, Finding
from maestro.schema.learned import ImpactDetail, UseImpactDetail, UseStep

from .cases import Case, name_of
from .plus_minus import Effect, PlusMinus
from .table import Row, Table

if TYPE_CHECKING:
    import pandas as pd

METHOD = "adjusted plus-minus"
METHOD_VERSION = "2"
ASSOCIATED = "associated with, not caused by: only a random or staggered roll-out would show that"
NEEDED = 30
"""Finished projects with a score below which nothing is graded."""
_LEVEL = 0.9
_SURE = 0.95
"""Probability from which a verdict is given."""
_OVERLAP = 0.8
"""Jaccard index of two pieces' projects from which they cannot be told apart."""
_EPOCH = date(1970, 1, 1)

Grade = Literal["strong", "moderate", "weak", "insufficient"]
GRADES: tuple[tuple[Grade, int, float, int], ...] = (
    ("strong", 20, 12, 5),
    ("moderate", 10, 6, 3),
    ("weak", 5, 2, 2),
)
"""Grade with the projects, clean comparisons and teams that it needs, best first."""


@dataclass(frozen=True, slots=True)
class Rule:
    """When an effect is called one: ``margin`` points of success and less are negligible."""

    margin: float = 1.0


@dataclass(frozen=True, slots=True)
class Judged:
    """An effect with what may be said of it."""

    effect: Effect
    grade: Grade
    verdict: str
    naive_mean: float | None
    """Mean success of the projects that used it, not adjusted."""
    others_mean: float | None
    """Mean success of all others, not adjusted."""
    reasons: tuple[str, ...]
    """Why it is insufficient."""


def score_impact(projects: pd.DataFrame, usage: pd.DataFrame) -> pd.DataFrame:
    """Impact of every artifact in ``usage``, one row each, sorted by name.

    ``projects``: one row per finished project with project, success (0 to 100; rows without are
    left out), team, problem_class, complexity, team_size, start_date; all other columns, process
    metrics among them, are left alone. ``usage``: project, artifact (``name@version``, split at
    its last @); repeated rows and unknown projects change nothing.

    Columns: artifact; effect, lo, hi (points of success, 90 % interval); p_helps, p_hurts
    (probability of an effect beyond 1 point); n (projects), teams; clean (how many fair
    comparisons the evidence is worth), separable (0 to 1); grade; verdict; naive_mean,
    naive_diff (not adjusted).
    """
    import pandas as pd

    uses: dict[str, set[str]] = defaultdict(set)
    for project, artifact in zip(usage["project"], usage["artifact"], strict=True):
        uses[str(project)].add(str(artifact))
    scored = projects[projects["success"].notna()]
    starts = pd.to_datetime(scored["start_date"])
    cases = [
        Case(
            project=str(row.project),
            success=float(row.success),
            team=str(row.team),
            problem_class=str(row.problem_class),
            complexity=None if pd.isna(row.complexity) else float(row.complexity),
            team_size=None if pd.isna(row.team_size) else float(row.team_size),
            day=(start.date() - _EPOCH).days,
            quarter=_quarter(start.date()),
            uses=frozenset(uses[str(row.project)]),
        )
        for row, start in zip(scored.itertuples(), starts, strict=True)
    ]
    judged = judge(cases, sorted({str(one) for one in usage["artifact"]}), Rule())
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


def judge(
    cases: Sequence[Case], references: Iterable[str], rule: Rule, model: PlusMinus | None = None
) -> list[Judged]:
    """Effect, grade and verdict of each reference, sorted; ``model`` when it is fitted already."""
    wanted = sorted(set(references))
    if model is None and PlusMinus.can_fit(cases):
        model = PlusMinus(cases, rule.margin)
    if model is None:
        return [_judged(_nothing(reference, cases), cases) for reference in wanted]
    return [_judged(effect, cases) for effect in model.effects(wanted)]


def _nothing(reference: str, cases: Sequence[Case]) -> Effect:
    # Scores that do not differ, or too few of them: no effect is known, and none is claimed.
    users = [case for case in cases if reference in case.uses]
    teams = len({case.team for case in users})
    return Effect(reference, 0.0, 0.0, 0.0, 0.0, 0.0, len(users), teams, 0.0, 0.0)


def _judged(effect: Effect, cases: Sequence[Case]) -> Judged:
    users = [c.success for c in cases if effect.reference in c.uses and c.success is not None]
    others = [c.success for c in cases if effect.reference not in c.uses and c.success is not None]
    grade, reasons = _grade(effect, cases)
    verdict = "no clear effect"
    if grade == "insufficient":
        verdict = NOT_ENOUGH
    elif effect.p_helps >= _SURE:
        verdict = "helps"
    elif effect.p_hurts >= _SURE:
        verdict = "hurts"
    return Judged(effect, grade, verdict, _mean(users), _mean(others), reasons)


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _grade(effect: Effect, cases: Sequence[Case]) -> tuple[Grade, tuple[str, ...]]:
    """The grade, and why it is insufficient; teams are capped at those the organisation has."""
    if len(cases) < NEEDED:
        few = f"{_projects(len(cases))} with a score, at least {NEEDED} are needed"
        return "insufficient", (few,)
    every = len({case.team for case in cases})
    for grade, projects, clean, teams in GRADES:
        if effect.n >= projects and effect.clean >= clean and effect.teams >= min(teams, every):
            return grade, ()
    _, projects, clean, teams = GRADES[-1]
    reasons = []
    if effect.n < projects:
        reasons.append(f"{_projects(effect.n)} used it, at least {projects} are needed")
    elif effect.n == len(cases):
        reasons.append("every finished project used it: there is nothing to compare it with")
    elif effect.teams < min(teams, every):
        counted = "1 team" if effect.teams == 1 else f"{effect.teams} teams"
        reasons.append(f"all its users are of {counted}, at least {teams} teams are needed")
    else:
        reasons.append(
            f"worth {effect.clean:.1f} fair comparisons, at least {clean:g} are needed: its "
            "projects differ from the others in more than this piece"
        )
    return "insufficient", tuple(reasons)


def bundles(cases: Sequence[Case]) -> dict[str, tuple[str, ...]]:
    """Reference to all it cannot be told from, itself among them: nearly the same projects.

    Two of them belong together when the Jaccard index of their projects is 0.8 or more, each
    used by 5 projects at least; so do those that are so tied to one another.
    """
    users: dict[str, set[str]] = defaultdict(set)
    for case in cases:
        for reference in case.uses:
            users[reference].add(case.project)
    often = sorted(one for one, projects in users.items() if len(projects) >= GRADES[-1][1])
    group = {one: one for one in often}

    def root(one: str) -> str:
        """The piece that stands for the group of one piece."""
        while group[one] != one:
            one = group[one]
        return one

    for at, one in enumerate(often):
        for two in often[at + 1 :]:
            if name_of(one) == name_of(two):
                continue
            both = len(users[one] & users[two])
            if both >= _OVERLAP * len(users[one] | users[two]):
                group[root(two)] = root(one)
    members: dict[str, list[str]] = defaultdict(list)
    for one in often:
        members[root(one)].append(one)
    return {
        one: tuple(several) for several in members.values() if len(several) > 1 for one in several
    }


def impact_findings(
    table: Table, *, as_of: str, rule: Rule | None = None, also: Iterable[str] = ()
) -> list[Finding]:
    """One finding of kind ``impact`` per reference, and ``use_impact`` per scored project.

    ``also`` names references that get a finding although no finished project used them. The
    value is in points of success; there is none where the grade is insufficient, and the first
    of the quality notes says why.
    """
    rule = rule or Rule()
    cases = [_case(row) for row in sorted(table.scored, key=lambda row: row.project)]
    used = {reference for row in table.finished for reference in row.uses}
    model = PlusMinus(cases, rule.margin) if PlusMinus.can_fit(cases) else None
    together = bundles(cases)
    found = []
    for one in judge(cases, {*used, *also}, rule, model):
        rows = [row for row in table.finished if one.effect.reference in row.uses]
        joint = together.get(one.effect.reference, ())
        found.append(_finding(one, sorted(rows, key=lambda row: row.project), as_of, model, joint))
    if model is not None and len(cases) >= NEEDED:
        found += [_waterfall(model, row, as_of) for row in table.scored]
    return sorted(found, key=lambda finding: (finding.kind, finding.subject))


def _case(row: Row) -> Case:
    return Case(
        project=row.project,
        success=row.success,
        team=row.team,
        problem_class=row.problem_class,
        complexity=float(row.complexity),
        team_size=float(row.team_size),
        day=(row.started - _EPOCH).days,
        quarter=_quarter(row.started),
        uses=frozenset(row.uses),
    )


def _quarter(day: date) -> str:
    return f"{day.year}Q{(day.month + 2) // 3}"


def _finding(
    one: Judged, rows: Sequence[Row], as_of: str, model: PlusMinus | None, joint: Sequence[str]
) -> Finding:
    effect, known = one.effect, one.grade != "insufficient"
    users = [row for row in rows if row.success is not None]
    notes = [*one.reasons, *([ASSOCIATED] if known else []), *_limits(effect.reference, rows)]
    ends = model.joint(joint) if model and joint else None
    if ends:
        others = ", ".join(ref for ref in joint if ref != effect.reference)
        notes.append(f"cannot be told from {others}: nearly the same projects used them")
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
            together=list(joint),
            joint=ends[0] if ends else None,
            joint_lo=ends[1] if ends else None,
            joint_hi=ends[2] if ends else None,
        ),
    )


def _waterfall(model: PlusMinus, row: Row, as_of: str) -> Finding:
    steps = [
        UseStep(name=s.name, kind=s.kind, points=s.points, lo=s.lo, hi=s.hi)
        for s in model.waterfall(row.project)
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


def _limits(reference: str, rows: Sequence[Row]) -> list[str]:
    notes = []
    if "@" not in reference:
        notes.append("the version they used is not known")
    if unscored := sum(row.success is None for row in rows):
        notes.append(f"{_projects(unscored)} without a success score used it, not counted")
    return notes


def _projects(count: int) -> str:
    return "1 finished project" if count == 1 else f"{count} finished projects"


__all__ = [
    "ASSOCIATED", "GRADES", "METHOD", "NEEDED", "Rule", "bundles", "impact_findings", "judge",
    "score_impact",
]  # fmt: skip
