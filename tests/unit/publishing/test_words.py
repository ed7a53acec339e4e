"""How numbers, intervals and missing evidence are said."""

from __future__ import annotations

import pytest

from maestro.publishing import words

from .sample_findings import finding, impact


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.0, "0"),
        (3.0, "3"),
        (0.8312345, "0.831"),
        (0.00012345, "0.000123"),
        (4.6667, "4.67"),
        (86.71, "86.7"),
        (1234.5, "1,235"),
        (1235.5, "1,236"),
        (-2.5, "\u22122.50"),
        (1e15, "1,000,000,000,000,000"),
    ],
)
def test_numbers_have_three_digits_that_matter(value: float, said: str) -> None:
    """Small numbers keep three significant digits, large ones are whole with separators."""
    assert words.number(value) == said


def test_points_align() -> None:
    """Points always have one decimal and a sign, and nothing is minus zero."""
    assert [words.points(v) for v in (4.1, -3.0, 0.0, -0.01)] == [
        "+4.1",
        "\u22123.0",
        "0.0",
        "0.0",
    ]


def test_missing_evidence_says_why() -> None:
    """A finding without a number gives its reason; no finding at all gives the page's."""
    found = impact("x@1.0.0", None, None, quality=["2 projects of 5"], label="")
    assert words.why(found, "unused") == "Not enough evidence: 2 projects of 5."
    assert words.why(None, "not measured") == "Not measured."


def test_a_number_without_interval_says_why_it_has_none() -> None:
    """Counts and declared values are told from estimates."""
    counted = finding("reuse", "x", None, value=3.0, unit="projects")
    other = finding("metric", "x", None, value=3.0)
    assert words.interval(counted) == "(no interval: counted, not estimated)"
    assert words.interval(other) == "(no interval: the method gives none)"


def test_days_do_not_depend_on_the_locale() -> None:
    """A moment is said in English, in UTC; what is no moment is said as it is."""
    assert words.day("2026-11-21T23:30:00-02:00") == "22 November 2026"
    assert words.day("2025-01-10") == "10 January 2025"
    assert words.day("some day") == "some day"


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (1.0, "people", "1 person"),
        (2.0, "people", "2 people"),
        (1.0, "commits/week", "1 commit per week"),
        (0.125, "share", "12.5 %"),
        (1.0, "share", "100 %"),
        (0.1084, "share/week", "10.8 % per week"),
        (0.5, "0 to 1", "0.500 on a scale from 0 to 1"),
        (3.0, "", "3"),
    ],
)
def test_units_fit_their_number(value: float, unit: str, said: str) -> None:
    """One person is not people, and a share is said per cent."""
    found = finding("metric", "x", None, value=value, unit=unit)
    assert f"{words.amount(found)} {words.unit(found)}".strip() == said


def test_the_interval_of_a_share_is_per_cent_too() -> None:
    """A share and its interval are said on the same scale."""
    found = finding("metric", "x", None, value=0.25, lo=0.125, hi=0.5, level=0.9, unit="share")
    assert words.interval(found) == "(90\u00a0%: 13 to 50)"


def test_an_age_is_said_as_its_day() -> None:
    """A commit's age says the day it was made, which is the finding's label."""
    found = finding("metric", "x", None, value=0.0397, unit="days ago", label="2026-11-20")
    assert words.moment_of(found) == "20 November 2026"
    assert words.moment_of(finding("metric", "x", None, value=3.0, unit="weeks")) == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("up to the end, 2023-09-22", "Up to the end, 22 September 2023."),
        ("before 2026-10-01, at least 5", "Before 1 October 2026, at least 5."),
        ("on 2026-10-01.", "On 1 October 2026."),
        ("since 2026-10-01: before, none", "Since 1 October 2026: before, none."),
        ("in week 2026-W40", "In week 2026-W40."),
        ("on 2026-13-01", "On 2026-13-01."),
        ("see report-2026-10-01 and 2026-10-01.csv", "See report-2026-10-01 and 2026-10-01.csv."),
        ("a/2026-10-01/b at 2026-10-01T08:00:00Z", "a/2026-10-01/b at 2026-10-01T08:00:00Z."),
    ],
)
def test_days_in_reasons_are_said_as_everywhere(text: str, said: str) -> None:
    """A day that stands alone is told in words; one in a name, a path or a moment is let be."""
    assert words.sentence(text) == said


def test_texts_of_findings_are_set_like_the_pages() -> None:
    """A minus stands before a number, a day is said in words, and ``%`` begins no line."""
    said = words.typeset("since 2026-06-23 by -9 points (-17 to -1; 90 %), a-1 and sim-2024-2")
    assert said == (
        "since 23 June 2026 by \u22129 points (\u221217 to \u22121; 90\u00a0%), a-1 and sim-2024-2"
    )


@pytest.mark.parametrize(
    ("unit", "head"),
    [
        ("hours", "Hours"),
        ("active users", "Active users"),
        ("EUR", "EUR"),
        ("RMSE", "RMSE"),
        ("kWh", "kWh"),
        ("ms", "ms"),
        ("calls to the API", "calls to the API"),
        ("", ""),
    ],
)
def test_a_unit_over_a_column_keeps_its_letters(unit: str, head: str) -> None:
    """A word begins with a capital; what has capitals of its own, or is short, is left alone."""
    assert words.heading(unit) == head
