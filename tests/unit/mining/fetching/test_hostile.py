"""What a hostile server, or a hostile name of a project, cannot do."""

from __future__ import annotations

from pathlib import Path

import pytest

from maestro.errors import MaestroError

from .fake_github import FakeGitHub, lively, run
from .fetch import facts, fetch
from .serving import Query, Reply, page, serving


@pytest.mark.parametrize("project", ["octo", "../x/y", "octo/../etc", "/", "a//b"])
def test_names_that_are_no_path(project: str, tmp_path: Path) -> None:
    """A name cannot lead anywhere else on the server."""
    with serving(lively(1)) as server:
        try:
            done = fetch(tmp_path, server, project=project)
        except MaestroError as error:  # pragma: no cover
            raise AssertionError from error
        assert done.code in ("C001", "C005")
        assert all("/repos/octo/actions" in path for path in server.asked)


def odd(**more: object) -> Reply:
    """A page of runs that holds strange things."""
    return page({"total_count": 3, "workflow_runs": [run(1), run(2, **more), None, 7, "x"]})


HOSTILE = {
    "no page": page(7),
    "a list": page([1, 2]),
    "no list in it": page({"total_count": 1, "workflow_runs": {"a": 1}}),
    "odd records": odd(id="../../x\x1b[2J", status=["a"], created_at={"a": 1}, name="\x00\u202e"),
    "numbers that are none": odd(run_attempt="many", created_at=1e300, updated_at=-5),
    "a false count": page({"total_count": 10**30, "workflow_runs": [run(1)]}),
    "a negative count": page({"total_count": -4, "workflow_runs": [run(1)]}),
    "another project": odd(repository={"full_name": "other/../../place"}),
    "deep": Reply(200, b"[" * 100_000),
    "a huge number": Reply(200, b'{"total_count": ' + b"9" * 10_000 + b"}"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pages(name: str, tmp_path: Path) -> None:
    """Whatever a server sends, the fetch ends with a code or with facts of this project only."""
    fake = FakeGitHub([])
    hostile = HOSTILE[name]

    def answering(path: str, query: Query) -> Reply:
        return hostile if path.endswith("/actions/runs") else fake(path, query)

    with serving(answering) as server:
        done = fetch(tmp_path, server, most=200)
    assert done.code in ("", "C001", "C002", "C003")
    for kind in ("run", "job"):
        for fact in facts(tmp_path, kind):
            assert (fact["provider"], fact["project"]) == ("github", "octo/app")
            assert all(c.isprintable() for c in fact["name"] + fact["id"])
    folders = {path.parent.name for path in tmp_path.rglob("*.json*")}
    assert folders <= {"octo__app"}
