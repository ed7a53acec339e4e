"""Simulated training runs: in the store's layout, with the result that the record names."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from maestro.demo.ci_events import NOW
from maestro.demo.object_ids import commit_ids
from maestro.demo.practice import tracks
from maestro.demo.project_records import performance, project_states
from maestro.demo.repositories import project_history
from maestro.demo.simulator import Options, World, simulate
from maestro.demo.training import (
    FAILED,
    PRUNED,
    Training,
    tracking_record,
    training_files,
    training_of,
)
from maestro.mining.activity import Period
from maestro.mining.ci.state import State, read_state
from maestro.mining.tracking.figures import training_figures
from maestro.mining.tracking.store import from_lines, read_lines, runs_file, state_folder, to_lines
from maestro.schema.facts import columns

from .logged import agrees, past_of, put

Trained = list[tuple[int, Training, list[dict[str, Any]]]]


@pytest.fixture(scope="module")
def world() -> World:
    """An organisation with enough runs for statistics."""
    return simulate(Options(projects=90, artifacts=20, seed=11))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the runs are written."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def trained(world: World, data: Path) -> Trained:
    """Every project that tracks, its true values, and its runs as the store reads them."""
    found: Trained = []
    names = columns("training_run")
    for index, project in enumerate(world.projects):
        training = training_of(world, index, performance(project_states(world, index)))
        if training is None:
            continue
        put(data, training_files(world, index, past_of(world, index), training))
        read = read_lines(runs_file(data, project.name))
        assert read is not None
        rows, bad = read
        assert bad == 0
        found.append((index, training, [dict(zip(names, row, strict=True)) for row in rows]))
    return found


def test_the_store_writes_the_same_bytes(world: World, data: Path, trained: Trained) -> None:
    """Read by the tracking store and written by it, the file is the same; it has a state."""
    for index, _, _ in trained:
        name = world.projects[index].name
        content = runs_file(data, name).read_bytes()
        assert to_lines(from_lines(content)[0]) == content
        assert read_state(state_folder(data, name)) == State(fetched="2026-06-30")


def test_the_best_run_is_the_recorded_one(world: World, trained: Trained) -> None:
    """One finished run reaches what the record names, and no other comes up to it."""
    compared = 0
    for index, training, rows in trained:
        recorded = performance(project_states(world, index))
        record = project_states(world, index).states[0][2]["tracking"]
        assert isinstance(record, dict)
        sign = 1 if record["direction"] == "max" else -1
        values = sorted(
            (sign * row["metrics"][record["metric"]], row["id"])
            for row in rows
            if row["status"] == "finished" and row["metrics"]
        )
        assert len(values) == 1 or values[-2][0] < values[-1][0]
        assert sign * values[-1][0] == training.best
        if recorded:
            assert recorded["metric"] == record["metric"]
            assert training.best == recorded["value"]
            compared += 1
        models = [row["id"] for row in rows if row["model"]]
        assert models == ([values[-1][1]] if world.projects[index].status == "done" else [])
    assert compared > 20


def test_shares_and_durations_are_found(trained: Trained) -> None:
    """Failed runs, pruned trials and minutes at the planted rates."""
    runs = [row for _, _, rows in trained for row in rows if row["name"] != "simulated-search"]
    trials = [row for row in runs if row["parent"]]
    for share, status, among in ((FAILED, "failed", runs), (PRUNED, "pruned", trials)):
        seen = sum(row["status"] == status for row in among)
        spread = math.sqrt(share * (1 - share) * len(among))
        assert agrees(seen, share * len(among), spread), status
    logs = [
        math.log((row["finished"] - row["started"]) / 60 / training.minutes)
        for _, training, rows in trained
        for row in rows
        if row["status"] == "finished" and row["name"] != "simulated-search"
    ]
    # Planted: mean 0, standard deviation 0.4; seconds are cut to whole ones.
    assert agrees(sum(logs) / len(logs), 0, 0.4 / math.sqrt(len(logs)) + 0.001)


def test_trials_belong_to_their_search(trained: Trained) -> None:
    """Every trial names a search that began before it and ended after it."""
    for _, training, rows in trained:
        known = {row["id"]: row for row in rows}
        for row in rows:
            if row["parent"] and row["parent"] in known:
                search = known[row["parent"]]
                assert search["started"] < row["started"] < row["finished"] < search["finished"]
        assert len(rows) <= 1 + training.alone + training.trials


def test_results_rise_along_the_search(trained: Trained) -> None:
    """The last third of the finished trials is better than the first third, in most projects."""
    better = total = 0
    for _, training, rows in trained:
        name, sign = training.goal.metric, math.copysign(1, training.goal.step)
        done = [row for row in rows if row["parent"] and row["status"] == "finished"]
        values = [sign * row["metrics"][name] for row in done]
        third = len(values) // 3
        if third:
            total += 1
            better += sum(values[-third:]) > sum(values[:third])
    assert better > 0.95 * total > 20


def test_runs_name_commits_that_exist(world: World, trained: Trained) -> None:
    """The code that was trained is in the project's history."""
    for index, _, rows in trained:
        known = set(commit_ids(project_history(world, index)))
        assert rows and {row["commit"] for row in rows} <= known


def test_two_of_three_projects_track(world: World) -> None:
    """Only projects that have begun, and not all of them."""
    begun = [i for i, project in enumerate(world.projects) if project.status != "planned"]
    share = sum(tracks(world, index) for index in begun) / len(begun)
    assert share == pytest.approx(2 / 3, abs=0.02)
    assert not any(tracks(world, i) for i in range(len(world.projects)) if i not in begun)


def test_the_engine_finds_the_best_run(world: World, trained: Trained) -> None:
    """Its figure of the best run is the planted one, its counts are those of the runs."""
    period = Period(NOW, 13)
    for index, training, rows in trained:
        record = tracking_record(world.projects[index])
        facts = [tuple(row.values()) for row in rows]
        metric = str(record["metric"])
        figures = training_figures(
            facts, period, metric, "max" if record["direction"] == "max" else "min"
        )
        values = {figure.name: figure.value for figure in figures}
        assert values["best_performance"] == training.best
        assert values["training_runs"] == len(rows)
        failed = sum(row["status"] == "failed" for row in rows)
        assert values["training_failed"] == failed
        assert values["training_pruned"] == sum(row["status"] == "pruned" for row in rows)
