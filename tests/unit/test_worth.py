"""What a prediction's label means, in words."""

from __future__ import annotations

import pytest

from maestro.schema.worth import worth_of


@pytest.mark.parametrize(
    ("label", "target", "said"),
    [
        ("evidence", "duration", "beats the median, hardly by luck"),
        ("some evidence", "chance", "beats the base rate, perhaps by luck"),
        ("not enough evidence", "cost", "not enough evidence that it beats the median"),
        ("anything {0}", "cost", "anything {0}"),
    ],
)
def test_labels_are_said_in_words(label: str, target: str, said: str) -> None:
    """Every label has the words of the guide; a text that is none stays as it is."""
    assert worth_of(label, target) == said
