"""Figures of training runs: counted, never guessed, and honest where there is nothing."""

from __future__ import annotations

import pytest

from maestro.mining.activity import Period
from maestro.mining.base import Row
from maestro.mining.figure import About, Figure, finding_of
from maestro.mining.tracking.figures import training_figures
from tests.unit.mining.making import DAY, MONDAY

PERIOD = Period(MONDAY + 2 * DAY, 2)
"""Two full weeks up to the Monday before, and a half one."""


def run(number: int, at: int | None, status: str = "finished", **more: object) -> Row:
    """One run of ten minutes."""
    end = None if at is None or status == "running" else at + 600
    values = {"metrics": {}, "model": "", "parent": "", "provider": "mlflow", **more}
    return (values["provider"], "e", f"run{number}", "", values["parent"], status, at, at, end, end,
            {}, values["metrics"], values["model"], "", [])  # fmt: skip


def figures(rows: list[Row], metric: str | None = "auc", direction: str = "max"):
    """Name to figure."""
    return {one.name: one for one in training_figures(rows, PERIOD, metric, direction)}  # type: ignore[arg-type]


def test_nothing_is_no_number_and_says_so() -> None:
    """Without runs every figure is empty with its reason; nothing is 0."""
    for one in figures([]).values():
        assert (one.value, one.n) == (None, 0)
        assert one.notes[0] == "no training run is recorded"
        assert finding_of(one, About("p", PERIOD)).value is None


def test_a_run_counts_once_and_in_its_week() -> None:
    """The same id twice is one run; the window's weeks hold only their own; later ones do not."""
    rows = [run(1, MONDAY - DAY), run(1, MONDAY - DAY), run(2, MONDAY + DAY), run(3, None)]
    rows += [run(4, MONDAY + 9 * DAY), run(5, MONDAY - 300 * DAY)]
    found = figures(rows)
    assert found["training_runs"].value == 4
    assert found["training_runs"].series == (
        ("2025-W36", 0.0),
        ("2025-W37", 1.0),
        ("2025-W38", 1.0),
    )
    assert found["training_runs_per_week"].value == 0.5
    assert found["training_runs"].notes == (
        "4 finished",
        "1 run dated after the report left out",
        "1 run without a time, in no week",
    )


@pytest.mark.parametrize(("direction", "best"), [("max", 0.9), ("min", 0.6)])
def test_the_best_follows_the_direction(direction: str, best: float) -> None:
    """Only finished runs that log the metric compete; the series is the best so far by day."""
    rows = [
        run(1, MONDAY - 5 * DAY, metrics={"auc": 0.7}),
        run(2, MONDAY - 4 * DAY, metrics={"auc": 0.6}),
        run(3, MONDAY - 3 * DAY, metrics={"auc": 0.9}),
        run(4, MONDAY - 2 * DAY, "failed", metrics={"auc": 0.99}),
        run(5, MONDAY - 2 * DAY, "pruned", metrics={"auc": 0.1}),
        run(6, MONDAY - 2 * DAY, metrics={"f1": 1.0}),
    ]
    found = figures(rows, "auc", direction)["best_performance"]
    assert (found.value, found.n, found.label) == (best, 3, "auc")
    so_far = {"max": (0.7, 0.7, 0.9), "min": (0.7, 0.6, 0.6)}[direction]
    assert tuple(value for _, value in found.series) == so_far
    assert "1 finished run without auc" in found.notes


@pytest.mark.parametrize(
    ("rows", "metric", "words"),
    [
        ([run(1, MONDAY, metrics={"f1": 1.0})], None, "write tracking.metric"),
        ([run(1, MONDAY, metrics={"f1": 1.0})], "auc", "no finished run logs auc: they log f1"),
        ([run(1, MONDAY)], "auc", "they log no finite number"),
        ([run(1, MONDAY, "running", metrics={"auc": 1.0})], "auc", "no run has finished"),
    ],
)
def test_no_best_says_what_to_do(rows: list[Row], metric: str | None, words: str) -> None:
    """Without a metric, or a run that has it, there is a remedy and no number."""
    found = figures(rows, metric)["best_performance"]
    assert found.value is None
    assert words in found.notes[0]


