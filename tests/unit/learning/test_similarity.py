"""The likeness of two records: bounds, symmetry, numbers worked out by hand, and a library."""

from __future__ import annotations

from itertools import combinations
from math import log, log2
from pathlib import Path
from statistics import fmean

import numpy as np
import pytest

from maestro.learning.similarity import (
    ONE_SIDED,
    WEIGHTS,
    Item,
    Space,
    describe,
    nearest,
)

from .likeness import Entry, items, piece, ports, work

EXACT = 5e-5
"""Scores have four decimals."""


def score(one: Entry, other: Entry, *more: Entry) -> float:
    """The likeness of two records in a library of these and ``more``."""
    space = Space(items(one, other, *more))
    pair = [np.array([space.place[entry.path]]) for entry in (one, other)]
    there, back = space.scores(*pair)[0, 0], space.scores(*reversed(pair))[0, 0]
    assert there == back
    return float(there)


def test_the_weights_add_up_to_one() -> None:
    """All weights together are 1, so that each can be read as a share."""
    assert sum(WEIGHTS.values()) == pytest.approx(1, abs=1e-12)


def test_the_same_content_under_two_names_is_one() -> None:
    """Records that say the same are wholly alike, artifacts and projects, whatever their names."""
    fields = {
        "description": "Counts the words of a text.",
        "tags": ["text"],
        "inputs": ports("text", of="text"),
        "outputs": ports("count", "words", of="int"),
        "uses": ["other@1.0.0"],
    }
    assert score(piece("a", **fields), piece("b", **fields), piece("c")) == 1
    twin = {"description": "Says who will leave.", "domain": "retail", "tags": ["churn"]}
    assert score(work("a", **twin), work("b", **twin), work("c")) == 1


def test_nothing_shared_is_zero() -> None:
    """Records that have all parts and share none are not alike at all."""
    one = work(
        "a",
        problem_class="ranking",
        complexity=1,
        team={"size": 1},
        description="Alpha beta gamma.",
    )
    other = work("b", complexity=6, team={"size": 4}, description="Delta epsilon zeta.")
    assert score(one, other) == 0
    assert score(piece("a", tags=["x"]), piece("b", tags=["y"])) == 0


def test_worked_out_by_hand() -> None:
    """Two pipelines with four of six outputs in common: the number of the guide, by arithmetic."""
    one = piece("a", description="daily churn features", outputs=ports(*"pqrst"), tags=["daily"])
    other = piece("b", description="daily sales features", outputs=ports(*"pqrsu"), tags=["daily"])
    third = piece("c", description="image blocks here")
    # Three texts; "daily" and "features" stand in two of them, every other word in one.
    twice, once = log(4 / 3) + 1, log(4 / 2) + 1
    text = 2 * twice**2 / (2 * twice**2 + once**2)
    parts = 0.15 * 4 / 6 + 0.10 * 1 + 0.25 * text
    assert score(one, other, third) == pytest.approx(parts / (0.15 + 0.10 + 0.25), abs=EXACT)


def test_columns_count_by_name_and_by_type() -> None:
    """A column is worth its name and its type: the same name with another type is one of three."""
    one, other = (
        piece(name, description="same words here", outputs=ports("age", of=kind))
        for name, kind in (("a", "int"), ("b", "text"))
    )
    assert score(one, other) == pytest.approx((0.15 / 3 + 0.25) / 0.40, abs=EXACT)


def test_what_only_one_side_says_counts_a_tenth() -> None:
    """A part that one side lacks counts as unlike, with a tenth of its weight."""
    one = piece("a", description="same words here", outputs=ports("age"))
    other = piece("b", description="same words here")
    assert score(one, other) == pytest.approx(0.25 / (0.25 + ONE_SIDED * 0.15), abs=EXACT)
    assert score(one, other) < 1


