"""What a prediction's label means in words, and how its number is rounded."""

from __future__ import annotations

from fractions import Fraction
from math import floor

import pytest

from maestro.publishing import words
from maestro.schema.findings import round_numbers
from maestro.schema.worth import percent_of, rounded, worth_of


@pytest.mark.parametrize(
    ("label", "target", "said"),
    [
        ("evidence", "duration", "such forecasts beat the median, hardly by luck"),
        (
            "some evidence",
            "chance",
            "such forecasts beat the base rate, perhaps by luck",
        ),
        (
            "not enough evidence",
            "cost",
            "not enough evidence that such forecasts beat the median",
        ),
        ("anything {0}", "cost", "anything {0}"),
    ],
)
def test_labels_are_said_in_words(label: str, target: str, said: str) -> None:
    """Every label has the words of the guide; a text that is none stays as it is."""
    assert worth_of(label, target) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (80_279.4, 80_300),
        (182_327, 182_000),
        (1_225, 1_230),
        (-12_250, -12_300),
        (999_999, 1_000_000),
        (999.96, 999.96),
        (31.4, 31.4),
    ],
)
def test_a_prediction_says_three_digits_from_a_thousand_on(value: float, said: float) -> None:
    """More digits would claim what nobody knows; halves go away from zero, as in browsers."""
    assert rounded(value) == said


def test_a_share_is_said_the_same_everywhere() -> None:
    """Each share of up to 200 projects: halves up by exact fractions, as a share and per cent."""
    for whole in range(1, 201):
        for count in range(whole + 1):
            said = f"{floor(Fraction(100 * count, whole) + Fraction(1, 2))} %"
            share = round_numbers(count / whole)
            assert percent_of(share) == percent_of(count / whole) == said
            stored = round_numbers(100 * (count / whole))
            assert f"{words.number(stored, decimals=0)} %" == said, (count, whole)
