"""The store of CI facts: sorted monthly JSON lines."""

from __future__ import annotations

import itertools
import json
import random
from pathlib import Path
from typing import Any

import pytest

from maestro.mining.ci.merge import merged
from maestro.mining.ci.naming import folder_of_project, project_of_folder
from maestro.mining.ci.store import load, update
from maestro.schema.facts import columns

from .payloads import facts, job, read, run


def tables(*records: dict[str, Any]) -> dict[str, list[Any]]:
    """Rows of runs and jobs."""
    return read(list(records)).tables


def content(root: Path) -> dict[str, bytes]:
    """Every file below ``root``."""
    found = sorted(path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}


def test_files_by_project_month_and_kind(tmp_path: Path) -> None:
    """Runs and jobs lie in files of their month of creation (UTC), below provider and project."""
    late = run(id=9, created_at="2024-03-31T23:30:00-02:00", run_started_at=None)
    written = update(tmp_path, tables(run(), late, job()))
    assert written.files == [
        "ci/github/octo__app/2024-03.jobs.jsonl",
        "ci/github/octo__app/2024-03.runs.jsonl",
        "ci/github/octo__app/2024-04.runs.jsonl",
    ]


def test_a_line_is_a_record(tmp_path: Path) -> None:
    """One line a record: columns in their order, without what the path says or nobody knows."""
    update(tmp_path, tables(run(name="")))
    (line,) = content(tmp_path)["ci/github/octo__app/2024-03.runs.jsonl"].splitlines()
    record = json.loads(line)
    assert list(record) == [name for name in columns("run") if name in record]
    assert record["created"] == 1709287200
    assert not record.keys() & {"provider", "project", "name", "seconds", "quality"}


def test_sorted_by_time_id_and_attempt(tmp_path: Path) -> None:
    """Lines stand in order of creation, id as a number, and attempt; no order of input matters."""
    records = [
        run(id=10, run_attempt=1),
        run(id=9, run_attempt=2),
        run(id=9, run_attempt=1),
        run(id=11, created_at="2024-03-01T09:00:00Z"),
    ]
    seen = set()
    for number, order in enumerate(itertools.permutations(records)):
        update(tmp_path / str(number), tables(*order))
        seen.add(tuple(content(tmp_path / str(number)).items()))
    ((one,),) = seen
    lines = [json.loads(line) for line in one[1].splitlines()]
    assert [(line["id"], line["attempt"]) for line in lines] == [
        ("11", 2), ("9", 1), ("9", 2), ("10", 1),
    ]  # fmt: skip


def test_nothing_new_changes_nothing(tmp_path: Path) -> None:
    """The same facts again touch no file; in two steps they give the same bytes as in one."""
    half, whole = tmp_path / "half", tmp_path / "whole"
    update(half, tables(run(), job()))
    before = {path: path.stat().st_mtime_ns for path in half.rglob("*.jsonl")}
    assert update(half, tables(run(), job())).files == []
    assert {path: path.stat().st_mtime_ns for path in half.rglob("*.jsonl")} == before
    update(half, tables(run(id=72)))
    update(whole, tables(run(id=72), job(), run()))
    assert content(half) == content(whole)


def test_the_newest_update_wins(tmp_path: Path) -> None:
    """A record that changed later replaces one of the same id and attempt, in either order."""
    young = run(status="in_progress", conclusion=None, updated_at="2024-03-01T11:01:00Z")
    for name, order in {"a": (young, run()), "b": (run(), young)}.items():
        for record in order:
            update(tmp_path / name, tables(record))
        (found,) = facts(load(tmp_path / name), "run")
        assert found["result"] == "success"
    assert content(tmp_path / "a") == content(tmp_path / "b")


def test_attempts_are_kept_apart(tmp_path: Path) -> None:
    """A second attempt does not overwrite the first one's failure."""
    update(tmp_path, tables(run(run_attempt=1, conclusion="failure")))
    update(tmp_path, tables(run(run_attempt=2)))
    found = facts(load(tmp_path), "run")
    assert [(one["attempt"], one["result"]) for one in found] == [(1, "failure"), (2, "success")]


def test_gaps_are_filled_from_older_records() -> None:
    """A newer record that says less keeps what the older one said of what cannot change."""
    newer = run(updated_at="2024-03-02T00:00:00Z", conclusion="failure")
    del newer["path"], newer["head_sha"]
    rows = merged(tables(run(), newer))["run"]
    (found,) = [dict(zip(columns("run"), row, strict=True)) for row in rows]
    assert found["result"] == "failure"
    assert found["workflow"] == ".github/workflows/tests.yml" and found["head"]


def test_what_is_stored_is_what_was_read(tmp_path: Path) -> None:
    """Facts come back from the store as they went in."""
    records = tables(run(), run(id=3, run_started_at=None), job(), job(id=4, created_at=None))
    update(tmp_path, records)
    assert load(tmp_path).tables == merged(records)


