"""Impact by problem class: found where it is, pooled where it is not, silent without evidence."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from maestro.learning.cases import Case, name_of
from maestro.learning.classes import class_impacts
from maestro.learning.impact import impact_findings
from maestro.learning.plus_minus import PlusMinus
from maestro.schema.details import NOT_ENOUGH
from maestro.schema.learned import ClassImpact, ImpactDetail

from .rows import AS_OF, organisation, rows_of

CASES, TRUTH = organisation(seed=8, projects=240)
REFERENCES = sorted(TRUTH)


def by_class(cases: list[Case], reference: str) -> dict[str, ClassImpact]:
    """Class to what is said of one reference in it."""
    found = class_impacts(PlusMinus(cases), [reference])[reference]
    return {one.problem_class: one for one in found}


def differing(seed: int, spread: float) -> tuple[list[Case], dict[tuple[str, str], float]]:
    """Cases where each piece does more or less in each class, and the truth by both."""
    dice = np.random.default_rng(seed)
    kinds = [f"class-{number}" for number in range(4)]
    more = {(f"piece-{k:02d}", kind): spread * dice.normal() for k in range(10) for kind in kinds}
    cases = [
        replace(
            case,
            success=(case.success or 0)
            + sum(more[name_of(use), case.problem_class] for use in sorted(case.uses)),
        )
        for case in CASES
    ]
    truth = {(use, kind): TRUTH[use] + more[name_of(use), kind] for use in TRUTH for kind in kinds}
    return cases, truth


def test_differences_between_classes_are_found() -> None:
    """Intervals hold the effects by class, which are nearer to the truth than one for all is."""
    cases, truth = differing(seed=1, spread=5.0)
    model = PlusMinus(cases)
    overall = {effect.reference: effect.effect for effect in model.effects(REFERENCES)}
    inside, mine, plain = [], 0.0, 0.0
    for reference, classes in class_impacts(model, REFERENCES).items():
        for one in classes:
            if one.value is None or one.lo is None or one.hi is None:
                continue
            true = truth[reference, one.problem_class]
            inside.append(one.lo <= true <= one.hi)
            mine += (one.value - true) ** 2
            plain += (overall[reference] - true) ** 2
    assert len(inside) > 40
    assert 0.8 <= sum(inside) / len(inside) <= 0.97
    assert mine < 0.7 * plain


def test_without_differences_classes_agree() -> None:
    """Where classes do not differ each is told nearly what all projects have taught."""
    model = PlusMinus(CASES)
    overall = {effect.reference: effect for effect in model.effects(REFERENCES)}
    inside = said = 0
    for reference, classes in class_impacts(model, REFERENCES).items():
        for one in classes:
            if one.value is None or one.lo is None or one.hi is None:
                continue
            assert abs(one.value - overall[reference].effect) < 1.5
            assert one.lo <= one.value <= one.hi
            inside += one.lo <= TRUTH[reference] <= one.hi
            said += 1
            if one.label in ("helps", "hurts"):
                assert (TRUTH[reference] > 0) == (one.label == "helps")
    assert said > 40
    assert inside >= 0.8 * said


def test_few_users_in_a_class_have_no_number() -> None:
    """Below five users of a class its line has a count, no number and no verdict."""
    rare = [
        replace(case, uses=case.uses | {"rare@1"}) if place in range(0, 240, 20) else case
        for place, case in enumerate(CASES)
    ]
    found = class_impacts(PlusMinus(rare), ["rare@1"])["rare@1"]
    assert [one.n for one in found] == sorted((one.n for one in found), reverse=True)
    assert sum(one.n for one in found) == 12
    for one in found:
        if one.n < 5:
            assert (one.value, one.lo, one.hi, one.label) == (None, None, None, NOT_ENOUGH)
            projects = "1 finished project" if one.n == 1 else f"{one.n} finished projects"
            assert one.reason == f"{projects} used it, at least 5 are needed"


@pytest.mark.parametrize("without", [0, 2])
def test_a_class_that_always_uses_it_has_no_number(without: int) -> None:
    """Where all projects of a class but two use a piece hardly any are compared inside it."""
    places = [place for place, case in enumerate(CASES) if case.problem_class == "class-2"]
    others = places[:without]
    always = [
        replace(case, uses=case.uses | {"usual@1"})
        if place not in others and (place in places or place % 3 == 0)
        else case
        for place, case in enumerate(CASES)
    ]
    found = by_class(always, "usual@1")
    assert found["class-2"].n > 20
    assert (found["class-2"].value, found["class-2"].label) == (None, NOT_ENOUGH)
    every = "every finished project used it: there is nothing to compare it with"
    size = len(places)
    # 2 of N do without it: (N - 2) (1 - (N - 2) / N) = 2 - 4 / N, which is 1.9 for N above 40.
    most = (
        f"{size - 2} of the {size} finished projects of the class used it, which leaves 1.9 fair "
        "comparisons, at least 2 are needed"
    )
    assert size > 40
    assert found["class-2"].reason == (most if without else every)
    assert found["class-1"].value is not None
    assert found["class-1"].reason == ""


def test_what_cannot_be_told_apart_has_no_number_in_a_class() -> None:
    """Four pieces of the same projects: counts are enough, but fair comparisons are not."""
    users = set(range(0, 240, 9))
    alone = [
        replace(case, uses=case.uses | {"one@1"}) if place in users else case
        for place, case in enumerate(CASES)
    ]
    joined = [
        replace(case, uses=case.uses | {"two@1", "three@1", "four@1"}) if place in users else case
        for place, case in enumerate(alone)
    ]
    assert any(one.value is not None for one in by_class(alone, "one@1").values())
    found = by_class(joined, "one@1")
    assert any(one.n >= 5 for one in found.values())
    assert all(one.value is None for one in found.values())
    assert {one.reason.partition(" ")[0] for one in found.values() if one.n >= 5} == {"worth"}


def test_a_team_of_a_class_has_no_number() -> None:
    """Where its users in a class are one team of it, and one project more, there is none."""
    strays = 0
    cases = []
    for place, case in enumerate(CASES):
        uses = place % 3 == 0
        if case.problem_class == "class-2":
            is_stray = case.team == "team-3" and strays < 1
            strays += is_stray
            uses = case.team == "team-1" or is_stray
        cases.append(replace(case, uses=case.uses | {"local@1"}) if uses else case)
    found = by_class(cases, "local@1")
    assert found["class-2"].n >= 6
    assert (found["class-2"].value, found["class-2"].label) == (None, NOT_ENOUGH)
    assert (
        found["class-2"].reason == "cannot be told from the team team-1: mostly the same projects"
    )
    assert found["class-0"].value is not None


@pytest.mark.parametrize(
    "cases",
    [CASES[:29], [replace(case, problem_class="only") for case in CASES[:80]]],
    ids=["few projects", "one class"],
)
def test_without_other_classes_nothing_is_said(cases: list[Case]) -> None:
    """Too few projects, or a single class: lines without a number."""
    found = class_impacts(PlusMinus(cases), REFERENCES)
    assert {one.label for classes in found.values() for one in classes} == {NOT_ENOUGH}
    assert all(one.reason for classes in found.values() for one in classes)


def test_findings_carry_the_classes() -> None:
    """The finding lists the classes of its users; its counts add up to its own."""
    found = impact_findings(rows_of(CASES[:100]), as_of=AS_OF)
    for one in found:
        if isinstance(one.detail, ImpactDetail):
            assert sum(line.n for line in one.detail.classes) == one.n
