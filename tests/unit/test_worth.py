"""What a prediction's label means in words, and how its number is rounded."""

from __future__ import annotations

import pytest

from maestro.schema.worth import rounded, worth_of


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
