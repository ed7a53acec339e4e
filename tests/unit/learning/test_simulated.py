"""Estimates of a simulated library against its truth."""

from __future__ import annotations

from maestro.learning.simulated import truth_findings
from maestro.schema import Finding
from maestro.schema.truth import TruthDetail

NOW = "2026-06-30T12:00:00Z"


def impact(name: str, ends: tuple[float, float, float] | None, label: str) -> Finding:
    """An impact with value, lower and upper end, or without a number."""
    value, lo, hi = ends or (None, None, None)
    return Finding(
        kind="impact",
        subject=name,
        value=value,
        lo=lo,
        hi=hi,
        level=0.9 if ends else None,
        as_of=NOW,
        method="adjusted plus-minus",
        label=label,
    )


FOUND = [
    impact("a@1.0.0", (4.0, 1.0, 7.0), "helps"),
    impact("b@1.0.0", (6.0, 2.0, 9.0), "helps"),
    impact("c@1.0.0", (-1.0, -4.0, 2.0), "no clear effect"),
    impact("d@1.0.0", None, "not enough evidence"),
    impact("unknown@1.0.0", (1.0, 0.0, 2.0), "no clear effect"),
]
TRUTH = {"a@1.0.0": 7.0, "b@1.0.0": -2.0, "c@1.0.0": 0.0, "d@1.0.0": 3.0}


def test_ranges_that_hold_the_truth_are_counted() -> None:
    """By hand: a (7 in 1 to 7) and c (0 in -4 to 2) hold it, b (-2 in 2 to 9) does not."""
    (found,) = truth_findings(FOUND, TRUTH, path="truth.json", as_of=NOW)
    detail = found.detail
    assert isinstance(detail, TruthDetail)
    assert found.value is not None
    assert (round(found.value, 6), found.n) == (0.666667, 3)
    assert (detail.inside, detail.known) == (2, 4)
    assert (detail.verdicts, detail.right) == (2, 1)
    assert [(one.name, one.inside) for one in detail.effects] == [
        ("b@1.0.0", False),
        ("a@1.0.0", True),
        ("c@1.0.0", True),
    ]


def test_a_right_verdict_is_right_by_more_than_the_margin() -> None:
    """Help of 7 is right up to a margin of 7, harm of 2 that was called help never is."""
    for margin, right in ((0.0, 1), (6.9, 1), (7.0, 0)):
        (found,) = truth_findings(FOUND, TRUTH, path="truth.json", as_of=NOW, margin=margin)
        assert isinstance(found.detail, TruthDetail)
        assert found.detail.right == right


def test_no_number_is_given_without_a_pair() -> None:
    """Where no piece with a known truth has a number, there is none, and a reason."""
    (found,) = truth_findings(FOUND[3:], TRUTH, path="truth.json", as_of=NOW)
    assert found.value is None
    assert found.label == "not enough evidence"
    assert found.quality == ["no piece with a known truth has a number"]
