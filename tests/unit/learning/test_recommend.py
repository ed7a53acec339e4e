"""What is recommended to a project, and what is not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from maestro.learning.adoption import from_log_odds, log_odds
from maestro.learning.fitting import Persona, Piece, Wish
from maestro.learning.recommend import (
    Advice,
    Known,
    Proof,
    Recommender,
    choice_of,
    first_days,
    successors,
)

from .likeness import piece, work


def use(*references: str) -> list[dict[str, str]]:
    """The pieces a project uses."""
    return [{"artifact": reference} for reference in references]


def advise(
    asked: Any,
    pieces: Sequence[Any],
    projects: Sequence[Any] = (),
    persona: str = "",
    **known: Any,
) -> Advice:
    """Advice for one project from a library of pieces and projects."""
    empty: dict[str, Any] = {"impacts": {}, "personas": {}, "since": {}}
    choices = [choice_of(Wish.of(project)) for project in projects]
    made = Recommender([Piece.of(one) for one in pieces], choices, Known(**{**empty, **known}))
    return made.advise(Wish.of(asked), persona=persona)


def names(advice: Advice) -> list[str]:
    """References in the order in which they are named."""
    return [one.reference for one in advice.pieces]


PAST = [work(f"p{i}", uses=use("aa@1.0.0", "bb@1.0.0")) for i in range(4)]


def test_what_others_used_is_named_with_counts() -> None:
    """Used by three of four: first, with the counts by class and team; without use or fit: not."""
    past = [work(f"p{i}", uses=use("bb@1.0.0") if i else use()) for i in range(4)]
    found = advise(work("new"), [piece("aa"), piece("bb")], past)
    assert names(found) == ["bb@1.0.0"]
    words = "used by 3 of 4 projects that could; 3 of 4 of class forecasting; 3 of 4 of team growth"
    assert found.pieces[0].reasons[0] == words
    assert (found.considered, found.pieces[0].advice) == (2, "use")


def test_impact_moves_the_rank_and_not_the_fit() -> None:
    """Ten points are one in log odds: they lift a piece over one that is 2.7 times as likely."""
    pieces = [piece("aa"), piece("bb")]
    even = advise(work("new"), pieces, PAST)
    assert names(even) == ["aa@1.0.0", "bb@1.0.0"]
    proofs = {"bb@1.0.0": Proof("no clear effect", 0.2, -1.0, 1.4, 0.9, 4)}
    lifted = advise(work("new"), pieces, PAST, impacts=proofs)
    assert names(lifted) == ["bb@1.0.0", "aa@1.0.0"]
    assert lifted.pieces[0].fit == even.pieces[1].fit
    assert "associated with +0.2 points of success (90 %: -1.0 to +1.4; 4 projects)" in str(
        lifted.pieces[0].reasons
    )
    unproven = {"bb@1.0.0": Proof("not enough evidence")}
    assert names(advise(work("new"), pieces, PAST, impacts=unproven)) == names(even)


def test_what_hurts_is_never_named() -> None:
    """Not to use, not as an upgrade; one in use is told of."""
    bad = Proof("hurts", -4.0, -6.0, -2.0, 0.9, 9)
    found = advise(work("new"), [piece("aa")], PAST, impacts={"aa@1.0.0": bad})
    assert found.pieces == []
    asked = work("new", uses=use("aa@1.0.0", "bb@1.0.0"))
    newer = piece("bb", version="1.1.0")
    harmful = {"aa@1.0.0": bad, "bb@1.1.0": bad}
    told = advise(asked, [piece("aa"), newer], PAST, impacts=harmful)
    assert told.pieces == []
    assert told.notes[0].startswith("aa@1.0.0, in use, is associated with -4.0 points of success")
    assert told.notes[1].startswith("bb@1.1.0 is newer than bb@1.0.0, and not named: ")


@pytest.mark.parametrize(
    ("version", "fit", "words"),
    [("1.10.0", 1.0, "compatible by its number"), ("2.0.0", 0.5, "a new major version")],
)
def test_a_newer_version_is_an_upgrade(version: str, fit: float, words: str) -> None:
    """With what changed in between; 1.10.0 is newer than 1.9.0, and a new major one is said so."""
    history = [
        {"version": "1.9.5", "date": "2025-02-01", "note": "Faster."},
        {"version": "1.9.0", "date": "2025-01-01", "note": "Old."},
    ]
    one = piece("aa", version=version, history=history)
    (found,) = advise(work("new", uses=use("aa@1.9.0")), [one]).pieces
    assert (found.advice, found.reference, found.replaces) == (
        "upgrade",
        f"aa@{version}",
        "aa@1.9.0",
    )
    assert found.fit == fit and words in found.reasons[0]
    assert found.reasons[1] == "since then: 1.9.5: Faster."
    assert advise(work("new", uses=use(f"aa@{version}")), [one]).pieces == []
    assert advise(work("new", uses=use("aa")), [one]).pieces == []


def test_what_replaces_a_deprecated_piece_is_named_instead() -> None:
    """The last of a chain, once; its users count for it; without a successor it is only told."""
    gone = {"status": "deprecated", "reason": "Slow."}
    pieces = [
        piece("aa", replaced_by="bb@1.0.0", **gone),
        piece("bb", replaced_by="cc", **gone),
        piece("cc"),
        piece("dd", **gone),
    ]
    asked = work("new", uses=use("aa@1.0.0", "dd@1.0.0"))
    found = advise(asked, pieces, PAST)
    assert [(one.advice, one.reference, one.replaces) for one in found.pieces] == [
        ("instead", "cc@1.0.0", "aa@1.0.0")
    ]
    assert found.pieces[0].reasons == ["aa@1.0.0 is deprecated (Slow.), replaced by cc@1.0.0"]
    assert found.notes == ["dd@1.0.0, in use, is deprecated (Slow.)"]
    fresh = advise(work("new"), pieces, PAST)
    assert names(fresh) == ["cc@1.0.0"]
    assert fresh.pieces[0].reasons[0].startswith("used by 4 of 4")


def test_circles_of_replacements_lead_nowhere() -> None:
    """Two that replace each other have no successor, and nothing runs forever."""
    gone = {"status": "deprecated", "reason": "x"}
    circle = [piece("aa", replaced_by="bb", **gone), piece("bb", replaced_by="aa", **gone)]
    assert successors([Piece.of(one) for one in circle]) == {}


def test_another_task_only_where_the_class_has_used_it() -> None:
    """A template for ranking is named to a forecast only when a forecast has used it before."""
    template = piece("aa", "model_templates", task="ranking")
    other = [work(f"r{i}", problem_class="ranking", uses=use("aa@1.0.0")) for i in range(12)]
    assert advise(work("new"), [template], other).pieces == []
    assert names(advise(work("new"), [template], [*other, *PAST])) == ["aa@1.0.0"]


def test_what_a_project_uses_itself_speaks_for_nothing() -> None:
    """Asked about itself, the library knows a project's other choices only from other projects."""
    own = work("p0", uses=use("aa@1.0.0"))
    same = advise(work("p0"), [piece("aa"), piece("bb")], [own, *PAST[1:]])
    without = advise(work("p0"), [piece("aa"), piece("bb")], PAST[1:])
    assert same.pieces == without.pieces


