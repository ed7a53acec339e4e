"""DVC: stages, digests and metrics from its files, honest about what only DVC works out."""

from __future__ import annotations

from pathlib import Path

import pytest

from maestro.errors import MaestroError
from maestro.mining.activity import Period
from maestro.mining.collect import Places, Scope, collect
from maestro.mining.tracking.dvc import Stage, read_versions
from maestro.mining.tracking.figures import dvc_figures, training_figures
from maestro.mining.tracking.reading import read_tracking
from maestro.schema.project import Tracking
from tests.unit.mining.making import DAY, MONDAY, Git

PLAN = """\
vars: [params.yaml]
stages:
  prepare:
    cmd: python prepare.py
    deps: [prepare.py]
    outs: [data.csv]
  train:
    cmd: python train.py --lr 1e-3
    params: [train.lr]
    metrics:
      - scores.json: {cache: false}
      - plots/loss.json
  evaluate:
    foreach: [eu, us]
    do:
      cmd: python evaluate.py ${item}
      metrics:
        - out/${item}.json
  export:
    matrix: {format: [onnx, pmml]}
    cmd: python export.py ${item.format}
metrics: [summary.yaml]
"""
LOCK = """\
schema: '2.0'
stages:
  prepare:
    cmd: python prepare.py
    deps:
    - path: prepare.py
      hash: md5
      md5: 1e8a7a4b0d8c3f2e9a6b5c4d3e2f1a0b
      size: 12
    outs:
    - path: data.csv
      md5: 4f2e9a6b5c4d3e2f1a0b1e8a7a4b0d8c
  train:
    cmd: python train.py
    params:
      params.yaml:
        train.lr: 1e-03
        train:
          depth: 6
  evaluate@eu:
    cmd: python evaluate.py eu
  retired:
    cmd: python old.py
"""


def catalog(tmp_path: Path) -> Git:
    """A repository with a DVC project below ``models``, whose metrics change twice."""
    git = Git(tmp_path)
    plan = {"models/dvc.yaml": PLAN, "models/dvc.lock": LOCK}
    summary = "rmse: 2.5\nnote: fine\n"
    score = '{"auc": 0.5, "by": {"eu": {"f1": 0.4}}, "ok": true}'
    git.commit({**plan, "models/scores.json": score, "models/summary.yaml": summary}, MONDAY)
    git.commit({"models/scores.json": score + "\n"}, MONDAY + DAY)
    git.commit({"models/scores.json": score.replace("0.5", "0.75")}, MONDAY + 2 * DAY)
    return git


def harvest(git: Git, folder: str = "."):
    """The mined repository of a project in ``folder`` of the catalog."""
    places = Places(git.folder, git.folder / ".maestro")
    return collect([Scope("churn", path=folder)], places)["churn"]


def test_stages_have_digests_and_say_whether_they_ran(tmp_path: Path) -> None:
    """Stages are those of the plan, with what the lock knows; one of ``foreach`` counts alone."""
    git = catalog(tmp_path)
    found = read_versions("models", git.folder, harvest(git))
    prepare = Stage(
        "prepare",
        (("prepare.py", "1e8a7a4b0d8c3f2e9a6b5c4d3e2f1a0b"),),
        (("data.csv", "4f2e9a6b5c4d3e2f1a0b1e8a7a4b0d8c"),),
        has_run=True,
    )
    assert found.stages == [
        Stage("evaluate@eu", has_run=True),
        prepare,
        Stage("train", (), (), True),
    ]
    assert found.path == "models/dvc.yaml"


def test_what_only_dvc_works_out_is_said(tmp_path: Path) -> None:
    """Templates, stages that never ran and files outside of git are notes, not guesses."""
    git = catalog(tmp_path)
    words = " / ".join(read_versions("models", git.folder, harvest(git)).notes)
    assert "1 metrics file with a template (${...}) in the path" in words
    assert "stage export repeats over matrix and never ran" in words
    assert "models/plots/loss.json is not in git" in words
    assert "1 stage of dvc.lock no longer in dvc.yaml" in words


def test_metrics_are_flat_and_each_change_is_a_run(tmp_path: Path) -> None:
    """Three commits touch the metrics, two change them: two runs, with parameters of the lock."""
    git = catalog(tmp_path)
    found = read_versions("models", git.folder, harvest(git))
    assert found.metrics == {
        "models/scores.json:auc": 0.75,
        "models/scores.json:by.eu.f1": 0.4,
        "models/summary.yaml:rmse": 2.5,
    }
    log = git("log", "--format=%H", "--reverse").split("\n")
    assert [(row[2], row[8]) for row in found.rows] == [
        (log[0], MONDAY),
        (log[2], MONDAY + 2 * DAY),
    ]
    assert found.rows[0][10] == {"train.depth": "6", "train.lr": "1e-03"}
    assert found.rows[0][11]["models/scores.json:auc"] == 0.5
    assert all((row[0], row[5], row[13]) == ("dvc", "finished", row[2]) for row in found.rows)


