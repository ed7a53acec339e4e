"""How likely a project is to use a piece, from what others used."""

from __future__ import annotations

import math

import pytest
from scipy.stats import betabinom, binom

from maestro.learning.adoption import (
    ALL,
    Adoption,
    Choice,
    Pull,
    Seen,
    likeliest,
    log_odds,
    most_popular,
)

SILENT = {sort: Pull(part=0.0) for sort in ("class", "domain", "team", "use")}


def choice(name: str, *pieces: str, day: int = 10, of: str = "a", team: str = "t") -> Choice:
    """One project of class ``of``."""
    return Choice(name, day, of, "", team, frozenset(pieces))


def adoption(*choices: Choice, **since: int) -> Adoption:
    """What these projects used."""
    made = Adoption(since)
    for one in choices:
        made.add(one)
    return made


def test_a_share_is_drawn_towards_its_prior() -> None:
    """3 of 8 users with a prior of 0.2: (3 + 5 x 0.2) / (8 + 5); nothing seen gives the prior."""
    assert Seen(3, 8).share(0.2) == pytest.approx(4 / 13)
    assert Seen(0, 0).share(0.2) == pytest.approx(0.2)
    assert Seen(3, 8).share(0.2, strength=2) == pytest.approx(3.4 / 10)


def test_only_projects_that_could_use_it_count() -> None:
    """Projects that began before a piece was there say nothing about it."""
    found = adoption(choice("p1", day=5), choice("p2", "x", day=9), choice("p3", day=12), x=9)
    assert found.seen(ALL, "x") == Seen(1, 2)
    assert found.seen(ALL, "y") == Seen(0, 3)
    assert found.seen(("class", "b"), "x") == Seen(0, 0)


def test_who_used_it_before_it_was_known_could() -> None:
    """An early user is told among those that could use it, until it is taken out again."""
    first = choice("p1", "x", day=5)
    found = adoption(first, choice("p2", day=5), choice("p3", "x", day=9), choice("p4", day=9), x=6)
    assert found.seen(ALL, "x") == Seen(2, 3, early=1)
    found.remove(first)
    assert found.seen(ALL, "x") == Seen(1, 2)


def test_the_use_that_made_a_piece_known_gives_it_no_share() -> None:
    """Of 3 users of 8, 1 was the first: (2 + 5 x 0.2) / (7 + 5); alone it leaves the prior."""
    assert Seen(3, 8, early=1).share(0.2) == pytest.approx(3 / 12)
    assert Seen(1, 1, early=1).share(0.2) == pytest.approx(0.2)
    first = choice("p1", "x", day=5)
    later = [choice(f"p{at}", day=9) for at in range(2, 5)]
    assert adoption(first, *later, x=6).base_shares({"x": "notebooks"}) == adoption(
        *later, x=6
    ).base_shares({"x": "notebooks"})


def test_a_removed_project_leaves_no_trace() -> None:
    """Adding and removing gives the same counts as never adding."""
    one, other = choice("p1", "x", "y"), choice("p2", "x", of="b")
    found = adoption(one, other)
    found.remove(one)
    for group in (ALL, ("class", "a"), ("use", "x"), ("team", "t")):
        for piece in ("x", "y"):
            assert found.seen(group, piece) == adoption(other).seen(group, piece)


def test_the_chance_by_hand() -> None:
    """Prior 0.2 becomes the share of all, then class and the best complement add log odds."""
    found = adoption(
        *(choice(f"a{i}", "x", "y") for i in range(3)),
        *(choice(f"b{i}", "z", of="b") for i in range(3)),
    )
    found.pulls = {**SILENT, "class": Pull(4.0, 1.0), "use": Pull(4.0, 1.0)}
    share = (3 + 5 * 0.2) / (6 + 5)
    of_class = (3 + 4 * share) / (3 + 4)
    beside_x = (3 + 4 * share) / (3 + 4)
    odds = log_odds(share) + 2 * (log_odds(of_class) - log_odds(share))
    assert of_class == beside_x
    asked = found.chance("y", choice("new", "x", "z"), 0.2)
    assert log_odds(asked.value) == pytest.approx(odds)
    assert dict(asked.seen) == {
        ALL: Seen(3, 6),
        ("class", "a"): Seen(3, 3),
        ("use", "x"): Seen(3, 3),
    }


