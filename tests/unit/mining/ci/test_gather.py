"""The records of one project: from the data folder and from its own files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from maestro.mining.ci.gather import Gathered, Wanted, gather, of_one_project
from maestro.mining.ci.state import State, write_state
from maestro.mining.ci.store import update
from maestro.schema.facts import columns

from .payloads import build, job, pipeline, read, run


def wanted(evidence: Path | None = None, **more: Any) -> Wanted:
    """What the project asks for."""
    about = {"project": "churn", "provider": "github_actions", "source": "octo/app"} | more
    return Wanted(**about, evidence=evidence)


def facts(found: Gathered, kind: str) -> list[dict[str, Any]]:
    """The rows of one kind."""
    return [dict(zip(columns(kind), row, strict=True)) for row in found.tables.get(kind, [])]


def write(folder: Path, files: dict[str, Any]) -> Path:
    """Files in a folder: texts as they are, all else as JSON."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content))
    return folder


def test_only_the_project_of_the_store(tmp_path: Path) -> None:
    """The project's own folder is read; that of others is not, be it broken or not."""
    update(tmp_path, read([run(), job(), run(repository={"full_name": "octo/app2"})]).tables)
    (tmp_path / "ci/github/octo__app2/2024-03.runs.jsonl").write_text("broken")
    found = gather(wanted(), tmp_path)
    assert {kind: len(rows) for kind, rows in found.tables.items()} == {"run": 1, "job": 1}
    assert (found.refused, found.files, found.reason) == ([], 0, "")
    assert found.newest == 1709291250  # 2024-03-01T11:07:30Z


def test_nothing_has_a_reason(tmp_path: Path) -> None:
    """Without records there is a reason and the next thing to do, also without a data folder."""
    for data in (None, tmp_path):
        found = gather(wanted(tmp_path / "evidence"), data)
        assert (found.tables, found.newest, found.fetched) == ({}, None, "")
        assert found.reason == "no CI records were found" and "maestro fetch" in found.hint


def test_the_state_of_the_fetch(tmp_path: Path) -> None:
    """The day of the fetch, and why the last one failed, come with the records."""
    update(tmp_path, read([run()]).tables)
    folder = tmp_path / "ci/github/octo__app"
    write_state(folder, State(fetched="2024-03-02", code="F001", reason="no answer", hint="wait"))
    found = gather(wanted(), tmp_path)
    assert (found.fetched, found.code) == ("2024-03-02", "F001")
    assert (found.reason, found.hint) == ("no answer", "wait")
    write_state(folder, State(fetched="2024-03-02", left="jobs of 3 runs"))
    assert gather(wanted(), tmp_path).reason == "not all is fetched yet: jobs of 3 runs"


def test_evidence_of_every_format(tmp_path: Path) -> None:
    """Files of any format at any depth are read; what is no CI record is told by file."""
    evidence = write(
        tmp_path / "evidence",
        {
            "runs.json": [run()],
            "deep/er/report.xml": "<testsuite name='s'><testcase name='c'/></testsuite>",
            "table.csv": "id,status,started\n5,success,2024-03-01T10:00:00Z\n",
            "notes.md": "# Notes",
        },
    )
    found = gather(wanted(evidence), None)
    assert {kind: len(rows) for kind, rows in found.tables.items()} == {"run": 2, "test": 1}
    assert found.files == 4
    assert [(one.path, one.code) for one in found.refused] == [("evidence/notes.md", "no-facts")]


def test_records_without_a_name_are_the_projects(tmp_path: Path) -> None:
    """Provider and project that a record does not name are those of the project."""
    evidence = write(
        tmp_path,
        {
            "a.csv": "id,status\n5,success\n",
            "b.xml": "<testsuite><testcase name='c'/></testsuite>",
            "c.json": [run()],
        },
    )
    found = gather(wanted(evidence), None)
    for kind in ("run", "test"):
        for one in facts(found, kind):
            assert (one["provider"], one["project"]) == ("github", "octo/app")


def test_gitlab_numbers_are_the_project(tmp_path: Path) -> None:
    """A list of pipelines that names the project by number joins those that name it by path."""
    listed = pipeline(web_url=None)
    evidence = write(tmp_path, {"a.json": [listed], "b.json": [pipeline()]})
    found = gather(wanted(evidence, provider="gitlab", source="group/sub/app"), None)
    assert len(found.tables["run"]) == 1


