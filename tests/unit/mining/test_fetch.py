"""Fetching over a real git server on loopback: clones, updates, failures, hostile servers."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from maestro.errors import MaestroError
from maestro.mining.collect import Places, Scope, collect
from maestro.mining.fetch import Fetched, clone_folder, fetch, read_state
from maestro.repository import Access, Repository, clone_bare, update_bare

from .making import MONDAY, Git
from .serving import Server, serving


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with serving(tmp_path / "srv") as server:
        yield server


@pytest.fixture
def git(server: Server) -> Git:
    git = Git(server.root / "churn")
    git.commit({"a": "1\n"}, MONDAY)
    return git


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / ".maestro"


def code_of(call, *arguments: object) -> str:
    with pytest.raises(MaestroError) as caught:
        call(*arguments)
    assert caught.value.hint
    return caught.value.code


def test_clones_and_updates_follow_the_remote(server: Server, git: Git, state: Path) -> None:
    """A clone has every branch and tag; an update brings news, rewrites, and the new default."""
    url, allowed = f"{server.host}/churn/.git", Access([server.host])
    git("tag", "v1")
    git("branch", "old")
    folder = state / "clone"
    repository = clone_bare(url, folder, allowed)
    assert repository.is_bare and not repository.is_shallow and not repository.is_partial
    assert repository.head() == repository.resolve("v1") == git("rev-parse", "main")
    git("checkout", "-q", "-b", "dev")
    git("branch", "-D", "old")
    git("commit", "-q", "--amend", "-m", "rewritten")
    git("branch", "-f", "main", "dev")
    repository = update_bare(folder, url, allowed)
    assert repository.head() == git("rev-parse", "dev")
    assert git("--git-dir", str(folder), "symbolic-ref", "HEAD") == "refs/heads/dev"
    assert code_of(repository.resolve, "old") == "G007"
    assert sorted(path.name for path in state.iterdir()) == ["clone"]


def test_a_clone_runs_and_keeps_nothing_of_ours(
    server: Server, git: Git, state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Templates, hooks and the user's configuration have no part in a clone."""
    template = tmp_path / "template" / "hooks"
    template.mkdir(parents=True)
    (template / "reference-transaction").write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    (template / "reference-transaction").chmod(0o755)
    monkeypatch.setenv("GIT_TEMPLATE_DIR", str(template.parent))
    config = tmp_path / "gitconfig"
    config.write_text(f'[url "file:///etc/"]\n\tinsteadOf = {server.host}/\n')
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    folder = state / "clone"
    clone_bare(f"{server.host}/churn/.git", folder, Access([server.host]))
    assert not (tmp_path / "ran").exists()
    assert "remote" not in (folder / "config").read_text()
    assert not (folder / "hooks").exists()


def test_settings_planted_in_a_clone_are_removed(server: Server, git: Git, state: Path) -> None:
    """A clone whose configuration sends it elsewhere is fetched from its address all the same."""
    url, folder = f"{server.host}/churn/.git", state / "clone"
    clone_bare(url, folder, Access([server.host]))
    with open(folder / "config", "a") as config:
        config.write(f'[url "{server.host}/other"]\n\tinsteadOf = {server.host}/churn\n')
    git.commit({"a": "2\n"})
    assert update_bare(folder, url, Access([server.host])).head() == git("rev-parse", "HEAD")
    assert not any("other" in path for path in server.paths)


def test_loopback_and_plain_http_need_to_be_listed(server: Server, git: Git, state: Path) -> None:
    """Without its place in the list the server is not asked at all."""
    url = f"{server.host}/churn/.git"
    for allowed in ([], ["127.0.0.1"], ["http://127.0.0.1:1"], ["http://127.0.0.2"]):
        assert code_of(clone_bare, url, state / "clone", Access(allowed)) == "G010"
    assert code_of(clone_bare, url.replace("http:", "https:"), state / "clone") == "G011"
    assert server.paths == []