def test_a_project_in_a_subfolder_reads_from_there(tmp_path: Path) -> None:
    """``dvc`` is relative to the project's part of the repository."""
    git = catalog(tmp_path)
    assert read_versions(".", git.folder, harvest(git, "models")).path == "models/dvc.yaml"


def test_figures_show_stages_and_metrics_by_day(tmp_path: Path) -> None:
    """Stages are counted, a metric's series has the days on which it was committed."""
    git = catalog(tmp_path)
    record = Tracking.model_validate({"dvc": "models"})
    places = Places(git.folder, git.folder / ".maestro")
    tracked = read_tracking("churn", record, places, None, harvest(git))
    assert tracked.versions and not tracked.reason
    period = Period(MONDAY + 14 * DAY, 4)
    found = dvc_figures(tracked.versions, tracked.rows, period)
    assert [(one.name, one.slice, one.value) for one in found][:2] == [
        ("dvc_stages", "", 3.0),
        ("dvc_metric", "models/scores.json:auc", 0.75),
    ]
    assert found[1].series == (("2025-09-15", 0.5), ("2025-09-17", 0.75))
    runs = {one.name: one for one in training_figures(tracked.rows, period, "auc")}
    assert (runs["best_performance"].value, runs["best_performance"].n) == (0.75, 2)
    runs = {one.name: one for one in training_figures(tracked.rows, period, None)}
    assert runs["training_runs"].value == 2
    assert runs["training_time"].value is None
    assert runs["best_performance"].notes == (
        "the record names no metric that decides: write tracking.metric and its direction",
    )


def test_a_metric_keeps_its_name_when_a_second_file_comes(tmp_path: Path) -> None:
    """A commit with one of two metrics files calls its metrics as all later commits do."""
    git = Git(tmp_path)
    git.commit({"dvc.yaml": "metrics: [a.json, b.json]\n", "a.json": '{"auc": 0.5}'}, MONDAY)
    git.commit({"b.json": '{"auc": 0.7}'}, MONDAY + DAY)
    rows = read_versions(".", git.folder, harvest(git)).rows
    assert [row[11] for row in rows] == [
        {"a.json:auc": 0.5},
        {"a.json:auc": 0.5, "b.json:auc": 0.7},
    ]


def test_a_folder_without_a_repository_has_no_history(tmp_path: Path) -> None:
    """Files of the catalog itself give the state as it is, and say that there is no more."""
    git = catalog(tmp_path)
    found = read_versions("models", git.folder, None)
    assert found.metrics["models/scores.json:auc"] == 0.75
    assert found.rows == []
    assert any("no history of metrics" in note for note in found.notes)


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "there is no dvc.yaml"),
        ({"dvc.yaml": "stages: &a {}\n"}, "dvc.yaml:1:9: defines an anchor (&) (Y008)"),
        ({"dvc.yaml": "stages:\n  a: {cmd: x}\n  a: {cmd: y}\n"}, 'key "a" stands twice'),
        ({"dvc.yaml": "- 1\n"}, "is not a list of fields"),
        ({"dvc.yaml": "x" * 300_000}, "bytes long"),
    ],
)
def test_what_cannot_be_read_is_told(files: dict[str, str], words: str, tmp_path: Path) -> None:
    """Missing, ambiguous and oversized files are refused with the place of the fault."""
    git = Git(tmp_path)
    git.commit({"a": "1\n", **files}, MONDAY)
    with pytest.raises(MaestroError) as caught:
        read_versions(".", git.folder, harvest(git))
    assert caught.value.code == "X006"
    assert words in caught.value.message


@pytest.mark.parametrize(
    "plan",
    ["stages: [1]\n", "stages: {a: [], b: 7}\n", "metrics: {a: 1}\n", "metrics: ../../x.json\n",
     "stages: {a: {metrics: {x: 1}, wdir: [1]}}\n", "stages: {a: {foreach: 1, do: 2}}\n"],
)  # fmt: skip
def test_odd_plans_make_nothing_fall(plan: str, tmp_path: Path) -> None:
    """What is no plan gives no stages and no metrics, and never raises."""
    git = Git(tmp_path)
    lock = "stages: {a: {deps: [1, {path: [2]}], outs: 3, params: [4]}}\n"
    git.commit({"dvc.yaml": plan, "dvc.lock": lock, "x.json": "[" * 100}, MONDAY)
    assert read_versions(".", git.folder, harvest(git)).metrics == {}


def test_a_repository_that_was_not_fetched_is_the_reason(tmp_path: Path) -> None:
    """Without the project's repository there is its reason, not an empty pipeline."""
    git = Git(tmp_path)
    git.commit({"a": "1\n"}, MONDAY)
    places = Places(git.folder, git.folder / ".maestro")
    scope = Scope("churn", url="https://git.example.org/x/y")
    found = read_tracking(
        "churn", Tracking(dvc="."), places, None, collect([scope], places)["churn"]
    )
    assert (found.code, found.hint) == ("G015", "run maestro fetch")
