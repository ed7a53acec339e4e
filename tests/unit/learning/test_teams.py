"""Curves by size of team: where they are drawn, and that they are not those of hard projects."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pytest

from maestro.learning.metamodel import outcome_findings
from maestro.learning.table import Row, Table
from maestro.learning.targets import Fitted, Setting, fit_target, targets
from maestro.learning.teams import HIDDEN, with_teams
from maestro.schema.findings import Finding
from maestro.schema.learned import PredictionDetail, TeamPoint

from .rows import AS_OF, row

LEVEL = 0.9
SLOPE = -0.75
"""Of ln duration along ln team: a team of 6 takes exp(-0.75 ln 2) = 0.59 times that of 3."""


def organisation(count: int = 120, seed: int = 4, slope: float = SLOPE) -> tuple[Row, ...]:
    """Finished projects where hard ones get large teams, and larger teams are faster."""
    dice = np.random.default_rng(seed)
    rows = []
    for place in range(count):
        hard = int(dice.integers(1, 11))
        team = max(1, round(math.exp(0.4 + 0.18 * hard + dice.normal(0, 0.35))))
        log = 3.5 + 0.18 * hard + slope * math.log(team) + dice.normal(0, 0.25)
        rows.append(
            row(
                f"p-{place:03d}",
                complexity=hard,
                team_size=team,
                duration_days=max(1, round(math.exp(log))),
                success=float(np.clip(90 - 6 * hard + 8 * math.log(team), 0, 100)),
            )
        )
    return tuple(rows)


def running(complexity: int = 5, team: int = 3) -> Row:
    """A planned project."""
    return row(
        "new",
        status="planned",
        complexity=complexity,
        team_size=team,
        success=None,
        duration_days=None,
        cost=None,
    )


def fit(rows: tuple[Row, ...], name: str = "duration") -> Fitted:
    """A target fitted to these rows."""
    target = next(one for one in targets("EUR") if one.name == name)
    return fit_target(target, rows, Setting(AS_OF, LEVEL))


def advice(fitted: Fitted, project: Row) -> tuple[list[TeamPoint], str]:
    """Curve and note of one project."""
    bare = Finding(
        kind="prediction",
        subject=project.project,
        as_of=AS_OF,
        method="ridge",
        detail=PredictionDetail(target=fitted.target.name, model_version="1", made_at=AS_OF),
    )
    (found,) = with_teams([bare], fitted, [project], LEVEL)
    assert isinstance(found.detail, PredictionDetail)
    return found.detail.team, found.detail.team_note


@pytest.fixture(scope="module")
def durations() -> Fitted:
    """Durations of the organisation."""
    return fit(organisation())


def test_the_curve_is_not_that_of_hard_projects(durations: Fitted) -> None:
    """Along the team the true slope, where the plain one has half of it at most; and it says so."""
    points, note = advice(durations, running())
    first, last = points[0], points[-1]
    stretch = math.log(last.team / first.team)
    mine = math.log(last.value / first.value) / stretch
    sizes = np.log([one.team_size for one in durations.rows])
    plain = np.polyfit(sizes, np.log(durations.outcomes), 1)[0]
    # The sd of the slope is about 0.25 / sqrt(120 * 0.35^2) = 0.065.
    assert mine == pytest.approx(SLOPE, abs=0.2)
    assert plain > 0.5 * SLOPE
    assert "explains the difference" in note
    factor = re.search(r"projects like this by a factor of ([0-9.]+) \(", note)
    assert factor and float(factor[1]) == pytest.approx(last.value / first.value, abs=0.011)


def test_it_is_drawn_where_there_are_comparable_projects(durations: Fitted) -> None:
    """Between the 10th and 90th percentile of team sizes within 2 of its complexity."""
    points, note = advice(durations, running(complexity=2))
    alike = [one.team_size for one in durations.rows if one.complexity <= 4]
    low, high = np.quantile(alike, [0.1, 0.9])
    sizes = sorted({size for size in alike if low <= size <= high})
    assert [one.team for one in points] == sizes
    assert max(alike) > points[-1].team
    assert [one.n for one in points] == [alike.count(size) for size in sizes]
    assert note.startswith(f"comparable: {len(alike)} finished projects within 2 of its complexity")
    assert all(one.lo <= one.value <= one.hi for one in points)
    assert "its own team" not in note
    assert "its own team of 30 is unlike theirs" in advice(durations, running(2, 30))[1]


def test_beside_it_stands_what_was_seen(durations: Fitted) -> None:
    """The geometric mean of all with such a team, whatever their complexity."""
    for point in advice(durations, running())[0]:
        days = [one.duration_days for one in durations.rows if one.team_size == point.team]
        logs = [math.log(one) for one in days if one]
        assert point.seen == pytest.approx(math.exp(sum(logs) / len(logs)))


def test_without_comparable_projects_there_is_no_curve(durations: Fitted) -> None:
    """Seven within reach are too few, and so are ones that all had the same team."""
    easy = tuple(one for one in durations.rows if one.complexity > 4)
    few = easy + tuple(
        row(f"q-{place}", complexity=1, team_size=2 + place, duration_days=20) for place in range(7)
    )
    assert advice(fit(few), running(complexity=2)) == (
        [],
        "no comparable projects: 7 finished projects within 2 of its complexity, 8 are needed",
    )
    same = easy + tuple(
        row(f"q-{place}", complexity=1, team_size=2, duration_days=20) for place in range(9)
    )
    points, note = advice(fit(same), running(complexity=2))
    assert points == []
    assert note.startswith("comparable projects had teams of one size: 2 (")


def test_below_evidence_it_is_hidden() -> None:
    """Durations that follow nothing have no curve, and the note says why."""
    dice = np.random.default_rng(1)
    rows = tuple(
        row(f"p-{n}", team_size=int(dice.integers(1, 9)), duration_days=int(dice.integers(9, 90)))
        for n in range(20)
    )
    fitted = fit(rows)
    assert not fitted.knows
    assert advice(fitted, running()) == ([], HIDDEN)


def test_scores_have_a_curve_and_chances_have_none() -> None:
    """Points rise by 8 times the logarithm of the team; a chance stays as it was."""
    rows = organisation(60)
    points, note = advice(fit(rows, "success"), running())
    rise = points[-1].value - points[0].value
    assert rise == pytest.approx(8 * math.log(points[-1].team / points[0].team), abs=1.5)
    assert "points" in note
    judged: list[Any] = [
        row(one.project, complexity=one.complexity, succeeded=n % 2 == 0)
        for n, one in enumerate(rows)
    ]
    assert advice(fit(tuple(judged), "chance"), running()) == ([], "")


def test_a_bend_is_kept_where_it_predicts() -> None:
    """Teams of six faster than small and large ones: the curve bends, and says so."""
    dice = np.random.default_rng(2)
    rows = []
    for place in range(80):
        team, hard = int(dice.integers(1, 13)), int(dice.integers(3, 8))
        log = 3 + 0.5 * hard + 0.8 * math.log(team / 6) ** 2 + dice.normal(0, 0.15)
        days = round(math.exp(log))
        rows.append(row(f"p-{place}", complexity=hard, team_size=team, duration_days=days))
    points, note = advice(fit(tuple(rows)), running())
    values = {one.team: one.value for one in points}
    assert values[6] < values[2] and values[6] < values[11]
    assert "the curve bends" in note
    straight = advice(fit(organisation(40)), running())[1]
    assert "bends" not in straight


def test_the_door_hands_it_on() -> None:
    """The prediction of a planned project holds its curve; one that has ended holds none."""
    found = outcome_findings(Table(organisation(40), (running(),)), as_of=AS_OF)
    held = {
        (one.subject, one.detail.target): one.detail
        for one in found
        if isinstance(one.detail, PredictionDetail)
    }
    assert held["new", "duration"].team and held["new", "duration"].team_note
    assert not any(d.team or d.team_note for (name, _), d in held.items() if name != "new")