def test_only_the_best_complement_counts() -> None:
    """Two pieces that tell the same do not count twice, and one project is no habit."""
    found = adoption(*(choice(f"p{i}", "x", "y", "z") for i in range(4)), choice("q", "v", "w"))
    found.pulls = {**SILENT, "use": Pull(4.0, 1.0)}
    one = found.chance("z", choice("new", "x"), 0.1).value
    assert found.chance("z", choice("new", "x", "y"), 0.1).value == one
    assert found.chance("z", choice("new"), 0.1).value < one
    alone = found.chance("w", choice("new"), 0.1).value
    assert found.chance("w", choice("new", "v"), 0.1).value == alone


def test_the_mixture_is_that_of_scipy() -> None:
    """Part of a beta-binomial, part of a binomial; the share is the posterior mean."""
    share, strength, part, seen = 0.2, 4.0, 0.3, Seen(5, 8)
    own = betabinom.pmf(5, 8, strength * share, strength * (1 - share))
    plain = binom.pmf(5, 8, share)
    weight = part * own / (part * own + (1 - part) * plain)
    shrunk = (5 + strength * share) / (8 + strength)
    expected = weight * shrunk + (1 - weight) * share
    assert Pull(strength, part).share(seen, share) == pytest.approx(expected)


def test_groups_that_differ_by_chance_have_no_say() -> None:
    """Counts as plain chance gives them most often: no pull. All or nothing: a strong one."""
    even = {(Seen(users, 10), 0.3): round(1000 * binom.pmf(users, 10, 0.3)) for users in range(11)}
    assert likeliest(even).part == 0
    split = likeliest({(Seen(0, 10), 0.5): 10, (Seen(10, 10), 0.5): 10})
    assert (split.strength, split.part) == (2.0, 1.0)


def test_a_few_pairs_that_belong_together_are_found_among_many() -> None:
    """2 of 200 pairs at 9 of 10 where the rest is chance: a small part with a share of its own."""
    counts = {(Seen(u, 10), 0.1): round(200 * binom.pmf(u, 10, 0.1)) for u in range(5)}
    found = likeliest({**counts, (Seen(9, 10), 0.1): 2})
    assert 0 < found.part <= 0.1
    assert found.share(Seen(9, 10), 0.1) > 0.5
    assert found.share(Seen(1, 10), 0.1) == pytest.approx(0.1, abs=0.01)


def test_base_shares_are_drawn_towards_all_kinds() -> None:
    """By hand, for two kinds over three projects; with no projects at all it is 0.1."""
    found = adoption(choice("p1", "d"), choice("p2", "d"), choice("p3"))
    shares = found.base_shares({"d": "datasets", "n": "notebooks"})
    every = (2 + 20 * 0.1) / (6 + 20)
    assert shares["datasets"] == pytest.approx((2 + 20 * every) / 23)
    assert shares["notebooks"] == pytest.approx(20 * every / 23)
    assert adoption().base_shares({"d": "datasets"}) == {"datasets": pytest.approx(0.1)}


def test_most_popular_breaks_ties_by_all_and_name() -> None:
    """Users in the class first, then users at all, then the name."""
    found = adoption(choice("p1", "c", "b"), choice("p2", "d", of="b"), choice("p3", "d", of="b"))
    assert most_popular(found, ["a", "d", "c", "b"], ("class", "a")) == ["b", "c", "d", "a"]
    assert most_popular(found, ["a", "d", "c", "b"]) == ["d", "b", "c", "a"]


def test_learning_needs_ten_projects() -> None:
    """With nine nothing is learned; with ten that never agree by class, class has no say."""
    few = adoption(*(choice(f"p{i}", "x") for i in range(9)))
    before = dict(few.pulls)
    few.learn()
    assert few.pulls == before
    many = adoption(*(choice(f"p{i}", "x" if i % 2 else "y", of="ab"[i % 2]) for i in range(20)))
    many.learn()
    assert many.pulls["class"].part > 0 and many.pulls["team"].part == 0
    assert math.isfinite(many.pulls["use"].strength)
