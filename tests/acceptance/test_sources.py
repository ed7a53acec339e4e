"""A build from every kind of source: git, CI records, training runs and custom metrics."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from maestro.cli.main import guarded

from .cases import HEALTHY, write_tree
from .repositories import commit_all

PROJECT = HEALTHY["projects/churn-2025/project.yaml"]
SETTINGS = HEALTHY["catalog/settings.yaml"] + (
    "data: data\nrunners: {ubuntu-latest: {vcpu: 4, price: 0.5}}\nas_of: 2025-04-01\n"
    "success:\n  parts:\n"
    "    retained: {weight: 1, worst: 0, best: 1, metric: retained, take: mean}\n"
)
CI = "ci: {provider: github_actions, project: growth/churn}\n"
HOUR = 3600
MONDAY = 1_741_564_800
"""2025-03-10, in the window of the 13 weeks before 2025-03-31."""


def run(number: int, name: str, result: str, *, start: int, minutes: int, head: str = "") -> str:
    """One line of the store: a run that was asked for a minute before it began."""
    record = {
        "id": str(number), "attempt": 1, "name": name, "branch": "main", "head": head,
        "event": "push", "status": "completed", "result": result, "created": start - 60,
        "started": start, "finished": start + minutes * 60, "updated": start + minutes * 60,
    }  # fmt: skip
    return json.dumps(record) + "\n"


def job(number: int, *, start: int, minutes: int) -> str:
    """One line of the store: the only job of a run."""
    record = {
        "run_id": str(number), "attempt": 1, "id": str(number + 100), "name": "all",
        "labels": ["ubuntu-latest"], "status": "completed", "result": "success",
        "created": start - 60, "started": start, "finished": start + minutes * 60,
    }  # fmt: skip
    return json.dumps(record) + "\n"


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """One finished project with records of every kind, and nothing to fetch."""
    root = tmp_path / "library"
    runs = [
        run(1, "build", "success", start=MONDAY, minutes=30),
        run(2, "build", "failure", start=MONDAY + HOUR, minutes=10),
        run(3, "deploy production", "success", start=MONDAY + 2 * HOUR, minutes=20),
    ]
    jobs = [job(1, start=MONDAY, minutes=30), job(3, start=MONDAY + 2 * HOUR, minutes=20)]
    folder = "data/ci/github/growth__churn"
    state = {"format": 1, "fetched": "2025-03-31", "code": "", "reason": "", "hint": ""}
    ended = PROJECT.replace("status: active", "status: done\nended: 2025-03-30")
    write_tree(
        root,
        {
            **HEALTHY,
            "catalog/settings.yaml": SETTINGS,
            "projects/churn-2025/project.yaml": ended + CI + "outcomes: {note: see evidence}\n",
            "projects/churn-2025/evidence/retention.csv": (
                "time,name,value,unit\n2025-03-01,retained,0.6,share\n"
                "2025-03-02,retained,0.8,share\n2025-04-02,retained,0.1,share\n"
            ),
            f"{folder}/2025-03.runs.jsonl": "".join(runs),
            f"{folder}/2025-03.jobs.jsonl": "".join(jobs),
            f"{folder}/state.json": json.dumps({**state, "left": "", "cursor": {}}),
            ".gitignore": "build/\n.maestro/\ndata/\n",
        },
    )
    commit_all(root)
    return root


def figures(root: Path) -> dict[str, dict]:
    """The project's published figures and its success, by name."""
    folder = root / "build/site/api/v1/findings"
    found = {}
    for kind in ("metric", "dora", "success"):
        for finding in json.loads((folder / f"{kind}.json").read_text())["findings"]:
            if finding["subject"] == "churn-2025":
                found[finding["detail"].get("name", kind)] = finding
    return found


def test_every_source_gives_its_figures(library: Path) -> None:
    """Numbers by hand: 1 of 2 builds and the deployment succeeded, 50 minutes on 4 processors."""
    assert guarded(["build", "-C", str(library)]) == 0
    found = figures(library)
    assert found["success_rate"]["value"] == pytest.approx(2 / 3, abs=1e-6)
    assert found["success_rate"]["n"] == 3
    assert found["pipeline_duration"]["value"] == 20
    assert found["cpu_hours"]["value"] == pytest.approx(4 * 50 / 60, abs=1e-5)
    assert found["ci_cost"]["value"] == pytest.approx(0.5 * 50 / 60, abs=1e-6)
    assert found["deployments"]["n"] == 1
    assert found["deployment_frequency"]["detail"]["standard"] == "DORA 2023"
    assert found["custom_metric"]["value"] == 0.8
    page = (library / "build/site/projects/churn-2025.html").read_text()
    assert "Runs that succeeded" in page
    assert "Training runs" in page


def test_a_custom_metric_is_a_part_of_success(library: Path) -> None:
    """The mean of the values up to the project's end counts: (0.6 + 0.8) / 2, not the later one."""
    assert guarded(["build", "-C", str(library)]) == 0
    found = figures(library)["success"]
    assert found["value"] == pytest.approx(70)
    assert "evidence/retention.csv" in found["detail"]["parts"][0]["source"]


def test_a_finished_project_is_not_measured_again(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A later commit of the catalog leaves its figures as they were, and asks no source."""
    assert guarded(["build", "-C", str(library)]) == 0
    before = figures(library)
    settings = library / "catalog/settings.yaml"
    settings.write_text(settings.read_text().replace("2025-04-01", "2025-05-20"))
    commit_all(library, day="2025-05-20")

    def never(*_: object) -> None:
        raise AssertionError("measured again")

    monkeypatch.setattr("maestro.pipeline.measuring.gather", never)
    assert guarded(["build", "-C", str(library)]) == 0
    after = figures(library)
    assert after.pop("success")["as_of"] > before.pop("success")["as_of"]
    assert after == before


def test_new_records_are_measured(library: Path) -> None:
    """One more run in the data folder changes the figures of the next build."""
    assert guarded(["build", "-C", str(library)]) == 0
    path = library / "data/ci/github/growth__churn/2025-03.runs.jsonl"
    path.write_text(path.read_text() + run(4, "build", "success", start=MONDAY, minutes=5))
    assert guarded(["build", "-C", str(library)]) == 0
    assert figures(library)["success_rate"]["n"] == 4


def test_a_failed_fetch_is_told(library: Path) -> None:
    """What was fetched before stays, marked stale, with the reason; the build says so."""
    path = library / "data/ci/github/growth__churn/state.json"
    state = json.loads(path.read_text()) | {"code": "C002", "reason": "it does not answer"}
    path.write_text(json.dumps(state))
    assert guarded(["build", "-C", str(library)]) == 0
    folder = library / "build/site/api/v1/findings"
    health = json.loads((folder / "source_health.json").read_text())["findings"]
    ci = next(one for one in health if one["detail"]["source"] == "ci github growth/churn")
    assert (ci["label"], ci["detail"]["reason"]) == ("stale", "it does not answer")
    assert figures(library)["success_rate"]["n"] == 3
