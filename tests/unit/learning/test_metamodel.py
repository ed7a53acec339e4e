"""The outcome baseline: the spread of past projects, or an honest refusal."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from maestro.learning.metamodel import (
    LABEL,
    leave_one_out,
    outcome_findings,
    prediction_interval,
)
from maestro.learning.table import Row, Table
from maestro.schema.findings import NOT_ENOUGH, Finding, ModelDetail, PredictionDetail

from .rows import AS_OF, row


def of(found: list[Finding], kind: str, target: str) -> Finding:
    """The one finding of a kind about a target."""
    hits = [
        item
        for item in found
        if item.kind == kind
        and isinstance(item.detail, (ModelDetail, PredictionDetail))
        and item.detail.target == target
    ]
    assert len(hits) == 1
    return hits[0]


def table(durations: list[int], **running: object) -> Table:
    """Finished projects with these durations and one active project."""
    rows = tuple(row(f"past-{i:03d}", duration_days=d) for i, d in enumerate(durations))
    now: Row = row("now", status="active", success=None, duration_days=None, cost=None, **running)
    return Table(finished=rows, running=(now,))


def test_nine_projects_are_not_enough() -> None:
    """Below ten there is no number for model or prediction, and the words say how many."""
    found = outcome_findings(table([30] * 9), as_of=AS_OF)
    for kind in ("outcome_model", "prediction"):
        finding = of(found, kind, "duration")
        assert (finding.value, finding.lo, finding.label) == (None, None, NOT_ENOUGH)
        assert finding.quality == [
            "9 finished projects with a known duration, at least 10 are needed"
        ]
        assert finding.n == 9


def test_ten_projects_give_median_and_prediction_interval() -> None:
    """The interval is the log-normal t prediction interval, computed here from its formula."""
    days = [20, 30, 40, 50, 60, 70, 80, 100, 150, 300]
    found = of(outcome_findings(table(days), as_of=AS_OF), "prediction", "duration")
    logs = [math.log(d) for d in days]
    mean = math.fsum(logs) / 10
    sd = math.sqrt(math.fsum((x - mean) ** 2 for x in logs) / 9)
    # t(0.95, 9) = 1.833113 from a printed table.
    half = 1.833113 * sd * math.sqrt(1.1)
    assert found.value == pytest.approx(65)
    assert found.lo == pytest.approx(math.exp(mean - half), rel=1e-6)
    assert found.hi == pytest.approx(math.exp(mean + half), rel=1e-6)
    assert (found.label, found.level, found.unit, found.n) == (LABEL, 0.9, "days", 10)
    assert found.quality[0] == "median of 10 finished projects of forecasting"


def test_own_class_is_used_from_ten_projects_on() -> None:
    """A project of a class with ten finished projects is predicted from them alone."""
    own = [row(f"own-{i}", duration_days=100 + i, problem_class="ranking") for i in range(10)]
    rest = [row(f"rest-{i}", duration_days=10 + i) for i in range(9)]
    new = [
        row("new-ranking", status="planned", success=None, problem_class="ranking"),
        row("new-other", status="planned", success=None),
    ]
    found = outcome_findings(Table(finished=(*own, *rest), running=tuple(new)), as_of=AS_OF)
    picks = {
        item.subject: item
        for item in found
        if isinstance(item.detail, PredictionDetail) and item.detail.target == "duration"
    }
    assert picks["new-ranking"].value == pytest.approx(104.5)
    assert picks["new-ranking"].quality == ["median of 10 finished projects of ranking"]
    assert picks["new-other"].value == pytest.approx(100)
    assert picks["new-other"].n == 19
    assert picks["new-other"].quality == [
        "median of all 19 finished projects: fewer than 10 of forecasting"
    ]


def test_success_stays_on_its_scale() -> None:
    """Half of the scores at 0 and half at 100: the interval ends at 0 and 100, not beyond."""
    rows = tuple(row(f"p-{i}", success=100.0 * (i % 2)) for i in range(12))
    found = of(outcome_findings(Table(rows, ()), as_of=AS_OF), "outcome_model", "success")
    assert (found.value, found.lo, found.hi) == (50, 0, 100)
    assert found.unit == "points"


def test_cost_of_zero_or_none_is_no_cost() -> None:
    """Only recorded costs above 0 count, and the currency is the library's."""
    rows = tuple(row(f"p-{i}", cost=[None, 0.0, 50.0][i % 3]) for i in range(30))
    found = outcome_findings(Table(rows, ()), as_of=AS_OF, currency="CHF")
    cost = of(found, "outcome_model", "cost")
    assert (cost.n, cost.unit) == (10, "CHF")
    assert cost.value == pytest.approx(50)


