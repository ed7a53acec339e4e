"""Forecasts of plans that leave things open: what is not said moves nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from maestro.learning.forecast import Planned, forecast
from maestro.learning.table import UNUSED, Row

from .test_forecast import fitted, portfolio, published


@pytest.fixture(scope="module")
def past() -> list[Row]:
    """Forty finished projects that used up to fifteen pieces."""
    return portfolio(40, 15)


@pytest.mark.parametrize("name", ["duration", "success"])
def test_what_is_not_said_moves_nothing(name: str, past: list[Row]) -> None:
    """Of a project of which nothing is known, the typical project is the whole answer."""
    said = forecast(published(fitted(name, past)), Planned())
    assert said.drivers == []
    assert said.typical == pytest.approx(said.value, rel=1e-9)


def test_one_more_piece_leaves_the_rest_undecided(past: list[Row]) -> None:
    """With other pieces open, a piece moves the score by its own weight, less what the average
    project has of it already; the range stays as wide as where nothing is said of pieces."""
    formula = published(fitted("success", past))
    kept = [one for one in formula.pieces if one.members == "names"]
    weights = formula.weights[
        1 + len(formula.numbers) + sum(len(w.levels) for w in formula.words) :
    ]
    place = int(np.argmax(np.abs(weights[: len(kept[0].columns)])))
    member, share = kept[0].columns[place], kept[0].shares[place]
    plain = Planned(complexity=5, team_size=4)
    added = replace(plain, uses=(f"{member}@99.0.0",), may_use_more=True)
    before, after = forecast(formula, plain), forecast(formula, added)
    expected = formula.sd * (1 - share) / kept[0].norm * weights[place]
    # The piece's version is one of its own that nobody used; its shares in others fall to none.
    versions = [one for one in formula.pieces if one.members == "references"]
    for one in versions:
        rest = weights[len(kept[0].columns) :]
        for other, column in enumerate(one.columns):
            if column.startswith(f"{member}@"):
                expected -= formula.sd * one.shares[other] / one.norm * rest[other]
    assert before.value is not None and after.value is not None
    assert after.value - before.value == pytest.approx(expected, abs=1e-9)
    assert "what else it reuses is not known and counts as in the average project" in after.warnings
    exact = forecast(formula, replace(added, may_use_more=False))
    assert after.lo is not None and after.hi is not None
    assert exact.lo is not None and exact.hi is not None
    assert after.hi - after.lo > exact.hi - exact.lo
    assert [one.name for one in after.drivers if one.name == UNUSED] == []


def test_a_range_of_one_is_said_as_one(past: list[Row]) -> None:
    """Where all finished projects had one size, no range from it to itself is told."""
    formula = published(fitted("duration", past))
    seen = formula.seen.model_copy(update={"ranges": {"team_size": (3, 3)}})
    only = formula.model_copy(update={"seen": seen})
    assert (
        "a team of 4 is outside what was seen (only 3)"
        in forecast(only, Planned(team_size=4)).warnings
    )
    (far,) = forecast(only, Planned(team_size=9)).doubts
    assert far == "a team of 9 is far outside what was seen (only 3): no answer"
