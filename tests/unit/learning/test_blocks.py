"""The fitting core against least squares, densities and differences from elsewhere."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from maestro.learning.blocks import (
    Block,
    Blocks,
    Flat,
    HalfCauchy,
    LogNormal,
    Mixture,
    Spread,
    mixed,
)

THETA = np.log([0.4, 0.15, 0.8])


def regression(seed: int = 1, rows: int = 40) -> Blocks:
    """A constant that is not shrunk, four columns and six columns, with a true spread each."""
    dice = np.random.default_rng(seed)
    few, many = dice.normal(size=(rows, 4)), dice.integers(0, 2, (rows, 6)).astype(float)
    y = few @ dice.normal(0, 0.5, 4) + many @ dice.normal(0, 0.2, 6) + dice.normal(0, 0.7, rows)
    blocks = [
        Block("free", np.ones((rows, 1)), Spread(100.0)),
        Block("few", few, Spread(0.2, HalfCauchy(0.3))),
        Block("many", many, Spread(0.2, LogNormal(-1.0, 0.5))),
    ]
    return Blocks(blocks, y)


def test_posterior_is_that_of_least_squares_with_a_row_for_each_prior() -> None:
    """Mean and covariance are those of numpy's least squares on rows for data and priors."""
    model = regression()
    found = model.at(THETA)
    spreads = np.array([100.0] + [0.4] * 4 + [0.15] * 6)
    stacked = np.vstack([model.columns / 0.8, np.diag(1 / spreads)])
    target = np.append(model.y / 0.8, np.zeros(11))
    expected = np.linalg.lstsq(stacked, target, rcond=None)[0]
    assert found.mean == pytest.approx(expected, abs=1e-9)
    assert found.cov == pytest.approx(np.linalg.inv(stacked.T @ stacked), abs=1e-9)
    assert found.taus == pytest.approx({"free": 100.0, "few": 0.4, "many": 0.15})
    assert found.sigma == pytest.approx(0.8)


def test_a_mean_by_hand() -> None:
    """One column of ones, prior 1, noise 1, three values: sum / (n + 1), variance 1 / (n + 1)."""
    ones = Block("one", np.ones((3, 1)), Spread(1.0))
    found = Blocks([ones], np.array([1.0, 2.0, 6.0])).at(np.zeros(1))
    assert found.mean == pytest.approx([9 / 4])
    assert found.cov == pytest.approx(np.array([[1 / 4]]))
    means, variances = found.along(np.array([[2.0]]))
    assert (means[0], variances[0]) == pytest.approx((9 / 2, 1.0))


def test_value_is_the_density_of_the_data_and_of_the_priors() -> None:
    """Differences of the value are those of scipy's normal, half-Cauchy and normal densities."""
    model = regression()

    def expected(theta: np.ndarray) -> float:
        few, many, sigma = np.exp(theta)
        spreads = np.array([100.0] + [few] * 4 + [many] * 6)
        cov = (model.columns * spreads**2) @ model.columns.T + sigma**2 * np.eye(len(model.y))
        data = stats.multivariate_normal(np.zeros(len(model.y)), cov).logpdf(model.y)
        # A density of the logarithm is the density times the spread.
        cauchy = stats.halfcauchy(scale=0.3).logpdf(few) + theta[0]
        return -float(data + cauchy + stats.norm(-1.0, 0.5).logpdf(theta[1]))

    other = np.log([0.05, 0.6, 0.5])
    away = model.at(other).value - model.at(THETA).value
    assert away == pytest.approx(expected(other) - expected(THETA), abs=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_gradient_is_that_of_finite_differences(seed: int) -> None:
    """Central differences of the value give the gradient, anywhere within the bounds."""
    model = regression(seed)
    at = np.random.default_rng(seed).uniform(-2.5, 0.4, 3)
    step = 1e-5
    differences = [
        (model.at(at + e).value - model.at(at - e).value) / (2 * step) for e in np.eye(3) * step
    ]
    assert model.at(at).gradient == pytest.approx(differences, rel=1e-5, abs=1e-5)


def test_fit_finds_the_top() -> None:
    """At the best spreads the gradient is level, and no step of 0.05 is better."""
    model = regression(rows=200)
    best = model.fit()
    assert best.gradient == pytest.approx(np.zeros(3), abs=0.01)
    for step in (*np.eye(3) * 0.05, *np.eye(3) * -0.05):
        assert model.at(best.theta + step).value > best.value
    assert best.sigma == pytest.approx(0.7, abs=0.12)


def test_nodes_are_the_same_each_time() -> None:
    """Their weights sum to 1, come from a seed, and their mixture is near the best one."""
    model = regression(rows=200)
    best = model.fit()
    nodes, weights = model.around(best)
    again, same = model.around(best)
    assert weights.sum() == pytest.approx(1)
    assert np.array_equal(weights, same)
    assert np.array_equal(nodes[3].mean, again[3].mean)
    found = mixed(nodes, weights, np.eye(11))
    assert found.mean == pytest.approx(best.mean, abs=0.03)


def test_a_mixture_of_one_is_normal() -> None:
    """Quantiles and shares of a single node are scipy's."""
    one = Mixture(np.array([[1.0, -2.0]]), np.array([[0.5, 3.0]]), np.ones(1))
    normal = stats.norm([1.0, -2.0], [0.5, 3.0])
    assert one.quantile(0.05) == pytest.approx(normal.ppf(0.05), abs=1e-9)
    assert one.below(0.3) == pytest.approx(normal.cdf(0.3))


def test_a_mixture_of_two() -> None:
    """Shares are the weighted shares of its nodes; the quantile is where the share is reached."""
    two = Mixture(np.array([[0.0], [4.0]]), np.array([[1.0], [2.0]]), np.array([0.25, 0.75]))
    assert two.mean == pytest.approx([3.0])
    expected = 0.25 * stats.norm.cdf(1.0) + 0.75 * stats.norm.cdf(1.0, 4.0, 2.0)
    assert two.below(1.0) == pytest.approx([expected])
    assert two.below(two.quantile(0.3)) == pytest.approx([0.3])


def test_what_has_no_spread_lies_where_it_is() -> None:
    """A quantity without any spread has itself as quantile."""
    still = Mixture(np.array([[2.0]]), np.zeros((1, 1)), np.ones(1))
    assert still.quantile(0.05) == pytest.approx([2.0])
    assert still.below(2.5) == pytest.approx([1.0])


@pytest.mark.parametrize("prior", [HalfCauchy(0.3), LogNormal(-1.0, 0.5), Flat()])
def test_slopes_of_priors(prior: HalfCauchy | LogNormal | Flat) -> None:
    """Each prior's slope is the difference of its penalty."""
    step = 1e-6
    for at in (-4.0, math.log(0.3), 0.9):
        ahead, behind = prior.penalty(at + step)[0], prior.penalty(at - step)[0]
        assert prior.penalty(at)[1] == pytest.approx((ahead - behind) / (2 * step), abs=1e-6)


def test_blocks_without_columns_are_left_out() -> None:
    """An empty block changes nothing."""
    model = regression()
    empty = Block("empty", np.zeros((40, 0)), Spread(0.2, HalfCauchy(0.3)))
    more = Blocks([*model.blocks, empty], model.y)
    assert more.fit().mean == pytest.approx(model.fit().mean)
    assert more.place("many") == 5
