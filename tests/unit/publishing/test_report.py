"""The report on a pull request."""

from __future__ import annotations

from maestro.errors import Problem
from maestro.publishing.report import MAX_BYTES, summary

from .payloads import PAYLOADS


def test_a_clean_change_is_one_line() -> None:
    """Where nothing is wrong, the report is its title."""
    assert summary([], 214) == "### No problems in 214 files\n"


def test_the_verdict_stands_in_the_title() -> None:
    """Errors block, warnings do not, and each fault has its place, words and remedy."""
    fault = Problem("a.yaml", 3, 8, "R002", 'owner "grwoth" is not a team', "did you mean growth?")
    text = summary([fault], 1)
    assert text.startswith("### 1 error, 0 warnings in 1 file: errors block this change\n")
    assert "| a&#46;yaml&#58;3&#58;8 | R002 error |" in text
    warning = Problem("a.yaml", 1, 1, "R001", "x", severity="warning")
    assert "nothing blocks" in summary([warning], 1)


def test_no_payload_opens_markup_or_a_cell() -> None:
    """Hostile words of records stay words in Markdown: each fault is one row of four cells."""
    faults = [Problem("a.yaml", n, 1, "R002", text, text) for n, text in enumerate(PAYLOADS, 1)]
    rows = [line for line in summary(faults, 1).splitlines() if line.startswith("| a&")]
    assert len(rows) == len(PAYLOADS)
    for row in rows:
        assert row.count("|") == 5
        assert not set(row) & set("<>[]`*_!@{}\"'")


def test_a_long_report_is_cut_and_says_so() -> None:
    """A thousand faults give a report within the forge's limit that counts the rest."""
    faults = [Problem("a.yaml", n, 1, "R002", "x<" * 150, "y>" * 150) for n in range(1000)]
    text = summary(faults, 1)
    assert len(text.encode()) < MAX_BYTES + 1000
    assert "more: run `maestro check`." in text
