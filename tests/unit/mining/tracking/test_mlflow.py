"""MLflow: a real server, its SQLite store and an mlruns folder give the runs that it tells of."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from maestro.errors import MaestroError
from maestro.mining.activity import Period
from maestro.mining.collect import Places
from maestro.mining.tracking import mlflow as module
from maestro.mining.tracking.fetching import FetchedRuns, Way, fetch_tracking
from maestro.mining.tracking.figures import training_figures
from maestro.mining.tracking.mlflow import Credentials, ask_server
from maestro.mining.tracking.place import local_path, place_of
from maestro.mining.tracking.reading import Tracked, read_tracking
from maestro.mining.tracking.store import runs_file
from maestro.schema.facts import columns
from maestro.schema.project import Tracking
from maestro.source.hosts import Hosts

from .conftest import Logged
from .log_runs import COMMIT, EXPERIMENT, START

PERIOD = Period(START // 1000 + 30 * 86_400, 13)
DAY = "2025-07-15"


def tracking(**more: str) -> Tracking:
    """A record's block on the experiment of the study."""
    return Tracking.model_validate({"experiment": EXPERIMENT, "metric": "auc", **more})


def fetch(logged: Logged, data: Path, **more: str) -> FetchedRuns:
    """One fetch of one project from the server."""
    way = Way(Hosts((logged.server,)), DAY)
    return fetch_tracking([("churn", tracking(mlflow=logged.server, **more))], data, way)[0]


def read(logged: Logged, what: str, root: Path, data: Path | None = None) -> Tracked:
    """What a build reads of one source."""
    places = Places(root, root / ".maestro", (str(logged.folder),))
    return read_tracking("churn", tracking(mlflow=what), places, data)


def facts(tracked: Tracked) -> dict[str, dict]:
    """Id to the columns of each run."""
    return {row[2]: dict(zip(columns("training_run"), row, strict=True)) for row in tracked.rows}


def judge(tracked: Tracked, ids: dict[str, str], truth: dict[str, dict]) -> None:
    """Compare every run with what MLflow's client says of it."""
    found = facts(tracked)
    assert set(found) == {run for run, one in truth.items() if one["stage"] == "active"}
    for run, fact in found.items():
        said = truth[run]
        assert fact["started"] * 1000 == said["started"]
        assert fact["finished"] == (said["finished"] and said["finished"] / 1000)
        finite = {k: float(v) for k, v in said["metrics"].items() if abs(float(v)) < 1e300}
        assert fact["metrics"] == finite
    states = {name: found[run]["status"] for name, run in ids.items() if run in found}
    assert {name: states[name] for name in list(states)[:5]} == {
        "plain": "finished",
        "better": "finished",
        "failed": "failed",
        "killed": "killed",
        "running": "running",
    }
    trials = [states[f"trial-{number}"] for number in range(4)]
    assert trials == ["finished", "pruned", "failed", "pruned"]
    plain = found[ids["plain"]]
    assert plain["params"] == {"depth": "6", "lr": "0.1"}
    assert plain["metrics"] == {"auc": 0.75}
    assert (plain["commit"], plain["model"]) == (COMMIT, "churn <b>model/1")
    assert plain["quality"] == ["metric-not-finite"]
    assert found[ids["better"]]["model"] == "b/1, churn <b>model/2"
    assert {found[ids[f"trial-{n}"]]["parent"] for n in range(4)} == {ids["search"]}
    hostile = next(fact for fact in found.values() if fact["name"].startswith("<script>"))
    assert len(hostile["name"]) <= 200 and hostile["name"].isprintable()
    assert all(len(text) <= 200 and text.isprintable() for text in hostile["params"].values())
    assert hostile["params"]["token"] == "***"


def test_a_server_is_fetched_and_read_again(logged: Logged, tmp_path: Path) -> None:
    """What ``fetch`` keeps are the runs of the server; unchanged runs change no byte."""
    assert read(logged, logged.server, tmp_path, tmp_path).code == "X005"
    assert fetch(logged, tmp_path) == FetchedRuns("churn", 11, True)
    content = runs_file(tmp_path, "churn").read_bytes()
    assert not fetch(logged, tmp_path).changed
    assert runs_file(tmp_path, "churn").read_bytes() == content
    tracked = read(logged, logged.server, tmp_path, tmp_path)
    assert (tracked.fetched, tracked.code) == (DAY, "")
    judge(tracked, logged.ids[0], logged.truth[0])


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The catalog whose builds read the server's SQLite store."""
    return tmp_path_factory.mktemp("catalog")


def test_a_database_is_read_and_stays_as_it_is(logged: Logged, own: Path) -> None:
    """A SQLite file gives the same runs and is not touched."""
    source = logged.folder / "mlflow.db"
    before = hashlib.sha256(source.read_bytes()).hexdigest()
    tracked = read(logged, f"sqlite:///{source}", own)
    judge(tracked, logged.ids[0], logged.truth[0])
    assert hashlib.sha256(source.read_bytes()).hexdigest() == before


