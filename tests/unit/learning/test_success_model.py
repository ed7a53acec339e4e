"""The model of the success score, against the regression behind it and scipy."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from maestro.learning.success_model import SuccessModel

SIZE = 40
PIECES = ["piece-a@1.0.0", "piece-a@2.0.0", "piece-b@1.0.0"]


def raw(seed: int = 2, rows: int = SIZE) -> tuple[pd.DataFrame, Any]:
    """Projects of three teams, points that follow complexity, class and one piece."""
    dice = np.random.default_rng(seed)
    start = date(2024, 1, 1)
    frame = pd.DataFrame(
        {
            "team": dice.choice(["growth", "risk", "core"], rows),
            "problem_class": dice.choice(["ranking", "vision"], rows),
            "complexity": dice.integers(1, 11, rows),
            "team_size": dice.integers(1, 10, rows),
            "start_date": [start + timedelta(days=int(d)) for d in dice.integers(0, 700, rows)],
            **{name: (dice.random(rows) < 0.3).astype(float) for name in PIECES},
        }
    )
    frame.attrs["multihot"] = PIECES
    points = 80 - 5 * frame["complexity"] + 8 * frame["piece-b@1.0.0"] + dice.normal(0, 5, rows)
    return frame, np.clip(points.to_numpy(), 0, 100)


def test_it_follows_what_moves_the_score() -> None:
    """Easy projects get more points than hard ones, by about 5 for each step of complexity."""
    frame, y = raw()
    model = SuccessModel().fit(frame, y)
    two = frame.iloc[[0, 0]].reset_index(drop=True)
    two.attrs = frame.attrs
    two["complexity"] = [3, 7]
    easy, hard = model.predict(two)
    # Four steps of 5 points; the sd of an estimated slope here is about 0.3 points a step.
    assert easy - hard == pytest.approx(20, abs=4)


def test_explanations_add_up_to_the_prediction() -> None:
    """Effects of a row add up to its prediction less ``typical_``, also at the scale's end."""
    frame, y = raw()
    model = SuccessModel().fit(frame, y)
    far = frame.assign(complexity=60)
    far.attrs = frame.attrs
    for one in (frame, far):
        sums = model.explain(one).groupby("row")["effect"].sum().to_numpy()
        assert sums == pytest.approx(model.predict(one) - model.typical_, abs=1e-8)
    assert model.predict(far).tolist() == [0] * SIZE
    assert "limit of the scale" in set(model.explain(far)["feature"])
    named = {"complexity", "team_size", "start_date", "team", "problem_class", "piece-b"}
    assert named <= set(model.explain(frame)["feature"])


def test_a_trend_is_not_carried_on() -> None:
    """Scores rose for three years: a project of 2030 is not predicted below one of 2040."""
    frame, y = raw()
    start = [date(2024, 1, 1) + timedelta(days=27 * place) for place in range(SIZE)]
    frame["start_date"] = start
    model = SuccessModel().fit(frame, np.clip(y + np.arange(SIZE), 0, 100))
    later = [
        frame.iloc[:1].assign(start_date=date(year, 1, 1), complexity=5) for year in (2030, 2040)
    ]
    first, second = (model.predict(one.assign(**{PIECES[0]: 0.0}))[0] for one in later)
    assert first == second
    assert model.predict(frame.iloc[:1].assign(complexity=5))[0] < first


def test_everything_stays_on_the_scale() -> None:
    """Quantiles lie within 0 to 100, rise with their share, and the interval holds its centre."""
    frame, y = raw()
    model = SuccessModel().fit(frame, y)
    found = model.predict_quantiles(frame, [0.01, 0.05, 0.5, 0.95, 0.99])
    assert found.min() >= 0 and found.max() <= 100
    assert (np.diff(found, axis=1) >= 0).all()
    low, high = model.predict_interval(frame, 0.9)
    assert (low <= model.predict(frame)).all() and (model.predict(frame) <= high).all()
    assert low == pytest.approx(np.minimum(found[:, 1], model.predict(frame)))


def test_below_five_scores_student_answers() -> None:
    """Median, and the t prediction interval as scipy gives it, cut at the scale's ends."""
    frame, _ = raw(rows=3)
    y = np.array([50.0, 60.0, 95.0])
    model = SuccessModel().fit(frame, y)
    low, high = model.predict_interval(frame, 0.5)
    ends = stats.t.interval(0.5, 2, 60, y.std(ddof=1) * math.sqrt(4 / 3))
    assert (low[0], high[0]) == pytest.approx(ends)
    assert model.predict(frame).tolist() == [60] * 3
    assert model.predict_interval(frame, 0.9)[1].tolist() == [100] * 3
    assert model.explain(frame).empty


def test_what_is_missing_may_be_missing() -> None:
    """Cells and whole columns may be missing, and dates come as text, dates or timestamps."""
    frame, y = raw()
    holes = frame.astype(object)
    holes.attrs = frame.attrs
    for place, name in enumerate(["team", "problem_class", "complexity", "team_size"]):
        holes.loc[place, name] = None
    holes.loc[4, "start_date"] = None
    holes.loc[5, "start_date"] = "2024-05-01"
    holes.loc[6, "start_date"] = pd.Timestamp("2024-05-01")
    assert np.isfinite(SuccessModel().fit(holes, y).predict(holes)).all()
    bare = frame[["complexity"]]
    assert np.isfinite(SuccessModel().fit(bare, y).predict(bare)).all()


def test_what_was_not_seen_widens_the_interval() -> None:
    """A new team, class and piece have a wider interval than those of the past."""
    frame, y = raw()
    model = SuccessModel().fit(frame, y)
    two = frame.iloc[[0, 0]].reset_index(drop=True)
    two["new-piece@1.0.0"] = [0.0, 1.0]
    two.attrs["multihot"] = [*PIECES, "new-piece@1.0.0"]
    two.loc[1, ["team", "problem_class"]] = "new"
    wide = np.diff(model.predict_quantiles(two, [0.25, 0.75]), axis=1)[:, 0]
    assert wide[1] > wide[0]


def test_order_of_rows_does_not_matter() -> None:
    """The same projects in another order give the same numbers."""
    frame, y = raw()
    order = np.random.default_rng(0).permutation(SIZE)
    mixed = frame.iloc[order].reset_index(drop=True)
    mixed.attrs = frame.attrs
    again = SuccessModel().fit(mixed, y[order]).predict(frame)
    # The optimiser stops where it cannot improve by more than rounding of sums in another order.
    assert again == pytest.approx(SuccessModel().fit(frame, y).predict(frame), abs=1e-3)


def test_scikit_learns_conventions() -> None:
    """Clone works, nothing is predicted before a fit, scores outside 0 to 100 are refused."""
    model = clone(SuccessModel())
    frame, y = raw()
    assert model.get_params() == {}
    for ask in (model.predict, model.explain, lambda X: model.predict_quantiles(X, [0.5])):
        with pytest.raises(NotFittedError):
            ask(frame)
    with pytest.raises(ValueError, match="0 and 100"):
        model.fit(frame, y + 100)
    with pytest.raises(ValueError, match="between 0 and 1"):
        model.fit(frame, y).predict_interval(frame, 1.0)
    assert (model.n_features_in_, len(model.feature_names_in_)) == (8, 8)


def test_a_trial_changes_no_model() -> None:
    """Trying outcomes leaves the estimator as it was, fitted or not."""
    frame, y = raw()
    model = SuccessModel()
    model.trial(frame)(y)
    with pytest.raises(NotFittedError):
        model.predict(frame)
