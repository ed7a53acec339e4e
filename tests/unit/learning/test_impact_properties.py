"""What must hold of impact in any organisation."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maestro.learning.cases import Case
from maestro.learning.classes import class_impacts
from maestro.learning.impact import impact_findings, score_impact
from maestro.learning.knowledge import knowledge
from maestro.learning.plus_minus import PlusMinus
from maestro.learning.table import Table
from maestro.schema.details import NOT_ENOUGH

from .rows import AS_OF, frames, organisation, rows_of, using

SEEDS = st.integers(0, 10_000)


def some(seed: int, projects: int = 60) -> list[Case]:
    """An organisation of six teams, four classes and five pieces in two versions each."""
    return organisation(seed=seed, projects=projects, pieces=5)[0]


def said(table: Table) -> str:
    """All findings of a table as they are published, and what the model knows."""
    found = [one.to_json() for one in impact_findings(table, as_of=AS_OF)]
    return json.dumps(found) + repr(knowledge(table))


@settings(max_examples=3, deadline=None)
@given(SEEDS, st.randoms(use_true_random=False))
def test_the_same_projects_give_the_same_bytes(seed: int, dice: random.Random) -> None:
    """Findings of one table are the same text each time, and in any order of its rows."""
    table = rows_of(some(seed))
    other = Table(tuple(dice.sample(table.finished, len(table.finished))), ())
    assert said(table) == said(table) == said(other)


@settings(max_examples=6, deadline=None)
@given(SEEDS)
def test_what_all_use_is_never_judged(seed: int) -> None:
    """A piece of every project: no effect, an interval, no verdict; the others do not move."""
    cases = some(seed)
    every = score_impact(*frames(using(cases, "all@1"))).set_index("artifact")
    found = every.loc["all@1"]
    assert (found["effect"], found["clean"]) == (0, pytest.approx(0, abs=1e-9))
    assert found["hi"] == pytest.approx(-found["lo"]) and found["hi"] > 0.1
    others = score_impact(*frames(cases)).set_index("artifact")
    assert (every["effect"].drop("all@1") - others["effect"]).abs().max() < 1e-6
    assert (found["grade"], found["verdict"]) == ("insufficient", NOT_ENOUGH)


@settings(max_examples=6, deadline=None)
@given(SEEDS)
def test_every_waterfall_adds_up(seed: int) -> None:
    """The steps of each project add up to its score within a millionth of a point."""
    cases = some(seed)
    model = PlusMinus(cases)
    for case in cases:
        steps = model.waterfall(case.project)
        assert sum(step.points for step in steps) == pytest.approx(case.success, abs=1e-6)


@settings(max_examples=6, deadline=None)
@given(SEEDS)
def test_more_of_the_same_never_widens(seed: int) -> None:
    """Every project of a library of large effects twice: no interval of a graded piece is wider.

    Small effects are drawn less to zero when more is known, so theirs may be: see the next test.
    """
    cases = some(seed, projects=80)
    twice = [*cases, *(replace(case, project=case.project + "b") for case in cases)]
    once, more = (score_impact(*frames(one)).set_index("artifact") for one in (cases, twice))
    graded = once["grade"] != "insufficient"
    before, after = ((one["hi"] - one["lo"])[graded] for one in (once, more))
    assert (after <= 1.05 * before).all()


@settings(max_examples=6, deadline=None)
@given(SEEDS, st.sampled_from([20, 31, 45, 80]))
def test_given_the_spreads_more_of_the_same_never_widens(seed: int, projects: int) -> None:
    """Every project twice, the spreads as they were: every effect is known better, at any size."""
    cases = some(seed, projects=projects)
    twice = [*cases, *(replace(case, project=case.project + "b") for case in cases)]
    once, more = PlusMinus(cases), PlusMinus(twice)
    ways = np.array([once.direction(reference) for reference in once.columns.versions])
    before, after = (one.fit.at(once.best.theta).along(ways)[1] for one in (once, more))
    assert (after < before).all()


@pytest.mark.parametrize(("projects", "mean", "most"), [(33, 0.9, 2.2), (120, 0.9, 1.1)])
def test_how_much_more_of_the_same_widens(projects: int, mean: float, most: float) -> None:
    """What the guide says of libraries in which the spreads are hardly known."""
    found: list[float] = []
    for seed in range(10):
        cases = organisation(seed=seed, projects=projects, pieces=8, noise=20)[0]
        twice = [*cases, *(replace(case, project=case.project + "b") for case in cases)]
        once, more = (score_impact(*frames(one)).set_index("artifact") for one in (cases, twice))
        ratios = (more["hi"] - more["lo"]) / (once["hi"] - once["lo"])
        found += list(ratios[once["grade"] != "insufficient"])
    assert (round(sum(found) / len(found), 1), round(max(found), 1)) == (mean, most)


def test_no_number_of_projects_changes_the_model() -> None:
    """One project more moves no interval much, at 60 projects as at any other number."""
    cases = some(seed=8, projects=66)
    widths = {
        count: one.hi - one.lo
        for count in range(54, 67)
        for one in PlusMinus(cases[:count]).effects(["piece-00@1"])
    }
    moves = [abs(widths[count + 1] / widths[count] - 1) for count in range(54, 66)]
    assert max(moves) < 0.12
    assert len(PlusMinus(cases[:40]).columns.squares) == 3


@settings(max_examples=4, deadline=None)
@given(SEEDS, st.floats(-40, 40), st.permutations(range(6)), st.permutations(range(4)))
def test_names_and_levels_change_no_effect_in_a_class(
    seed: int, points: float, teams: list[int], kinds: list[int]
) -> None:
    """Other names of teams and classes, and the same points added to all, change no number by more
    than a hundredth of a point."""
    cases = some(seed, projects=120)
    moved = [
        replace(
            case,
            success=(case.success or 0) + points,
            team=f"x{teams[int(case.team[-1])]}",
            problem_class=f"y{kinds[int(case.problem_class[-1])]}",
        )
        for case in cases
    ]
    one, two = (
        class_impacts(PlusMinus(some), {ref for case in some for ref in case.uses})
        for some in (cases, moved)
    )
    count = 0
    for reference, lines in one.items():
        others = {line.problem_class: line for line in two[reference]}
        for line in lines:
            other = others[f"y{kinds[int(line.problem_class[-1])]}"]
            assert (line.n, line.value is None) == (other.n, other.value is None)
            if line.value is not None and line.lo is not None and line.hi is not None:
                assert line.lo <= line.value <= line.hi
                # Columns in another order: the search for the spreads stops a little elsewhere.
                assert [line.value, line.lo, line.hi] == pytest.approx(
                    [other.value, other.lo, other.hi], abs=5e-3
                )
                count += 1
    assert count > 0
