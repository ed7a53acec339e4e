"""A real MLflow server on loopback with its SQLite store, and a real mlruns folder."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Logged:
    """Where runs were logged, and what MLflow's client says of them."""

    folder: Path
    """Holds ``mlflow.db`` and ``mlruns``."""
    server: str
    ids: list[dict[str, str]]
    """Name of a run to its id, on the server and in the folder."""
    truth: list[dict[str, dict[str, Any]]]
    """Id of a run to what the client says of it, likewise."""


@pytest.fixture(scope="session")
def logged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Logged]:
    """The study of ``log_runs`` on a server and in a folder, logged once."""
    pytest.importorskip("mlflow.server", reason="needs the package mlflow")
    folder = tmp_path_factory.mktemp("mlflow")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    uri = f"http://127.0.0.1:{port}"
    env = {name: value for name, value in os.environ.items() if not name.startswith("MLFLOW_")}
    env |= {"MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_ALLOW_FILE_STORE": "true"}
    env |= {"HOME": str(folder), "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
    options = ["--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    store = ["--backend-store-uri", f"sqlite:///{folder}/mlflow.db"]
    store += ["--default-artifact-root", f"{folder}/artifacts"]
    with open(folder / "server.log", "wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "mlflow", "server", *store, *options],
            env=env, cwd=folder, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        _wait(uri, server, folder / "server.log")
        done = subprocess.run(
            [sys.executable, str(HERE / "log_runs.py"), uri, (folder / "mlruns").as_uri()],
            env=env, cwd=folder, capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()
        found = json.loads(done.stdout.splitlines()[-1])
        ids, truth = ([one[key] for one in found] for key in ("ids", "truth"))
        yield Logged(folder, uri, ids, truth)
    finally:
        server.terminate()
        server.wait(20)


def _wait(uri: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        assert server.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(f"{uri}/health", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(log.read_text())
