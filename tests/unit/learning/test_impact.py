"""Impact: the difference of means, its interval and when nothing is said."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from maestro.learning.impact import NOT_ADJUSTED, Rule, difference_interval, impact_findings
from maestro.learning.table import Table
from maestro.schema.findings import NOT_ENOUGH, Finding, ImpactDetail

from .rows import AS_OF, row, users_and_others

USERS = [70.0, 75.0, 80.0, 72.0, 78.0, 74.0]
OTHERS = [40.0, 45.0, 50.0, 42.0, 48.0, 44.0, 46.0]


def impact(table: Table, rule: Rule | None = None) -> Finding:
    """The only finding of a table with one artifact."""
    (found,) = impact_findings(table, as_of=AS_OF, rule=rule)
    return found


def detail(found: Finding) -> ImpactDetail:
    """The typed detail of an impact finding."""
    assert isinstance(found.detail, ImpactDetail)
    return found.detail


def test_value_is_the_difference_of_means() -> None:
    """Users average 449/6, others 45: the difference and both means are published."""
    found = impact(users_and_others(USERS, OTHERS))
    assert found.value == pytest.approx(449 / 6 - 45)
    assert detail(found).naive_mean == pytest.approx(449 / 6)
    assert detail(found).others_mean == pytest.approx(45)
    assert (found.n, detail(found).teams, found.label) == (6, 3, "users did better")
    assert detail(found).users == [f"user-{i:03d}" for i in range(6)]
    assert NOT_ADJUSTED in found.quality
    assert found.method == "difference of means, bootstrap"
    assert detail(found).p_helps is None


def test_interval_agrees_with_welch() -> None:
    """For normal scores the interval is Welch's t interval up to the noise of resampling."""
    numbers = np.random.default_rng(5)
    users, others = numbers.normal(60, 10, 25), numbers.normal(50, 12, 60)
    expected = stats.ttest_ind(users, others, equal_var=False).confidence_interval(0.9)
    lo, hi = difference_interval(users, others, "piece@1.0.0", Rule(resamples=20_000))
    # A quantile of 20,000 draws has a standard error of about 2 % of the half-width.
    half = (expected.high - expected.low) / 2
    assert lo == pytest.approx(expected.low, abs=0.1 * half)
    assert hi == pytest.approx(expected.high, abs=0.1 * half)


@pytest.mark.parametrize(
    ("users", "others", "teams", "reason"),
    [
        ([70.0] * 2, OTHERS, 2, "2 finished projects used it, at least 5 are needed"),
        ([70.0], OTHERS, 1, "1 finished project used it, at least 5 are needed"),
        (USERS, OTHERS[:4], 3, "4 finished projects did not use it, at least 5 are needed"),
        (USERS, OTHERS, 1, "all its users are of 1 team, at least 2 teams are needed"),
        (USERS, [], 3, "every finished project used it: there is nothing to compare it with"),
    ],
)
def test_too_little_is_said_in_words(
    users: list[float], others: list[float], teams: int, reason: str
) -> None:
    """Below the minimum there is no number and no verdict, but the reason and the plain means."""
    found = impact(users_and_others(users, others, teams))
    assert (found.value, found.lo, found.level) == (None, None, None)
    assert found.label == detail(found).verdict == NOT_ENOUGH
    assert found.quality[0] == reason
    assert detail(found).grade == "insufficient"
    assert detail(found).naive_mean == pytest.approx(np.mean(users))


def test_the_margin_decides_the_verdict() -> None:
    """The interval must lie beyond the margin, not only beyond 0."""
    table = users_and_others(USERS, OTHERS)
    assert impact(table, Rule(margin=1)).label == "users did better"
    assert impact(table, Rule(margin=35)).label == "no clear difference"
    turned = users_and_others(OTHERS, USERS)
    assert impact(turned, Rule(margin=1)).label == "users did worse"
    assert impact(turned, Rule(margin=35)).label == "no clear difference"


def test_constant_success_has_no_effect() -> None:
    """Where all scores are equal the effect is 0 with an empty interval and no verdict."""
    found = impact(users_and_others([55.5] * 6, [55.5] * 6))
    assert (found.value, found.lo, found.hi) == pytest.approx((0, 0, 0), abs=1e-9)
    assert found.label == "no clear difference"


