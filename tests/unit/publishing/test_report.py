"""The report on a pull request."""

from __future__ import annotations

from maestro.errors import Problem
from maestro.publishing.report import MAX_BYTES, summary
from maestro.schema import Finding

from . import sample_learned
from .payloads import PAYLOADS
from .sample_findings import impact


def double(text: str, reason: str = "") -> Finding:
    """A near-duplicate whose words are ``text``."""
    found = next(f for f in sample_learned.likeness() if f.kind == "duplicate")
    assert found.detail is not None
    other = {**found.detail.model_dump()["other"], "name": text, "shared": [text]}
    detail = {**found.detail.model_dump(), "other": other, "reason": reason}
    return Finding.model_validate({**found.model_dump(), "subject": text, "detail": detail})


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


def test_what_is_known_of_a_change_is_told() -> None:
    """A near-duplicate without a reason and an impact with its evidence each have one line."""
    known = [impact("a@1.0.0", 4.1, (1.2, 7.0), label="helps"), double("twin")]
    text = summary([], 1, known)
    assert text == (
        "### No problems in 1 file\n\n"
        "**Looks like:** twin and twin share twin (similarity 0.91). Reuse, or say why not in "
        "`reason:`.\n\n"
        "**What is known:** a&#64;&#8288;1&#46;0&#46;0: +4.1 points of success "
        "(90\u00a0%: +1.2 to +7.0), helps; 3 projects, 2 teams, moderate evidence.\n"
    )


def test_the_report_is_silent_where_nothing_is_known() -> None:
    """A reason answers a near-duplicate, and an effect without a number is none."""
    known = [double("twin", "for training"), impact("a@1.0.0", None, None)]
    assert summary([], 1, known) == summary([], 1)


def test_no_payload_opens_markup_in_what_is_known() -> None:
    """Hostile names and labels stay words in the lines of what is known."""
    for text in PAYLOADS:
        known = [double(text), impact(f"{text}@1.0.0", 1.0, (0.0, 2.0), label=text)]
        lines = summary([], 1, known).splitlines()[2:]
        assert len(lines) == 3
        for line in (lines[0], lines[2]):
            bare = line.replace("**", "", 2).replace("`reason:`", "")
            assert not set(bare) & set("<>[]`*_!@{}|")
