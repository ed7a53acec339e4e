"""Single values of CI records."""

from __future__ import annotations

import math
from typing import Any

import pytest

from maestro.mining.ci.values import (
    attempt,
    duration,
    head,
    ident,
    listed,
    moment,
    plain,
    span,
    text,
    whole,
)

MARCH = 1709287200
"""2024-03-01T10:00:00Z, from a calendar."""


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("2024-03-01T10:00:00Z", MARCH),
        ("2024-03-01T10:00:00", MARCH),
        ("2024-03-01 10:00:00 UTC", MARCH),
        ("2024-03-01 10:00:00Z", MARCH),
        ("2024-03-01T12:00:00+02:00", MARCH),
        ("2024-03-01T12:00:00.000+0200", MARCH),
        ("2024-03-01T10:00:00.125Z", MARCH + 0.125),
        ("2024-03-01", MARCH - 36_000),
        (MARCH, MARCH),
        (str(MARCH), MARCH),
        (MARCH * 1000 + 250, MARCH + 0.25),
        (float(MARCH), MARCH),
    ],
)
def test_times_of_many_spellings_are_one(value: Any, seconds: float) -> None:
    """ISO texts with and without zone, seconds and milliseconds give seconds since 1970."""
    quality: list[str] = []
    assert moment(value, quality) == seconds
    assert quality == []


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("1999-12-31T23:59:59Z", "time-out-of-range"),
        ("2100-01-01T00:00:00Z", "time-out-of-range"),
        ("2106-02-07T06:28:15Z", "time-out-of-range"),
        (0, "time-out-of-range"),
        (-1, "time-out-of-range"),
        (10**30, "time-out-of-range"),
        ("0001-01-01T00:00:00+14:00", "time-out-of-range"),
        ("yesterday", "time-not-read"),
        ("2024-13-01T00:00:00Z", "time-not-read"),
        (math.nan, "time-not-read"),
        (math.inf, "time-not-read"),
        (True, "time-not-read"),
        ([1], "time-not-read"),
    ],
)
def test_impossible_times_are_missing_and_flagged(value: Any, why: str) -> None:
    """A time outside 2000 to 2099, or none at all, is None with the reason beside it."""
    quality: list[str] = []
    assert moment(value, quality) is None
    assert quality == [why]


def test_no_time_is_no_fault() -> None:
    """A field that is absent or empty is missing without a flag."""
    quality: list[str] = []
    assert moment(None, quality) is None
    assert moment("", quality) is None
    assert quality == []


def test_an_end_before_the_start_is_missing() -> None:
    """A duration is never negative: such an end is left out and flagged."""
    quality: list[str] = []
    assert span(10, 9, quality) is None
    assert quality == ["ends-before-start"]
    assert span(10, 10, quality) == 10
    assert span(None, 10, quality) == 10


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0.25", 0.25),
        ("0,25", 0.25),
        ("2,503.1", 2503.1),
        ("1,234", 1234.0),
        (".5", 0.5),
        ("1e-3", 0.001),
        (7, 7.0),
        ("-345345", None),
        ("NaN", None),
        ("inf", None),
        ("12s", None),
        ("", None),
        ("1" * 50, None),
        (True, None),
        (math.nan, None),
        (None, None),
    ],
)
def test_durations(value: Any, seconds: float | None) -> None:
    """Thousands and decimal commas are read; negative and odd durations are missing."""
    assert duration(value) == seconds


def test_text_is_bounded_and_masked() -> None:
    """Secrets, addresses, control characters and lone surrogates do not get through."""
    token = "ghp_" + "A1b2C3d4" * 4
    assert plain(f"fix {token} now") == "fix *** now"
    assert plain("ann.lee@mail.example.org/fix") == "***/fix"
    assert plain("a\x1b[31m\nb\u202e") == "a [31m b"
    assert plain("\ud800x") == "\ufffdx"
    assert len(plain("x" * 1000)) == 200


def test_odd_types_become_empty() -> None:
    """What is no text, id, count or list of texts is empty or None, never an error."""
    for odd in ({}, [], 1.5, True, None):
        assert text(odd) == "" and ident(odd) == "" and head(odd) == ""
        assert whole(odd) is None and attempt(odd) == 1
    assert ident(10**30) == ""
    assert ident(-1) == ""
    assert listed("x") == []
    assert listed(["a", 2, None, {}]) == ["a", "2"]
    assert attempt("3") == 3