def test_leave_one_out_coverage_is_stored() -> None:
    """Coverage is the share of projects inside the interval that all others give."""
    days = [20, 30, 40, 50, 60, 70, 80, 100, 150, 3000]
    found = of(outcome_findings(table(days), as_of=AS_OF), "outcome_model", "duration")
    inside = 0
    for i, day in enumerate(days):
        rest = np.log([d for j, d in enumerate(days) if j != i])
        half = stats.t.ppf(0.95, 8) * rest.std(ddof=1) * math.sqrt(1 + 1 / 9)
        inside += abs(math.log(day) - rest.mean()) <= half
    assert isinstance(found.detail, ModelDetail)
    assert found.detail.coverage == pytest.approx(inside / 10)
    assert found.quality[0] == f"leave-one-out, {inside} of 10 lie inside their interval"
    # One class only: the prediction is the median of all, so there is nothing gained over it.
    assert found.detail.skill == pytest.approx(0)


def test_classes_that_differ_give_skill() -> None:
    """Where classes differ, predicting from the own class beats the median of all."""
    rows = [row(f"a-{i:02d}", duration_days=10 + i, problem_class="ranking") for i in range(15)]
    rows += [row(f"b-{i:02d}", duration_days=500 + i) for i in range(15)]
    found = of(outcome_findings(Table(tuple(rows), ()), as_of=AS_OF), "outcome_model", "duration")
    assert isinstance(found.detail, ModelDetail)
    assert found.detail.skill is not None
    assert found.detail.skill > 0.8


def test_active_projects_are_told_that_elapsed_time_is_ignored() -> None:
    """The baseline answers as if the project had just begun, and says so."""
    found = of(outcome_findings(table([30] * 12), as_of=AS_OF), "prediction", "duration")
    assert "as if it had just begun" in found.quality[1]
    assert isinstance(found.detail, PredictionDetail)
    assert found.detail.made_at == AS_OF


def test_order_of_rows_does_not_matter() -> None:
    """The same projects in another order give the same findings."""
    forward = table([20, 30, 45, 60, 61, 90, 120, 10, 15, 22, 31])
    backward = Table(finished=forward.finished[::-1], running=forward.running)
    assert outcome_findings(forward, as_of=AS_OF) == outcome_findings(backward, as_of=AS_OF)


values = st.lists(st.floats(-100, 100), min_size=3, max_size=15)


@settings(max_examples=100, deadline=None)
@given(values, st.sampled_from([0.5, 0.8, 0.9]))
def test_leave_one_out_equals_leaving_one_out(numbers: list[float], level: float) -> None:
    """The closed form gives what removing each value in turn gives."""
    data = np.array(numbers)
    medians, lows, highs = leave_one_out(data, level)
    for i in range(len(data)):
        rest = np.delete(data, i)
        lo, hi = prediction_interval(rest, level)
        assert medians[i] == pytest.approx(np.median(rest), abs=1e-9)
        # Sums of squares lose half of their digits when values nearly agree.
        assert lows[i] == pytest.approx(lo, abs=2e-5)
        assert highs[i] == pytest.approx(hi, abs=2e-5)


@settings(max_examples=50, deadline=None)
@given(values)
def test_interval_contains_the_median(numbers: list[float]) -> None:
    """Mean and median differ by less than a standard deviation: the interval holds both."""
    data = np.array(numbers)
    lo, hi = prediction_interval(data, 0.9)
    assert lo <= np.median(data) <= hi
