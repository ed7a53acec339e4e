"""The table: records to rows."""

from __future__ import annotations

from datetime import date

from maestro.learning.success import score_success
from maestro.learning.table import duration_days, make_table
from maestro.schema.settings import DEFAULT_SUCCESS

from .rows import AS_OF, project

PARTS = {
    "model_performance": {"metric": "auc", "value": 0.9, "baseline": 0.5, "target": 0.9},
    "business_impact": {"value": 250_000},
}


def test_rows_hold_what_the_record_says() -> None:
    """One finished project becomes one row with its score, duration, cost and distinct uses."""
    record = project(
        parts=PARTS,
        outcomes={"cost": 1200},
        uses=[{"artifact": "b-piece@1.0.0"}, {"artifact": "a-piece"}, {"artifact": "a-piece"}],
    )
    found = score_success(record, DEFAULT_SUCCESS, name="one", path="p", as_of=AS_OF)
    (row,) = make_table({"one": record}, [found]).finished
    assert (row.project, row.team, row.problem_class) == ("one", "growth", "forecasting")
    assert (row.success, row.cost, row.team_size, row.complexity) == (100.0, 1200.0, 3, 5)
    assert row.uses == ("a-piece", "b-piece@1.0.0")
    # 31 days of January, 28 of February, 31 of March 2025.
    assert row.duration_days == 90
    assert row.path == "projects/one/project.yaml"


def test_projects_are_sorted_and_split_by_state() -> None:
    """Done and abandoned projects have finished; planned and active ones are running."""
    records = {
        "d": project(status="done"),
        "c": project(status="active", ended=None),
        "b": project(status="abandoned"),
        "a": project(status="planned", ended=None),
    }
    table = make_table(records)
    assert [row.project for row in table.finished] == ["b", "d"]
    assert [row.project for row in table.running] == ["a", "c"]
    assert table.scored == ()


def test_abandoned_projects_have_no_duration_and_no_cost() -> None:
    """What an abandoned project took says nothing about finishing one."""
    record = project(status="abandoned", parts=PARTS, outcomes={"cost": 500})
    (row,) = make_table({"one": record}).finished
    assert (row.duration_days, row.cost) == (None, None)


def test_duration_counts_both_ends() -> None:
    """One day of work is 1 day, and an end before the start is no duration."""
    assert duration_days(date(2025, 1, 1), date(2025, 1, 1)) == 1
    assert duration_days(date(2024, 2, 28), date(2024, 3, 1)) == 3
    assert duration_days(date(2025, 1, 2), date(2025, 1, 1)) is None
    assert duration_days(date(2025, 1, 2), None) is None


def test_findings_of_other_kinds_are_no_scores() -> None:
    """Only success findings give a row its success."""
    record = project(parts=PARTS)
    found = score_success(record, DEFAULT_SUCCESS, name="one", path="p", as_of=AS_OF)
    other = found.model_copy(update={"kind": "reuse", "detail": None})
    assert make_table({"one": record}, [other]).finished[0].success is None
