"""CI records of the demo: in the store's own layout, about commits that exist, small."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from maestro.demo.ci_store import ci_files
from maestro.demo.object_ids import commit_ids
from maestro.demo.practice import practice_of
from maestro.demo.repositories import project_history
from maestro.demo.simulator import Options, World, simulate
from maestro.mining.ci.naming import folder_of_project
from maestro.mining.ci.state import read_state, write_state
from maestro.mining.ci.store import load, update

from .logged import Logs, logs_of, past_of

_DIGEST = """
import hashlib
from maestro.demo.generate import _logged, _timeline
from maestro.demo.repositories import project_history
from maestro.demo.simulator import Options, simulate
world, found = simulate(Options(projects=12, artifacts=8)), hashlib.sha256()
for index in range(10):
    files = _logged(world, index, project_history(world, index))
    found.update(repr(list(files.items())).encode())
found.update(repr(list(_timeline(world).final().items())).encode())
print(found.hexdigest())
"""
"""A program that says what a small library's files amount to."""


@pytest.fixture(scope="module")
def world() -> World:
    """The organisation of the default demo."""
    return simulate(Options())


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where its records are written."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module", autouse=True)
def logs(world: World, data: Path) -> list[Logs]:
    """Its CI records, written into the data folder and read back."""
    return logs_of(world, data)


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    places = sorted(place for place in folder.rglob("*") if place.is_file())
    return {place.relative_to(folder).as_posix(): place.read_bytes() for place in places}


def test_the_store_writes_the_same_bytes(data: Path, tmp_path: Path) -> None:
    """Read by the store and written by the store, every file is the same, state included."""
    reading = load(data)
    assert reading.refused == [] and not reading.unknown
    kinds = {"run", "job", "test", "deployment", "pull_request", "incident"}
    assert set(reading.tables) == kinds
    update(tmp_path, reading.tables)
    for place in sorted(data.glob("ci/*/*")):
        state = read_state(place)
        assert (state.fetched, state.code, state.left) == ("2026-06-30", "", "")
        hosted = place.parent.name != "jenkins"
        assert [key.startswith("issues ") for key in state.cursor] == [True] * hosted
        write_state(tmp_path / place.relative_to(data), state)
    assert files_of(tmp_path) == files_of(data)


def test_writing_again_changes_nothing(data: Path) -> None:
    """The store takes its own records back without touching a file."""
    before = files_of(data)
    assert update(data, load(data).tables).files == []
    assert files_of(data) == before


def test_folders_are_named_as_the_store_names_them(world: World, data: Path) -> None:
    """Provider and project of every record lead to the folder."""
    for index in range(len(world.projects)):
        if practice := practice_of(world, index):
            name = folder_of_project(practice.project)
            assert (data / "ci" / practice.provider / name / "state.json").is_file()


def test_records_are_few_and_small(data: Path) -> None:
    """At most 6 MB, 350 bytes a run and 250 a job, at most 36 months of a project."""
    files = files_of(data)
    assert 1_000_000 < sum(map(len, files.values())) < 6_000_000
    for path, content in files.items():
        most = {"runs": 350, "jobs": 250}.get(path.split(".")[-2])
        if most:
            assert max(map(len, content.splitlines(keepends=True))) <= most, path


def test_records_name_commits_that_exist(world: World, logs: list[Logs]) -> None:
    """Runs on main, deployments and merges are about commits of the project's history."""
    for one in logs:
        known = set(commit_ids(project_history(world, one.index)))
        on_main = {row["head"] for row in one.records("run") if row["branch"] == "main"}
        assert on_main and on_main <= known
        assert {row["head"] for row in one.records("deployment")} <= known
        merged = [row for row in one.records("pull_request") if row["merged"]]
        assert {row["merge_commit"] for row in merged} <= known
        assert all(row["created"] < row["merged"] for row in merged)


def test_jobs_and_reports_belong_to_runs(logs: list[Logs]) -> None:
    """Every job, report and deployment names a run, every run has jobs within its time."""
    for one in logs:
        runs = {(row["id"], row["attempt"]): row for row in one.records("run")}
        jobs = one.records("job")
        assert {(row["run_id"], row["attempt"]) for row in jobs} == set(runs)
        for row in jobs:
            run = runs[row["run_id"], row["attempt"]]
            assert run["started"] <= row["started"] < row["finished"] <= run["finished"]
        known = {id_ for id_, _ in runs}
        assert {row["run_id"] for row in one.records("test")} <= known
        assert {row["run_id"] for row in one.records("deployment")} <= known
        for kind in ("run", "job", "deployment", "pull_request", "incident"):
            ids = [(row["id"], row.get("attempt")) for row in one.records(kind)]
            assert len(set(ids)) == len(ids)


def test_jenkins_keeps_less(logs: list[Logs]) -> None:
    """Builds and stages alone, named as the Jenkins readers name them, without labels."""
    found = [one for one in logs if one.practice.provider == "jenkins"]
    assert found
    for one in found:
        assert set(one.tables) == {"run", "job", "test"}
        ids = [row["id"] for row in one.records("run")]
        assert all(id_.startswith(f"{one.practice.project}#") for id_ in ids)
        assert not any(row["labels"] for row in one.records("job"))


def test_records_depend_on_the_world_alone(world: World) -> None:
    """Another call gives the same records; a project without a CI has none."""
    again = simulate(Options())
    assert ci_files(world, 0, past_of(world, 0)) == ci_files(again, 0, past_of(again, 0)) != {}
    assert practice_of(world, 3) is None
    assert ci_files(world, 3, past_of(world, 3)) == {}


def test_the_same_bytes_whatever_python_hashes(world: World) -> None:
    """Another process with another seed for hashes writes the same bytes."""
    digests = set()
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run(
            [sys.executable, "-c", _DIGEST], env=environment, capture_output=True, check=True
        )
        digests.add(done.stdout)
    assert len(digests) == 1
    assert len(digests.pop().strip()) == 64
