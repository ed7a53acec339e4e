"""Impact: what may be said of an effect, and what must not change it."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maestro.learning.cases import Case
from maestro.learning.impact import (
    ASSOCIATED,
    Rule,
    bundles,
    impact_findings,
    judge,
    score_impact,
)
from maestro.learning.table import Table
from maestro.schema.details import NOT_ENOUGH
from maestro.schema.findings import Finding
from maestro.schema.learned import ImpactDetail, UseImpactDetail

from .rows import AS_OF, frames, organisation, row, rows_of, users_and_others, using

CASES, TRUTH = organisation(seed=4, projects=150)
SMALL = organisation(seed=2, projects=40, pieces=5)[0]
COLUMNS = [
    *("artifact", "effect", "lo", "hi", "p_helps", "p_hurts", "n", "teams", "clean", "separable"),
    *("grade", "verdict", "naive_mean", "naive_diff"),
]


def impact(table: Table, rule: Rule | None = None) -> Finding:
    """The only impact finding of a table with one artifact."""
    found = impact_findings(table, as_of=AS_OF, rule=rule)
    (one,) = [finding for finding in found if finding.kind == "impact"]
    return one


def detail(found: Finding) -> ImpactDetail:
    """The typed detail of an impact finding."""
    assert isinstance(found.detail, ImpactDetail)
    return found.detail


def scored(cases: list[Case]) -> pd.DataFrame:
    """What ``score_impact`` makes of the cases, by artifact."""
    return score_impact(*frames(cases)).set_index("artifact")


def differ(one: pd.DataFrame, two: pd.DataFrame, *columns: str) -> float:
    """The largest difference of two results in these columns, or in all numbers."""
    names = list(columns) or ["effect", "lo", "hi", "p_helps", "p_hurts", "clean", "separable"]
    return float(np.abs(one[names].to_numpy(float) - two[names].to_numpy(float)).max())


def test_verdicts_are_right_where_the_truth_is_known() -> None:
    """Large effects are found, and what is called help or harm has at least that sign."""
    found = scored(CASES)
    assert set(found["verdict"]) <= {"helps", "hurts", "no clear effect", NOT_ENOUGH}
    called = found[found["verdict"].isin(["helps", "hurts"])]
    assert len(called) >= 5
    for reference, one in called.iterrows():
        assert (TRUTH[str(reference)] > 0) == (one["verdict"] == "helps")
    assert (found["n"] == [sum(ref in c.uses for c in CASES) for ref in found.index]).all()


def test_the_verdict_follows_the_chances() -> None:
    """Help and harm need a chance of 95 % beyond the margin; a huge margin leaves nothing."""
    for one in judge(CASES, TRUTH, Rule(margin=1.0)):
        sure = one.grade != "insufficient"
        assert (one.verdict == "helps") == (sure and one.effect.p_helps >= 0.95)
        assert (one.verdict == "hurts") == (sure and one.effect.p_hurts >= 0.95)
    words = {one.verdict for one in judge(CASES, TRUTH, Rule(margin=50.0))}
    assert words <= {"no clear effect", NOT_ENOUGH}


@settings(max_examples=8, deadline=None)
@given(st.randoms(use_true_random=False))
def test_order_repetition_and_strangers_change_nothing(dice: random.Random) -> None:
    """Rows in any order, twice, or of unknown projects give the same numbers to 1e-9."""
    projects, usage = frames(SMALL)
    order = dice.sample(range(len(projects)), len(projects))
    again = dice.choices(range(len(usage)), k=20)
    strange = pd.DataFrame({"project": ["nobody"], "artifact": ["piece-00@1"]})
    rows = pd.concat([usage, usage.iloc[again], strange]).sample(
        frac=1, random_state=dice.randrange(1000)
    )
    found = score_impact(projects.iloc[order], rows).set_index("artifact")
    assert differ(found, scored(SMALL)) <= 1e-9


def test_an_artifact_of_unknown_projects_changes_nothing() -> None:
    """It gets a line of its own with no project, and all others stay as they were."""
    projects, usage = frames(SMALL)
    more = pd.DataFrame({"project": ["nobody"], "artifact": ["stranger@1"]})
    found = score_impact(projects, pd.concat([usage, more])).set_index("artifact")
    assert found.loc["stranger@1", "n"] == 0
    assert found.loc["stranger@1", "verdict"] == NOT_ENOUGH
    assert differ(found.drop("stranger@1"), scored(SMALL)) <= 1e-9


def test_process_metrics_change_nothing() -> None:
    """What a piece does runs through them: further columns are not looked at."""
    projects, usage = frames(SMALL)
    more = projects.assign(process_ci_pass=projects["success"], duration_days=3.0)
    assert score_impact(more, usage).equals(score_impact(projects, usage))


@settings(max_examples=6, deadline=None)
@given(st.permutations([f"team-{number}" for number in range(6)]))
def test_names_of_teams_do_not_matter(names: list[str]) -> None:
    """Teams with other names, in another order, give the same numbers."""
    renamed = [replace(case, team=f"x{names[int(case.team[-1])]}") for case in SMALL]
    assert differ(scored(renamed), scored(SMALL)) <= 1e-6


@settings(max_examples=8, deadline=None)
@given(st.floats(-40, 40))
def test_adding_a_constant_changes_no_effect(points: float) -> None:
    """Every project better by the same points: no effect and no interval moves."""
    moved = [replace(case, success=(case.success or 0) + points) for case in SMALL]
    assert differ(scored(moved), scored(SMALL)) <= 1e-6


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_the_interval_contains_its_centre(seed: int) -> None:
    """Whatever the organisation, each effect lies inside its interval."""
    found = scored(organisation(seed=seed, projects=35, pieces=4)[0])
    assert (found["lo"] <= found["effect"]).all() and (found["effect"] <= found["hi"]).all()


def test_what_all_use_has_no_effect() -> None:
    """An artifact of every project cannot be compared: 0, and no verdict."""
    found = scored(using(CASES, "everywhere@1")).loc["everywhere@1"]
    assert (found["effect"], found["clean"]) == (0, pytest.approx(0, abs=1e-9))
    assert found["verdict"] == NOT_ENOUGH
    notes = impact(rows_of([replace(c, uses=frozenset(["every@1"])) for c in SMALL])).quality
    assert notes[0] == "every finished project used it: there is nothing to compare it with"


def test_more_of_the_same_does_not_widen() -> None:
    """Each project twice: no interval of a graded piece gets materially wider."""
    twice = [*CASES, *(replace(case, project=case.project + "b") for case in CASES)]
    once, more = scored(CASES), scored(twice)
    graded = once["grade"] != "insufficient"
    widths = [frame.loc[graded, "hi"] - frame.loc[graded, "lo"] for frame in (once, more)]
    assert (widths[1] < 1.05 * widths[0]).all()
    assert widths[1].mean() < 0.9 * widths[0].mean()


def together() -> list[Case]:
    """An organisation where three pieces are always used together and add 9 points."""
    members = ("one@1", "three@1", "two@1")
    return [
        replace(case, success=(case.success or 0) + 9) if "one@1" in case.uses else case
        for case in using(CASES, *members, every=3)
    ]


def test_bundles_are_judged_together() -> None:
    """None of three inseparable pieces gets a verdict alone; their joint effect is found."""
    cases = together()
    assert bundles(cases) == dict.fromkeys(
        ("one@1", "three@1", "two@1"), ("one@1", "three@1", "two@1")
    )
    found = impact_findings(rows_of(cases), as_of=AS_OF)
    for name in ("one@1", "two@1", "three@1"):
        one = next(finding for finding in found if finding.subject == name)
        assert one.label in ("no clear effect", NOT_ENOUGH)
        said = detail(one)
        assert said.together == ["one@1", "three@1", "two@1"]
        assert said.joint is not None and said.joint_lo is not None and said.joint_hi is not None
        assert 1 < said.joint_lo < 9 < said.joint_hi
        assert any(note.startswith("cannot be told from") for note in one.quality)


def test_versions_of_one_piece_are_no_bundle() -> None:
    """Two versions of the same piece in the same projects are told apart by their name."""
    assert bundles(using(SMALL, "one@1", "one@2", every=3)) == {}


def test_an_unused_version_has_no_verdict() -> None:
    """A new version of a clear piece gets its line, but no number and no verdict."""
    found = impact_findings(rows_of(CASES), as_of=AS_OF, also=["piece-00@9"])
    one = next(finding for finding in found if finding.subject == "piece-00@9")
    assert (one.value, one.label, one.n) == (None, NOT_ENOUGH, 0)
    assert one.quality[0] == "0 finished projects used it, at least 5 are needed"
    assert detail(one).naive_mean is None


USERS = [70.0, 75.0, 80.0, 72.0, 78.0, 74.0]
OTHERS = [40.0, 45.0, 50.0, 42.0, 48.0, 44.0] * 5


@pytest.mark.parametrize(
    ("users", "others", "teams", "reason"),
    [
        (USERS, OTHERS[:10], 3, "16 finished projects with a score, at least 30 are needed"),
        (USERS, [], 3, "6 finished projects with a score, at least 30 are needed"),
        ([70.0], [], 1, "1 finished project with a score, at least 30 are needed"),
        (USERS[:2], OTHERS, 2, "2 finished projects used it, at least 5 are needed"),
        (USERS[:1], OTHERS, 2, "1 finished project used it, at least 5 are needed"),
    ],
)
def test_too_little_is_said_in_words(
    users: list[float], others: list[float], teams: int, reason: str
) -> None:
    """Below the minimum there is no number and no verdict, but the reason and the plain means."""
    found = impact(users_and_others(users, others, teams))
    assert (found.value, found.lo, found.hi, found.level) == (None, None, None, None)
    assert found.label == detail(found).verdict == NOT_ENOUGH
    assert found.quality[0] == reason
    assert detail(found).grade == "insufficient"
    assert (detail(found).p_helps, detail(found).p_hurts) == (None, None)
    assert detail(found).naive_mean == pytest.approx(np.mean(users))


def test_one_team_is_too_few() -> None:
    """Users of a single team are that team, unless the organisation has no other."""
    cases = [
        replace(case, uses=frozenset(["piece@1"]) if case.team == "team-1" else frozenset())
        for case in CASES
    ]
    found = impact(rows_of(cases))
    assert found.quality[0] == "all its users are of 1 team, at least 2 teams are needed"
    alone = [replace(case, team="only") for case in using(CASES, "piece@1", every=2)]
    (one,) = judge(alone, ["piece@1"], Rule())
    assert one.grade in ("weak", "moderate", "strong")


def test_what_cannot_be_told_apart_says_so() -> None:
    """Three pieces of the same few projects are each worth less than two fair comparisons."""
    (one,) = judge(using(CASES, "one@1", "three@1", "two@1", every=20), ["one@1"], Rule())
    assert (one.grade, one.verdict, one.effect.n) == ("insufficient", NOT_ENOUGH, 8)
    assert re.fullmatch(
        r"worth [01]\.\d fair comparisons, at least 2 are needed: its projects differ from the "
        r"others in more than this piece",
        one.reasons[0],
    )
    assert one.effect.separable < 0.15


def test_a_finding_with_a_number_says_all() -> None:
    """Value, interval, level, chances, plain means, users and the words "associated with"."""
    found = impact(rows_of([replace(c, uses=c.uses & {"piece-03@1"}) for c in CASES]))
    said = detail(found)
    users = [case for case in CASES if "piece-03@1" in case.uses]
    others = [case.success for case in CASES if "piece-03@1" not in case.uses]
    assert found.lo is not None and found.value is not None and found.hi is not None
    assert found.lo < found.value < found.hi
    assert (found.level, found.unit, found.n) == (0.9, "points", len(users))
    assert said.naive_mean == pytest.approx(np.mean([case.success for case in users]))
    assert said.others_mean == pytest.approx(np.mean([score or 0 for score in others]))
    assert said.users == [case.project for case in users]
    assert said.grade in ("weak", "moderate", "strong")
    assert said.p_helps is not None and said.clean is not None and said.clean > 2
    assert found.quality[0] == ASSOCIATED
    assert found.method == "adjusted plus-minus"


def test_constant_success_has_no_effect() -> None:
    """Where all scores are equal nothing is fitted, and nothing is claimed."""
    found = impact(users_and_others([55.5] * 10, [55.5] * 30))
    assert (found.value, found.label) == (None, NOT_ENOUGH)


def test_projects_without_a_score_are_counted_apart() -> None:
    """An unscored user neither helps nor hurts nor becomes one of the others."""
    table = users_and_others(USERS, OTHERS)
    unscored = row("unscored", success=None, uses=("piece@1.0.0",))
    found = impact(Table(finished=(*table.finished, unscored), running=()))
    assert found.value == impact(table).value
    assert found.n == len(USERS)
    assert "1 finished project without a success score used it, not counted" in found.quality


def test_unused_references_can_be_asked_for() -> None:
    """A reference nobody used is answered with the reason, and an unknown version is named."""
    found = impact_findings(
        users_and_others([], OTHERS), as_of=AS_OF, also=["new@2.0.0", "old-piece"]
    )
    impacts = [item for item in found if item.kind == "impact"]
    assert [item.subject for item in impacts] == ["new@2.0.0", "old-piece"]
    assert impacts[0].quality[0] == "0 finished projects used it, at least 5 are needed"
    assert "the version they used is not known" in impacts[1].quality


def test_every_scored_project_has_a_waterfall() -> None:
    """Its steps add up to its score, in a library that is large enough."""
    found = [f for f in impact_findings(rows_of(SMALL), as_of=AS_OF) if f.kind == "use_impact"]
    assert [finding.subject for finding in found] == [case.project for case in SMALL]
    for one in found:
        assert isinstance(one.detail, UseImpactDetail)
        published = one.to_json()
        steps = [step["points"] for step in published["detail"]["steps"]]
        assert sum(steps) == pytest.approx(published["value"], abs=1e-6)
    few = impact_findings(rows_of(SMALL[:20]), as_of=AS_OF)
    assert not [finding for finding in few if finding.kind == "use_impact"]


def odd(**columns: Any) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The small organisation with some columns replaced in its first project."""
    projects, usage = frames(SMALL)
    for name, value in columns.items():
        projects.loc[0, name] = value
    return projects, usage


@pytest.mark.parametrize(
    ("projects", "usage"),
    [
        odd(complexity=np.nan),
        odd(success=np.nan),
        odd(team_size=np.nan),
        tuple(frame.iloc[:0] for frame in frames(SMALL)),
        (frames(SMALL)[0], frames(SMALL)[1].iloc[:0]),
        (frames(SMALL)[0].iloc[:0], frames(SMALL)[1]),
        (frames(SMALL)[0].iloc[:2], frames(SMALL)[1]),
    ],
    ids=["no complexity", "no score", "no size", "no rows", "no usage", "no projects", "two"],
)
def test_odd_frames_have_the_same_columns(projects: pd.DataFrame, usage: pd.DataFrame) -> None:
    """One line per artifact of the usage, sorted, with all columns and no missing effect."""
    found = score_impact(projects, usage)
    assert list(found.columns) == COLUMNS
    assert list(found["artifact"]) == sorted(set(usage["artifact"]))
    assert not found[["effect", "lo", "hi", "grade", "verdict"]].isna().any().any()
