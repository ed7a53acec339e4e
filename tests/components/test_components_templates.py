"""Model templates build unfitted estimators that do what their arguments say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from sklearn.base import is_classifier
from sklearn.exceptions import NotFittedError

from components.datasets import load
from components.model_templates import (
    nearest_neighbours,
    random_forest,
    regularised_logistic,
    ridge_regression,
)

CLASSIFIERS = [nearest_neighbours, random_forest, regularised_logistic]


@pytest.mark.parametrize("module", [*CLASSIFIERS, ridge_regression])
def test_unfitted_and_new(module) -> None:
    """Each call gives a new estimator that nobody has fitted."""
    assert module.build() is not module.build()
    with pytest.raises(NotFittedError):
        module.build().predict(pd.DataFrame({"a": [1.0]}))


@pytest.mark.parametrize("module", CLASSIFIERS)
def test_classifiers_learn_an_easy_rule(module) -> None:
    """Two clusters that lie apart are told apart, by their text labels."""
    frame = pd.DataFrame({"a": [0.0, 0.1, 0.2, 0.3, 0.4, 3.0, 3.1, 3.2, 3.3, 3.4]})
    labels = pd.Series(["low"] * 5 + ["high"] * 5)
    model = module.build().fit(frame, labels)
    assert is_classifier(model)
    assert list(model.predict(pd.DataFrame({"a": [-1.0, 4.0]}))) == ["low", "high"]


def test_ridge_by_hand() -> None:
    """One centred column with penalty alpha has the coefficient sum(xy) / (sum(xx) + alpha)."""
    frame = pd.DataFrame({"x": [-1.0, 0.0, 1.0]})
    target = pd.Series([1.0, 3.0, 8.0])
    model = ridge_regression.build(alpha=5.0).fit(frame, target)
    # sum(xy) = 7, sum(xx) = 2, so 7 / (2 + 5) = 1; the intercept is the mean, 4.
    assert_allclose(model.coef_, [1.0])
    assert_allclose(model.intercept_, 4.0)


def test_smaller_c_is_simpler() -> None:
    """A stronger penalty gives smaller coefficients."""
    table = load("iris-plants")
    sizes = [
        np.abs(regularised_logistic.build(c=c).fit(table.frame, table.target).coef_).sum()
        for c in (0.01, 1.0)
    ]
    assert sizes[0] < sizes[1]


def test_balanced_helps_the_rare_class() -> None:
    """With balanced classes a rare class is predicted more often."""
    frame = pd.DataFrame({"a": [0.0, 1.0] * 45 + [1.0, 2.0] * 5})
    labels = pd.Series(["common"] * 90 + ["rare"] * 10)
    counts = [
        (regularised_logistic.build(balanced=on).fit(frame, labels).predict(frame) == "rare").sum()
        for on in (False, True)
    ]
    assert counts[0] < counts[1]


def test_forest_repeats_itself() -> None:
    """The same seed gives the same probabilities, whatever numpy's own state is."""
    table = load("wine-recognition")
    found = []
    for state in (1, 2):
        np.random.seed(state)  # this global state must not matter
        model = random_forest.build(trees=5, seed=3).fit(table.frame, table.target)
        found.append(model.predict_proba(table.frame))
    assert_allclose(found[0], found[1], rtol=0, atol=0)


def test_nearer_neighbours_count_more() -> None:
    """One very near row outweighs two far ones, unless weights are uniform."""
    frame = pd.DataFrame({"a": [0.0, 10.0, 11.0]})
    labels = pd.Series(["near", "far", "far"])
    asked = pd.DataFrame({"a": [0.5]})
    assert nearest_neighbours.build(neighbours=3).fit(frame, labels).predict(asked) == ["near"]
    uniform = nearest_neighbours.build(neighbours=3, weights="uniform").fit(frame, labels)
    assert uniform.predict(asked) == ["far"]
