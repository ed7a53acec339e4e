"""The chance of success, against scikit-learn and arithmetic by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from maestro.learning.chance import SuccessChance


def even(count: int = 30) -> tuple[pd.DataFrame, np.ndarray]:
    """Two even columns of numbers, and labels that follow the first."""
    dice = np.random.default_rng(5)
    frame = pd.DataFrame({"a": dice.normal(size=count), "b": dice.normal(size=count)})
    return frame, (frame["a"].to_numpy() + dice.normal(size=count) > 0).astype(float)


def test_it_is_scikit_learns_logistic_regression() -> None:
    """On plain numbers the chances are those of scikit-learn with C = 0.1 on standard scores."""
    frame, labels = even()
    scaler = StandardScaler().fit(frame)
    other = LogisticRegression(C=0.1).fit(scaler.transform(frame), labels)
    ours = SuccessChance().fit(frame, labels).predict_proba(frame)
    theirs = other.predict_proba(scaler.transform(frame))
    assert ours == pytest.approx(theirs, abs=1e-6)


def test_pieces_are_pulled_as_strongly_as_anything_else() -> None:
    """On 0/1 columns of pieces the chances are scikit-learn's on these columns as they are."""
    dice = np.random.default_rng(7)
    held = (dice.random((40, 6)) < 0.4).astype(float)
    labels = (held[:, 0] + dice.normal(0, 0.7, 40) > 0.5).astype(float)
    frame = pd.DataFrame(held, columns=list("abcdef"))
    frame.attrs["multihot"] = list("abcdef")
    ours = SuccessChance().fit(frame, labels).predict_proba(frame)
    theirs = LogisticRegression(C=0.1).fit(held, labels).predict_proba(held)
    assert ours == pytest.approx(theirs, abs=1e-4)


def test_few_of_a_kind_leave_the_base_rate() -> None:
    """With four failures only the base rate answers: (8 + 1) / (12 + 2)."""
    frame, _ = even(12)
    model = SuccessChance().fit(frame, [1] * 8 + [0] * 4)
    assert not model.is_model_
    assert model.predict_proba(frame)[:, 1] == pytest.approx([9 / 14] * 12)
    assert model.predict(frame).tolist() == [1] * 12


def test_columns_without_content_leave_the_base_rate() -> None:
    """A constant column tells nothing apart."""
    model = SuccessChance().fit(pd.DataFrame({"x": [1] * 20}), [0, 1] * 10)
    assert model.predict_proba(pd.DataFrame({"x": [5]}))[0].tolist() == [0.5, 0.5]


def test_raw_frames_pass() -> None:
    """Missing cells, words and memberships are read; the chances are two that add up to 1."""
    frame, labels = even()
    frame.loc[3, "a"] = np.nan
    frame["kind"] = ["x", "y", None] * 10
    frame["piece"] = [0.0, 1.0] * 15
    frame.attrs["multihot"] = ["piece"]
    found = SuccessChance().fit(frame, labels).predict_proba(frame.drop(columns="b"))
    assert found.sum(axis=1) == pytest.approx([1] * 30)
    assert ((found > 0) & (found < 1)).all()


def test_scikit_learns_conventions() -> None:
    """Clone works, nothing is predicted before a fit, and only 0 and 1 are labels."""
    model = clone(SuccessChance())
    frame, labels = even()
    with pytest.raises(NotFittedError):
        model.predict_proba(frame)
    with pytest.raises(ValueError, match="0 or 1"):
        model.fit(frame, labels + 1)
    model.fit(frame, labels.astype(bool))
    assert model.classes_.tolist() == [0, 1]
    assert (model.n_features_in_, model.feature_names_in_.tolist()) == (2, ["a", "b"])
    assert model.score(frame, labels) > 0.5
