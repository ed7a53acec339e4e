"""Servers that send fewer records a page than they were asked for, or than they count."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from maestro.mining.ci.fetching.walks import Page
from maestro.mining.http import Answer

from . import test_gitlab as gitlab
from .fake_github import FakeGitHub, deployment, lively, run, status
from .fetch import digests, facts, fetch, ids, state
from .serving import Query, Reply, page, serving

RUNS = "/actions/runs"


def document(reply: Reply) -> dict[str, Any]:
    """What a page says."""
    found: dict[str, Any] = json.loads(reply.body)
    return found


def smaller(fake: FakeGitHub, size: int) -> Any:
    """The server, with pages of at most ``size`` runs and jobs, and no word of a next page."""

    def answering(path: str, query: Query) -> Reply:
        listed = path.endswith((RUNS, "/jobs"))
        return fake(path, query | {"per_page": str(size)} if listed else query)

    return answering


@pytest.mark.parametrize("size", [1, 50, 99])
def test_small_pages_with_a_count(size: int, tmp_path: Path) -> None:
    """300 runs and 250 jobs come whole however few a page holds, and cost their pages."""
    fake = lively(300 if size > 1 else 9)
    fake.many = {10_003: 250 if size > 1 else 4}
    with serving(smaller(fake, size)) as server:
        done = fetch(tmp_path, server)
        assert (done.code, done.left) == ("", "")
        listed = server.kinds()["/api/v3/repos/octo/app/actions/runs"]
        assert listed <= len(fake.runs) / size + 3
        before = digests(tmp_path)
        assert fetch(tmp_path, server).requests == 3
        assert digests(tmp_path) == before
    assert ids(tmp_path, "run") == [str(one["id"]) for one in fake.runs]
    assert sum(one["run_id"] == "10003" for one in facts(tmp_path, "job")) == fake.many[10_003]


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_one_empty_answer_loses_nothing(nth: int, tmp_path: Path) -> None:
    """A page that is empty once although the count says otherwise is asked for again."""
    fake = FakeGitHub([run(number) for number in range(300)])
    asked = []

    def answering(path: str, query: Query) -> Reply:
        reply = fake(path, query)
        if path.endswith(RUNS):
            asked.append(query)
            if len(asked) == nth:
                return page(document(reply) | {"workflow_runs": []})
        return reply

    with serving(answering) as server:
        done = fetch(tmp_path, server)
        assert (done.code, done.left) == ("", "")
    assert len(ids(tmp_path, "run")) == 300
    assert state(tmp_path).fetched == "2026-04-03"


def test_a_list_that_stays_too_short_is_told_and_tried_again(tmp_path: Path) -> None:
    """What never came is left for the next fetch, no day is claimed; healed, it comes."""
    fake = FakeGitHub([run(number) for number in range(300)])
    hidden = True

    def answering(path: str, query: Query) -> Reply:
        reply = fake(path, query)
        if path.endswith(RUNS) and hidden and query["page"] == "3":
            return page(document(reply) | {"workflow_runs": []})
        return reply

    with serving(answering) as server:
        for _ in range(2):
            done = fetch(tmp_path, server)
            assert done.code == ""
            assert "1 part of the list of runs" in done.left and "(runs)" in done.left
            assert (state(tmp_path).fetched, state(tmp_path).left) == ("", done.left)
            assert len(ids(tmp_path, "run")) == 200
        hidden = False
        assert fetch(tmp_path, server).left == ""
        assert fetch(tmp_path, server).requests == 3
    assert len(ids(tmp_path, "run")) == 300
    assert state(tmp_path).fetched == "2026-04-03"


def test_an_empty_first_look_claims_nothing(tmp_path: Path) -> None:
    """When the very first page is empty against its own count, the next fetch looks again."""
    fake = FakeGitHub([run(number) for number in range(30)])
    hidden = True

    def answering(path: str, query: Query) -> Reply:
        reply = fake(path, query)
        if path.endswith(RUNS) and hidden:
            return page(document(reply) | {"workflow_runs": []})
        return reply

    with serving(answering) as server:
        assert "list of runs" in fetch(tmp_path, server).left
        assert state(tmp_path).fetched == ""
        hidden = False
        assert fetch(tmp_path, server).left == ""
    assert len(ids(tmp_path, "run")) == 30


def test_jobs_that_do_not_come_are_asked_for_again(tmp_path: Path) -> None:
    """A run whose jobs are fewer than counted keeps none of them until all are there."""
    fake = FakeGitHub([run(1), run(2)], jobs=120)
    hidden = True

    def answering(path: str, query: Query) -> Reply:
        reply = fake(path, query)
        if path.endswith("10001/jobs") and hidden and query["page"] == "2":
            return page(document(reply) | {"jobs": []})
        return reply

    with serving(answering) as server:
        done = fetch(tmp_path, server)
        assert done.left.startswith("the jobs of 1 run")
        assert {one["run_id"] for one in facts(tmp_path, "job")} == {"10002"}
        hidden = False
        assert fetch(tmp_path, server).left == ""
    assert len(facts(tmp_path, "job")) == 240


def linked(fake: FakeGitHub, size: int, ending: str) -> Any:
    """The server, with small pages of one list and a Link header of another host."""

    def answering(path: str, query: Query) -> Reply:
        if not path.endswith(ending):
            return fake(path, query)
        found = json.loads(fake(path, query | {"per_page": "100", "page": "1"}).body)
        number = int(query["page"])
        rels = ["prev"] * (number > 1) + ["next"] * (number * size < len(found))
        link = ", ".join(f'<https://other.example/?page=9>; rel="{rel}"' for rel in rels)
        return page(found[(number - 1) * size : number * size], **({"Link": link} if rels else {}))

    return answering


def test_the_link_header_of_lists_without_a_count(tmp_path: Path) -> None:
    """Small pages of pull requests and statuses go on while the server says so, on its host."""
    fake = lively(3)
    fake.pulls = fake.pulls[:45]
    with serving(linked(fake, 20, "/pulls")) as server:
        assert fetch(tmp_path / "a", server).left == ""
    assert len(ids(tmp_path / "a", "pull_request")) == 45
    fake = FakeGitHub([], deployments=[deployment(1)])
    fake.statuses = {1: [status(1, "in_progress", 9 - n) for n in range(9)]}
    fake.statuses[1].append(status(1, "success", 90))
    with serving(linked(fake, 4, "/statuses")) as server:
        fetch(tmp_path / "b", server)
    assert facts(tmp_path / "b", "deployment")[0]["result"] == "success"


@pytest.mark.parametrize("header", ["X-Next-Page", "Link"])
def test_gitlab_with_pages_of_fifty(header: str, tmp_path: Path) -> None:
    """A server that caps per_page at 50 and names the next page gives all 150 and 130."""
    fake = gitlab.lively(150)
    fake.jobs = 70

    def answering(path: str, query: Query) -> Reply:
        small = query | {"per_page": "50"}
        reply = fake(path, small)
        if "page" not in query:
            return reply
        number = int(query["page"])
        is_last = not json.loads(fake(path, small | {"page": str(number + 1)}).body)
        told = {"X-Next-Page": "" if is_last else str(number + 1)}
        if header == "Link":
            told = {"Link": f'<http://x/?page=1>; rel="first"{"" if is_last else NEXT}'}
        return Reply(200, reply.body, reply.headers | told)

    with serving(answering) as server:
        done = gitlab.take(tmp_path, server)
        assert (done.code, done.left) == ("", "")
    assert len(ids(tmp_path, "run")) == 150
    assert len(ids(tmp_path, "pull_request")) == 130
    assert len(facts(tmp_path, "job")) == 150 * 70


NEXT = ', <http://x/?page=2>; rel="next"'


def test_gitlab_s_own_count(tmp_path: Path) -> None:
    """An empty page against X-Total is asked for again, and told when it stays empty."""
    fake = gitlab.lively(20)
    hidden = 1

    def answering(path: str, query: Query) -> Reply:
        nonlocal hidden
        if path.endswith("/pipelines") and hidden:
            hidden -= 1
            return page([], **{"X-Total": "20", "X-Next-Page": ""})
        return fake(path, query)

    with serving(answering) as server:
        gitlab.take(tmp_path / "once", server)
        assert len(ids(tmp_path / "once", "run")) == 20
        hidden = 2
        done = gitlab.take(tmp_path / "twice", server)
        assert (done.code, "(pipelines)" in done.left) == ("", True)
        assert state(tmp_path / "twice", "gitlab", "team__sub__app").fetched == ""
        assert gitlab.take(tmp_path / "twice", server).left == ""
    assert len(ids(tmp_path / "twice", "run")) == 20


@pytest.mark.parametrize(
    ("items", "seen", "total", "more", "goes_on"),
    [
        (100, 100, 0, None, True),
        (99, 99, 0, None, False),
        (99, 99, 300, None, True),
        (3, 300, 300, None, False),
        (0, 99, 300, None, False),
        (100, 100, 0, False, False),
        (5, 5, 0, True, True),
        (0, 5, 0, True, False),
    ],
)
def test_where_a_list_ends(
    items: int, seen: int, total: int, more: bool | None, goes_on: bool
) -> None:
    """The server's word, then its count, then a full page; never behind an empty page."""
    assert Page(Answer(None, more=more), [{}] * items, seen, total).goes_on == goes_on