def test_a_database_at_rest_is_not_asked_again(
    logged: Logged, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second build takes the runs that the first one read of the same bytes."""
    first = read(logged, str(logged.folder / "mlflow.db"), own)
    monkeypatch.setattr(module, "_run", None)
    assert read(logged, str(logged.folder / "mlflow.db"), own).rows == first.rows
    assert len(first.rows) == 11


def test_a_folder_is_read_and_stays_as_it_is(
    logged: Logged, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An mlruns folder gives the same, nothing is written into it, links in it are not followed."""
    folder = logged.folder / "mlruns"
    secret = tmp_path / "secret"
    secret.write_text("not for you")
    link = next(folder.glob("*/*/params/lr")).with_name("stolen")
    link.symlink_to(secret)
    before = sorted(path for path in folder.rglob("*"))
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "false")
    try:
        tracked = read(logged, str(folder), tmp_path)
    finally:
        link.unlink()
    judge(tracked, logged.ids[1], logged.truth[1])
    assert "1 link or oversized file of the folder left out" in tracked.quality
    assert sorted(path for path in folder.rglob("*")) == [one for one in before if one != link]


def test_figures_are_those_counted_by_hand(logged: Logged, own: Path) -> None:
    """Eleven runs, five finished: the best is 0.81, the mean of 10, 20, 60, 5 and 1 is 19.2."""
    tracked = read(logged, str(logged.folder / "mlflow.db"), own)
    found = {one.name: one for one in training_figures(tracked.rows, PERIOD, "auc", "max")}
    assert {name: one.value for name, one in found.items()} == {
        "training_runs": 11.0,
        "training_runs_per_week": pytest.approx(11 / 13),
        "best_performance": 0.81,
        "training_time": pytest.approx(19.2),
        "training_iterations": 4.0,
        "training_pruned": 2.0,
        "training_failed": 2.0,
        "registered_models": 2.0,
    }
    assert found["best_performance"].label == "auc"
    assert training_figures(tracked.rows, PERIOD, "auc", "min")[2].value == 0.5


def test_an_unknown_experiment_is_named_with_its_neighbour(logged: Logged, tmp_path: Path) -> None:
    """A misspelt experiment costs nothing but its own runs and says what was meant."""
    found = fetch(logged, tmp_path, experiment="churn model")
    assert (found.code, found.hint) == ("X003", f"did you mean {EXPERIMENT}?")
    assert not runs_file(tmp_path, "churn").exists()


def test_a_server_that_may_not_be_asked_is_not_asked(tmp_path: Path) -> None:
    """Loopback is only asked when the settings list it, an unknown name never."""
    record = tracking(mlflow="http://127.0.0.1:1")
    for hosts, code in ((Hosts(), "S001"), (Hosts(("127.0.0.1:1",)), "S001")):
        found = fetch_tracking([("churn", record)], tmp_path, Way(hosts, DAY))
        assert [one.code for one in found] == [code]