def test_jenkins_builds_without_their_job(tmp_path: Path) -> None:
    """A build that names no job is one of the project's job, and joins what was fetched."""
    stored = read({"builds": [build(number=12), build(number=13)]}).tables
    update(tmp_path / "data", stored)
    evidence = write(tmp_path / "evidence", {"a.json": {"builds": [build(url=None)]}})
    asked = wanted(evidence, provider="jenkins", source="team/train all")
    found = gather(asked, tmp_path / "data")
    assert [one["id"] for one in facts(found, "run")] == ["team/train all#12", "team/train all#13"]


def test_branches_of_a_jenkins_job(tmp_path: Path) -> None:
    """The branches of a multibranch job are jobs below it, and belong to it."""
    urls = ("https://ci.example/job/team/job/train/job/main/1/",
            "https://ci.example/job/team/job/trainer/1/")  # fmt: skip
    update(tmp_path, read({"builds": [build(url=url) for url in urls]}).tables)
    found = gather(wanted(provider="jenkins", source="team/train"), tmp_path)
    assert [one["project"] for one in facts(found, "run")] == ["team/train/main"]


@pytest.mark.parametrize("name", ["Tests", ".github/workflows/tests.yml", "tests.yml"])
def test_one_workflow(tmp_path: Path, name: str) -> None:
    """Only runs of the named workflow stay, by name, path or file, with their jobs."""
    other = run(id=5, name="Nightly", path=".github/workflows/nightly.yml")
    update(tmp_path, read([run(), other, job(), job(id=3, run_id=5)]).tables)
    found = gather(wanted(workflow=name), tmp_path)
    assert [one["id"] for one in facts(found, "run")] == ["71"]
    assert [one["id"] for one in facts(found, "job")] == ["810"]
    assert found.reason == ""


def test_a_workflow_that_is_not_there(tmp_path: Path) -> None:
    """A workflow without a run gives no records, and the names that there are."""
    update(tmp_path, read([run()]).tables)
    found = gather(wanted(workflow="test"), tmp_path)
    assert found.tables == {}
    assert found.reason == 'no run of the workflow "test"; there are "Tests"'
    assert found.hint


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "time,name,value\n2024-03-01,auc,0.5\n"),
        ("b.csv", "Date;Name;Value;Unit\n2024-03-01;auc;0,5;\n"),
        ("c.jsonl", '{"date": "2024-03-01", "name": "auc", "value": 1, "unit": ""}\n'),
    ],
)
def test_custom_metrics_are_others_work(tmp_path: Path, name: str, content: str) -> None:
    """Files of custom metrics are passed over, and so are those that the record names."""
    evidence = write(tmp_path, {name: content, "sub/skipped.csv": "id,status\n5,success\n"})
    found = gather(
        Wanted("p", "", "", evidence=evidence, skip=frozenset({"sub/skipped.csv"})), None
    )
    assert (found.tables, found.files, found.refused) == ({}, 0, [])


def test_links_are_not_followed(tmp_path: Path) -> None:
    """A link in the evidence, or evidence that is a link, leads nowhere."""
    write(tmp_path / "outside", {"runs.json": [run()]})
    evidence = tmp_path / "evidence"
    evidence.mkdir()
    (evidence / "link").symlink_to(tmp_path / "outside")
    (evidence / "runs.json").symlink_to(tmp_path / "outside/runs.json")
    (tmp_path / "whole").symlink_to(tmp_path / "outside")
    for folder in (evidence, tmp_path / "whole"):
        assert gather(wanted(folder), None).tables == {}


def test_the_same_run_in_both_places(tmp_path: Path) -> None:
    """A run that was fetched and lies in the evidence too is one."""
    update(tmp_path / "data", read([run()]).tables)
    evidence = write(tmp_path / "evidence", {"runs.json": [run()]})
    assert len(gather(wanted(evidence), tmp_path / "data").tables["run"]) == 1


def test_records_that_name_nobody_are_the_only_project_s() -> None:
    """Jobs without a project join the runs of the one project that is named, and no other."""
    alone = job()
    for name in [name for name in alone if name.endswith("url")]:
        alone.pop(name)
    tables, named = of_one_project(read([run(), alone]).tables)
    assert named == ["github octo/app"]
    assert {row[:2] for rows in tables.values() for row in rows} == {("github", "octo/app")}
    other = run(repository={"full_name": "octo/other"}, id=9)
    tables, named = of_one_project(read([run(), other, alone]).tables)
    assert named == ["github octo/app", "github octo/other"]
    assert [row[1] for row in tables["job"]] == [""]
