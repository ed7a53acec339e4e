"""The regression solved row by row: the same model as column by column."""

from __future__ import annotations

import numpy as np
import pytest

from maestro.learning.blocks import Block, Blocks, HalfCauchy, Spread, mixed
from maestro.learning.kernels import Kernels


def regression() -> tuple[list[Block], np.ndarray]:
    """Two learned blocks and a free one, on 30 rows with 50 columns."""
    dice = np.random.default_rng(3)
    wide, narrow = dice.normal(size=(30, 40)), dice.normal(size=(30, 8))
    y = wide[:, :5].sum(axis=1) + 0.5 * dice.normal(size=30)
    blocks = [
        Block("free", np.column_stack([np.ones(30), dice.normal(size=30)]), Spread(100.0)),
        Block("wide", wide, Spread(0.3, HalfCauchy(0.3))),
        Block("narrow", narrow, Spread(0.2, HalfCauchy(0.1))),
    ]
    return blocks, (y - y.mean()) / y.std()


@pytest.mark.parametrize("theta", [[-1.0, -2.0, -0.5], [0.2, -4.0, -2.0]])
def test_it_is_the_same_model(theta: list[float]) -> None:
    """Differences of the objective, its slope, and means and variances agree with the columns'."""
    blocks, y = regression()
    rows, columns = Kernels(blocks, y), Blocks(blocks, y)
    at, other = np.array(theta), np.array([-1.5, -1.5, -1.5])
    directions = np.random.default_rng(4).normal(size=(6, 50))
    assert rows.at(at).value - rows.at(other).value == pytest.approx(
        columns.at(at).value - columns.at(other).value, abs=1e-6
    )
    assert rows.at(at).gradient == pytest.approx(columns.at(at).gradient, abs=1e-5)
    assert rows.at(at).taus == pytest.approx(columns.at(at).taus)
    mine, theirs = rows.along(rows.at(at), directions), columns.at(at).along(directions)
    # The free columns have a prior variance of 10,000, from which the variance is subtracted.
    assert mine[0] == pytest.approx(theirs[0], abs=1e-6)
    assert mine[1] == pytest.approx(theirs[1], abs=1e-6)


def test_the_search_ends_where_the_other_does() -> None:
    """Most likely spreads, and the mixture around them, are those of the columns."""
    blocks, y = regression()
    rows, columns = Kernels(blocks, y), Blocks(blocks, y)
    best, known = rows.fit(), columns.fit()
    assert best.theta == pytest.approx(known.theta, abs=1e-3)
    directions = np.eye(50)[2:12]
    mine = rows.mixed(*rows.around(best), directions)
    theirs = mixed(*columns.around(known), directions)
    assert mine.mean == pytest.approx(theirs.mean, abs=1e-3)
    assert mine.quantile(0.05) == pytest.approx(theirs.quantile(0.05), abs=1e-3)


def test_the_slope_is_that_of_the_objective() -> None:
    """Differences of the objective give the gradient."""
    blocks, y = regression()
    rows, theta = Kernels(blocks, y), np.array([-0.7, -1.8, -0.9])
    for place in range(3):
        step = np.zeros(3)
        step[place] = 1e-5
        slope = (rows.at(theta + step).value - rows.at(theta - step).value) / 2e-5
        assert rows.at(theta).gradient[place] == pytest.approx(slope, abs=1e-4)
