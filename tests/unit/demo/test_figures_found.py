"""The engine's own figures give back what the simulator planted."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from maestro.demo.ci_store import ci_files
from maestro.demo.library import settings
from maestro.demo.practice import Practice, ci_record, practice_of
from maestro.demo.simulator import END, Options, World, simulate
from maestro.mining.activity import Period
from maestro.mining.ci.gather import Wanted, gather
from maestro.mining.ci.health import ci_figures
from maestro.mining.figure import Figure
from maestro.schema import Settings

from .logged import agrees, past_of, put

Found = list[tuple[Practice, dict[str, Figure]]]


@pytest.fixture(scope="module")
def world() -> World:
    """An organisation with enough projects for statistics."""
    return simulate(Options(projects=60, artifacts=20, seed=11))


@pytest.fixture(scope="module")
def found(world: World, tmp_path_factory: pytest.TempPathFactory) -> Found:
    """Each project's true values and its CI figures over its whole life."""
    data = tmp_path_factory.mktemp("data")
    rules = Settings.model_validate(settings(world))
    return [
        (practice, figures_of(world, index, data, rules))
        for index in range(len(world.projects))
        if (practice := practice_of(world, index))
    ]


def figures_of(world: World, index: int, data: Path, rules: Settings) -> dict[str, Figure]:
    """CI figures of one project by name, read through its record."""
    put(data, ci_files(world, index, past_of(world, index)))
    practice, project = practice_of(world, index), world.projects[index]
    assert practice
    record = ci_record(practice)
    wanted = Wanted(project.name, str(record["provider"]), str(record["project"]))
    gathered = gather(wanted, data)
    assert gathered.fetched == "2026-06-30"
    assert (gathered.refused, gathered.reason) == ([], "")
    until = (project.ended or END) + timedelta(days=8)
    as_of = int(datetime(until.year, until.month, until.day, tzinfo=UTC).timestamp())
    figures = ci_figures(gathered.tables, Period(as_of, 40), rules.runners, rules.currency)
    return {figure.name: figure for figure in figures}


def test_the_success_rate_is_found(found: Found) -> None:
    """Over all projects, and in none of them further off than chance takes it."""
    seen = expected = variance = 0.0
    for practice, figures in found:
        figure, rate = figures["success_rate"], practice.success_rate
        assert figure.value is not None and figure.n
        assert agrees(figure.value, rate, math.sqrt(rate * (1 - rate) / figure.n) + 0.02)
        seen += figure.value * figure.n
        expected += rate * figure.n
        variance += rate * (1 - rate) * figure.n
    assert agrees(seen, expected, math.sqrt(variance))


def test_durations_and_waits_are_found(found: Found) -> None:
    """Medians near the planted ones: the drift of a project's own weeks is in them."""
    ratios, waits = [], []
    for practice, figures in found:
        duration, wait = figures["pipeline_duration"].value, figures["queue_time"].value
        assert duration is not None
        ratios.append(math.log(duration / practice.minutes))
        if practice.provider == "github":
            assert wait is not None
            waits.append(math.log(wait / practice.queue_minutes))
    # Drift is at most 0.6 a quarter and 0.1 on average; a project lasts about ten weeks.
    assert max(map(abs, ratios)) < 0.6
    assert sum(ratios) / len(ratios) == pytest.approx(0.03, abs=0.06)
    assert sum(waits) / len(waits) == pytest.approx(0, abs=0.06)


def test_the_growth_of_tests_is_found(found: Found) -> None:
    """The weekly trend of the number of tests is the planted growth."""
    off = [
        figures["tests_trend"].value - practice.tests_per_week
        for practice, figures in found
        if figures["tests_trend"].value is not None
    ]
    assert len(off) > 0.6 * len(found)
    # The last report of a week may lie on any of its days: up to a week's growth at either end.
    assert sum(off) / len(off) == pytest.approx(0, abs=0.15)


def test_hours_and_costs_have_numbers_where_labels_are_known(found: Found) -> None:
    """Runner labels of the settings price every job; Jenkins' stages have none."""
    for practice, figures in found:
        named = [figures[name] for name in ("cpu_hours", "ci_cost")]
        if practice.provider == "jenkins":
            assert all(figure.value is None and figure.notes for figure in named)
        else:
            assert all(figure.value is not None and figure.value > 0 for figure in named)
    gpu = [f["gpu_hours"].value or 0 for p, f in found if p.provider != "jenkins" and p.retrains]
    assert sum(gpu) > 0
