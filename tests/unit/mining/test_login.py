"""A token for one host: where it goes, where it never goes, and what a refusal says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from maestro.errors import WRONG_USE, MaestroError
from maestro.mining.fetch import fetch, read_state
from maestro.repository import Access, Login, clone_bare, update_bare
from maestro.repository.command import Way, run

from .making import Git
from .serving import PROCESSES, Server, basic, serving

TOKEN = "made-up-0123456789-token"


@pytest.fixture
def private(tmp_path: Path) -> Iterator[Server]:
    """A server that answers only with the token."""
    Git(tmp_path / "srv" / "churn").commit({"a": "1\n"})
    with serving(tmp_path / "srv", basic(TOKEN)) as server:
        yield server


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Server]:
    """Another server, which answers anybody."""
    Git(tmp_path / "other" / "churn").commit({"a": "1\n"})
    with serving(tmp_path / "other") as server:
        yield server


def access(*servers: Server, token: str = TOKEN) -> Access:
    """Plain http to these servers; the token is for the first."""
    return Access([server.host for server in servers], Login.read(token, servers[0].place))


def refused(*arguments: object) -> MaestroError:
    with pytest.raises(MaestroError) as caught:
        clone_bare(*arguments)
    return caught.value


def traces(folder: Path, token: str) -> list[Path]:
    """Files below ``folder`` that hold the token, plain or encoded."""
    words = (token.encode(), basic(token).partition(" ")[2].encode())
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if any(word in path.read_bytes() for word in words)]


def test_a_private_repository_is_cloned_and_updated(
    private: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The token opens it, and is in no file below the clone and on no command line meanwhile."""
    monkeypatch.setenv("FORGE_TOKEN", TOKEN)
    url, folder, git = f"{private.host}/churn/.git", tmp_path / "clone", Git(private.root / "churn")
    assert clone_bare(url, folder, access(private)).head() == git("rev-parse", "HEAD")
    git.commit({"a": "2\n"})
    assert update_bare(folder, url, access(private)).head() == git("rev-parse", "HEAD")
    assert {head["Authorization"] for head in private.heads} == {basic(TOKEN)}
    assert traces(folder, TOKEN) == []
    seen = b"\n".join(private.commands)
    if PROCESSES.is_dir():
        assert b"remote-http" in seen and url.encode() in seen
    assert TOKEN.encode() not in seen and basic(TOKEN).split()[1].encode() not in seen


def test_no_other_host_sees_the_token(private: Server, other: Server, tmp_path: Path) -> None:
    """Not a listed host with another port, and not the target of a redirect."""
    known = access(private, other)
    clone_bare(f"{other.host}/churn/.git", tmp_path / "open", known)
    assert other.heads and not any("Authorization" in head for head in other.heads)
    other.paths.clear()
    port = other.server_address[1]
    assert refused(f"{private.host}/away/{port}/churn/.git", tmp_path / "x", known).code == "G013"
    assert private.paths and other.paths == []


