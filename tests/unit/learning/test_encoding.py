"""Raw columns to numbers, against arithmetic by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maestro.learning.encoding import Encoding, framed


def test_numbers_become_sd_from_their_mean() -> None:
    """An even column stays linear; a missing cell is the mean, a far one is cut at 4 sd."""
    learned = Encoding.learn(pd.DataFrame({"x": [1.0, 2.0, 3.0, np.nan]}))
    new = pd.DataFrame({"x": [2.0, 3.0, np.nan, 1000.0]})
    # Mean 2, sd sqrt(2/3).
    assert learned.columns(new)[:, 0] == pytest.approx([0, math.sqrt(1.5), 0, 4])


def test_skewed_numbers_are_taken_as_logarithms() -> None:
    """ln(1 + x) of 0, e - 1 and e^2 - 1 is 0, 1, 2, which is less skewed."""
    learned = Encoding.learn(pd.DataFrame({"x": [0.0, math.e - 1, math.e**2 - 1]}))
    assert learned.numbers[0].is_log
    new = pd.DataFrame({"x": [0.0, math.e - 1]})
    assert learned.columns(new)[:, 0] == pytest.approx([-math.sqrt(1.5), 0])


def test_a_level_needs_two_projects() -> None:
    """Levels seen twice have a column, missing among them; a rarer one is zeros and unseen."""
    train = pd.DataFrame({"kind": ["a", "a", "b", None, np.nan]}, dtype=object)
    learned = Encoding.learn(train)
    new = pd.DataFrame({"kind": ["a", "b", None, "new"]}, dtype=object)
    assert learned.columns(new).tolist() == [[0, 1], [0, 0], [1, 0], [0, 0]]
    assert learned.unseen(new)[:, 0].tolist() == [0, 1, 0, 1]


def test_memberships_share_one_scale() -> None:
    """0/1 less the share, over the root mean square of the rows; used by all or none falls out."""
    train = pd.DataFrame({"one": [1, 1, 0, 0], "all": [1, 1, 1, 1], "none": [0, 0, 0, 0]})
    train.attrs["multihot"] = ["one", "all", "none"]
    learned = Encoding.learn(train)
    # Share 1/2, every row is 1/2 away, so the norm is 1/2.
    assert learned.columns(train).tolist() == [[1], [1], [-1], [-1]]


def test_what_does_not_vary_has_no_column() -> None:
    """A constant, a column of missing cells and a column of one number give nothing."""
    train = pd.DataFrame({"same": [3, 3, 3], "empty": [np.nan] * 3, "one": [np.nan, 1, np.nan]})
    assert Encoding.learn(train).columns(train).shape == (3, 0)


def test_a_missing_column_is_missing_everywhere() -> None:
    """A new frame without a column of the training is read as not known."""
    learned = Encoding.learn(pd.DataFrame({"x": [1.0, 2.0], "kind": ["a", "a"]}))
    assert learned.columns(pd.DataFrame(index=range(2))).tolist() == [[0, 0], [0, 0]]


def test_arrays_are_frames_too() -> None:
    """A plain array gets names; anything that is no table is refused."""
    assert list(framed(np.ones((2, 3))).columns) == ["x0", "x1", "x2"]
    numbered = pd.DataFrame({0: [1.0, 2.0], 1: [0, 1]})
    numbered.attrs["multihot"] = [1]
    assert Encoding.learn(framed(numbered)).columns(framed(numbered)).tolist() == [[-1, -1], [1, 1]]
    with pytest.raises(ValueError, match="rows and columns"):
        framed([1, 2, 3])


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), min_size=1, max_size=12),
    st.lists(st.one_of(st.none(), st.text(max_size=3)), min_size=12, max_size=12),
)
def test_every_cell_is_a_number(numbers: list[float | None], words: list[str | None]) -> None:
    """Whatever a frame holds, the columns are finite and no further than 4 from the middle."""
    frame = pd.DataFrame({"x": pd.Series(numbers, dtype=float), "w": words[: len(numbers)]})
    found = Encoding.learn(frame).columns(frame)
    assert np.isfinite(found).all()
    assert (np.abs(found) <= 4).all()