class Odd(BaseHTTPRequestHandler):
    """A server that is none of MLflow's: the first part of the path says what it answers."""

    def do_GET(self) -> None:
        """Answer with a status, a page, or the way to another host."""
        what = self.path.split("/")[1]
        self.send_response(int(what) if what.isdigit() else 200)
        self.send_header("Location", f"http://localhost:{self.server.server_port}/page")
        self.end_headers()
        self.wfile.write(f"<p>{self.headers['Authorization']}".encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.mark.parametrize(
    ("path", "reason", "hint"),
    [
        ("401", "127.0.0.1 answered with status 401", "MLFLOW_TRACKING_TOKEN"),
        ("302", "127.0.0.1 answered with status 302", "check the address"),
        ("page", "127.0.0.1 does not answer like a tracking server", "check the address"),
    ],
)
def test_what_is_no_tracking_server_is_a_reason(
    path: str, reason: str, hint: str, tmp_path: Path
) -> None:
    """A refusal, a redirect and a page give a reason in our words, without the token in it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Odd)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        address = f"http://127.0.0.1:{server.server_port}"
        login = Credentials(address, token="secret-token")
        way = Way(Hosts((address,)), DAY, login)
        record = tracking(mlflow=f"{address}/{path}")
        found = fetch_tracking([("churn", record)], tmp_path, way)[0]
    finally:
        server.shutdown()
        server.server_close()
    assert (found.code, found.reason) == ("X004", reason)
    assert hint in found.hint
    assert b"secret-token" not in b"".join(one.read_bytes() for one in tmp_path.rglob("*.json"))


def request_of(monkeypatch: pytest.MonkeyPatch, login: Credentials, uri: str) -> dict[str, str]:
    """The environment that the client would be started with."""
    seen: dict[str, str] = {}

    def answer(*_: object, env: dict[str, str], **__: object) -> object:
        seen.update(env)
        return type("Done", (), {"stdout": b"", "returncode": 0})

    monkeypatch.setattr(module.subprocess, "run", answer)
    ask_server(uri, "x", Hosts(("http://127.0.0.1:1", "http://127.0.0.1:2")), login)
    return seen


def test_a_token_goes_to_its_own_server_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """The login of one server is not in the environment of a client that asks another."""
    login = Credentials("http://127.0.0.1:1", token="secret-token", username="u", password="pw")
    own = request_of(monkeypatch, login, "http://127.0.0.1:1")
    assert own["MLFLOW_TRACKING_TOKEN"] == "secret-token"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://elsewhere")
    other = request_of(monkeypatch, login, "http://127.0.0.1:2")
    assert not [name for name in other if "TRACKING" in name]
    assert other["MLFLOW_DISABLE_TELEMETRY"] == "true"
    assert "secret-token" not in repr(login) and "pw" not in repr(login)


def test_a_missing_package_is_named_with_its_extra(
    logged: Logged, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the client there is a reason with the words to install it, exit code 3."""
    monkeypatch.setattr(module.sys, "path", [])
    found = read(logged, str(logged.folder / "mlflow.db"), tmp_path)
    assert found.code == "X001"
    assert "maestro-library[mlflow]" in found.hint
    assert MaestroError("X001", "").exit_code == 3


@pytest.mark.parametrize(
    ("text", "kind", "place"),
    [
        ("https://mlflow.example.org/", "server", "https://mlflow.example.org"),
        ("sqlite:///data/mlflow.db", "database", "data/mlflow.db"),
        ("sqlite:////data/mlflow.db", "database", "/data/mlflow.db"),
        ("runs.sqlite3", "database", "runs.sqlite3"),
        ("file:///data/mlruns", "folder", "/data/mlruns"),
        ("mlruns", "folder", "mlruns"),
    ],
)
def test_a_source_is_known_by_its_words(text: str, kind: str, place: str) -> None:
    """Addresses, SQLite files and folders are told apart as MLflow does."""
    assert (place_of(text).kind, place_of(text).text) == (kind, place)


@pytest.mark.parametrize("text", ["postgresql://u:p@h/db", "databricks://x", "sqlite://", " "])
def test_other_stores_are_refused_without_their_words(text: str) -> None:
    """A database server or a platform is no source; its login is not repeated."""
    with pytest.raises(MaestroError) as caught:
        place_of(text)
    assert caught.value.code == "X002" and "u:p" not in caught.value.message


def test_a_path_must_lie_inside(tmp_path: Path) -> None:
    """Neither dots nor a link lead out of the catalog, unless the settings name the folder."""
    root, outside = tmp_path / "root", tmp_path / "outside"
    for folder in (root, outside / "mlruns"):
        folder.mkdir(parents=True)
    (root / "link").symlink_to(outside)
    for text in ("../outside/mlruns", "link/mlruns", str(outside / "mlruns")):
        with pytest.raises(MaestroError) as caught:
            local_path(place_of(text), root, ())
        assert caught.value.code == "G014"
        assert local_path(place_of(text), root, ("../outside",)) == (outside / "mlruns").resolve()
    with pytest.raises(MaestroError) as caught:
        local_path(place_of("absent"), root, ())
    assert caught.value.code == "X002"


def test_what_is_no_store_is_a_reason(tmp_path: Path) -> None:
    """A text, an empty folder and a database of something else are named, nothing raises."""
    (tmp_path / "text.db").write_text("no database")
    (tmp_path / "empty").mkdir()
    with sqlite3.connect(tmp_path / "other.db") as database:
        database.execute("create table experiments (x)")
    database.close()
    places = Places(tmp_path, tmp_path / ".maestro")
    for name in ("text.db", "empty", "other.db"):
        found = read_tracking("churn", tracking(mlflow=name), places, None)
        assert (found.code, found.rows) == ("X002", ()), name
        assert found.hint and str(tmp_path) not in found.reason
        assert "maestro-" not in found.reason
    assert read_tracking("churn", tracking(mlflow="https://h.example"), places, None).code == "X005"


def test_a_record_that_names_another_experiment_needs_a_new_fetch(
    logged: Logged, tmp_path: Path
) -> None:
    """Runs of the experiment that the record named before are not taken for the new one's."""
    state = tmp_path / "tracking" / "mlflow" / "churn" / "state.json"
    state.parent.mkdir(parents=True)
    texts = dict.fromkeys(("code", "reason", "hint", "left"), "")
    cursor = {"uri": logged.server, "experiment": "old"}
    content = {"format": 1, "fetched": DAY, "cursor": cursor, **texts}
    state.write_text(json.dumps(content))
    runs_file(tmp_path, "churn").write_text('{"id": "a", "status": "finished"}\nbroken\n')
    assert read(logged, logged.server, tmp_path, tmp_path).code == "X005"
    state.write_text(json.dumps(content | {"cursor": {}}))
    found = read(logged, logged.server, tmp_path, tmp_path)
    assert [row[2] for row in found.rows] == ["a"]
    assert found.quality == ("1 damaged line of what was fetched left out",)
