"""Runs, jobs, pull requests, incidents and deployments of a fake GitHub."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from maestro.mining.ci.fetching import Reach, Source, fetch_ci
from maestro.mining.http import Clock
from maestro.source.hosts import Hosts

from .fake_github import (
    START,
    STEP,
    FakeGitHub,
    deployment,
    iso,
    issue,
    lively,
    pull,
    run,
    status,
)
from .fetch import NOW, Watch, digests, facts, fetch, ids, state
from .serving import Query, Reply, serving


def complete(data: Path, fake: FakeGitHub) -> None:
    """Everything that the server has is stored, once."""
    newest = {one["id"]: one["attempt"] for one in facts(data, "run")}
    assert newest == {str(one["id"]): one["run_attempt"] for one in fake.runs}
    jobs = facts(data, "job")
    done = [one for one in fake.runs if one["status"] == "completed"]
    expected = {
        (str(one["id"]), attempt): fake.many.get(one["id"], fake.jobs)
        for one in done
        for attempt in range(1, one["run_attempt"] + 1)
    }
    counted: dict[tuple[str, int], int] = {}
    for one in jobs:
        key = one["run_id"], one["attempt"]
        counted[key] = counted.get(key, 0) + 1
    assert counted == {key: number for key, number in expected.items() if number}


def windows(runs: int) -> int:
    """At most how many windows of fewer than 1,000 halving makes of evenly spread runs."""
    found = 1
    while runs / found >= 1000:
        found *= 2
    return found


def test_everything_comes_once_and_a_quiet_day_costs_three_requests(tmp_path: Path) -> None:
    """5,000 runs beyond the cap of 1,000, with jobs and all else, and then nothing new."""
    fake = lively(5000)
    with serving(fake) as server:
        done = fetch(tmp_path, server)
        assert (done.code, done.left, done.refused) == ("", "", 0)
        complete(tmp_path, fake)
        listed = server.kinds()["/api/v3/repos/octo/app/actions/runs"]
        assert listed <= 5000 / 100 + 2 * windows(5000)
        assert server.kinds()["/api/v3/repos/octo/app/actions/runs/N/jobs"] == 5000
        before = digests(tmp_path)
        for _ in range(2):
            again = fetch(tmp_path, server)
            assert (again.code, again.requests) == ("", 3)
            assert digests(tmp_path) == before
        assert server.same == 6


def test_pull_requests_incidents_and_deployments(tmp_path: Path) -> None:
    """Each kind lands in its own table; unlabelled issues and e-mail addresses do not."""
    fake = lively(20)
    with serving(fake) as server:
        fetch(tmp_path, server)
    assert ids(tmp_path, "pull_request") == [str(number) for number in range(1, 251, 2)]
    assert ids(tmp_path, "incident") == ["2", "4", "6", "8", "10"]
    for one in facts(tmp_path, "deployment"):
        assert (one["status"], one["result"]) == ("completed", "success")
        assert one["finished"] - one["created"] == 90
        assert one["started"] - one["created"] == 9
    assert len(facts(tmp_path, "deployment")) == 5
    assert b"@" not in b"".join(path.read_bytes() for path in tmp_path.rglob("*.jsonl"))


@pytest.mark.slow
def test_all_of_45000_runs(tmp_path: Path) -> None:
    """More than the unfiltered list ever gives, complete, within the promised requests."""
    fake = lively(45_000)
    with serving(fake) as server:
        done = fetch(tmp_path, server)
        complete(tmp_path, fake)
        others = 1 + 5 + 2 + 2
        assert done.requests <= 450 + 45_000 + 2 * windows(45_000) + others
        assert fetch(tmp_path, server).requests == 3


@pytest.mark.slow
def test_the_list_of_45000_runs_in_one_day_of_requests(tmp_path: Path) -> None:
    """With 800 requests the whole list of 45,000 runs is there; the jobs come day by day."""
    fake = lively(45_000)
    with serving(fake) as server:
        done = fetch(tmp_path, server, most=800)
        assert (done.code, done.requests) == ("", 800)
        assert ids(tmp_path, "run") == [str(one["id"]) for one in fake.runs]
        jobs = facts(tmp_path, "job")
        assert done.left == f"the jobs of {45_000 - len(jobs):,} runs"
        assert state(tmp_path).left == done.left
        # The newest runs are what a reader looks at.
        assert {one["run_id"] for one in jobs} == {str(r["id"]) for r in fake.runs[-len(jobs) :]}


def test_a_small_budget_gets_there_in_the_end(tmp_path: Path) -> None:
    """100 requests at a time come to the same files as one fetch, and no page is asked twice."""
    fake = lively(1100)
    with serving(fake) as server:
        whole = fetch(tmp_path / "whole", server).requests
        server.asked.clear()
        fetches, left = 0, "all"
        while left:
            done = fetch(tmp_path / "parts", server, most=100)
            assert (done.code, done.requests <= 100) == ("", True)
            fetches, left = fetches + 1, done.left
            assert fetches < whole / 100 * 1.2
        lists = [path for path in server.asked if "created=" in path and ".." in path]
        assert len(lists) == len(set(lists))
    complete(tmp_path / "parts", fake)
    parts, one = digests(tmp_path / "parts"), digests(tmp_path / "whole")
    assert {p: h for p, h in parts.items() if p.endswith("l")} == {
        p: h for p, h in one.items() if p.endswith("l")
    }


def test_news_costs_its_pages_and_its_jobs(tmp_path: Path) -> None:
    """A day later: new runs, a second attempt of an old one, and one that has finished."""
    fake = lively(2000)
    fake.runs[-1] |= {"status": "in_progress", "conclusion": None}
    with serving(fake) as server:
        fetch(tmp_path, server)
        complete(tmp_path, fake)
        fake.runs[-1] |= {"status": "completed", "conclusion": "success", "updated_at": iso(NOW)}
        fake.runs[1500] |= {"run_attempt": 2, "conclusion": "success", "updated_at": iso(NOW)}
        fake.runs += [run(number) for number in range(2000, 2030)]
        done = fetch(tmp_path, server)
    complete(tmp_path, fake)
    assert done.requests <= 2030 / 100 + 32 + 2 * windows(2030) + 2 + 2
    (twice,) = [one for one in facts(tmp_path, "run") if one["attempt"] == 2]
    assert twice["id"] == "11500"


def test_a_run_under_way_far_down_is_asked_for_alone(tmp_path: Path) -> None:
    """When no new run came, a run that no first page shows is asked for until it has finished."""
    fake = lively(600)
    fake.runs[100] |= {"status": "in_progress", "conclusion": None}
    watch = Watch(START + 700 * STEP)
    with serving(fake) as server:
        fetch(tmp_path, server, watch=watch)
        assert fetch(tmp_path, server, watch=watch).requests == 4
        fake.runs[100] |= {"status": "completed", "conclusion": "success"}
        assert fetch(tmp_path, server, watch=watch).requests == 5
        assert fetch(tmp_path, server, watch=watch).requests == 3
    complete(tmp_path, fake)


def test_runs_that_appear_while_pages_turn(tmp_path: Path) -> None:
    """Runs that start during a fetch neither hide another one nor come twice."""
    fake = lively(900)

    def appear(number: int) -> None:
        if number < 12:
            last = len(fake.runs)
            fake.runs += [run(last + more) for more in range(7)]

    with serving(fake) as server:
        server.before = appear
        fetch(tmp_path, server)
        fetch(tmp_path, server)
    complete(tmp_path, fake)


def test_jobs_of_several_pages_and_of_none(tmp_path: Path) -> None:
    """250 jobs are all kept; a run without any is not asked for again."""
    fake = lively(30)
    fake.many = {10_003: 250, 10_004: 0}
    with serving(fake) as server:
        fetch(tmp_path, server)
        complete(tmp_path, fake)
        assert fetch(tmp_path, server).requests == 3


def test_changes_of_pull_requests_and_issues(tmp_path: Path) -> None:
    """What was changed since is asked for, down to what is known."""
    fake = lively(10)
    with serving(fake) as server:
        fetch(tmp_path, server)
        fake.pulls.append(pull(501, merged_at=None, state="open", updated_at=iso(NOW)))
        fake.issues.append(issue(502, "incident", closed_at=None, updated_at=iso(NOW)))
        fake.deployments.append(deployment(6))
        fake.statuses[6] = [status(6, "failure", 30)]
        done = fetch(tmp_path, server)
    assert done.requests == 6
    assert ids(tmp_path, "pull_request")[-1] == "501"
    assert ids(tmp_path, "incident")[-1] == "502"
    assert facts(tmp_path, "deployment")[-1]["result"] == "failure"


def test_a_deployment_is_asked_for_until_it_has_a_result(tmp_path: Path) -> None:
    """A waiting deployment gets its result when there is one, in the month of its creation."""
    fake = lively(5)
    fake.deployments.append(deployment(30))
    fake.statuses[30] = [status(30, "waiting", 5)]
    watch = Watch(START + 33 * 86400)
    with serving(fake) as server:
        fetch(tmp_path, server, watch=watch)
        assert facts(tmp_path, "deployment")[-1]["status"] == "waiting"
        fake.statuses[30].insert(0, status(30, "success", 90_000))
        fetch(tmp_path, server, watch=watch)
    last = facts(tmp_path, "deployment")[-1]
    assert (last["id"], last["result"], last["finished"] - last["created"]) == (
        "30", "success", 90_000,
    )  # fmt: skip
    assert [p.name for p in tmp_path.rglob("*deployments*")] == ["2025-03.deployments.jsonl"]


def test_a_part_that_may_not_be_read_does_not_stop_the_rest(tmp_path: Path) -> None:
    """Without a right to deployments the runs come, and the reason is kept for the site."""
    fake = lively(50)

    def answering(path: str, query: Query) -> Reply:
        if path.endswith("/deployments"):
            return Reply(403, b'{"message": "Resource not accessible by integration"}')
        return fake(path, query)

    with serving(answering) as server:
        done = fetch(tmp_path, server)
    complete(tmp_path, fake)
    assert done.code == "C001" and "deployments" in done.reason and "integration" in done.reason
    assert (state(tmp_path).code, state(tmp_path).fetched) == ("C001", "2026-04-03")


@pytest.mark.parametrize("off", [("issues",), ("issues", "pulls", "deployments")])
def test_what_is_switched_off_is_no_fault(off: tuple[str, ...], tmp_path: Path) -> None:
    """A list that a repository does not have is asked for again only when something is new."""
    fake = lively(5)

    def answering(path: str, query: Query) -> Reply:
        if path.rpartition("/")[2] in off:
            return Reply(410, b'{"message": "Issues are disabled for this repo"}')
        return fake(path, query)

    with serving(answering) as server:
        assert fetch(tmp_path, server).code == ""
        before = digests(tmp_path)
        assert fetch(tmp_path, server).requests == 4 - len(off)
        assert digests(tmp_path) == before
    assert len(ids(tmp_path, "pull_request")) == (0 if "pulls" in off else 125)


def test_a_repository_without_issues(tmp_path: Path) -> None:
    """What is kept of an empty list is that it is empty, and the next fetch asks no more."""
    fake = FakeGitHub([run(1)])
    with serving(fake) as server:
        fetch(tmp_path, server)
        assert state(tmp_path).cursor["changes"][:2] == [None, None]
        assert fetch(tmp_path, server).requests == 3


def test_another_label_for_incidents(tmp_path: Path) -> None:
    """When the settings name another label, its issues come although none has changed."""
    fake = lively(5)
    with serving(fake) as server:
        fetch(tmp_path, server)
        for one in fake.issues:
            one["labels"] = [{"name": "question"}]
        watch = Watch()
        hosts = Hosts((f"http://127.0.0.1:{server.port}",))
        reach = Reach(hosts, (), 100, START, Clock(watch.now, watch.sleep))
        fetch_ci([Source("github", "octo/app", server.url, ("question",))], tmp_path, reach)
    assert ids(tmp_path, "incident")[-1] == "300"


def test_a_repository_that_is_not_there(tmp_path: Path) -> None:
    """One refusal, with its reason kept for the site and no date of a fetch."""
    with serving(lively(1)) as server:
        done = fetch(tmp_path, server, project="octo/none")
        assert len(server.asked) == 1
    found = state(tmp_path, folder="octo__none")
    assert (done.code, found.code, found.fetched) == ("C001", "C001", "")
    assert found.hint and "is not there" in found.reason


def test_it_gets_well_again(tmp_path: Path) -> None:
    """A failure is forgotten with the next fetch that goes well."""
    fake = lively(5)
    with serving(fake) as server:
        server.faults = {1: Reply(404)}
        assert fetch(tmp_path, server).code == "C001"
        assert fetch(tmp_path, server).code == state(tmp_path).code == ""
    complete(tmp_path, fake)


def test_a_lost_state_costs_requests_and_nothing_else(tmp_path: Path) -> None:
    """Without state.json, or with a damaged one, the same facts are there afterwards."""
    fake = lively(300)
    with serving(fake) as server:
        fetch(tmp_path, server)
        before = digests(tmp_path)
        for text in ("", "{", "[]", json.dumps({"format": 1, "cursor": 3}), "\x00" * 9):
            (tmp_path / "ci/github/octo__app/state.json").write_text(text)
            assert fetch(tmp_path, server).code == ""
            assert digests(tmp_path) == before


def test_a_hostile_state_is_only_a_worse_start(tmp_path: Path) -> None:
    """Whatever stands in the cursor, the fetch ends and the facts are whole."""
    fake = lively(300)
    words: list[object] = [None, -1, 2**70, "x", [], {}, [[1]], [[5, 1, 1]], [[0, 1, 0]], True]
    with serving(fake) as server:
        fetch(tmp_path, server)
        path = tmp_path / "ci/github/octo__app/state.json"
        good = json.loads(path.read_text())
        for word in words:
            bad = dict.fromkeys(good["cursor"], word) | {"since": word, "pulls": {"page": word}}
            path.write_text(json.dumps(good | {"cursor": bad}))
            assert fetch(tmp_path, server).code == ""
            complete(tmp_path, fake)


def test_a_damaged_file_of_facts_is_named_and_left_alone(tmp_path: Path) -> None:
    """A line that is no record stops writing to that file, and what came is not lost."""
    fake = lively(50)
    with serving(fake) as server:
        fetch(tmp_path, server)
        path = tmp_path / "ci/github/octo__app/2025-03.runs.jsonl"
        sound = path.read_bytes()
        path.write_bytes(sound[: len(sound) // 2])
        fake.runs += [run(number) for number in range(50, 60)]
        done = fetch(tmp_path, server)
        assert done.code == "C004" and "2025-03.runs.jsonl" in done.reason
        assert path.read_bytes() == sound[: len(sound) // 2]
        path.write_bytes(sound)
        assert fetch(tmp_path, server).code == ""
    complete(tmp_path, fake)


def test_a_run_from_the_future_does_not_hide_the_present(tmp_path: Path) -> None:
    """A run with a time to come does not move the place from which on runs are looked for."""
    fake = lively(200)
    fake.runs.append(run(500_000_0, created_at="2098-01-01T00:00:00Z"))
    with serving(fake) as server:
        fetch(tmp_path, server)
        fake.runs.insert(200, run(200))
        fetch(tmp_path, server)
    assert "10200" in ids(tmp_path, "run")
