"""What a piece cannot be told from: other pieces, its class, its team."""

from __future__ import annotations

from dataclasses import replace

import pytest

from maestro.learning.cases import Case
from maestro.learning.confounding import bundles, confounded, overlap, same_as_group
from maestro.learning.impact import impact_findings, judge
from maestro.learning.judging import Rule, joint_doubt
from maestro.learning.plus_minus import PlusMinus
from maestro.schema.details import NOT_ENOUGH
from maestro.schema.learned import ImpactDetail

from .rows import AS_OF, organisation, rows_of

CASES = organisation(seed=4, projects=150)[0]


def adding(cases: list[Case], users: dict[str, set[int]], **points: float) -> list[Case]:
    """The cases where those at the given places also use a piece, which adds its points."""
    found = list(cases)
    for name, places in users.items():
        for place in places:
            case = found[place]
            score = (case.success or 0) + points.get(name, 0.0)
            found[place] = replace(case, uses=case.uses | {f"{name}@1"}, success=score)
    return found


def places(kind: str, level: str) -> list[int]:
    """Where the cases of one class or team stand."""
    of = {"class": lambda case: case.problem_class, "team": lambda case: case.team}[kind]
    return [place for place, case in enumerate(CASES) if of(case) == level]


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ((8, 10, 8, 100), 0.8),
        ((0, 5, 5, 100), 0.0),
        ((81, 90, 90, 100), 1 / 19),
        ((100, 100, 100, 100), 1.0),
    ],
    ids=["8 of 10", "apart", "by chance", "all"],
)
def test_overlap_is_of_users_and_of_others(
    sizes: tuple[int, int, int, int], expected: float
) -> None:
    """Jaccard indices by hand: of two sets, and of what is outside each; the smaller counts."""
    assert overlap(*sizes) == pytest.approx(expected)


def test_two_pieces_that_nearly_all_use_are_no_bundle() -> None:
    """Most users in common by chance is not "the same projects": those without them tell."""
    every = set(range(150))
    usual = adding(CASES, {"one": every - set(range(12)), "two": every - set(range(30, 42))})
    assert bundles(usual) == {}
    same = adding(CASES, {"one": every - set(range(12)), "two": every - set(range(13))})
    assert bundles(same)["one@1"] == ("one@1", "two@1")


@pytest.mark.parametrize(("kind", "level"), [("class", "class-1"), ("team", "team-2")])
@pytest.mark.parametrize("strays", [0, 3])
def test_a_piece_of_one_group_has_no_verdict(kind: str, level: str, strays: int) -> None:
    """What is 20 points better in one class or team is not said of a piece that only it uses."""
    inside = places(kind, level)
    outside = [place for place in range(150) if place not in inside][: strays * 9 : 9]
    lucky = [
        replace(case, success=(case.success or 0) + 20) if place in inside else case
        for place, case in enumerate(CASES)
    ]
    cases = adding(lucky, {"only": {*inside, *outside}})
    assert same_as_group(cases, "only@1") == f"the {kind} {level}"
    (one,) = judge(cases, ["only@1"], Rule())
    assert (one.grade, one.verdict) == ("insufficient", NOT_ENOUGH)
    if strays:
        assert one.reasons == (f"cannot be told from the {kind} {level}: mostly the same projects",)


def test_versions_of_one_group_are_seen_together() -> None:
    """Two versions that share the projects of a class are as little told from it as one."""
    inside = places("class", "class-1")
    cases = adding(CASES, {"only": set(inside[::2])})
    for place in inside[1::2]:
        cases[place] = replace(cases[place], uses=cases[place].uses | {"only@2"})
    assert same_as_group(cases, "only@1") == same_as_group(cases, "only@2") == "the class class-1"


def test_a_piece_that_some_of_a_class_use_is_judged() -> None:
    """Half of a class, and some of the others: with and without are compared inside classes."""
    inside = places("class", "class-1")
    outside = [place for place in range(150) if place not in inside]
    assert same_as_group(adding(CASES, {"some": {*inside[::2], *outside[::4]}}), "some@1") == ""
    one_class = [replace(case, problem_class="only", team="one") for case in CASES]
    assert same_as_group(adding(one_class, {"most": set(range(120))}), "most@1") == ""


def test_a_sum_of_others_names_them() -> None:
    """A piece used exactly where one of two others is: they are named, and a joint effect."""
    first, second = set(range(0, 150, 6)), set(range(3, 150, 6))
    users = {"whole": first | second, "left": first, "right": second}
    cases = adding(CASES, users, whole=4.0, left=4.0, right=4.0)
    model = PlusMinus(cases)
    found = confounded(model, model.effects(["whole@1", "left@1", "piece-03@1"]))
    assert set(found) == {"whole@1", "left@1"}
    assert set(found["whole@1"].others) == {"left@1", "right@1"}
    assert found["whole@1"].together in (("left@1", "whole@1"), ("right@1", "whole@1"))
    assert not found["whole@1"].is_bundle
    _, lo, hi = model.joint(found["whole@1"].together)
    assert lo < 8 < hi
    own = model.effects(["whole@1"])[0]
    assert hi - lo < own.hi - own.lo


