"""Rows of small numbers as short texts, for what is kept between builds."""

from __future__ import annotations

from array import array
from base64 import b64decode, b64encode
from collections.abc import Iterable


def numbers_of(text: str) -> array[int]:
    """The numbers of a text that :func:`text_of` made."""
    found = array("I")
    found.frombytes(b64decode(text))
    return found


def text_of(numbers: Iterable[int]) -> str:
    """Small whole numbers in little space: a list of them takes six times as much."""
    return b64encode(array("I", numbers).tobytes()).decode()
