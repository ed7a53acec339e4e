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
        (1234.5, "1,234"),
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


def test_an_effect_is_a_sentence_with_its_interval() -> None:
    """An interval above zero says how much better, with the interval beside it."""
    found = impact("churn-features@1.3.0", 4.1, (1.2, 7.0))
    assert words.effect(found) == (
        "Projects that used it did 4.1 points better than the projects that did not "
        "(90 %: +1.2 to +7.0)."
    )


def test_an_interval_around_zero_is_no_effect() -> None:
    """Where zero lies inside the interval, no direction is claimed."""
    found = impact("churn-features@1.2.0", 1.0, (-3.0, 5.0))
    assert words.effect(found) == (
        "No clear effect: somewhere between \u22123.0 and +5.0 points (90 %)."
    )


def test_what_stands_behind_an_effect() -> None:
    """Grade, projects, teams and the plain means stand beside every effect."""
    found = impact("churn-features@1.3.0", 4.1, (1.2, 7.0))
    assert words.behind(found) == (
        "Moderate evidence: 3 finished projects, 2 teams. Not adjusted: 71.0 against 58.0."
    )


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
