"""What is said of slices beside all the data: interval against interval, by hand-made numbers."""

from __future__ import annotations

import pytest

from maestro.publishing.entries.card_metrics import MOST_NAMED, MetricRow, apart
from maestro.schema.model_card import CardMetric


def _declared(name: str | None, value: float, *ends: float) -> MetricRow:
    interval = dict(zip(("lo", "hi", "level"), ends, strict=False)) or None
    about = {"dataset": "d@1.0.0", "metric": "auc", "value": value, "slice": name}
    metric = CardMetric.model_validate({**about, "interval": interval})
    return MetricRow(metric, None, "auc", "d@1.0.0", name or "")


_CLEAR = "Clearly apart from all the data, with no overlap of the two intervals: "
_OVERLAP = (
    "Not clearly apart: the interval overlaps that of all the data, but does not hold the value on "
    "all the data (0.988), for "
)
_NONE = (
    "No slice lies clearly apart from all the data: the interval of each holds the value on all "
    "the data (0.988)."
)


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ((0.90, 0.95), f"{_CLEAR}s (below)."),
        ((0.995, 0.999), f"{_CLEAR}s (above)."),
        ((0.940, 0.982), f"{_OVERLAP}s (below)."),
        ((0.940, 0.977), f"{_OVERLAP}s (below)."),
        ((0.990, 0.999), f"{_OVERLAP}s (above)."),
        ((0.940, 0.992), _NONE),
        ((0.940, 0.988), _NONE),
    ],
    ids=["below", "above", "overlaps", "touches", "overlaps above", "holds", "ends at it"],
)
def test_a_slice_is_apart_only_without_overlap(ends: tuple[float, float], said: str) -> None:
    """Interval against interval, 0.977 to 0.993 on all the data, never against the value alone."""
    rows = [_declared(None, 0.988, 0.977, 0.993), _declared("s", sum(ends) / 2, *ends)]
    assert apart(rows) == said


def test_slices_of_each_sort_have_a_sentence_each() -> None:
    """One apart, one that overlaps and misses, one that holds, one without an interval."""
    rows = [
        _declared(None, 0.988, 0.977, 0.993),
        _declared("old", 0.9, 0.85, 0.95),
        _declared("young", 0.96, 0.940, 0.982),
        _declared("all but few", 0.98, 0.97, 0.99),
        _declared("bare", 0.5),
        _declared("narrow", 0.5, 0.49, 0.51, 0.5),
    ]
    bare = "Not compared, for lack of an interval of 90 % or more: 2 slices."
    assert apart(rows) == f"{_CLEAR}old (below). {_OVERLAP}young (below). {bare}"


@pytest.mark.parametrize("ends", [(), (0.96, 0.99, 0.5)], ids=["bare", "half in half"])
def test_no_slice_is_apart_from_a_value_without_an_interval(ends: tuple[float, ...]) -> None:
    """A bare value, and one with an interval of 50 %, is nothing to be apart from."""
    assert apart([_declared(None, 0.988, *ends), _declared("s", 0.92, 0.90, 0.95)]) == (
        "The value on all the data (0.988) has no interval of 90 % or more, so no slice can "
        "be called apart; it lies outside the interval of: s (below)."
    )


def test_many_slices_end_in_a_count() -> None:
    """Eight slices are named, the rest stands in the table."""
    rows = [_declared(None, 0.9, 0.88, 0.92)]
    rows += [_declared(f"s{n}", 0.5, 0.4, 0.6) for n in range(MOST_NAMED + 3)]
    assert apart(rows).endswith("s6 (below), s7 (below) and 3 more.")


def test_without_slices_nothing_is_said() -> None:
    """A metric on all the data alone is compared with nothing."""
    assert apart([_declared(None, 0.988, 0.977, 0.993)]) == ""