def test_a_proxy_for_plain_http_never_sees_the_token(
    private: Server, other: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Plain http with the token goes straight to its host, whatever proxy the environment names."""
    for name in ("http_proxy", "all_proxy"):
        monkeypatch.setenv(name, other.host)
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    clone_bare(f"{private.host}/churn/.git", tmp_path / "clone", access(private))
    assert private.heads and other.heads == []


def test_git_is_not_made_to_write_the_token_down(
    private: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Variables that make git trace requests, settings and environment have no effect."""
    monkeypatch.setenv("FORGE_TOKEN", TOKEN)
    for name in ("GIT_TRACE_CURL", "GIT_TRACE", "GIT_TRACE2_EVENT", "GIT_TRACE2"):
        monkeypatch.setenv(name, str(tmp_path / "trace"))
    monkeypatch.setenv("GIT_TRACE_REDACT", "0")
    monkeypatch.setenv("GIT_CURL_VERBOSE", "1")
    monkeypatch.setenv("GIT_TRACE2_ENV_VARS", "FORGE_TOKEN,GIT_CONFIG_VALUE_0")
    monkeypatch.setenv("GIT_TRACE2_CONFIG_PARAMS", "http.*")
    clone_bare(f"{private.host}/churn/.git", tmp_path / "clone", access(private))
    assert (tmp_path / "trace").exists()
    assert traces(tmp_path, TOKEN) == []


def test_a_wrong_token_is_named_and_not_repeated(private: Server, tmp_path: Path) -> None:
    """The failure has a code, one sentence and a remedy; the token is not in the state."""
    url, state = f"{private.host}/churn/.git", tmp_path / ".maestro"
    (result,) = fetch([url], state, access(private, token="made-up-wrong"), now=lambda: 5)
    assert (result.code, result.reason) == ("G019", f"{url} refuses the token")
    assert result.hint == "check that FORGE_TOKEN has not expired and may read this repository"
    assert read_state(state) == {url: result}
    assert traces(state, "made-up-wrong") == []


def test_a_token_without_the_right_is_refused(private: Server, tmp_path: Path) -> None:
    """An answer that forbids names the token; one that knows no such repository, its right too."""
    closed = refused(f"{private.host}/closed/x", tmp_path / "x", access(private))
    assert (closed.code, "FORGE_TOKEN" in closed.hint) == ("G019", True)
    absent = refused(f"{private.host}/absent", tmp_path / "x", access(private))
    assert (absent.code, "FORGE_TOKEN" in absent.hint) == ("G013", True)


def test_without_a_token_the_remedy_names_both_variables(
    private: Server, other: Server, tmp_path: Path
) -> None:
    """A host that asks for a login gets none, and the hint says what to set."""
    url = f"{private.host}/churn/.git"
    for known in (Access([private.host]), access(other, private)):
        error = refused(url, tmp_path / "x", known)
        assert (error.code, error.message) == ("G019", f"{url} cannot be read without logging in")
        assert "FORGE_TOKEN" in error.hint and f"FORGE_HOST to {private.place}," in error.hint
    assert not any("Authorization" in head for head in private.heads)


def test_a_server_that_repeats_the_token_is_not_quoted(private: Server, tmp_path: Path) -> None:
    """What the server says is shown without the token, plain or encoded."""
    error = refused(f"{private.host}/echo/x", tmp_path / "x", access(private))
    assert (error.code, error.message.count("(hidden)")) == ("G013", 2)
    for word in (TOKEN, basic(TOKEN).split()[1]):
        assert word not in error.message + error.hint


def test_the_token_needs_plain_http_to_be_listed(private: Server, tmp_path: Path) -> None:
    """That the token is for a host does not allow to ask that host by plain http."""
    login = Login.read(TOKEN, private.place)
    assert refused(f"{private.host}/churn/.git", tmp_path / "x", Access((), login)).code == "G010"
    assert private.paths == []


@pytest.mark.parametrize(
    ("place", "host", "port", "expected"),
    [
        ("git.example.org", "git.example.org", 443, True),
        ("Git.Example.org", "git.example.org", 443, True),
        ("git.example.org:443", "git.example.org", 443, True),
        ("git.example.org:8443", "git.example.org", 8443, True),
        ("[::1]:8443", "[::1]", 8443, True),
        ("git.example.org", "git.example.org", 80, False),
        ("git.example.org", "git.example.org", 8443, False),
        ("git.example.org:8443", "git.example.org", 443, False),
        ("example.org", "git.example.org", 443, False),
        ("git.example.org", "example.org", 443, False),
        ("git.example.org", "git.example.org.evil.org", 443, False),
        ("git.example.org", "gitxexample.org", 443, False),
    ],
)
def test_a_token_is_for_one_host_and_port(place: str, host: str, port: int, expected: bool) -> None:
    """Name and port must be the very same; a name without a port means 443."""
    assert Login.read(TOKEN, place).covers(host, port) is expected


@pytest.mark.parametrize(
    "token", ["a\nb", "a\r\nHost: x", "ab\n", "a\x00b", "a\x1bb", "a b", "ä", "\udcff", "a" * 4097]
)
def test_what_is_no_token_is_refused(token: str) -> None:
    """Line breaks, control characters, spaces, other scripts: refused without repeating it."""
    with pytest.raises(MaestroError) as caught:
        Login.read(token, "git.example.org")
    assert (caught.value.code, caught.value.exit_code) == ("G020", WRONG_USE)
    assert token not in caught.value.message + caught.value.hint


@pytest.mark.parametrize(
    "place", ["https://git.example.org", "a/b", "me@host", "h:0", "h:65536", "h\n", "*", "", "-x"]
)
def test_what_is_no_host_is_refused(place: str) -> None:
    """Only host or host:port says where a token may go."""
    with pytest.raises(MaestroError) as caught:
        Login.read(TOKEN, place)
    assert (caught.value.code, caught.value.exit_code) == ("G020", WRONG_USE)


def test_a_login_shows_no_token() -> None:
    """Neither a login nor what holds one shows the token when it is printed."""
    assert TOKEN not in repr(Access((), Login.read(TOKEN, "git.example.org")))


def test_git_has_the_token_only_as_its_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The variable FORGE_TOKEN is taken from every call; settings of the caller do not come in."""
    monkeypatch.setenv("FORGE_TOKEN", TOKEN)
    monkeypatch.setenv("GIT_CONFIG_COUNT", "2")
    monkeypatch.setenv("GIT_CONFIG_KEY_1", "core.editor")
    monkeypatch.setenv("GIT_CONFIG_VALUE_1", "touch")
    Git(tmp_path)
    look = ("-c", "alias.look=!env", "look")
    _, plain, _ = run(tmp_path, look)
    assert b"GIT_ALLOW_PROTOCOL=none\n" in plain
    assert TOKEN.encode() not in plain and b"\nGIT_CONFIG_COUNT=" not in plain
    way = Way(hidden=Login.read(TOKEN, "git.example.org").settings("https://git.example.org/x"))
    _, told, _ = run(tmp_path, look, way=way)
    assert TOKEN.encode() not in told and b"\nGIT_CONFIG_COUNT=1\n" in told
    assert f"GIT_CONFIG_VALUE_0=Authorization: {basic(TOKEN)}\n".encode() in told
    assert TOKEN not in repr(way) and basic(TOKEN) not in repr(way)
