"""Success: the declared formula, checked by hand arithmetic."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maestro.learning.success import part_share, score_success
from maestro.schema.details import NOT_ENOUGH, SuccessDetail
from maestro.schema.findings import Finding
from maestro.schema.project import Project
from maestro.schema.settings import DEFAULT_SUCCESS, Success, SuccessPart

from .rows import AS_OF, project

PATH = "projects/churn-2025/project.yaml"
SKILL = {"metric": "auc", "value": 0.8, "baseline": 0.6, "target": 0.9}
ALL = {
    "model_performance": SKILL,
    "business_impact": {"value": 250_000},
    "time_to_deployment": {"value": 180},
    "compute_cost": {"value": 500},
}


DIGITS = 5e-5
"""A score has four decimals."""


def score(record: Project, block: Success = DEFAULT_SUCCESS) -> Finding:
    """The finding for ``record``."""
    return score_success(record, block, name="churn-2025", path=PATH, as_of=AS_OF)


def detail(found: Finding) -> SuccessDetail:
    """The typed detail of a success finding."""
    assert isinstance(found.detail, SuccessDetail)
    return found.detail


def test_complete_project_scores_the_weighted_mean() -> None:
    """All four parts: 0.4 * 2/3 + 0.3 * 1 + 0.2 * 0 + 0.1 * 1/2, in points."""
    found = score(project(parts=ALL))
    expected = 100 * (0.4 * 2 / 3 + 0.3 * 1 + 0.2 * 0 + 0.1 * 0.5)
    assert found.value == pytest.approx(expected, abs=DIGITS)
    assert detail(found).completeness == 1.0
    assert [part.score for part in detail(found).parts] == pytest.approx([200 / 3, 100, 0, 50])


def test_contributions_add_up_to_the_score() -> None:
    """The parts' contributions sum to the published value."""
    found = score(project(parts={k: ALL[k] for k in ("model_performance", "compute_cost")}))
    assert found.value == pytest.approx(
        sum(part.contribution for part in detail(found).parts), abs=DIGITS
    )


def test_missing_parts_are_renormalised_not_zero() -> None:
    """With performance and impact only, the weights become 4/7 and 3/7."""
    found = score(project(parts={k: ALL[k] for k in ("model_performance", "business_impact")}))
    assert found.value == pytest.approx(100 * (4 / 7 * 2 / 3 + 3 / 7), abs=DIGITS)
    assert detail(found).completeness == pytest.approx(0.7)
    missing = detail(found).parts[2]
    assert (missing.value, missing.score, missing.contribution) == (None, None, 0.0)
    assert missing.source == "not recorded"


def test_too_little_weight_gives_no_score() -> None:
    """Impact and compute cost carry 40 % of the weights: no number, and the reason."""
    found = score(project(parts={k: ALL[k] for k in ("business_impact", "compute_cost")}))
    assert found.value is None
    assert found.label == NOT_ENOUGH
    assert found.quality == ["40 % of the weights are measured, at least 50 % are needed"]
    assert sum(part.contribution for part in detail(found).parts) == 0


def test_exactly_the_minimum_weight_is_enough() -> None:
    """Performance and compute cost carry 50 %, which the default block accepts."""
    found = score(project(parts={k: ALL[k] for k in ("model_performance", "compute_cost")}))
    assert found.value == pytest.approx(100 * (0.8 * 2 / 3 + 0.2 * 0.5), abs=DIGITS)


def test_one_of_the_required_parts_must_be_there() -> None:
    """Without performance and impact there is no score, whatever the weights."""
    parts = {k: ALL[k] for k in ("time_to_deployment", "compute_cost")}
    found = score(project(parts=parts), DEFAULT_SUCCESS.model_copy(update={"min_weight": 0.0}))
    assert found.value is None
    assert "model_performance, business_impact" in found.quality[0]


@pytest.mark.parametrize("status", ["planned", "active"])
def test_running_projects_have_no_score(status: str) -> None:
    """A project that has not ended has no score, even with numbers recorded."""
    found = score(project(parts=ALL, status=status, ended=None))
    assert found.value is None
    assert found.quality == [f"the project is {status}: it has a score once it has ended"]


def test_a_project_without_outcomes_has_no_score_and_says_so() -> None:
    """No outcomes is no value, never 0."""
    found = score(project())
    assert (found.value, found.evidence) == (None, [])
    assert found.quality == ["no part of success is measured"]


