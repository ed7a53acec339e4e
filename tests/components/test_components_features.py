"""Feature pipelines learn from the training rows alone and give what their records say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from components.datasets import load
from components.feature_pipelines import (
    block_means,
    rank_normalise_columns,
    robust_columns,
    standardise_columns,
)

TABULAR = [standardise_columns, robust_columns, rank_normalise_columns]
TRAIN = pd.DataFrame({"a": [1.0, 2.0, 3.0, 4.0, 5.0], "b": [10.0, np.nan, 30.0, 20.0, 40.0]})


@pytest.mark.parametrize("module", TABULAR)
def test_rows_and_columns_keep_their_names(module) -> None:
    """The result has the same index and the same columns in the same order, without gaps."""
    train = TRAIN.set_index(pd.Index([7, 8, 9, 10, 11]))
    out = module.build().fit_transform(train)
    assert list(out.columns) == ["a", "b"]
    assert list(out.index) == [7, 8, 9, 10, 11]
    assert not out.isna().any().any()


@pytest.mark.parametrize("module", TABULAR)
def test_test_rows_teach_nothing(module) -> None:
    """What a row becomes does not depend on the other rows that are transformed with it."""
    fitted = module.build().fit(TRAIN)
    alone = fitted.transform(TRAIN.iloc[[1]])
    wild = pd.concat([TRAIN.iloc[[1]], pd.DataFrame({"a": [1e9], "b": [-1e9]})])
    assert_allclose(fitted.transform(wild).iloc[0], alone.iloc[0])


@pytest.mark.parametrize("module", TABULAR)
def test_empty_and_constant_columns_survive(module) -> None:
    """A column without values or without variation is kept and stays finite."""
    train = TRAIN.assign(empty=np.nan, constant=3.0)
    out = module.build().fit(train).transform(train.assign(empty=1.0, constant=4.0))
    assert list(out.columns) == ["a", "b", "empty", "constant"]
    assert np.isfinite(out.to_numpy()).all()


@pytest.mark.parametrize("module", TABULAR)
def test_other_columns_are_refused(module) -> None:
    """A table with other columns than the fitted one is refused, not guessed at."""
    with pytest.raises(ValueError, match="feature names"):
        module.build().fit(TRAIN).transform(TRAIN.rename(columns={"a": "c"}))


def test_standardise_by_hand() -> None:
    """Values become (value - mean) / standard deviation, gaps the median first."""
    out = standardise_columns.build().fit_transform(TRAIN)
    # a: mean 3, variance (4 + 1 + 0 + 1 + 4) / 5 = 2. b: the gap becomes 25, so the mean is 25
    # and the variance (225 + 0 + 25 + 25 + 225) / 5 = 100.
    assert_allclose(out["a"], np.array([-2, -1, 0, 1, 2]) / np.sqrt(2))
    assert_allclose(out["b"], [-1.5, 0, 0.5, -0.5, 1.5])


def test_robust_by_hand() -> None:
    """Values become (value - median) / interquartile range, and end at 4."""
    out = robust_columns.build().fit(TRAIN).transform(pd.DataFrame({"a": [5.0, 99.0], "b": 25.0}))
    # a: median 3, quartiles 2 and 4.
    assert_allclose(out["a"], [1.0, 4.0])
    assert_allclose(out["b"], [0.0, 0.0])


def test_robust_ignores_one_wild_row() -> None:
    """One absurd training value leaves the others nearly where they were."""
    plain = pd.DataFrame({"a": np.arange(101.0)})
    wild = plain.copy()
    wild.iloc[100, 0] = 1e12
    asked = pd.DataFrame({"a": [10.0, 90.0]})
    before = robust_columns.build().fit(plain).transform(asked)
    assert_allclose(robust_columns.build().fit(wild).transform(asked), before, atol=1e-9)


def test_ranks_forget_units() -> None:
    """Squaring positive values changes none of the normal scores of the training rows."""
    frame = pd.DataFrame({"a": [1.0, 2.0, 5.0, 7.0, 11.0]})
    build = rank_normalise_columns.build
    assert_allclose(build().fit_transform(frame), build().fit_transform(frame**2))


def test_ranks_are_normal_scores() -> None:
    """The middle of the training rows becomes 0, the quartiles the normal quartiles."""
    frame = pd.DataFrame({"a": [1.0, 2.0, 5.0, 7.0, 11.0]})
    out = rank_normalise_columns.build().fit_transform(frame)["a"]
    # 0.6744897501960817 is the upper quartile of the standard normal distribution.
    assert_allclose(out.iloc[1:4], [-0.6744897501960817, 0, 0.6744897501960817], atol=1e-6)
    assert out.iloc[4] < 5.2 and out.iloc[0] > -5.2


def test_block_means_by_hand() -> None:
    """A 4 x 4 image becomes the means of its four corners, from the top left, line by line."""
    image = [0, 4, 8, 8, 4, 8, 8, 8, 16, 16, 0, 0, 16, 16, 0, 2]
    frame = pd.DataFrame([image], index=[3], dtype=float)
    out = block_means.build(side=4, block=2, brightest=16).fit_transform(frame)
    assert_allclose(out, [[0.25, 0.5, 1.0, 0.03125]])
    assert list(out.columns) == ["block_0_0", "block_0_1", "block_1_0", "block_1_1"]
    assert list(out.index) == [3]


def test_block_means_keep_the_brightness() -> None:
    """The mean brightness of a digit is the same before and after."""
    frame = load("handwritten-digits").frame.head(50)
    out = block_means.build().fit_transform(frame)
    assert_allclose(out.mean(axis=1), frame.mean(axis=1) / 16)
    assert out.min().min() >= 0 and out.max().max() <= 1


@pytest.mark.parametrize("sides", [{"side": 7}, {"block": 3}, {"block": 0}])
def test_block_means_refuse_what_does_not_fit(sides: dict[str, int]) -> None:
    """Images of another size and blocks that leave a rest are refused."""
    with pytest.raises(ValueError, match=r"blocks|pixels"):
        block_means.build(**sides).fit(load("handwritten-digits").frame)
