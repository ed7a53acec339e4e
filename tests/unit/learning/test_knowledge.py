"""What the model of the score knows: spreads, a placebo, and how many records list their uses."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from statistics import pstdev

import pytest

from maestro.learning import metamodel
from maestro.learning.impact import impact_findings
from maestro.learning.knowledge import RUNS, knowledge, placebo_notes, shuffled
from maestro.learning.plus_minus import PlusMinus
from maestro.learning.table import Table
from maestro.schema.learned import ModelDetail

from .rows import AS_OF, organisation, rows_of

CASES = organisation(seed=4, projects=150)[0]


def test_no_verdict_survives_the_placebo() -> None:
    """With uses shuffled among like projects hardly a verdict is left of the many before."""
    table = rows_of(CASES)
    found = impact_findings(table, as_of=AS_OF)
    assert sum(one.label in ("helps", "hurts") for one in found) >= 5
    known = knowledge(table)
    assert known.placebo_verdicts is not None and known.placebo_verdicts <= 0.5
    assert known.placebo_runs == RUNS
    assert knowledge(table) == known


def test_a_shuffle_keeps_whole_sets_among_like_projects() -> None:
    """Within a class and a band of complexity the same sets are dealt out anew, few to the same."""
    dealt = shuffled(CASES, seed=1)
    assert [replace(case, uses=frozenset()) for case in dealt] == [
        replace(case, uses=frozenset()) for case in CASES
    ]
    kept = 0
    groups = Counter((case.problem_class, int((case.complexity or 0) - 1) // 2) for case in CASES)
    for group, count in groups.items():
        places = [
            place
            for place, case in enumerate(CASES)
            if (case.problem_class, int((case.complexity or 0) - 1) // 2) == group
        ]
        if count >= 3:
            before = Counter(CASES[place].uses for place in places)
            assert Counter(dealt[place].uses for place in places) == before
        kept += sum(dealt[place].uses is CASES[place].uses for place in places)
    # A deal at random leaves one in a group where it was, on average.
    assert kept < 2 * len(groups)
    assert shuffled(CASES, seed=1) != shuffled(CASES, seed=2)
    assert shuffled(CASES[::-1], seed=1) == dealt


def test_the_lonely_are_shuffled_too() -> None:
    """A project without two others like it is shuffled with those of its class, then with all."""
    alone = [
        replace(case, problem_class=f"class-{place}", uses=frozenset([f"piece-{place}@1"]))
        for place, case in enumerate(CASES[:40])
    ]
    dealt = shuffled(alone, seed=0)
    assert Counter(case.uses for case in dealt) == Counter(case.uses for case in alone)
    assert sum(one.uses == two.uses for one, two in zip(dealt, alone, strict=True)) < 5


def test_spreads_are_near_the_truth() -> None:
    """Standard deviations of the simulation: noise 6, teams about 5 points; largest first."""
    found = knowledge(rows_of(CASES)).spreads
    points = {one.name: one.points for one in found}
    assert set(points) == {"artifact", "class", "noise", "quarter", "team", "version"}
    assert list(points.values()) == sorted(points.values(), reverse=True)
    assert points["noise"] == pytest.approx(6, rel=0.25)
    assert 2 < points["team"] < 10
    # Effects of the pieces are even from -8 to 8: a standard deviation of 5.1.
    assert points["artifact"] == pytest.approx(5.1, rel=0.4)
    assert points["version"] < points["artifact"]
    model = PlusMinus(CASES)
    assert points["artifact"] == model.spreads["name"][0]
    for one in found:
        assert one.lo is not None and one.hi is not None and one.lo < one.points < one.hi
        if one.name in ("artifact", "noise"):
            assert one.lo < {"artifact": 5.1, "noise": 6.0}[one.name] < one.hi


def test_differences_are_those_of_the_steps() -> None:
    """The standard deviation, over all projects, of what the waterfalls say; largest first."""
    found = {one.name: one.points for one in knowledge(rows_of(CASES)).differences}
    model = PlusMinus(CASES)
    sums: dict[str, list[float]] = {}
    for case in CASES:
        mine: Counter[str] = Counter()
        for step in model.waterfall(case.project):
            mine[step.kind] += step.points  # type: ignore[assignment]
        for kind in ("covariates", "class", "team", "quarter", "artifact", "unexplained"):
            sums.setdefault(kind, []).append(mine[kind])
    sums["noise"] = sums.pop("unexplained")
    assert found == pytest.approx({kind: pstdev(points) for kind, points in sums.items()}, rel=1e-3)
    assert list(found.values()) == sorted(found.values(), reverse=True)
    # A project uses several pieces: it differs by more than one piece does from another.
    assert found["artifact"] > 1.2 * model.spreads["name"][0]


def test_noise_has_wide_spreads() -> None:
    """With scores of pure noise the interval of each spread reaches to nearly nothing."""
    dice = random.Random(5)
    noise = [replace(case, success=50 + 10 * dice.gauss(0, 1)) for case in CASES[:40]]
    for one in knowledge(rows_of(noise)).spreads:
        assert one.lo is not None and one.hi is not None
        if one.name != "noise":
            assert one.lo < 1.2 and one.hi > 2 * one.lo


def test_what_cannot_differ_has_no_spread() -> None:
    """One team, one class, one version of everything: these have no spread to tell."""
    same = [
        replace(
            case, team="one", problem_class="one", uses=frozenset(u for u in case.uses if "@1" in u)
        )
        for case in CASES
    ]
    assert {one.name for one in knowledge(rows_of(same)).spreads} == {
        "artifact", "noise", "quarter",
    }  # fmt: skip


def test_without_usage_there_is_no_placebo() -> None:
    """Where no project lists what it reuses nothing can be shuffled: no number, and the reason."""
    bare = knowledge(rows_of([replace(case, uses=frozenset()) for case in CASES]))
    assert (bare.placebo_verdicts, bare.placebo_runs, bare.usage_known) == (None, None, 0.0)
    reason = "verdicts that are chance: not measured: no project lists what it reuses"
    assert placebo_notes(bare) == [reason]
    same = knowledge(rows_of([replace(case, uses=frozenset(["a@1"])) for case in CASES]))
    assert placebo_notes(same)[0].endswith("all projects reuse the same")
    assert placebo_notes(knowledge(rows_of(CASES[:29]))) == []


def test_few_projects_have_none_of_it() -> None:
    """Below 30 scored projects only the share of records with uses is known."""
    table = rows_of(CASES[:29])
    bare = replace(table.finished[0], uses=(), project="bare")
    known = knowledge(Table((*table.finished, bare, replace(bare, project="b2", success=None)), ()))
    few = knowledge(Table(table.finished, ()))
    assert (few.spreads, few.placebo_verdicts, few.placebo_runs) == ((), None, None)
    assert few.differences == ()
    listed = sum(bool(case.uses) for case in CASES[:29])
    assert known.usage_known == pytest.approx(listed / 31)
    assert knowledge(Table((), ())).usage_known is None


def test_the_model_of_the_score_says_it() -> None:
    """The finding about the success score carries it, those about other outcomes do not."""
    found = metamodel.outcome_findings(rows_of(CASES[:40]), as_of=AS_OF)
    for one in found:
        if one.kind == "outcome_model":
            assert isinstance(one.detail, ModelDetail)
            assert bool(one.detail.spreads) == (one.subject == "success")
            assert (one.detail.usage_known is not None) == (one.subject == "success")