def test_abandoned_projects_count_but_are_capped() -> None:
    """An abandoned project has at most the cap; its contributions keep the uncapped score."""
    found = score(project(parts=ALL, status="abandoned"))
    assert found.value == 20
    assert detail(found).capped
    uncapped = score(project(parts=ALL)).value
    assert sum(part.contribution for part in detail(found).parts) == pytest.approx(uncapped)


def test_a_low_abandoned_score_is_left_alone() -> None:
    """Below the cap nothing is cut."""
    low = {"model_performance": {"metric": "auc", "value": 0.63, "baseline": 0.6, "target": 0.9}}
    block = DEFAULT_SUCCESS.model_copy(update={"min_weight": 0.4})
    found = score(project(parts=low, status="abandoned"), block)
    assert found.value == pytest.approx(10)
    assert not detail(found).capped


@pytest.mark.parametrize(
    ("metric", "value", "points"),
    [("AUC", 0.75, 50), ("r2", 0.25, 25), ("R²", 0.25, 25), ("Kappa", 0.4, 40), ("mcc", -0.2, 0)],
)
def test_known_metrics_have_soft_anchors(metric: str, value: float, points: float) -> None:
    """AUC runs from 0.5, R2, kappa and MCC from 0, and the finding says that this was assumed."""
    parts = {"model_performance": {"metric": metric, "value": value}}
    found = score(project(parts=parts), DEFAULT_SUCCESS.model_copy(update={"min_weight": 0.4}))
    assert found.value == pytest.approx(points)
    assert any("soft" in note for note in found.quality)
    assert detail(found).parts[0].source == "record, soft anchors"


def test_accuracy_needs_a_declared_baseline() -> None:
    """What guessing reaches in accuracy depends on the data: without it there is no part."""
    parts = {**ALL, "model_performance": {"metric": "accuracy", "value": 0.93}}
    part = detail(score(project(parts=parts))).parts[0]
    assert part.score is None
    assert part.source == "accuracy needs a declared baseline"


def test_less_is_better_follows_from_baseline_and_target() -> None:
    """An error of 12 between a baseline of 20 and a target of 10 is 80 % of the way."""
    parts = {"model_performance": {"metric": "mae", "value": 12, "baseline": 20, "target": 10}}
    found = score(project(parts=parts), DEFAULT_SUCCESS.model_copy(update={"min_weight": 0.4}))
    assert found.value == pytest.approx(80)


def test_equal_baseline_and_target_are_no_part() -> None:
    """There is no way from a baseline to the same target."""
    parts = {**ALL, "model_performance": {"value": 1, "baseline": 2, "target": 2}}
    assert detail(score(project(parts=parts))).parts[0].source == "baseline and target are both 2"


@pytest.mark.parametrize(
    ("value", "share"),
    [(180, 0), (14, 1), (math.sqrt(180 * 14), 0.5), (1000, 0), (1, 1), (0, 1)],
)
def test_log_scale(value: float, share: float) -> None:
    """On a log scale the geometric mean of the ends is half of the way; beyond them it clips."""
    assert part_share(value, 180, 14, "log") == pytest.approx(share)


def test_log1p_scale_and_losses() -> None:
    """log1p runs from 0, and a loss scores like 0, not like a missing value."""
    assert part_share(499, 0, 249_999, "log1p") == pytest.approx(math.log(500) / math.log(250_000))
    assert part_share(-5000, 0, 250_000, "log1p") == 0


def test_negative_value_on_a_log_scale_is_no_part() -> None:
    """Minus three days is a mistake in the record, neither the best nor the worst."""
    found = score(project(parts={**ALL, "time_to_deployment": {"value": -3}}))
    part = detail(found).parts[2]
    assert part.score is None
    assert part.source == "value -3 does not fit a log scale from 180 to 14"


def test_unknown_parts_are_named_and_not_counted() -> None:
    """A part that settings do not declare changes no number and is mentioned."""
    found = score(project(parts={**ALL, "happiness": {"value": 5}}))
    assert found.value == score(project(parts=ALL)).value
    assert any("happiness" in note for note in found.quality)