@pytest.mark.parametrize("where", ["moved/churn/.git", "html/x", "absent"])
def test_redirects_pages_and_absence_are_refusals(
    server: Server, git: Git, state: Path, where: str
) -> None:
    """A redirect is not followed, a sign-in page and a missing repository are named failures."""
    assert (
        code_of(clone_bare, f"{server.host}/{where}", state / "clone", Access([server.host]))
        == "G013"
    )
    assert not any(path.startswith("/churn") for path in server.paths)
    assert list(state.iterdir()) == []


def test_a_killed_clone_is_cleared_by_the_next(server: Server, git: Git, state: Path) -> None:
    """What a killed run left beside the clone does not stop the next one."""
    (state / "clone.part" / "objects").mkdir(parents=True)
    (state / "clone.part" / "HEAD").write_text("cut")
    clone_bare(f"{server.host}/churn/.git", state / "clone", Access([server.host]))
    assert [path.name for path in state.iterdir()] == ["clone"]


def test_fetch_saves_each_result_and_goes_on(server: Server, git: Git, state: Path) -> None:
    """One failing address does not stop the others; the state tells what came of each."""
    good, bad, odd = f"{server.host}/churn/.git", f"{server.host}/absent", "file:///etc"
    told: list[str] = []
    now = iter(range(1000, 2000))
    results = fetch(
        [good, bad, odd, good],
        state,
        Access([server.host]),
        now=lambda: next(now),
        report=told.append,
    )
    head = git("rev-parse", "HEAD")
    assert [(one.url, one.head, one.code) for one in results] == [
        (odd, "", "G010"),
        (bad, "", "G013"),
        (good, head, ""),
    ]
    assert read_state(state) == {one.url: one for one in results}
    assert read_state(state)[good].fetched == 1000
    assert told == [f"fetching {url}" for url in (odd, bad, good)]


def test_a_failed_update_keeps_what_was_good(server: Server, git: Git, state: Path) -> None:
    """When the remote goes away, clone and date of the last good fetch stay, with the reason."""
    url = f"{server.host}/churn/.git"
    fetch([url], state, Access([server.host]), now=lambda: 5)
    head = git("rev-parse", "HEAD")
    shutil.move(git.folder, git.folder.with_name("away"))
    (result,) = fetch([url], state, Access([server.host]), now=lambda: 9)
    assert (result.head, result.fetched, result.code) == (head, 5, "G013")
    assert Repository.open(clone_folder(state, url)).head() == head


def test_fetched_repositories_are_collected(server: Server, git: Git, state: Path) -> None:
    """What was fetched is mined from its clone; what failed to clone keeps the reason."""
    url, bad = f"{server.host}/churn/.git", f"{server.host}/absent"
    fetch([url, bad], state, Access([server.host]), now=lambda: 77)
    scopes = [Scope("p", url=url), Scope("q", url=bad), Scope("r", url=url, ref="main")]
    found = collect(scopes, Places(state.parent, state))
    assert [one.state for one in found.values()] == ["mined", "failed", "mined"]
    assert found["p"].facts.cursor == git("rev-parse", "HEAD")
    assert found["p"].fetched.fetched == 77
    assert found["q"].code == "G013"
    assert str(state) not in found["q"].reason


def test_a_remote_that_became_a_page_prunes_nothing(server: Server, git: Git, state: Path) -> None:
    """When the server suddenly answers with a page, or has no branches, the clone stays whole."""
    folder = state / "clone"
    head = clone_bare(f"{server.host}/churn/.git", folder, Access([server.host])).head()
    Git(server.root / "empty")
    for where in ("html/x", "empty/.git"):
        assert (
            code_of(update_bare, folder, f"{server.host}/{where}", Access([server.host])) == "G013"
        )
    assert Repository.open(folder).head() == head


def test_a_broken_state_file_is_no_obstacle(state: Path) -> None:
    """State that is cut, foreign or of other types reads as nothing fetched."""
    path = state / "clones" / "state.json"
    path.parent.mkdir(parents=True)
    entries = ('{"u": {"x": 1}}', '{"u": {"head": 1}}', "[]")
    wrong = [f'{{"format": 1, "sources": {entry}}}' for entry in entries]
    for text in ("", "{", "[]", '{"format": 2}', *wrong):
        path.write_text(text)
        assert read_state(state) == {}
    assert read_state(state / "absent") == {}
    assert Fetched("u").fetched is None
