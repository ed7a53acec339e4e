"""Trying recommendations on the past: nothing of the future, exact expectations, honest labels."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
from scipy.stats import binomtest

from maestro.learning.adoption import Choice
from maestro.learning.fitting import Piece, Wish
from maestro.learning.hindsight import interval, recommender_findings
from maestro.learning.recommend import Known, choice_of, first_days
from maestro.schema.findings import Finding
from maestro.schema.learned import HitRate, RecommenderDetail

from .likeness import piece, work
from .rows import AS_OF

PIECES = [Piece.of(piece(f"piece-{at:02d}")) for at in range(20)]
NAMES = [one.name for one in PIECES]
FORTY = [Piece.of(piece(f"piece-{at:02d}")) for at in range(40)]
MANY = [one.name for one in FORTY]


def wish(at: int, *used: str, of: str = "a") -> Wish:
    """The ``at``-th project, one a day."""
    path = f"projects/p{at:03d}/project.yaml"
    return Wish(f"p{at:03d}", path, of, day=1000 + at, uses=tuple(sorted(used)))


def tried(
    wishes: list[Wish], later: list[Choice] | None = None, **since: int
) -> dict[tuple[str, int], Finding]:
    """Question and number named to finding."""
    choices = [*map(choice_of, wishes), *(later or [])]
    known = Known({}, {}, {name.replace("_", "-"): day for name, day in since.items()})
    found = recommender_findings(PIECES, choices, wishes, known, as_of=AS_OF)
    details = [one.detail for one in found]
    assert all(isinstance(one, RecommenderDetail) for one in details)
    return {
        (one.detail.asked, one.detail.named): one
        for one in found
        if isinstance(one.detail, RecommenderDetail)
    }


def rates(found: Finding) -> dict[str, HitRate]:
    """Way of recommending to its rate."""
    assert isinstance(found.detail, RecommenderDetail)
    return {rate.method: rate for rate in found.detail.rates}


def pairs(seed: int, count: int = 60) -> list[Wish]:
    """Projects that take pieces two by two: nine of ten who use one use its partner."""
    draw = random.Random(seed)
    wishes = []
    for at in range(count):
        used = set()
        for first in range(0, 20, 2):
            if draw.random() < 0.2:
                used.add(NAMES[first])
                used |= {NAMES[first + 1]} if draw.random() < 0.9 else set()
        wishes.append(wish(at, *used))
    return wishes


def test_pieces_that_go_together_are_found() -> None:
    """Where pieces come in pairs, it beats the most popular beside the others, not at the start."""
    found = tried(pairs(1))
    assert found["beside the others", 5].label == "better than most popular"
    best = rates(found["beside the others", 5])
    assert best["maestro"].rate > best["most popular"].rate + 0.2 > best["random"].rate
    assert found["at the start", 5].label == "no clear difference"


def test_without_structure_nothing_is_better() -> None:
    """Uses drawn at random: no difference is claimed in any of the four."""
    draw = random.Random(5)
    wishes = [wish(at, *(n for n in NAMES if draw.random() < 0.2)) for at in range(60)]
    assert {one.label for one in tried(wishes).values()} == {"no clear difference"}


def unstructured(seed: int, share: float, count: int = 60) -> list[Wish]:
    """Projects that each use any of the forty pieces with the same chance."""
    draw = random.Random(seed)
    return [wish(at, *(n for n in MANY if draw.random() < share)) for at in range(count)]


def as_first_seen(wishes: list[Wish]) -> list[Finding]:
    """Findings on forty pieces of which nothing is known but who used them."""
    choices = [choice_of(one) for one in wishes]
    known = Known({}, {}, first_days(FORTY, choices, {}))
    return recommender_findings(FORTY, choices, wishes, known, as_of=AS_OF)


def test_a_first_use_does_not_give_itself_away() -> None:
    """Rare uses drawn at random, known from uses alone: nothing beats the most popular.

    In 4 of these 9 runs something would, if the first project to use a piece were told that
    the piece is there. By chance alone it may once.
    """
    beside = [as_first_seen(unstructured(seed, 0.05))[3] for seed in range(9)]
    assert {one.detail.asked for one in beside if isinstance(one.detail, RecommenderDetail)} == {
        "beside the others"
    }
    assert sum(one.label == "better than most popular" for one in beside) <= 1


def test_what_a_project_says_of_its_uses_is_no_hit() -> None:
    """Texts that name every piece in use change nothing: they were written in the end."""
    wishes = unstructured(1, 0.1)
    telling = []
    for one in wishes:
        named = f"We built it with {', '.join(sorted(one.chosen))}."
        # A word of the description of each: "piece01one".
        about = " ".join(name.replace("-", "") + "one" for name in sorted(one.chosen))
        said = Wish.of(work(one.name, prose=about, title=named[:80], description=named[:300]))
        telling.append(replace(one, words=said.words, described=said.described))
    silent = as_first_seen(wishes)
    assert any(word.isdecimal() for word in telling[0].described)
    assert as_first_seen(telling) == silent
    assert all("what they used" in one.quality[-2] for one in silent)


def test_the_random_rate_is_exact() -> None:
    """Five of twenty pieces hold a quarter of what is hidden; beside two, five of eighteen."""
    wishes = [
        wish(at, NAMES[at % 20], NAMES[(at + 7) % 20], NAMES[(at + 3) % 20]) for at in range(25)
    ]
    found = tried(wishes)
    assert rates(found["at the start", 5])["random"].rate == pytest.approx(5 / 20)
    assert rates(found["beside the others", 5])["random"].rate == pytest.approx(5 / 18)
    # The first five projects have too few before them.
    assert rates(found["at the start", 10])["maestro"].uses == 20 * 3


def test_the_future_is_not_known() -> None:
    """What later projects use, and pieces that come later, change nothing for those before."""
    wishes = pairs(2, 40)
    late = [replace(choice_of(wish(500 + at)), pieces=frozenset(NAMES[-3:])) for at in range(30)]
    assert tried(wishes, late) == tried(wishes)
    alone = rates(tried(wishes, piece_19=5000, piece_18=5000)["at the start", 5])
    unseen = {"piece-18", "piece-19"}
    uses = sum(len(one.chosen - unseen) for one in wishes[5:])
    assert alone["random"].rate == pytest.approx(5 / 18)
    assert alone["maestro"].uses == uses


def test_the_order_of_records_does_not_matter() -> None:
    """The same projects in another order give the same findings."""
    wishes = pairs(3, 30)
    assert tried(list(reversed(wishes))) == tried(wishes)


def test_too_few_projects_give_no_number() -> None:
    """Fourteen projects leave nine to be tried, one below what is needed."""
    (first, *_) = tried(pairs(4, 30)[:14]).values()
    assert first.value is None and first.label == "not enough evidence"
    assert "at least 10 are needed" in first.quality[0]
    assert rates(first) == {}


def test_the_interval_is_wilsons_for_uses_that_are_alone() -> None:
    """One use per project: Wilson's interval as scipy has it, also at the ends."""
    for hits, count in ((6, 20), (0, 12), (12, 12)):
        found = [(1.0, 1)] * hits + [(0.0, 1)] * (count - hits)
        expected = binomtest(hits, count).proportion_ci(0.9, method="wilson")
        lo, hi = interval(found)
        # The design effect of single uses is n / (n - 1).
        assert lo == pytest.approx(expected.low, abs=0.01)
        assert hi == pytest.approx(expected.high, abs=0.01)


def test_uses_that_come_in_projects_make_it_wider() -> None:
    """Twenty projects with all or none of four uses count like about twenty uses."""
    clustered = interval([(4.0, 4)] * 10 + [(0.0, 4)] * 10)
    single = interval([(1.0, 1)] * 10 + [(0.0, 1)] * 10)
    assert clustered == pytest.approx(single, abs=0.001)


def test_a_day_is_the_day_of_the_record() -> None:
    """Days count from year 1, as dates do."""
    assert (date(2025, 1, 2) - timedelta(days=1)).toordinal() == 739_252