def test_evidence_names_record_and_files() -> None:
    """A value can be traced to the record and to the file it was computed from."""
    parts = {**ALL, "compute_cost": {"value": 500, "evidence": "evidence/cost.json"}}
    found = score(project(parts=parts))
    assert [item.ref for item in found.evidence] == [PATH, "evidence/cost.json"]
    assert (found.subject, found.as_of) == ("churn-2025", AS_OF)


def test_the_teams_own_verdict_is_the_label() -> None:
    """A declared verdict stands; otherwise the score decides at ``success_at``."""
    assert score(project(parts=ALL, outcomes={"success": "missed"})).label == "missed"
    assert score(project(parts=ALL)).label == "reached"
    strict = DEFAULT_SUCCESS.model_copy(update={"success_at": 70.0})
    assert score(project(parts=ALL), strict).label == "missed"


def test_the_blocks_version_is_stored() -> None:
    """Scores of different versions can be told apart."""
    block = DEFAULT_SUCCESS.model_copy(update={"version": 7})
    assert detail(score(project(parts=ALL), block)).version == 7


@given(
    st.lists(
        st.tuples(st.floats(0.1, 10), st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)),
        min_size=1,
        max_size=6,
    ),
    st.lists(st.one_of(st.none(), st.floats(-2e6, 2e6)), min_size=6, max_size=6),
)
def test_a_score_is_a_sum_within_bounds(
    declared: list[tuple[float, float, float]], values: list[float | None]
) -> None:
    """Any block, any values: the score lies in 0 to 100 and equals its contributions."""
    parts = {
        f"part_{i}": SuccessPart(weight=weight, worst=worst, best=best)
        for i, (weight, worst, best) in enumerate(declared)
        if abs(worst - best) > 1e-3
    }
    if not parts:
        return
    block = Success(parts=parts, min_weight=0)
    recorded = {
        name: {"value": value}
        for name, value in zip(sorted(parts), values, strict=False)
        if value is not None
    }
    found = score(project(parts=recorded), block)
    total = sum(part.contribution for part in detail(found).parts)
    if recorded:
        assert found.value is not None
        assert 0 <= found.value <= 100
        assert total == pytest.approx(found.value, abs=DIGITS)
    else:
        assert found.value is None


MEASURED = {"compute_cost": (50.0, "projects/churn-2025/evidence/own.csv:7", "own.csv")}
"""What custom metrics say: compute cost at its best, so that it scores 100."""


def with_facts(record: Project) -> Finding:
    """The finding for ``record`` and what was measured besides."""
    return score_success(
        record, DEFAULT_SUCCESS, name="churn-2025", path=PATH, as_of=AS_OF, facts=MEASURED
    )


def test_custom_metrics_go_before_the_record() -> None:
    """A measured part has its number and its line as source; that the record differs is said."""
    found = with_facts(project(parts=ALL))
    cost = detail(found).parts[3]
    assert (cost.value, cost.score) == (50.0, pytest.approx(100))
    assert cost.source == "custom metric, projects/churn-2025/evidence/own.csv:7"
    words = "compute_cost: the record says 500, projects/churn-2025/evidence/own.csv:7 says 50, "
    assert words + "which counts" in found.quality
    assert "own.csv" in [one.ref for one in found.evidence]


def test_custom_metrics_fill_what_the_record_lacks() -> None:
    """A part that only custom metrics have counts, and one that agrees gives no note."""
    parts = {name: ALL[name] for name in ("model_performance", "business_impact")}
    found = with_facts(project(parts=parts))
    expected = 100 * (0.4 * 2 / 3 + 0.3 * 1 + 0.1 * 1) / 0.8
    assert found.value == pytest.approx(expected, abs=DIGITS)
    same = with_facts(project(parts={**parts, "compute_cost": {"value": 50}}))
    assert not [note for note in same.quality if "which counts" in note]


def test_a_skill_part_keeps_the_anchors_of_the_record() -> None:
    """A measured 0.9 of a baseline 0.6 and a target 0.9 is everything; without them it is soft."""
    facts = {"model_performance": (0.9, "own.csv:2", "own.csv")}
    arguments = {"name": "n", "path": PATH, "as_of": AS_OF, "facts": facts}
    found = score_success(project(parts=ALL), DEFAULT_SUCCESS, **arguments)
    assert detail(found).parts[0].score == pytest.approx(100)
    alone = score_success(project(parts={}), DEFAULT_SUCCESS, **arguments)
    assert detail(alone).parts[0].source == "the metric needs a declared baseline and target"