def test_numbers_are_alike_by_their_gap() -> None:
    """Complexity is unlike five steps apart, a team at four times the size; between by the gap."""
    fixed = {"description": "same words here", "problem_class": "ranking"}
    one = work("a", complexity=4, team={"size": 3}, **fixed)
    other = work("b", complexity=6, team={"size": 5}, **fixed)
    wanted = 0.20 + 0.25 + 0.05 * (1 - 2 / 5) + 0.05 * (1 - log2(5 / 3) / 2)
    assert score(one, other) == pytest.approx(wanted / 0.55, abs=EXACT)


def test_versions_of_what_is_used_do_not_matter() -> None:
    """Two projects on two versions of one piece use the same piece."""
    uses = [[{"artifact": f"cleaner@{version}"}] for version in ("1.0.0", "2.1.0")]
    one, other = (
        work(n, uses=u, description="same words") for n, u in zip("ab", uses, strict=True)
    )
    assert score(one, other) == 1


def test_a_card_is_compared_by_task_and_data() -> None:
    """Data sets and schemas give their fields, as a pipeline gives its outputs."""
    one = piece("a", "datasets", description="same words", fields=[{"name": "x", "type": "int"}])
    other = piece("b", "schemas", description="same words", fields=[{"name": "X", "type": "Int"}])
    assert score(one, other) == 1


def library(count: int = 30) -> list[Entry]:
    """Records that overlap here and there, in every part."""
    words = ["churn", "sales", "model", "weekly", "daily"]
    words += ["image", "clean", "table", "customer", "price"]
    return [
        piece(
            f"piece-{n:02d}",
            description=" ".join(words[(n * step) % 10] for step in range(1, 6)),
            tags=sorted({words[n % 4], words[n % 3]}),
            outputs=ports(*sorted({f"c{n % 7}", f"c{n % 5}", f"c{n % 2}"})),
        )
        for n in range(count)
    ]


def test_the_order_of_the_library_is_irrelevant() -> None:
    """Neighbours and scores are the same to the last bit in any order, also in small slices."""
    forward = items(*library())
    one = nearest(forward, forward)
    backward = list(reversed(forward))
    assert nearest(backward, backward) == one
    rest = forward[:9]
    for path, found in nearest(rest, forward).items():
        assert found == one[path]


def test_the_best_are_found_whatever_the_number_asked_for() -> None:
    """The few best are those that a full sort finds, ties by name."""
    every = items(*library())
    space = Space(every)
    places = np.arange(len(every))
    full = space.scores(places, places)
    for path, found in nearest(every, every, most=3).items():
        row = space.place[path]
        ranked = sorted((-full[row, at], space.items[at].name, at) for at in places if at != row)
        wanted = [(space.items[at].name, -minus) for minus, _, at in ranked[:3] if minus < 0]
        assert [(item.name, value) for item, value in found] == wanted


def test_an_unrelated_entry_moves_little() -> None:
    """One more entry moves the rarity of words a little: no score of 30 others by more than 0.01.

    The tolerance: of 30 texts ln((1 + n) / (1 + df)) moves by at most ln(32 / 31) = 0.032 for
    all words alike, on weights of 1 to 3.7; a cosine then moves by less than 0.02, of which a
    half at most is in the score.
    """
    before, more = items(*library()), items(piece("zzz", description="Wholly other matter 日本語."))
    old, new = Space(before), Space([*before, *more])
    places = np.arange(len(before))
    assert new.items[: len(before)] == old.items
    assert np.abs(old.scores(places, places) - new.scores(places, places)).max() <= 0.01


def test_a_draft_finds_what_its_record_finds() -> None:
    """A project that is not in the library finds the same neighbours as once it is."""
    shelf = [work(f"p{n}", tags=[f"t{n % 3}"], complexity=1 + n % 9) for n in range(12)]
    draft = work("draft", tags=["t1"], complexity=4)
    among = items(*shelf)
    outside = nearest([describe(draft)], among)[draft.path]
    inside = nearest([*among, describe(draft)], among)[draft.path]
    assert outside == inside and len(outside) == 5