def test_closed_months_stay(tmp_path: Path) -> None:
    """Months before the given one are not rewritten once they are there."""
    update(tmp_path, tables(run()))
    before = content(tmp_path)
    written = update(tmp_path, tables(run(id=5)), open_from="2024-04")
    assert (written.files, written.closed) == ([], 1)
    assert content(tmp_path) == before
    assert update(tmp_path, tables(run(id=5)), open_from="2024-03").files


def test_damaged_lines_are_named_and_kept(tmp_path: Path) -> None:
    """A file with a broken line is left as it is, and the line is named."""
    update(tmp_path, tables(run()))
    path = tmp_path / "ci/github/octo__app/2024-03.runs.jsonl"
    path.write_bytes(path.read_bytes() + b"<<<<<<< HEAD\n")
    before = path.read_bytes()
    written = update(tmp_path, tables(run(id=5)))
    assert written.files == [] and written.refused
    assert path.read_bytes() == before
    assert load(tmp_path).refused[0].path == "ci/github/octo__app/2024-03.runs.jsonl"


def test_a_failing_disk_leaves_whole_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a file cannot be put in its place, the old one stays and no part is left."""
    update(tmp_path, tables(run()))
    before = content(tmp_path)

    def fail(*_: Any) -> None:
        raise OSError("no space")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="no space"):
        update(tmp_path, tables(run(id=5)))
    assert content(tmp_path) == before


@pytest.mark.parametrize(
    "project",
    ["octo/app", "group/sub/app", "", "a_/_b", "a__b/c", "..", "../../etc", ".", "a b/c~d",
     "\u00e9/\u4e2d", "x/y.z-1", "%2E"],
)  # fmt: skip
def test_folders_of_projects(project: str) -> None:
    """A project's folder is one plain name, and leads back to the project."""
    folder = folder_of_project(project)
    assert "/" not in folder and folder not in (".", "..", "")
    assert folder.isascii() and not folder.startswith(".")
    assert project_of_folder(folder) == project


def test_long_projects_have_short_folders() -> None:
    """Names too long for a file system are cut, and stay apart."""
    one, two = (folder_of_project("x" * 500 + word) for word in ("a", "b"))
    assert len(one) < 250 and one != two


def test_lines_stay_short(tmp_path: Path) -> None:
    """Records of ordinary names take at most 350 bytes a run and 250 a job on average."""
    dice = random.Random(5)
    runs = [
        run(
            id=7_000_000_000 + number,
            name="Continuous integration",
            head_branch=f"feature/{number}-a-branch-of-some-length",
            head_sha=f"{dice.getrandbits(160):040x}",
            event="pull_request",
        )
        for number in range(100)
    ]
    jobs = [
        job(id=21_000_000_000 + n, run_id=7_000_000_000, labels=["ubuntu-latest"])
        for n in range(100)
    ]
    update(tmp_path, tables(*runs, *jobs))
    stored = content(tmp_path)
    assert len(stored["ci/github/octo__app/2024-03.runs.jsonl"]) <= 350 * 100
    assert len(stored["ci/github/octo__app/2024-03.jobs.jsonl"]) <= 250 * 100


def test_test_reports_are_stored(tmp_path: Path) -> None:
    """Counts of a Jenkins report lie in files of their month, know their build, and come back."""
    where = "jobs/team/jobs/train/builds/12/report.xml"
    suite = '<testsuite name="a" timestamp="2024-03-01T10:00:00"><testcase name="x"/></testsuite>'
    rows = read(suite, where).tables
    written = update(tmp_path, rows)
    assert written.files == ["ci/jenkins/team__train/2024-03.tests.jsonl"]
    reading = load(tmp_path)
    assert reading.tables == rows
    (found,) = facts(reading, "test")
    assert (found["provider"], found["project"], found["run_id"]) == (
        "jenkins",
        "team/train",
        "team/train#12",
    )


def test_reports_without_a_time_are_stored_once(tmp_path: Path) -> None:
    """Equal suites without a time stay two, however often they are stored, and are known again."""
    suite = '<testsuite><testcase name="x"/></testsuite>'
    rows = read(f"<testsuites>{suite}{suite}</testsuites>").tables
    assert update(tmp_path, rows).files == ["ci/other/%20/undated.tests.jsonl"]
    before = content(tmp_path)
    assert update(tmp_path, rows).files == []
    (data,) = before.values()
    assert len(read(data).tables["test"]) == 2


def test_one_project_of_the_store(tmp_path: Path) -> None:
    """Only the folders that are asked for are read."""
    update(tmp_path, tables(run(), run(repository={"full_name": "octo/other"})))
    assert len(load(tmp_path, "github/octo__app").tables["run"]) == 1
    assert load(tmp_path, "gitlab/*").tables == {}