def test_trials_pruned_and_failed_stand_apart() -> None:
    """A trial is a run with a parent; given up, failed and stopped are not the same."""
    states = ["finished", "pruned", "pruned", "failed", "killed"]
    rows = [run(0, MONDAY)]
    rows += [run(n, MONDAY, state, parent="run0") for n, state in enumerate(states, 1)]
    found = figures(rows)
    assert [found[name].value for name in
            ("training_iterations", "training_pruned", "training_failed")] == [5, 2, 1]  # fmt: skip
    assert found["training_failed"].notes == ("1 stopped run not among them",)
    assert found["training_iterations"].notes == ("in 1 search",)
    assert found["training_time"].notes == ("1 run with trials inside, whose time is in both",)


def test_without_trials_nothing_is_said_of_them() -> None:
    """No trial is no 0 trials; those given up count where a search logs them without itself."""
    found = figures([run(1, MONDAY), run(2, MONDAY)])
    for name in ("training_iterations", "training_pruned"):
        assert (found[name].value, found[name].n) == (None, 0)
        assert found[name].notes == ("no run is logged as a trial of another one",)
    assert (found["training_failed"].value, found["training_failed"].n) == (0, 2)
    found = figures([run(1, MONDAY), run(2, MONDAY, "pruned")])
    assert (found["training_pruned"].value, found["training_pruned"].n) == (1, 2)
    assert found["training_iterations"].value is None


def test_what_was_committed_cannot_show_failures() -> None:
    """DVC's history has neither trials nor failures: no number instead of 0."""
    found = figures([run(1, MONDAY, provider="dvc")])
    for name in ("training_iterations", "training_pruned", "training_failed"):
        assert (found[name].value, found[name].n) == (None, 0)
        assert "neither trials nor runs that failed" in found[name].notes[0]


def dvc(number: int, **metrics: float) -> Row:
    """A state of DVC's history; ``a_f1`` is the metric ``models/a.json:f1``."""
    named = {f"models/{name[0]}.json:{name[2:]}": value for name, value in metrics.items()}
    return run(number, MONDAY + number, provider="dvc", metrics=named)


@pytest.mark.parametrize("metric", ["auc", "a.json:auc", "models/a.json:auc"])
def test_a_metric_of_dvc_needs_no_path(metric: str) -> None:
    """The name alone, or with the end of its file's path, is enough where it means one metric."""
    rows = [dvc(1, a_auc=0.7, b_f1=0.9), dvc(2, a_auc=0.6, b_f1=1.0), dvc(3, b_f1=0.8)]
    found = figures(rows, metric)["best_performance"]
    assert (found.value, found.n, found.label) == (0.7, 2, metric)
    assert ("DVC knows it as models/a.json:auc" in found.notes) == (metric != "models/a.json:auc")


def test_a_name_that_means_several_metrics_is_not_guessed() -> None:
    """The reason lists them; part of a name, or such a name of MLflow, means none."""
    found = figures([dvc(1, a_auc=0.7), dvc(2, b_auc=0.9)])["best_performance"]
    assert (found.value, found.n) == (None, 0)
    assert found.notes == (
        "several metrics of DVC are called auc, write one in full: "
        "models/a.json:auc, models/b.json:auc",
    )
    assert figures([dvc(1, a_roc_auc=0.7)])["best_performance"].value is None
    logged = [run(1, MONDAY, metrics={"valid:auc": 0.7})]
    assert figures(logged)["best_performance"].value is None


def test_models_count_by_name_and_versions_apart() -> None:
    """Names with commas, two versions of one and one of another are two models."""
    rows = [run(1, MONDAY, model="a, b/1, c/1"), run(2, MONDAY, model="a, b/2")]
    found = figures(rows)["registered_models"]
    assert (found.value, found.n) == (2, 3)
    assert figures([run(1, MONDAY)])["registered_models"].value is None


def test_history_of_dvc_is_not_counted_again() -> None:
    """Where MLflow logged runs, states in DVC's history are the same work."""
    both: list[Figure] = training_figures(
        [run(1, MONDAY), run(2, MONDAY, provider="dvc")], PERIOD, None
    )
    assert both[0].value == 1
    assert "the history of DVC's metrics is not counted again" in both[0].notes