def test_nobody_to_compare_with() -> None:
    """Alone, or among none, a record has no neighbours; a record without words is no fault."""
    alone = items(piece("a"))
    assert nearest(alone, alone) == {alone[0].path: []}
    assert nearest(alone, []) == {alone[0].path: []}
    assert nearest([], []) == {}
    mute = items(*(piece(n, description="!!! ??? --- ...") for n in "ab"))
    assert nearest(mute, mute)[mute[0].path] == []


@pytest.mark.parametrize(
    "prose",
    [
        "",
        "\0\x1b[31m\x7f\u202e" * 50,
        "word " * 400_000,
        "a" * 1_000_000,
        "機械学習による需要予測のモデル",
        "прогноз спроса по неделям",
        "توقع الطلب الأسبوعي",
        "e\u0301" * 10_000,
        "\ufdfa" * 20_000,
        "😀 🚀 \ufffd",
    ],
    ids=[
        *("empty", "control", "long", "one word", "kanji", "cyrillic", "arabic"),
        *("accents", "ligatures", "pictures"),
    ],
)
def test_hostile_prose(prose: str) -> None:
    """Whatever stands in the prose, scores stay in 0..1 and a twin stays a twin."""
    one, other = (piece(name, description="same words here", prose=prose) for name in "ab")
    assert score(one, other, piece("c", prose="something else")) == 1
    assert 0 <= score(one, piece("c", prose="something else")) < 1


def test_an_own_model_takes_the_place_of_words() -> None:
    """With ``embed`` texts are compared by its rows; a bad answer is refused."""
    pytest.importorskip("sklearn")
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer

    def embed(texts: list[str]) -> np.ndarray:
        weights = TfidfVectorizer(sublinear_tf=True).fit_transform(texts)
        made: np.ndarray = TruncatedSVD(3, random_state=0).fit_transform(weights)
        return made

    texts = ["customers leave", "customers leave soon", "image blocks", "image blocks of pixels"]
    every = items(*(piece(f"p{n}", description=text + " .") for n, text in enumerate(texts)))
    found = nearest(every, every, embed=embed)  # type: ignore[arg-type]
    assert [found[item.path][0][0].name for item in every] == ["p1", "p0", "p3", "p2"]
    space = Space(every, lambda texts: np.array([[1.0, 0], [0, 2.0], [3.0, 4.0], [-1.0, 0]]))
    wanted = [[1, 0, 0.6, 0], [0, 1, 0.8, 0], [0.6, 0.8, 1, 0], [0, 0, 0, 1]]
    assert space.scores(np.arange(4), np.arange(4)) == pytest.approx(np.array(wanted), abs=EXACT)
    with pytest.raises(ValueError, match="one row each"):
        Space(every, lambda texts: np.ones((2, 2)))
    with pytest.raises(ValueError, match="not finite"):
        Space(every, lambda texts: np.full((len(texts), 2), np.nan))


def test_projects_of_a_class_are_nearer_in_the_simulated_library(tmp_path: Path) -> None:
    """In the demo portfolio projects of one class are more alike than those of two, on average."""
    from maestro.catalog.load import load_catalog
    from maestro.cli.main import guarded

    assert guarded(["demo", str(tmp_path / "demo"), "--projects", "40", "--no-histories"]) == 0
    space = Space([describe(entry) for entry in load_catalog(tmp_path / "demo").projects.values()])
    places = np.arange(len(space.items))
    found = space.scores(places, places)
    same: dict[bool, list[float]] = {True: [], False: []}
    for i, j in combinations(range(len(places)), 2):
        one, other = space.items[i], space.items[j]
        same[one.sets["class"] == other.sets["class"]].append(found[i, j])
    assert fmean(same[True]) > fmean(same[False]) + 0.2
    assert found.min() >= 0
    assert found.max() <= 1


def test_items_say_only_what_records_say() -> None:
    """Parts that a record says nothing about are not there at all."""
    item: Item = describe(piece("a"))
    assert item.sets == {} and item.numbers == {}
