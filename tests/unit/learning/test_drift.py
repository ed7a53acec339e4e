"""Inputs of running projects against those of finished ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from maestro.learning.drift import DIFFERS, SAME, drift_notes, input_drift
from maestro.learning.table import Row
from maestro.schema.details import NOT_ENOUGH

from .rows import row


def rows(name: str, count: int, **columns: list[Any]) -> list[Row]:
    """Projects whose fields take the given values in turn."""
    return [
        row(f"{name}-{place:03d}", **{key: values[place] for key, values in columns.items()})
        for place in range(count)
    ]


def test_a_number_moves_by_the_kolmogorov_smirnov_distance() -> None:
    """The distance is SciPy's, and its p is near the asymptotic one."""
    dice = np.random.default_rng(5)
    past = [int(size) for size in dice.integers(1, 200, 60)]
    now = [int(size) for size in dice.integers(40, 240, 20)]
    found = input_drift(rows("a", 60, team_size=past), rows("b", 20, team_size=now), 0)
    one = next(item for item in found if item.field == "team_size")
    theirs = stats.ks_2samp(past, now)
    assert one.distance == pytest.approx(theirs.statistic)
    assert one.p == pytest.approx(theirs.pvalue, abs=0.02)
    assert one.finished == f"median {np.median(past):,.0f}" or "." in one.finished


def test_a_word_moves_by_half_the_difference_of_shares() -> None:
    """Total variation by hand: |.6 - .2| / 2 + |.4 - .2| / 2 + .6 / 2 = .6."""
    past = ["churn"] * 6 + ["vision"] * 4
    now = ["churn", "vision", "audio", "audio", "audio"]
    found = input_drift(rows("a", 10, problem_class=past), rows("b", 5, problem_class=now), 0)
    one = next(item for item in found if item.field == "problem_class")
    assert one.distance == pytest.approx(0.6)
    assert (one.finished, one.running) == ("churn 60 %", "audio 60 %")


def test_a_clear_change_is_named_and_no_change_is_not() -> None:
    """Teams twice as large differ; complexities drawn alike do not."""
    dice = np.random.default_rng(6)
    hard = [int(one) for one in dice.integers(1, 11, 60)]
    found = input_drift(
        rows("a", 40, team_size=[3, 4, 5, 6] * 10, complexity=hard[:40]),
        rows("b", 20, team_size=[8, 9, 10, 11] * 5, complexity=hard[40:]),
        0,
    )
    labels = {one.field: one.label for one in found}
    assert (labels["team_size"], labels["complexity"]) == (DIFFERS, SAME)
    assert found[0].field == "team_size" and found[0].distance == 1.0
    assert found[0].p == pytest.approx(0.001)
    assert drift_notes(found) == [
        "running projects differ from finished ones in team size: "
        "their predictions rest on the few that are like them"
    ]


def test_four_on_a_side_are_not_enough() -> None:
    """The distance is shown and nothing is concluded from it."""
    found = input_drift(rows("a", 40, team_size=[3] * 40), rows("b", 4, team_size=[9] * 4), 0)
    assert {(one.p, one.label) for one in found} == {(None, NOT_ENOUGH)}
    assert found[0].distance == 1.0
    assert drift_notes(found) == []


def test_what_one_side_does_not_have_is_left_out() -> None:
    """Without a running project there is nothing; a domain nobody recorded is no input."""
    past = rows("a", 10, team_size=[3] * 10)
    assert input_drift(past, [], 0) == []
    assert {one.field for one in input_drift(past, past, 0)} == {
        "team_size",
        "complexity",
        "reuse",
        "problem_class",
        "team",
    }


def test_false_alarms_are_rare() -> None:
    """Of 60 libraries without drift, where 3 are promised to say "differs", at most 7 do.

    7 or fewer of 60 at a true rate of 5 % has probability 0.99 (binomial).
    """
    alarms = 0
    for seed in range(60):
        dice = np.random.default_rng(seed)
        sizes = [int(one) for one in dice.integers(2, 9, 40)]
        hard = [int(one) for one in dice.integers(1, 11, 40)]
        words = [str(one) for one in dice.choice(list("abcde"), 40)]
        both = rows("a", 40, team_size=sizes, complexity=hard, problem_class=words, team=words)
        alarms += any(one.label == DIFFERS for one in input_drift(both[:28], both[28:], 0))
    assert alarms <= 7
