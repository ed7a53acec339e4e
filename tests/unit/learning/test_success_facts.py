"""Success from what machines logged: before the record, after custom metrics, and said which."""

from __future__ import annotations

import math
from typing import Any

import pytest
from pydantic import ValidationError

from maestro.learning.success import fed_by, score_success
from maestro.learning.table import make_table
from maestro.schema.details import NOT_ENOUGH, SuccessDetail, SuccessPartDetail
from maestro.schema.findings import Evidence, Finding
from maestro.schema.settings import DEFAULT_SUCCESS, Settings, Success, SuccessPart

from .rows import AS_OF, project

SKILL = {"metric": "auc", "value": 0.8, "baseline": 0.6, "target": 0.9}
RECORDED = {
    "model_performance": SKILL,
    "time_to_deployment": {"value": 180, "evidence": "a.csv"},
    "compute_cost": {"value": 5000},
}
SAID = {
    "time_to_deployment": "deployments: first to production 2025-01-15, github team/churn run 2",
    "compute_cost": "CI cost, 12 jobs",
}


def logged(name: str, value: float | None, unit: str, *quality: str) -> Finding:
    """What machines logged of one outcome."""
    return Finding(
        kind="metric",
        subject="churn-2025",
        value=value,
        unit=unit,
        as_of=AS_OF,
        method=f"ci.{name}",
        label=SAID[name] if value is not None else NOT_ENOUGH,
        evidence=[Evidence(kind="run", ref=f"ci {name}")] if value is not None else [],
        quality=list(quality),
    )


FACTS = {
    "time_to_deployment": logged("time_to_deployment", 14.0, "days"),
    "compute_cost": logged("compute_cost", 500.0, "EUR"),
}


def score(
    block: Success = DEFAULT_SUCCESS, parts: dict[str, Any] | None = None, **more: Any
) -> Finding:
    """The finding for a finished project with these recorded parts and logged outcomes."""
    return score_success(
        project(parts=RECORDED if parts is None else parts),
        block,
        **{"name": "churn-2025", "path": "p.yaml", "as_of": AS_OF, "logged": FACTS, **more},
    )


def part(found: Finding, name: str) -> SuccessPartDetail:
    """One part of a score."""
    assert isinstance(found.detail, SuccessDetail)
    return next(one for one in found.detail.parts if one.name == name)


def test_facts_go_before_the_record_and_say_where_they_are_from() -> None:
    """14 days are the best there is, 500 lie half way from 5000 to 50 on a log scale."""
    found = score()
    days, cost = (part(found, name) for name in FACTS)
    assert (days.value, days.score, days.source) == (14, 100, SAID["time_to_deployment"])
    assert (cost.value, cost.source) == (500, SAID["compute_cost"])
    assert cost.score == pytest.approx(50)
    assert found.value == pytest.approx(100 * (0.4 * 2 / 3 + 0.2 * 1 + 0.1 * 0.5) / 0.7)
    refs = [one.ref for one in found.evidence]
    assert "ci time_to_deployment" in refs and "ci compute_cost" in refs
    # The file that the record names is not what the number is from.
    assert "a.csv" not in refs


def test_a_record_that_says_otherwise_is_told() -> None:
    """Both numbers are said, and which one counts; one that agrees gives no note."""
    assert "time_to_deployment: the record says 180, facts say 14, which counts" in score().quality
    same = score(parts={**RECORDED, "time_to_deployment": {"value": 14}})
    assert not [note for note in same.quality if note.startswith("time_to_deployment")]


def test_custom_metrics_go_before_facts() -> None:
    """A line that the project measured itself counts more than what others logged."""
    found = score(facts={"compute_cost": (50.0, "own.csv:7", "own.csv")})
    assert part(found, "compute_cost").source == "custom metric, own.csv:7"
    assert part(found, "time_to_deployment").source == SAID["time_to_deployment"]