def test_a_class_is_named() -> None:
    """A piece that nothing tells from its class says so in its finding, without a joint effect."""
    steep = [
        replace(case, success=(case.success or 0) + 25 * int(case.problem_class[-1]))
        for case in CASES
    ]
    table = rows_of(adding(steep, {"only": set(places("class", "class-2"))}))
    found = impact_findings(table, as_of=AS_OF)
    one = next(finding for finding in found if finding.subject == "only@1")
    assert isinstance(one.detail, ImpactDetail)
    assert (one.detail.together, one.detail.joint, one.value) == ([], None, None)
    assert one.quality == ["cannot be told from the class class-2: mostly the same projects"]


def test_another_piece_is_named_in_the_finding() -> None:
    """A piece that is the sum of two others names them beside its number."""
    first, second = set(range(0, 150, 6)), set(range(3, 150, 6))
    cases = adding(CASES, {"whole": first | second, "left": first, "right": second}, whole=4.0)
    found = impact_findings(rows_of(cases), as_of=AS_OF)
    one = next(finding for finding in found if finding.subject == "whole@1")
    assert isinstance(one.detail, ImpactDetail)
    assert len(one.detail.together) == 2 and one.detail.joint is not None
    (note,) = [note for note in one.quality if note.startswith("cannot be told from")]
    assert "left@1" in note and "right@1" in note and note.endswith("cannot be separated")


PAIR = ("one@1", "two@1")


def joint_of(cases: list[Case]) -> tuple[ImpactDetail, list[str]]:
    """What is said of the two pieces together, and the notes of the first one's finding."""
    found = impact_findings(rows_of(cases), as_of=AS_OF)
    one = next(finding for finding in found if finding.subject == PAIR[0])
    assert isinstance(one.detail, ImpactDetail)
    assert one.detail.together == list(PAIR)
    return one.detail, [note for note in one.quality if note.startswith("no effect of")]


def both(inside: list[int], cases: list[Case] = CASES, points: float = 5.0) -> list[Case]:
    """The cases where those at these places use both pieces, each of which adds its points."""
    return adding(cases, {"one": set(inside), "two": set(inside)}, one=points, two=points)


def test_a_joint_effect_needs_what_one_piece_needs() -> None:
    """With 30 projects, of several teams and classes, it is given; with 20 there is the reason."""
    detail, notes = joint_of(both(list(range(0, 150, 3))))
    assert notes == [] and detail.joint is not None
    few = both(list(range(0, 20, 2)), CASES[:20], points=25.0)
    detail, notes = joint_of(few)
    assert (detail.joint, detail.joint_lo, detail.joint_hi) == (None, None, None)
    assert notes == [
        "no effect of one@1, two@1 together: 20 finished projects with a score, at least 30 are "
        "needed"
    ]


@pytest.mark.parametrize(("kind", "level"), [("class", "class-1"), ("team", "team-2")])
def test_a_bundle_of_one_group_has_no_joint_effect(kind: str, level: str) -> None:
    """Pieces that a class or team and few others use together take its credit: no number."""
    inside = places(kind, level)
    outside = [place for place in range(150) if place not in inside][::30]
    lucky = [
        replace(case, success=(case.success or 0) + 20) if place in inside else case
        for place, case in enumerate(CASES)
    ]
    detail, notes = joint_of(both([*inside, *outside], lucky, points=0.0))
    assert (detail.joint, detail.joint_lo, detail.joint_hi) == (None, None, None)
    assert notes == [
        f"no effect of one@1, two@1 together: cannot be told from the {kind} {level}: mostly the "
        "same projects"
    ]


def test_a_bundle_of_one_team_or_of_all_has_no_joint_effect() -> None:
    """Joint users of one team only, and pieces that every project uses, are not compared."""
    some = places("team", "team-2")[::2]
    for inside, reason in (
        (some, "all their users are of 1 team, at least 2 teams are needed"),
        (range(150), "every finished project used all of them: there is nothing to compare them"),
    ):
        model = PlusMinus(both(list(inside)))
        assert joint_doubt(model, PAIR).startswith(reason)
        assert model.worth(PAIR) < len(inside)


def test_unrelated_groups_do_not_count_as_a_bundle() -> None:
    """Projects that used only one of two pieces are no joint users: 4 of them are too few."""
    cases = adding(CASES, {"one": set(range(0, 60, 3)), "two": set(range(48, 110, 3))})
    assert joint_doubt(PlusMinus(cases), PAIR) == (
        "4 finished projects used all of them, at least 5 are needed"
    )
