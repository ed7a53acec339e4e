"""What may be said of an effect: its grade by the evidence, and its verdict."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from maestro.schema.details import NOT_ENOUGH

from .cases import Case, teams_of
from .confounding import LEAST_USERS, group_of, same_as_group
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
        model = PlusMinus(cases, rule.margin, is_apart=True)
    if model is None:
        return [_judged(_nothing(reference, cases), cases) for reference in wanted]
    return [_judged(effect, cases) for effect in model.effects(wanted)]


def _nothing(reference: str, cases: Sequence[Case]) -> Effect:
    # Scores that do not differ, or too few of them: no effect is known, and none is claimed.
    users = [case for case in cases if reference in case.uses]
    teams = teams_of(users)
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
        return "insufficient", (few(cases),)
    group = same_as_group(cases, effect.reference) if effect.n >= LEAST_USERS else ""
    return _graded((effect.n, effect.clean, effect.teams), cases, group, _ONE)


_ONE = ("it", "its", "this piece")
_ALL = ("all of them", "their", "these pieces")


def _graded(
    evidence: tuple[int, float, int],
    cases: Sequence[Case],
    group: str,
    words: tuple[str, str, str],
) -> tuple[Grade, tuple[str, ...]]:
    """The grade of projects, fair comparisons and teams that are no ``group``, or why it is none.

    ``words`` for what they used: ``it``, ``its``, ``this piece``.
    """
    n, worth, of_teams = evidence
    every = teams_of(cases)
    grade = grade_of(evidence, every)
    if grade != "insufficient" and not group:
        return grade, ()
    used, whose, what = words
    _, projects, _, teams = GRADES[-1]
    if n < projects:
        reason = f"{projects_of(n)} used {used}, at least {projects} are needed"
    elif n == len(cases):
        with_it = "it" if words == _ONE else "them"
        reason = f"every finished project used {used}: there is nothing to compare {with_it} with"
    elif of_teams < min(teams, every):
        counted = "1 team" if of_teams == 1 else f"{of_teams} teams"
        reason = f"all {whose} users are of {counted}, at least {teams} teams are needed"
    elif group:
        reason = f"cannot be told from {group}: mostly the same projects"
    else:
        reason = worth_little(worth, whose, what)
    return "insufficient", (reason,)


def doubt_of(evidence: tuple[int, float, int], cases: Sequence[Case], group: str) -> str:
    """Why so many projects, fair comparisons and teams among ``cases`` allow no number.

    ``group`` is the class or team that the users mostly are. Empty from the grade weak on.
    """
    return "".join(_graded(evidence, cases, group, _ONE)[1])


def worth_little(worth: float, whose: str = "its", what: str = "this piece") -> str:
    """Why so few fair comparisons are no evidence, though projects and teams are enough."""
    return (
        f"worth {rounded_down(worth)} fair comparisons, at least {GRADES[-1][2]:g} are needed: "
        f"{whose} projects differ from the others in more than {what}"
    )


def rounded_down(worth: float) -> str:
    """With one decimal: what is too little must not look like enough."""
    return f"{math.floor(10 * worth) / 10:.1f}"


def joint_doubt(model: PlusMinus, references: Sequence[str]) -> str:
    """Why nothing may be said of using all of these together; empty from the grade weak on.

    The same is asked of the projects that used them all as of those that used one piece.
    """
    cases = model.cases
    if len(cases) < NEEDED:
        return few(cases)
    users = [case for case in cases if case.uses.issuperset(references)]
    group = group_of(cases, users) if len(users) >= LEAST_USERS else ""
    evidence = (len(users), model.worth(references), teams_of(users))
    return "".join(_graded(evidence, cases, group, _ALL)[1])


def few(cases: Sequence[Case]) -> str:
    """Why nothing is said of any piece while projects are so few."""
    return f"{projects_of(len(cases))} with a score, at least {NEEDED} are needed"


def projects_of(count: int) -> str:
    """The count in words: ``1 finished project``, ``5 finished projects``."""
    return "1 finished project" if count == 1 else f"{count} finished projects"