def test_facts_that_are_not_whole_leave_the_record_and_the_reason() -> None:
    """Without a number of the facts the record counts; without a record the part is missing."""
    some = {"compute_cost": logged("compute_cost", None, "EUR", "no price for: own (2.0 h)")}
    found = score(logged=some)
    assert part(found, "compute_cost").source == "record"
    assert part(found, "compute_cost").value == 5000
    assert "compute_cost: not from facts: no price for: own (2.0 h)" in found.quality
    without = score(
        parts={"model_performance": SKILL, "business_impact": {"value": 1}}, logged=some
    )
    assert part(without, "compute_cost").value is None
    assert part(without, "compute_cost").contribution == 0


def test_a_proxy_is_said() -> None:
    """What a reader should know about the facts stands beside the score."""
    facts = {"time_to_deployment": logged("time_to_deployment", 14.0, "days", "proxy: by name")}
    assert "time_to_deployment: proxy: by name" in score(logged=facts).quality


def test_other_units_are_never_taken() -> None:
    """Dollars are no euros, and days are no weeks: the record counts, and why is said."""
    facts = {"compute_cost": logged("compute_cost", 500.0, "USD")}
    found = score(logged=facts)
    assert part(found, "compute_cost").value == 5000
    assert "compute_cost: not from facts: the part counts EUR, they count USD" in found.quality
    assert not [one for one in found.evidence if one.ref == "ci compute_cost"]


@pytest.mark.parametrize(
    ("name", "facts", "expected"),
    [
        ("time_to_deployment", None, "time_to_deployment"),
        ("compute_cost", None, "compute_cost"),
        ("compute_cost", "none", ""),
        ("lead", None, ""),
        ("lead", "time_to_deployment", "time_to_deployment"),
    ],
)
def test_what_feeds_a_part_is_declared_or_its_name(name: str, facts: Any, expected: str) -> None:
    """A declared source counts; else a part of one of the two names is fed by it."""
    assert fed_by(name, SuccessPart(weight=1, worst=0, best=1, facts=facts)) == expected


def test_a_declared_part_of_another_name_is_fed() -> None:
    """``facts: time_to_deployment`` gives a part called otherwise its days."""
    lead = SuccessPart(weight=1, worst=180, best=14, scale="log", facts="time_to_deployment")
    found = score(Success(parts={"lead": lead}), parts={})
    assert (found.value, part(found, "lead").value) == (100, 14)


def test_the_default_block_declares_its_two_parts() -> None:
    """What feeds them can be read in the settings, not only in the program."""
    declared = {name: one.facts for name, one in DEFAULT_SUCCESS.parts.items() if one.facts}
    assert declared == {name: name for name in FACTS}


@pytest.mark.parametrize(
    ("part_of", "currency", "message"),
    [
        ({"facts": "time_to_deployment", "unit": "weeks"}, "EUR", 'facts count days, the part "w'),
        ({"facts": "compute_cost", "unit": "USD"}, "EUR", 'counts "USD", prices are in EUR'),
        ({"facts": "lead_time"}, "EUR", "facts"),
    ],
)
def test_units_that_do_not_fit_the_facts_are_faults(
    part_of: dict[str, Any], currency: str, message: str
) -> None:
    """A part that asks for facts in a unit they do not have is refused in the settings."""
    block = {"parts": {"one": {"weight": 1.0, "worst": 9.0, "best": 1.0, **part_of}}}
    with pytest.raises(ValidationError, match=message):
        Settings.model_validate({"title": "A", "format": 1, "currency": currency, "success": block})


def test_scores_of_different_versions_of_the_block_are_never_fitted_together() -> None:
    """Only scores of the newest version stand in the table; the others count as not scored."""
    old = DEFAULT_SUCCESS.model_copy(update={"version": 1})
    new = DEFAULT_SUCCESS.model_copy(update={"version": 2})
    records = {name: project(parts=RECORDED) for name in ("first", "second", "third")}
    scores = [
        score(block, name=name) for name, block in (("first", old), ("second", new), ("third", new))
    ]
    table = make_table(records, scores)
    assert [row.project for row in table.scored] == ["second", "third"]
    assert {row.project for row in table.finished} == set(records)
    assert all(row.success is not None and math.isfinite(row.success) for row in table.scored)
    assert {row.project: row.succeeded for row in table.finished}["first"] is None
