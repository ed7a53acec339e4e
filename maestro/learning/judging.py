"""What may be said of an effect: its grade by the evidence, and its verdict."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from maestro.schema.details import NOT_ENOUGH

from .cases import Case
from .confounding import LEAST_USERS, same_as_group
from .plus_minus import Effect, PlusMinus

NEEDED = 30
"""Finished projects with a score below which nothing is graded."""
_SURE = 0.95
"""Probability from which a verdict is given."""

Grade = Literal["strong", "moderate", "weak", "insufficient"]
GRADES: tuple[tuple[Grade, int, float, int], ...] = (
    ("strong", 20, 12, 5),
    ("moderate", 10, 6, 3),
    ("weak", LEAST_USERS, 2, 2),
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
    enough = grade != "insufficient"
    verdict = verdict_of(effect.p_helps, effect.p_hurts) if enough else NOT_ENOUGH
    return Judged(effect, grade, verdict, _mean(users), _mean(others), reasons)


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def verdict_of(helps: float, hurts: float) -> str:
    """The verdict, from the chances of an effect beyond the margin to either side."""
    if helps >= _SURE:
        return "helps"
    return "hurts" if hurts >= _SURE else "no clear effect"


def grade_of(evidence: tuple[int, float, int], every: int) -> Grade:
    """The grade of so many projects, clean comparisons and teams, out of ``every`` team."""
    n, worth, of_teams = evidence
    for grade, projects, clean, teams in GRADES:
        if n >= projects and worth >= clean and of_teams >= min(teams, every):
            return grade
    return "insufficient"


def _grade(effect: Effect, cases: Sequence[Case]) -> tuple[Grade, tuple[str, ...]]:
    """The grade, and why it is insufficient; teams are capped at those the organisation has."""
    if len(cases) < NEEDED:
        few = f"{projects_of(len(cases))} with a score, at least {NEEDED} are needed"
        return "insufficient", (few,)
    every = len({case.team for case in cases})
    group = same_as_group(cases, effect.reference) if effect.n >= LEAST_USERS else ""
    grade = grade_of((effect.n, effect.clean, effect.teams), every)
    if grade != "insufficient" and not group:
        return grade, ()
    _, projects, clean, teams = GRADES[-1]
    if effect.n < projects:
        reason = f"{projects_of(effect.n)} used it, at least {projects} are needed"
    elif effect.n == len(cases):
        reason = "every finished project used it: there is nothing to compare it with"
    elif effect.teams < min(teams, every):
        counted = "1 team" if effect.teams == 1 else f"{effect.teams} teams"
        reason = f"all its users are of {counted}, at least {teams} teams are needed"
    elif group:
        reason = f"cannot be told from {group}: mostly the same projects"
    else:
        reason = (
            f"worth {effect.clean:.1f} fair comparisons, at least {clean:g} are needed: its "
            "projects differ from the others in more than this piece"
        )
    return "insufficient", (reason,)


def projects_of(count: int) -> str:
    """The count in words: ``1 finished project``, ``5 finished projects``."""
    return "1 finished project" if count == 1 else f"{count} finished projects"
