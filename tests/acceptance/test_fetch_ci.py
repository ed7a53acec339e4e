"""``maestro fetch`` and CI records: the real command, killed, resumed, without a data folder."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from maestro.pipeline.fetching import fetch_all
from tests.unit.mining.fetching.fake_github import FakeGitHub, iso, run
from tests.unit.mining.fetching.fetch import digests, facts, ids, state
from tests.unit.mining.fetching.serving import Reply, Server, serving

from .cases import HEALTHY, write_tree
from .conftest import Answer

PROJECT = "projects/churn-2025/project.yaml"
TOKEN = "ghp_" + "a1B2" * 9


def recent(number: int) -> dict[str, Any]:
    """A run of the last weeks: the command looks at the real clock."""
    begun = time.time() - 30 * 86400 + number * 600
    return run(
        number,
        created_at=iso(begun),
        run_started_at=iso(begun + 4),
        updated_at=iso(begun + 300),
    )


def library(root: Path, server: Server, settings: str = "data: data\n", ci: str = "") -> None:
    """A library with one project on the server."""
    listed = f"hosts: ['http://127.0.0.1:{server.port}']\n{settings}"
    where = ci or f"ci: {{provider: github_actions, project: octo/app, url: '{server.url}'}}\n"
    files = {
        "catalog/settings.yaml": HEALTHY["catalog/settings.yaml"] + listed,
        PROJECT: HEALTHY[PROJECT] + where,
    }
    write_tree(root, {**HEALTHY, **files})


def start(root: Path) -> subprocess.Popen[str]:
    """The real command in a process of its own."""
    line = [sys.executable, "-m", "maestro", "fetch", "-C", str(root)]
    return subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_killed_and_resumed(tmp_path: Path) -> None:
    """Killed with SIGKILL again and again, a fetch loses at most the page it was at."""
    fake = FakeGitHub([recent(number) for number in range(1200)])
    fake.runs = fake.runs[:1050]
    with serving(fake) as server:
        library(tmp_path / "calm", server, "data: data\nsources: {max_requests: 5000}\n")
        process = start(tmp_path / "calm")
        assert process.communicate(timeout=100)[1] and process.returncode == 0
        whole = len(server.asked)

        root = tmp_path / "killed"
        library(root, server, "data: data\nsources: {max_requests: 5000}\n")
        server.asked.clear()
        for kill_at in (3, 9, 60, 400, 900):
            running: list[subprocess.Popen[str]] = []

            def strike(number: int, at: int = kill_at, who: Any = running) -> None:
                if number >= at:
                    while not who:
                        time.sleep(0.01)
                    who[0].kill()

            server.before = strike
            running.append(start(root))
            running[0].communicate(timeout=100)
            assert running[0].returncode == -9
        server.before = lambda number: None
        last = start(root)
        last.communicate(timeout=100)
        assert last.returncode == 0
        asked = len(server.asked)
    # Each start looks at the first page again, and each death loses a page and the one after.
    assert asked <= whole + 5 * 4
    stored = [{p: h for p, h in digests(at / "data").items() if p.endswith(".jsonl")}
              for at in (tmp_path / "calm", root)]  # fmt: skip
    assert stored[0] == stored[1] and len(stored[0]) >= 2
    assert not list(root.rglob("*.part"))


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_stopped_by_hand_it_leaves_a_whole_folder(sign: signal.Signals, tmp_path: Path) -> None:
    """A fetch that is told to end puts what came in its place, and no .part file stays."""
    fake = FakeGitHub([recent(number) for number in range(250)])
    with serving(fake) as server:
        library(tmp_path, server)
        running: list[subprocess.Popen[str]] = []

        def strike(number: int) -> None:
            if number == 60:
                while not running:
                    time.sleep(0.01)
                running[0].send_signal(sign)
                running[0].wait(timeout=60)

        server.before = strike
        running.append(start(tmp_path))
        running[0].communicate(timeout=100)
    assert running[0].returncode == 130
    assert len(ids(tmp_path / "data", "run")) == 250
    assert len(facts(tmp_path / "data", "job")) > 40
    assert not list(tmp_path.rglob("*.part"))


def test_a_killed_fetch_claims_nothing_that_it_did_not_store(tmp_path: Path) -> None:
    """Without its .part files, as after a commit of the rest, a killed fetch loses only time."""
    fake = FakeGitHub([recent(number) for number in range(250)])
    with serving(fake) as server:
        library(tmp_path, server)
        running: list[subprocess.Popen[str]] = []

        def strike(number: int) -> None:
            if number == 60:
                while not running:
                    time.sleep(0.01)
                running[0].kill()

        server.before = strike
        running.append(start(tmp_path))
        running[0].communicate(timeout=100)
        server.before = lambda number: None
        parts = list((tmp_path / "data").rglob("*.part"))
        assert parts and not list((tmp_path / "data").rglob("*.jsonl"))
        assert state(tmp_path / "data").fetched == ""
        for path in parts:
            path.unlink()
        last = start(tmp_path)
        last.communicate(timeout=100)
        assert last.returncode == 0
    assert len(ids(tmp_path / "data", "run")) == len(facts(tmp_path / "data", "job")) == 250


def test_once_and_again(tmp_path: Path, maestro: Callable[..., Answer]) -> None:
    """The first fetch brings everything; the second asks three questions and changes no byte."""
    fake = FakeGitHub([recent(number) for number in range(30)])
    with serving(fake) as server:
        library(tmp_path, server)
        first = maestro("fetch", "-C", tmp_path)
        assert (first.code, first.out) == (0, "")
        assert first.err.splitlines() == [
            "  fetching CI records of github octo/app",
            "0 repositories, 0 failed; 1 CI source, 0 failed: 60 facts with 36 requests",
        ]
        before = digests(tmp_path / "data")
        second = maestro("fetch", "--only", "records", "-C", tmp_path)
        assert "0 facts with 3 requests" in second.err
        assert digests(tmp_path / "data") == before
    assert len(ids(tmp_path / "data", "run")) == len(facts(tmp_path / "data", "job")) == 30


def test_json(tmp_path: Path, maestro: Callable[..., Answer]) -> None:
    """One document with every source, what came of it, and what is left."""
    fake = FakeGitHub([recent(number) for number in range(30)])
    with serving(fake) as server:
        library(tmp_path, server, "data: data\nsources: {max_requests: 10}\n")
        answer = maestro("fetch", "--format", "json", "-C", tmp_path)
        assert answer.code == 0
        assert json.loads(answer.out) == {
            "git": [],
            "ci": [
                {
                    "provider": "github",
                    "project": "octo/app",
                    "url": server.url,
                    "code": "",
                    "reason": "the requests of this fetch are used up",
                    "hint": "",
                    "taken": 34,
                    "refused": 0,
                    "requests": 10,
                    "left": "the jobs of 26 runs",
                }
            ],
            "tracking": [],
            "failed": 0,
        }
    assert "github octo/app: left for the next fetch: the jobs of 26 runs" in answer.err


def test_only_git_asks_no_ci_server(tmp_path: Path, maestro: Callable[..., Answer]) -> None:
    """With --only git no CI server is asked."""
    with serving(FakeGitHub([])) as server:
        library(tmp_path, server)
        assert maestro("fetch", "--only", "git", "-C", tmp_path).code == 0
        assert server.asked == []


def test_without_a_data_folder(tmp_path: Path, maestro: Callable[..., Answer]) -> None:
    """One line says that CI records are not fetched and what to write; it is no failure."""
    with serving(FakeGitHub([])) as server:
        library(tmp_path, server, settings="")
        answer = maestro("fetch", "-C", tmp_path)
        assert server.asked == []
    assert answer.code == 0
    (line,) = [line for line in answer.err.splitlines() if "CI records" in line]
    assert "data: data" in line and "not fetched" in line


def test_records_alone_without_a_data_folder(
    tmp_path: Path, maestro: Callable[..., Answer]
) -> None:
    """Who asks for records alone and has no folder for them is told what was not fetched."""
    with serving(FakeGitHub([])) as server:
        library(tmp_path, server, settings="")
        answer = maestro("fetch", "--only", "records", "-C", tmp_path)
        assert server.asked == []
    assert answer.code == 1
    assert "C006: github octo/app: catalog/settings.yaml names no folder" in answer.err
    assert "    write data: data in catalog/settings.yaml" in answer.err
    assert "1 CI source, 1 failed" in answer.err


def test_a_record_with_a_fault_is_told_apart_from_repositories(tmp_path: Path) -> None:
    """What a faulty record names is not known, so it is counted as a record."""
    with serving(FakeGitHub([])) as server:
        library(tmp_path, server, ci="ci: {provider: nobody}\n")
        done = fetch_all(tmp_path, {}, lambda text: None)
    assert (len(done.git), done.broken, done.failed) == (1, 1, 1)
    assert done.git[0].url == PROJECT


def test_a_refusal_is_told_with_its_hint(tmp_path: Path, maestro: Callable[..., Answer]) -> None:
    """What a server refuses is told with code, reason and hint, kept, and exit code 1."""
    with serving(lambda path, query: Reply(403, b'{"message": "no rights\\u001b[2J"}')) as server:
        library(tmp_path, server)
        answer = maestro("fetch", "-C", tmp_path)
    assert answer.code == 1
    told, hint, last = answer.err.splitlines()[-3:]
    assert told.startswith("C001: github octo/app: ") and "no rights" in told
    assert hint.startswith("    check project and url")
    assert last.endswith("1 CI source, 1 failed: 0 facts with 1 request")
    assert "\x1b" not in answer.err
    assert state(tmp_path / "data").code == "C001"


@pytest.mark.parametrize(
    ("ci", "code"),
    [
        ("ci: {provider: github_actions, project: octo/app, url: 'https://127.0.0.1:1'}\n", "S001"),
        ("ci: {provider: github_actions, project: octo/app, url: 'http://127.0.0.1:1'}\n", "S001"),
        ("ci: {provider: jenkins, project: a/b}\n", "C005"),
        ("ci: {provider: github_actions}\n", "C005"),
    ],
)
def test_what_cannot_be_asked(
    ci: str, code: str, tmp_path: Path, maestro: Callable[..., Answer]
) -> None:
    """A server that may not be asked, or is not named, is a sentence with a hint."""
    with serving(FakeGitHub([])) as server:
        library(tmp_path, server, ci=ci)
        answer = maestro("fetch", "-C", tmp_path)
    assert answer.code == 1
    assert f"{code}: " in answer.err and "\n    " in answer.err


def test_tokens_of_the_environment(
    tmp_path: Path, maestro: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """FORGE_TOKEN logs in to FORGE_HOST; it stands in no file and no message."""
    fake = FakeGitHub([recent(1)])
    with serving(fake) as server:
        server.wanted = f"Bearer {TOKEN}"
        library(tmp_path, server)
        monkeypatch.setenv("FORGE_TOKEN", TOKEN)
        monkeypatch.setenv("FORGE_HOST", f"127.0.0.1:{server.port}")
        answer = maestro("fetch", "-C", tmp_path)
        assert answer.code == 0
    assert TOKEN not in answer.err + answer.out
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or TOKEN.encode() not in path.read_bytes()


def test_a_token_without_a_host_is_sent_nowhere(
    tmp_path: Path, maestro: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """JENKINS_TOKEN without JENKINS_HOST is a warning; a bad one is wrong use, named rightly."""
    with serving(FakeGitHub([])) as server:
        library(tmp_path, server)
        monkeypatch.setenv("JENKINS_TOKEN", TOKEN)
        answer = maestro("fetch", "-C", tmp_path)
        assert answer.code == 0 and "JENKINS_TOKEN is sent nowhere" in answer.err
        assert all("authorization" not in heads for heads in server.heads)
        monkeypatch.setenv("JENKINS_TOKEN", "two\nlines")
        answer = maestro("fetch", "-C", tmp_path)
    assert answer.code == 2 and "JENKINS_TOKEN" in answer.err and "two" not in answer.err
    assert os.environ["JENKINS_TOKEN"] not in answer.err
