"""The model of durations and costs, against normal equations and other libraries."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from maestro.learning.outcome import OutcomeModel

SIZE = 24


def raw(rows: int = SIZE, seed: int = 3) -> tuple[pd.DataFrame, Any]:
    """A raw frame with holes, words and memberships, and outcomes that follow its numbers."""
    dice = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "team_size": dice.integers(1, 12, rows),
            "complexity": np.where(dice.random(rows) < 0.1, np.nan, dice.integers(1, 11, rows)),
            "problem_class": dice.choice(["ranking", "vision", "audio"], rows).astype(object),
            "piece-a": (dice.random(rows) < 0.4).astype(float),
            "piece-b": (dice.random(rows) < 0.3).astype(float),
        }
    )
    frame.loc[0, "problem_class"] = None
    frame.attrs["multihot"] = ["piece-a", "piece-b"]
    hard = frame["complexity"].fillna(5).to_numpy()
    return frame, np.exp(3 + 0.15 * hard + dice.normal(0, 0.3, rows))


def design(model: OutcomeModel, frame: pd.DataFrame) -> tuple[Any, Any]:
    """Columns and prior precisions, by hand from the frame of the training."""
    columns, precisions = [np.ones(len(frame))], [1.0]
    taus = model.posterior_.taus
    for name in ("team_size", "complexity"):
        values = frame[name].to_numpy(float)
        skew = stats.skew(values, nan_policy="omit")
        if abs(stats.skew(np.log1p(values), nan_policy="omit")) < abs(skew):
            values = np.log1p(values)
        columns.append(np.nan_to_num((values - np.nanmean(values)) / np.nanstd(values)))
        precisions.append(taus[f"number {name}"] ** -2)
    for level in sorted(frame["problem_class"].dropna().unique()):
        columns.append((frame["problem_class"] == level).to_numpy(float))
        precisions.append(taus["category problem_class"] ** -2)
    pieces = frame[["piece-a", "piece-b"]].to_numpy()
    pieces = pieces - pieces.mean(axis=0)
    pieces = pieces / np.sqrt((pieces**2).sum(axis=1).mean())
    columns += [pieces[:, 0], pieces[:, 1]]
    precisions += [taus["memberships"] ** -2] * 2
    return np.column_stack(columns), np.diag(precisions)


def test_the_posterior_solves_the_normal_equations() -> None:
    """Given its spreads, centre and interval are those of ridge regression, solved by numpy."""
    frame, y = raw()
    model = OutcomeModel().fit(frame, y)
    columns, prior = design(model, frame)
    logs = np.log(y)
    z = (logs - logs.mean()) / logs.std()
    noise = model.posterior_.sigma
    system = columns.T @ columns / noise**2 + prior
    weights = np.linalg.solve(system, columns.T @ z / noise**2)
    centre = logs.mean() + logs.std() * columns @ weights
    assert np.log(model.predict(frame)) == pytest.approx(centre, abs=1e-9)
    known = frame["problem_class"].notna().to_numpy()
    spread = np.einsum("ij,ji->i", columns, np.linalg.solve(system, columns.T))
    free = max(4.0, SIZE - spread.sum() / noise**2)
    half = stats.t.ppf(0.95, free) * logs.std() * np.sqrt(noise**2 + spread)
    low, high = model.predict_interval(frame, 0.9)
    assert np.log(low)[known] == pytest.approx((centre - half)[known], abs=1e-7)
    assert np.log(high)[known] == pytest.approx((centre + half)[known], abs=1e-7)


def test_left_out_errors_are_those_of_leaving_out() -> None:
    """The short cut gives what solving without each row gives, spreads and columns kept."""
    frame, y = raw()
    model = OutcomeModel().fit(frame, y)
    columns, prior = design(model, frame)
    logs = np.log(y)
    z = (logs - logs.mean()) / logs.std()
    noise = model.posterior_.sigma
    found = model.trial(frame)(y)
    assert found is not None
    for out in range(SIZE):
        seen = np.arange(SIZE) != out
        system = columns[seen].T @ columns[seen] / noise**2 + prior
        weights = np.linalg.solve(system, columns[seen].T @ z[seen] / noise**2)
        error = logs.std() * (z[out] - columns[out] @ weights)
        assert found[1][out] == pytest.approx(error, abs=1e-8)


def test_below_five_rows_student_answers() -> None:
    """Median, and the t prediction interval of the logarithms as scipy gives it."""
    y = np.array([20.0, 30.0, 50.0, 90.0])
    model = OutcomeModel().fit(pd.DataFrame({"x": [1, 2, 3, 4]}), y)
    logs = np.log(y)
    ends = stats.t.interval(0.9, 3, np.median(logs), logs.std(ddof=1) * math.sqrt(1.25))
    low, high = model.predict_interval(pd.DataFrame({"x": [9]}), 0.9)
    assert (low[0], high[0]) == pytest.approx((math.exp(ends[0]), math.exp(ends[1])))
    assert model.predict(pd.DataFrame({"x": [9]}))[0] == pytest.approx(math.sqrt(30 * 50))
    assert model.explain(pd.DataFrame({"x": [9]})).empty


def test_explanations_add_up() -> None:
    """The effects of a row are its prediction less the typical outcome, limits included."""
    frame, y = raw()
    model = OutcomeModel().fit(frame, y)
    far = frame.assign(complexity=1e6)
    far.attrs = frame.attrs
    for one in (frame, far):
        sums = model.explain(one).groupby("row")["effect"].sum().reindex(range(SIZE), fill_value=0)
        assert sums.to_numpy() == pytest.approx(model.predict(one) - model.typical_, abs=1e-8)
    assert "limit of what was seen" in set(model.explain(far)["feature"])


def test_logarithms_are_split_by_the_logarithmic_mean() -> None:
    """Two factors 2 and 3 on a typical 10: shares of 50 in the ratio ln 2 to ln 3, by hand."""
    dice = np.random.default_rng(0)
    frame = pd.DataFrame({"a": dice.normal(size=60), "b": dice.normal(size=60)})
    y = 10 * 2 ** frame["a"].to_numpy() * 3 ** frame["b"].to_numpy()
    y = y * np.exp(dice.normal(0, 0.01, 60))
    model = OutcomeModel().fit(frame, y)
    means = frame.mean()
    found = model.explain(pd.DataFrame({"a": [means["a"] + 1], "b": [means["b"] + 1]}))
    typical = 10 * 2 ** means["a"] * 3 ** means["b"]
    wanted = [5 * typical * math.log(2) / math.log(6), 5 * typical * math.log(3) / math.log(6)]
    effects = found.set_index("feature")["effect"][["a", "b"]].to_numpy()
    # Noise of 1 % and shrinkage move the weights by a few tenths of a per cent.
    assert effects == pytest.approx(wanted, rel=0.02)


def test_what_was_not_seen_widens_the_interval() -> None:
    """A new class has a wider interval than one that many projects had."""
    frame, y = raw()
    model = OutcomeModel().fit(frame, y)
    two = frame.iloc[[1, 1]].reset_index(drop=True)
    two["problem_class"] = ["ranking", "new"]
    low, high = np.log(model.predict_interval(two))
    assert high[1] - low[1] > high[0] - low[0]


def test_scikit_learns_conventions() -> None:
    """Clone and parameters work, nothing is predicted before a fit, the columns are told."""
    model = OutcomeModel(unshrunk=("team_size",))
    assert clone(model).get_params() == {"unshrunk": ("team_size",)}
    frame, y = raw()
    for ask in (model.predict, model.explain, lambda X: model.predict_quantiles(X, [0.5])):
        with pytest.raises(NotFittedError):
            ask(frame)
    assert model.fit(frame, y) is model
    assert model.n_features_in_ == 5
    assert model.feature_names_in_.tolist() == list(frame.columns)
    assert model.score(frame, y) > 0
    assert model.posterior_.taus["number team_size"] == pytest.approx(1)


@pytest.mark.parametrize(
    ("y", "words"),
    [
        ([1.0, 2.0], "same number of rows"),
        ([1.0, 0.0, 2.0], "above 0"),
        ([1.0, float("nan"), 2.0], "finite"),
    ],
)
def test_outcomes_that_cannot_be_are_refused(y: list[float], words: str) -> None:
    """Another length, zero and NaN are errors with their reason."""
    with pytest.raises(ValueError, match=words):
        OutcomeModel().fit(pd.DataFrame({"x": [1, 2, 3]}), y)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(5, 30), st.floats(0.01, 1000))
def test_what_must_not_matter_does_not(seed: int, rows: int, factor: float) -> None:
    """Order of rows and a constant column change nothing; c times the outcomes, c times the answer;
    an interval contains its centre, and a wider one contains a narrower one."""
    frame, y = raw(rows, seed)
    answer = OutcomeModel().fit(frame, y).predict(frame)
    order = np.random.default_rng(seed).permutation(rows)
    mixed = frame.iloc[order].reset_index(drop=True)
    mixed.attrs = frame.attrs
    again = OutcomeModel().fit(mixed, y[order])
    # The optimiser stops where it cannot improve by more than rounding of sums in another order.
    assert again.predict(frame) == pytest.approx(answer, rel=1e-4)
    assert OutcomeModel().fit(frame, factor * y).predict(frame) == pytest.approx(
        factor * answer, rel=1e-4
    )
    more = frame.assign(unused=7)
    more.attrs = frame.attrs
    assert OutcomeModel().fit(more, y).predict(more).tolist() == answer.tolist()
    narrow, wide = again.predict_interval(frame, 0.5), again.predict_interval(frame, 0.9)
    centre = again.predict(frame)
    assert (wide[0] <= narrow[0]).all() and (narrow[0] <= centre).all()
    assert (centre <= narrow[1]).all() and (narrow[1] <= wide[1]).all()
