"""The reader of briefs: measured on forty labelled briefs, and its promises one by one."""

from __future__ import annotations

import pytest

from maestro.errors import MaestroError
from maestro.learning.spec import read_brief
from maestro.learning.spec_numbers import NUMBER, days, number

from .spec_briefs import WORDS, briefs, judge, shown


@pytest.mark.parametrize("prefix", ["dev-", "held-"])
def test_precision_and_recall(prefix: str) -> None:
    """Of the values taken at least 95 % are right (90 % a field), 80 % of labels found."""
    counts = judge(prefix)
    faults = [fault for count in counts.values() for fault in count.faults]
    read, right, labelled = (
        sum(getattr(count, name) for count in counts.values())
        for name in ("read", "right", "labelled")
    )
    assert right >= 0.95 * read and right >= 0.8 * labelled, faults
    for name, count in counts.items():
        assert count.right >= 0.9 * count.read, (name, count.faults)


def test_there_are_forty_briefs_a_fifth_hostile() -> None:
    """25 to develop on and 15 held out; eight and more of them set traps."""
    names = [name for prefix in ("dev-", "held-") for name, *_ in briefs(prefix)]
    traps = ("hostile", "negation", "range", "conflict", "ambiguous", "past")
    assert len(names) == 40 and sum(any(t in n for t in traps) for n in names) >= 8


def test_sentences_are_exact_pieces() -> None:
    """Every sentence stands letter by letter in the brief."""
    for prefix in ("dev-", "held-"):
        for _, text, _ in briefs(prefix):
            for reading in read_brief(text, WORDS).readings:
                assert all(sentence in text for sentence in reading.sentences)


@pytest.mark.parametrize(
    ("text", "value"),
    [("1,200", 1200), ("1.200", 1200), ("1 200", 1200), ("1'200", 1200), ("2,5 Mio", 2.5e6)],
)
def test_numbers_of_four_countries(text: str, value: float) -> None:
    """English, German, French and Swiss thousands are the same number."""
    assert NUMBER and number(text) == value


def test_an_ambiguous_day_is_not_taken() -> None:
    """03/04/2026 can be two days: no value, and a reason."""
    assert days("on 03/04/2026")[0].value is None and days("on 03/04/2026")[0].fault


def test_competing_values_leave_the_field_open() -> None:
    """Two budgets give none, both are shown, and the confidence is low."""
    reading = read_brief("Budget: EUR 5,000\n\nOur budget is EUR 6,000.", WORDS).get("budget")
    assert reading and reading.value is None and reading.confidence == "low"
    assert [one["amount"] for one in reading.alternatives] == [5000, 6000]


def test_a_hedge_gives_medium() -> None:
    """About three people are three, with less confidence."""
    brief = read_brief("The team has about 3 people.", WORDS)
    assert shown(brief, "team_size") == "3" and brief.get("team_size").confidence == "medium"  # type: ignore[union-attr]


@pytest.mark.parametrize("text", ["1 " * 100_000, "budget EUR 4 " * 20_000, "<!--" * 60_000, ""])
def test_repeated_text_gives_nothing_false(text: str) -> None:
    """Endless repetition is read to its bound, and brings no class and no day."""
    brief = read_brief(text, WORDS)
    assert not brief.get("problem_class") and not brief.get("deadline")


def test_a_huge_text_is_refused() -> None:
    """More than 262,144 characters are not read."""
    with pytest.raises(MaestroError, match="more than"):
        read_brief("a" * 262_145, WORDS)
