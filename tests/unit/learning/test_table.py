"""The table: records to rows."""

from __future__ import annotations

import math
from datetime import date

import pytest

from maestro.learning.success import score_success
from maestro.learning.table import duration_days, frame_of, make_table, names_of
from maestro.schema.settings import DEFAULT_SUCCESS

from .rows import AS_OF, project, row

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


@pytest.mark.parametrize(
    ("verdict", "value", "status", "wanted"),
    [
        ("reached", 0.5, "done", True),
        ("partly", 0.9, "done", False),
        (None, 0.9, "done", True),
        (None, 0.5, "done", False),
        (None, None, "done", None),
        ("missed", None, "abandoned", False),
        ("reached", 0.9, "active", None),
    ],
)
def test_success_is_the_teams_verdict_else_the_scores(
    verdict: str | None, value: float | None, status: str, wanted: bool | None
) -> None:
    """A declared verdict counts, else the score's; a running project has none."""
    parts = {**PARTS, "model_performance": {**PARTS["model_performance"], "value": value}}
    record = project(
        parts={} if value is None else parts,
        outcomes={"success": verdict},
        status=status,
        ended=None if status == "active" else "2025-03-31",
    )
    if value == 0.5:
        record = project(
            parts={**parts, "business_impact": {"value": 0}}, outcomes={"success": verdict}
        )
    score = score_success(record, DEFAULT_SUCCESS, name="one", path="p", as_of=AS_OF)
    table = make_table({"one": record}, [score])
    assert (*table.finished, *table.running)[0].succeeded is wanted


def test_what_is_known_before_the_start_is_kept() -> None:
    """Domain, rows of data and the roles of the team, each once and sorted."""
    roles = [{"role": "ml-engineer", "people": 2}, {"role": "analyst", "people": 1}]
    record = project(domain="retail", data_rows=1000, team={"size": 3, "roles": roles})
    (found,) = make_table({"one": record}).finished
    assert (found.domain, found.data_rows) == ("retail", 1000)
    assert found.roles == ("analyst", "ml-engineer")


def test_the_frame_of_an_outcome() -> None:
    """Numbers, words, and 0/1 for pieces by name and roles; what nobody knew is no column."""
    past = [
        row("a", uses=("piece@1.0.0", "piece@2.0.0"), roles=("analyst",), data_rows=10),
        row("b", uses=("other",)),
    ]
    frame = frame_of(past, past, "outcome")
    assert names_of(past[0]) == {"piece"}
    assert frame["reuse"].tolist() == [1, 1]
    assert frame["data_rows"][0] == 10 and math.isnan(frame["data_rows"][1])
    assert "domain" not in frame
    assert frame.attrs["multihot"] == ["other", "piece", "role analyst"]
    assert frame["piece"].tolist() == [1, 0]


def test_the_frame_of_a_score() -> None:
    """Pieces by reference, the day of the start, and no outcome; a new piece has its column."""
    past, new = [row("a", uses=("piece@1.0.0",))], [row("new", uses=("piece@2.0.0",))]
    frame = frame_of(new, past, "score")
    assert frame.attrs["multihot"] == ["piece@1.0.0", "piece@2.0.0"]
    assert frame["piece@2.0.0"].tolist() == [1]
    assert frame["start_date"].tolist() == [date(2025, 1, 1)]
    assert not {"success", "cost", "duration_days"} & set(frame.columns)
