"""Logs a small study with the real client, and prints what the client itself then tells of it.

A program of its own: ``python log_runs.py URI...``. What MLflow says while it is imported must
not fail the tests.
"""

from __future__ import annotations

import json
import sys

START = 1_750_000_000_000
"""2025-06-15 15:06:40 UTC, in milliseconds."""
MINUTE = 60_000
EXPERIMENT = "churn models"
HOSTILE = "<script>alert(1)</script>\n\x1b[31m" + "x" * 600
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def study(uri: str) -> dict[str, object]:
    """Runs that ended in every way, a search with trials, and models."""
    from mlflow import MlflowClient

    client = MlflowClient(uri, registry_uri=uri)
    experiment = client.create_experiment(EXPERIMENT)
    ids = {}

    def run(name: str, minutes: int, status: str = "FINISHED", **more: dict) -> None:
        """Log one run that took so many minutes."""
        tags = {k: str(v) for k, v in more.get("tags", {}).items()}
        at = START + len(ids) * 60 * MINUTE
        made = client.create_run(experiment, start_time=at, run_name=name, tags=tags)
        ids[name] = made.info.run_id
        for key, value in more.get("params", {}).items():
            client.log_param(ids[name], key, value)
        for key, values in more.get("metrics", {}).items():
            for step, value in enumerate(values):
                client.log_metric(ids[name], key, value, step=step, timestamp=at + step)
        if status != "RUNNING":
            client.set_terminated(ids[name], status, end_time=at + minutes * MINUTE)

    run(
        "plain",
        10,
        params={"lr": 0.1, "depth": 6},
        tags={"mlflow.source.git.commit": COMMIT},
        metrics={"auc": [0.7, 0.75], "loss": [float("nan")], "gain": [float("inf")]},
    )
    run("better", 20, metrics={"auc": [0.9, 0.81]})
    run("failed", 1, "FAILED", metrics={"auc": [0.99]})
    run("killed", 2, "KILLED")
    run("running", 0, "RUNNING", metrics={"auc": [0.98]})
    run("deleted", 3, metrics={"auc": [0.97]})
    client.delete_run(ids["deleted"])
    run("search", 60)
    trial = {"mlflow.parentRunId": ids["search"]}
    run("trial-0", 5, tags={**trial, "state": "COMPLETE"}, metrics={"auc": [0.78]})
    run("trial-1", 3, tags={**trial, "state": "TrialState.PRUNED"}, metrics={"auc": [0.95]})
    run("trial-2", 3, "FAILED", tags={**trial, "state": "FAIL"})
    run("trial-3", 3, "KILLED", tags={**trial, "param_directions": "{}", "numbers": "3"})
    secret = "ghp_0123456789abcdefghijABCDEFGHIJ012345"
    run(HOSTILE, 1, params={"note": "<b>\n" + "y" * 400, "token": secret}, metrics={"auc": [0.5]})
    for model, of in (("churn <b>model", "plain"), ("churn <b>model", "better"), ("b", "better")):
        if model not in [one.name for one in client.search_registered_models()]:
            client.create_registered_model(model)
        client.create_model_version(model, f"runs:/{ids[of]}/model", run_id=ids[of])
    other = client.create_experiment("others")
    alone = client.create_run(other, start_time=START)
    client.set_terminated(alone.info.run_id, end_time=START + MINUTE)
    gone = client.create_experiment("gone")
    client.create_run(gone, start_time=START)
    client.delete_experiment(gone)
    return {"ids": ids, "truth": {ids[name]: truth(client, ids[name]) for name in ids}}


def truth(client: object, run_id: str) -> dict[str, object]:
    """What the client says of one run, asked by its id."""
    run = client.get_run(run_id)
    return {
        "status": run.info.status,
        "started": run.info.start_time,
        "finished": run.info.end_time,
        "params": dict(run.data.params),
        "metrics": {key: repr(value) for key, value in run.data.metrics.items()},
        "stage": run.info.lifecycle_stage,
    }


if __name__ == "__main__":
    print(json.dumps([study(uri) for uri in sys.argv[1:]]))
