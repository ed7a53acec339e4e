"""Success by a build, from CI records that a fetch left: each part from facts, or why not."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from maestro.cli.main import guarded

from .cases import HEALTHY, write_tree

OLD = HEALTHY["projects/churn-2025/project.yaml"].replace("status: active", "status: done")
PARTS = (
    "outcomes:\n  parts:\n    model_performance: {value: 0.8, metric: auc, baseline: 0.6, "
    "target: 0.9}\n    time_to_deployment: {value: 90}\n    compute_cost: {value: 400}\n"
)


def project(ci: str, ended: str = "2025-04-30", more: str = "") -> str:
    """A finished project that started on 1 February 2025, with recorded outcomes."""
    return f"{OLD}ended: {ended}\n{ci}{more}{PARTS}"


def ci(name: str, workflow: str = "") -> str:
    """Where a project's automated runs are recorded."""
    which = f", workflow: {workflow}" if workflow else ""
    return f"ci: {{provider: github_actions, project: team/{name}{which}}}\n"


def moment(month: int, day: int, hour: int = 8) -> int:
    """A time of 2025 in seconds since 1970."""
    return int(datetime(2025, month, day, hour, tzinfo=UTC).timestamp())


def store(root: Path, name: str, deployed: int) -> None:
    """The records of a repository: a run of tests on the first day and a deployment, 2 h each."""
    folder = root / "data" / "ci" / "github" / f"team__{name}"
    folder.mkdir(parents=True)
    about = {"provider": "github", "project": f"team/{name}", "attempt": 1}
    ended = {"status": "completed", "result": "success"}
    runs, jobs = [], []
    for id_, at, what in (("1", moment(2, 1), "Tests"), ("2", deployed, "Deploy to prod")):
        times = {"created": at, "started": at, "finished": at + 7200}
        runs.append({**about, **ended, **times, "id": id_, "name": what})
        work = {"id": f"{id_}0", "run_id": id_, "name": "work", "labels": ["small"]}
        jobs.append({**about, **ended, **times, **work})
    for word, rows in (("runs", runs), ("jobs", jobs)):
        text = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"2025-02.{word}.jsonl").write_text(text)
    blank = dict.fromkeys(("code", "reason", "hint", "left"), "")
    state = {"format": 1, "fetched": "2025-06-30", "cursor": {}, **blank}
    (folder / "state.json").write_text(json.dumps(state))


@pytest.fixture(scope="module")
def scores(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Project to its success, after a build of a library with records of CI."""
    folder = tmp_path_factory.mktemp("facts")
    part = "repository: {path: '.', include: [churn]}\n"
    settings = HEALTHY["catalog/settings.yaml"] + (
        "as_of: 2025-07-01\ndata: data\nrunners: {small: {vcpu: 2, price: 25}}\n"
    )
    tree = {
        **HEALTHY,
        "catalog/settings.yaml": settings,
        "projects/churn-2025/project.yaml": project(ci("churn")),
        "projects/after-it/project.yaml": project(ci("churn"), "2025-06-20").replace(
            "started: 2025-02-01", "started: 2025-05-01"
        ),
        "projects/one-of-two/project.yaml": project(ci("both")),
        "projects/two-of-two/project.yaml": project(ci("both")),
        "projects/a-part/project.yaml": project(ci("part"), more=part),
        "projects/no-records/project.yaml": project(ci("nothing")),
        "projects/no-ci/project.yaml": project(""),
    }
    write_tree(folder, tree)
    for name in ("churn", "both", "part"):
        store(folder, name, moment(3, 3))
    guarded(["build", "-C", str(folder)])
    findings = json.loads((folder / "build" / "findings.json").read_text())
    return {one["subject"]: one for one in findings if one["kind"] == "success"}


def sources(finding: dict[str, Any]) -> dict[str, tuple[Any, str]]:
    """Part to its value and its source."""
    return {one["name"]: (one["value"], one["source"]) for one in finding["detail"]["parts"]}


def test_ci_records_feed_two_parts(scores: dict[str, Any]) -> None:
    """30 days from 1 February to 3 March; two jobs of 2 h at 25 an hour are 100."""
    found = scores["churn-2025"]
    parts = sources(found)
    said = "deployments: first to production 2025-03-03, github team/churn run 2"
    assert parts["time_to_deployment"] == (30, said)
    assert parts["compute_cost"] == (100, "CI cost, 2 jobs")
    assert "time_to_deployment: the record says 90, facts say 30, which counts" in found["quality"]
    assert any(note.startswith("time_to_deployment: proxy: ") for note in found["quality"])
    assert {"ci github team/churn run 2", "ci github team/churn"} <= {
        one["ref"] for one in found["evidence"]
    }


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("after-it", "production was deployed to before the project started (on 2025-03-03)"),
        ("one-of-two", "project two-of-two has the same CI records"),
        ("a-part", "CI records are of the whole repository, the project is a part of it"),
        ("no-records", "no CI records were found"),
    ],
)
def test_records_that_are_not_the_projects_own_leave_the_record(
    scores: dict[str, Any], name: str, reason: str
) -> None:
    """Shared, partial or missing records never pass for the project's; the reason is told."""
    found = scores[name]
    assert sources(found)["time_to_deployment"] == (90, "record")
    assert any(reason in note for note in found["quality"])


def test_a_project_without_ci_has_no_word_of_it(scores: dict[str, Any]) -> None:
    """Where the record names no CI there is nothing to be missed."""
    assert sources(scores["no-ci"])["compute_cost"] == (400, "record")
    assert not any("facts" in note for note in scores["no-ci"]["quality"])