def test_a_persona_narrows_the_choice() -> None:
    """What names it, or is of its kinds or tags; the rest is left out."""
    pieces = [
        piece("aa", personas=["analyst"]),
        piece("bb", "notebooks"),
        piece("cc", tags=["plain"]),
        piece("dd", personas=["engineer"]),
        piece("ee"),
    ]
    known = {"analyst": Persona("analyst", frozenset(["notebooks"]), frozenset(["plain"]))}
    past = [work(f"p{i}", uses=use("dd@1.0.0", "ee@1.0.0")) for i in range(4)]
    found = advise(work("new"), pieces, past, persona="analyst", personas=known)
    assert sorted(names(found)) == ["aa@1.0.0", "bb@1.0.0", "cc@1.0.0"]


def test_an_earlier_version_lends_its_evidence_in_words_only() -> None:
    """A version without evidence has no number; what is known of the one before is said."""
    one = piece("aa", version="1.1.0", history=[{"version": "1.0.0", "date": "2025-01-01"}])
    proofs = {"aa@1.0.0": Proof("helps", 3.0, 1.0, 5.0, 0.9, 7)}
    (found,) = advise(work("new"), [one], PAST, impacts=proofs).pieces
    assert found.value is None
    assert found.reasons[-2].startswith("an earlier version, 1.0.0: associated with +3.0 points")
    assert found.reasons[-1].startswith("its record calls it experimental")


def test_days_from_which_pieces_could_be_used() -> None:
    """The earliest of first release, first record and the day after the first use."""
    pieces = [
        Piece.of(
            piece("aa", version="1.1.0", history=[{"version": "1.0.0", "date": "2025-03-01"}])
        ),
        Piece.of(piece("bb")),
        Piece.of(piece("cc")),
    ]
    user = choice_of(Wish.of(work("p", started="2025-02-01", ended="2025-03-01", uses=use("bb"))))
    days = first_days(pieces, [user], {"aa": 10**6, "bb": 739_300})
    assert days == {"aa": 739_311, "bb": 739_284}


def test_log_odds_there_and_back() -> None:
    """0.8 has odds of 4 to 1."""
    assert log_odds(0.8) == pytest.approx(1.3862944)
    assert from_log_odds(1.3862944) == pytest.approx(0.8)
