"""What a prediction's label means, and its number, as every page and command says them.

The published label stays short; nobody should have to know it to read a sentence.
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

from .details import NOT_ENOUGH
from .findings import round_numbers

LUCK = {"evidence": "hardly by luck", "some evidence": "perhaps by luck"}
"""Label of a model that is better than the plain guess to how likely that is luck."""
_OTHER = {
    "very little evidence": "very little evidence: fewer than ten finished projects",
    "past only": "made afterwards: not tested on its own",
}


def worth_of(label: str, target: str) -> str:
    """A label in words, ``such forecasts beat the median, hardly by luck``; any other
    text as it stands. It speaks of forecasts, lest it be read as a word on the project itself.

    ``target`` is the outcome: of a chance the plain guess is the base rate, else the median.
    """
    plain = "base rate" if target == "chance" else "median"
    if label in LUCK:
        return f"such forecasts beat the {plain}, {LUCK[label]}"
    if label == NOT_ENOUGH:
        return f"{NOT_ENOUGH} that such forecasts beat the {plain}"
    return _OTHER.get(label, label)


def rounded(value: float) -> float:
    """A predicted number as it is said: three digits from a thousand on, as no more is known.

    Halves go away from zero, as browsers round. What is stored and published keeps its digits.
    """
    exact = Decimal(value)
    if abs(exact) < 1000:
        return value
    step = Decimal(1).scaleb(exact.adjusted() - 2)
    return float((exact / step).quantize(Decimal(1), ROUND_HALF_UP) * step)


def percent_of(share: float) -> str:
    """``63 %`` for 0.625: a share from 0 to 1 as whole per cent, halves up.

    The product is cut to the digits that are published first: 0.575 is 57.5 per cent, though its
    double is a little less.
    """
    return f"{math.floor(round_numbers(100 * share) + 0.5)} %"


__all__ = ["LUCK", "percent_of", "rounded", "worth_of"]
