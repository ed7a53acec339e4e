"""Attempts of runs that were tried again before anybody fetched."""

from __future__ import annotations

from pathlib import Path

from .fake_github import FakeGitHub, run
from .fetch import facts, fetch, state
from .serving import Query, Reply, serving


def test_earlier_attempts_come_once(tmp_path: Path) -> None:
    """Each attempt that no list shows costs one request, and a quiet day still three."""
    fake = FakeGitHub([run(number) for number in range(20)])
    fake.runs[5] |= {"run_attempt": 3, "conclusion": "success"}
    with serving(fake) as server:
        done = fetch(tmp_path, server)
        assert (done.code, done.left) == ("", "")
        assert server.kinds()["/api/v3/repos/octo/app/actions/runs/N/attempts/N"] == 2
        assert fetch(tmp_path, server).requests == 3
    tried = [one for one in facts(tmp_path, "run") if one["id"] == "10005"]
    assert [(one["attempt"], one["result"]) for one in tried] == [
        (1, "failure"), (2, "failure"), (3, "success"),
    ]  # fmt: skip


def test_an_attempt_that_was_seen_is_not_asked_for(tmp_path: Path) -> None:
    """A run that is tried again between two fetches has its first attempt already."""
    fake = FakeGitHub([run(number) for number in range(20)])
    with serving(fake) as server:
        fetch(tmp_path, server)
        fake.runs[5] |= {"run_attempt": 2, "conclusion": "success"}
        fetch(tmp_path, server)
        assert not any("attempts" in path for path in server.asked)
    assert sum(one["id"] == "10005" for one in facts(tmp_path, "run")) == 2


def test_an_attempt_that_is_gone_is_asked_for_once(tmp_path: Path) -> None:
    """A server that has it no more, or sends another one, is not asked again."""
    fake = FakeGitHub([run(number) for number in range(3)])
    fake.runs[1] |= {"run_attempt": 2}
    fake.runs[2] |= {"run_attempt": 2}

    def answering(path: str, query: Query) -> Reply:
        if path.endswith("10001/attempts/1"):
            return Reply(404, b"{}")
        return fake(path.replace("10002/attempts/1", "10000"), query)

    with serving(answering) as server:
        assert fetch(tmp_path, server).left == ""
        assert state(tmp_path).cursor["gone"] == ["10001/1", "10002/1"]
        assert fetch(tmp_path, server).requests == 3


def test_what_the_budget_does_not_reach_is_left(tmp_path: Path) -> None:
    """Attempts that were not asked for are named, and an endless number of them is not."""
    fake = FakeGitHub([run(1, run_attempt=10**9)], jobs=0)
    with serving(fake) as server:
        done = fetch(tmp_path, server, most=10)
        assert done.left.startswith("9") and "earlier attempts of runs and the jobs" in done.left