def test_nearly_constant_success_is_no_accident() -> None:
    """Differences too small to be squared still give an effect and an interval."""
    found = impact(users_and_others([0.0] * 5 + [1e-170], [0.0] * 6))
    assert found.value == pytest.approx(0, abs=1e-100)
    assert found.label == "no clear difference"


def test_projects_without_a_score_are_counted_apart() -> None:
    """An unscored user neither helps nor hurts nor becomes one of the others."""
    table = users_and_others(USERS, OTHERS)
    unscored = row("unscored", success=None, uses=("piece@1.0.0",))
    found = impact(Table(finished=(*table.finished, unscored), running=()))
    assert found.value == impact(table).value
    assert "1 finished project without a success score used it, not counted" in found.quality


def test_order_of_projects_does_not_matter() -> None:
    """The same projects in any order give the same finding, to the last digit."""
    table = users_and_others(USERS, OTHERS)
    rows = list(table.finished)
    random.Random(3).shuffle(rows)
    assert impact(Table(finished=tuple(rows), running=())) == impact(table)


def test_other_artifacts_do_not_matter() -> None:
    """A second artifact leaves the first one's numbers alone."""
    table = users_and_others(USERS, OTHERS)
    rows = tuple(
        row(r.project, success=r.success, team=r.team, uses=(*r.uses, "aaa@1.0.0"))
        for r in table.finished
    )
    both = impact_findings(Table(finished=rows, running=()), as_of=AS_OF)
    assert [found.subject for found in both] == ["aaa@1.0.0", "piece@1.0.0"]
    assert both[0].value is None
    assert both[1] == impact(table)


def test_the_seed_moves_only_the_interval() -> None:
    """Another seed resamples anew; the difference itself stays."""
    table = users_and_others(USERS, OTHERS)
    one, two = impact(table), impact(table, Rule(seed=1))
    assert one.value == two.value
    assert one.lo != two.lo
    assert one.lo == pytest.approx(two.lo, abs=0.5)


def test_unused_references_can_be_asked_for() -> None:
    """A reference nobody used is answered with the reason, and an unknown version is named."""
    found = impact_findings(
        users_and_others([], OTHERS), as_of=AS_OF, also=["new@2.0.0", "old-piece"]
    )
    assert [item.subject for item in found] == ["new@2.0.0", "old-piece"]
    assert found[0].quality[0] == "0 finished projects used it, at least 5 are needed"
    assert detail(found[0]).naive_mean is None
    assert "the version they used is not known" in found[1].quality


scores = st.lists(st.floats(0, 100), min_size=5, max_size=12)


@settings(max_examples=40, deadline=None)
@given(scores, scores, st.floats(-50, 50))
def test_adding_a_constant_changes_no_effect(
    users: list[float], others: list[float], shift: float
) -> None:
    """Shifting every score by the same points moves neither the effect nor its interval."""
    rule = Rule(resamples=200)
    plain = impact(users_and_others(users, others), rule)
    moved = impact(users_and_others([s + shift for s in users], [s + shift for s in others]), rule)
    for end in ("value", "lo", "hi"):
        assert getattr(moved, end) == pytest.approx(getattr(plain, end), abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(scores, scores)
def test_the_interval_contains_its_centre(users: list[float], others: list[float]) -> None:
    """Whatever the scores, the difference lies inside its interval."""
    found = impact(users_and_others(users, others), Rule(resamples=50))
    assert found.value is not None
    assert found.lo is not None
    assert found.hi is not None
    assert found.lo <= found.value <= found.hi


def test_more_of_the_same_does_not_widen() -> None:
    """Four times the same evidence gives a narrower interval around the same difference."""
    few = impact(users_and_others(USERS, OTHERS))
    many = impact(users_and_others(USERS * 4, OTHERS * 4))
    assert few.lo is not None and few.hi is not None and many.lo is not None
    assert many.hi is not None
    assert many.value == pytest.approx(few.value)
    assert many.hi - many.lo < few.hi - few.lo


def test_coverage_is_what_the_level_says() -> None:
    """Of 400 pairs of small normal samples without a difference about nine in ten cover 0."""
    numbers = np.random.default_rng(11)
    hits = 0
    for draw in range(400):
        users, others = numbers.normal(50, 10, 6), numbers.normal(50, 10, 12)
        lo, hi = difference_interval(users, others, str(draw), Rule(resamples=500))
        hits += lo <= 0 <= hi
    # Binomial standard error at 400 draws is 1.5 points; three of them either side.
    assert 0.855 <= hits / 400 <= 0.955
