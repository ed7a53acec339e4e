"""Frames at the door of the impact: what is refused, what an empty cell means."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest

from maestro.learning.entry import cases_from
from maestro.learning.impact import score_impact

from .rows import frames, organisation

CASES = organisation(seed=2, projects=40, pieces=5)[0]


def changed(place: int = 3, **columns: Any) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The frames of the organisation with some cells replaced."""
    projects, usage = frames(CASES)
    for name, value in columns.items():
        projects[name] = projects[name].astype(object)
        projects.loc[place, name] = value
    return projects, usage


def test_whole_frames_are_the_cases() -> None:
    """Nothing is lost or added on the way; artifacts are sorted."""
    found, artifacts = cases_from(*frames(CASES))
    assert found == CASES
    assert artifacts == sorted({reference for case in CASES for reference in case.uses})


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"success": math.inf}, "success is inf in row 3 of projects: give a finite number"),
        ({"complexity": "hard"}, "complexity is hard in row 3 of projects: give a finite number"),
        ({"team_size": -math.inf}, "team_size is -inf in row 3"),
        ({"start_date": "soon"}, "start_date is soon in row 3 of projects: give a date"),
        ({"project": None}, "project is missing in row 3 of projects: name it or drop the row"),
    ],
)
def test_what_cannot_be_read_is_named(cells: dict[str, Any], words: str) -> None:
    """The message has the column, the row and what to do."""
    with pytest.raises(ValueError, match=words):
        score_impact(*changed(**cells))


@pytest.mark.parametrize("column", ["team", "complexity", "start_date", "success"])
def test_a_missing_column_is_named(column: str) -> None:
    """Of projects and of uses."""
    projects, usage = frames(CASES)
    with pytest.raises(ValueError, match=f"projects has no column {column}: add it"):
        score_impact(projects.drop(columns=column), usage)
    with pytest.raises(ValueError, match="usage has no column artifact: add it"):
        score_impact(projects, usage.drop(columns="artifact"))


@pytest.mark.parametrize("missing", [None, math.nan, ""])
def test_a_use_without_a_name_is_refused(missing: Any) -> None:
    """It is no piece called None."""
    projects, usage = frames(CASES)
    usage.loc[2, "artifact"] = missing
    with pytest.raises(ValueError, match="artifact is missing in row 2 of usage"):
        score_impact(projects, usage)


def test_repeated_projects_are_no_new_evidence() -> None:
    """Three copies of every row say what one says; copies that differ are refused by name."""
    projects, usage = frames(CASES)
    once = score_impact(projects, usage)
    assert score_impact(pd.concat([projects] * 3), usage).equals(once)
    other = projects.iloc[[5]].assign(success=1.5)
    with pytest.raises(ValueError, match=r"rows 5 and 40 .*project-0005.* in success"):
        score_impact(pd.concat([projects, other]), usage)


@pytest.mark.parametrize("column", ["start_date", "team", "problem_class"])
@pytest.mark.parametrize("missing", [None, pd.NaT, math.nan])
def test_what_is_not_known_is_shared_with_nobody(column: str, missing: Any) -> None:
    """Two projects without a team (class, date) have no common one; all effects are finite."""
    projects, usage = changed(3, **{column: missing})
    projects.loc[4, column] = missing
    three, four = cases_from(projects, usage)[0][3:5]
    if column == "start_date":
        assert three.quarter != four.quarter
        assert three.day == four.day == sorted(c.day for c in CASES[:3] + CASES[5:])[19]
    else:
        assert getattr(three, column) != getattr(four, column)
    assert not score_impact(projects, usage)[["effect", "lo", "hi"]].isna().any().any()


def test_unknown_teams_are_counted_as_none() -> None:
    """Users of no known team are not those of many."""
    projects, usage = frames(CASES)
    before = score_impact(projects, usage).set_index("artifact")
    held = sorted(usage.loc[usage["artifact"] == "piece-00@1", "project"])
    projects["team"] = projects["team"].astype(object)
    projects.loc[projects["project"].isin(held), "team"] = None
    found = score_impact(projects, usage).set_index("artifact").loc["piece-00@1"]
    assert (found["n"], found["teams"]) == (before.loc["piece-00@1", "n"], 0)
    assert found["grade"] == "insufficient"
