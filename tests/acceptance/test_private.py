"""Fetching private repositories by the command, with the token in its environment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.unit.mining.making import Git
from tests.unit.mining.serving import Server, basic, serving

from .cases import HEALTHY, write_tree
from .conftest import Answer

TOKEN = "made-up-0123456789-token"
PROJECT = "projects/churn-2025/project.yaml"
SETTINGS = "catalog/settings.yaml"


@pytest.fixture
def private(tmp_path: Path) -> Iterator[Server]:
    """A server that answers only with the token."""
    Git(tmp_path / "srv" / "churn").commit({"a": "1\n"})
    with serving(tmp_path / "srv", basic(TOKEN)) as server:
        yield server


@pytest.fixture
def library(private: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library whose one project lies on that server."""
    for name in ("FORGE_TOKEN", "FORGE_HOST"):
        monkeypatch.delenv(name, raising=False)
    files = dict(HEALTHY)
    files[SETTINGS] += f"hosts: ['{private.host}']\n"
    files[PROJECT] += f"repository: {{url: '{private.host}/churn/.git'}}\n"
    write_tree(tmp_path / "library", files)
    return tmp_path / "library"


def everything(library: Path, answer: Answer) -> bytes:
    """All that the command said and left behind."""
    left = [path.read_bytes() for path in sorted(library.rglob("*")) if path.is_file()]
    return b"\n".join([answer.out.encode(), answer.err.encode(), *left])


@pytest.mark.parametrize("named_by", ["variable", "setting"])
def test_the_token_opens_a_private_repository(
    named_by: str,
    library: Path,
    private: Server,
    maestro: Callable[..., Answer],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its host stands in FORGE_HOST or, when that is missing or empty, in repository_url."""
    monkeypatch.setenv("FORGE_TOKEN", TOKEN)
    monkeypatch.setenv("FORGE_HOST", private.place if named_by == "variable" else "")
    wrong = "https://git.example.org/ours" if named_by == "variable" else f"{private.host}/ours"
    with open(library / SETTINGS, "a") as settings:
        settings.write(f"repository_url: {wrong}\n")
    answer = maestro("fetch", "-C", library)
    assert answer.code == 0, answer.err
    assert "1 repository, 0 failed" in answer.err and "warning" not in answer.err
    assert TOKEN.encode() not in everything(library, answer)


def test_build_fetches_with_the_token(
    library: Path,
    private: Server,
    maestro: Callable[..., Answer],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What build --fetch publishes comes from the private repository, without the token."""
    monkeypatch.setenv("FORGE_TOKEN", TOKEN)
    monkeypatch.setenv("FORGE_HOST", private.place)
    answer = maestro("build", "--fetch", "-C", library)
    assert answer.code in (0, 1), answer.err
    assert "1 repository, 0 failed" in answer.err
    found = everything(library, answer)
    assert Git(private.root / "churn")("rev-parse", "HEAD").encode() in found
    assert TOKEN.encode() not in found and basic(TOKEN).split()[1].encode() not in found


def test_a_wrong_token_fails_in_plain_words(
    library: Path,
    private: Server,
    maestro: Callable[..., Answer],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One sentence with its code, a remedy that names the variable, and the token nowhere."""
    monkeypatch.setenv("FORGE_TOKEN", "made-up-wrong-token")
    monkeypatch.setenv("FORGE_HOST", private.place)
    answer = maestro("fetch", "-C", library)
    url = f"{private.host}/churn/.git"
    assert answer.code == 1
    assert f"G019: {url}: {url} refuses the token" in answer.err
    assert "check that FORGE_TOKEN has not expired" in answer.err
    found = everything(library, answer)
    for word in (b"made-up-wrong-token", basic("made-up-wrong-token").split()[1].encode()):
        assert word not in found


def test_a_token_without_a_host_is_sent_nowhere(
    library: Path,
    private: Server,
    maestro: Callable[..., Answer],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without FORGE_HOST and repository_url a warning says that the token is not used."""
    monkeypatch.setenv("FORGE_TOKEN", TOKEN)
    answer = maestro("fetch", "-C", library)
    assert answer.code == 1
    assert "warning: FORGE_TOKEN is sent nowhere" in answer.err
    assert "FORGE_HOST" in answer.err and "repository_url" in answer.err
    assert private.heads and not any("Authorization" in head for head in private.heads)


@pytest.mark.parametrize(
    ("token", "place"),
    [("made-up\nHost: x", "h"), ("made-up\x1b", "h"), ("made-up\n", ""), ("made-up", "https://h")],
)
def test_what_cannot_be_a_login_stops_the_command(
    token: str,
    place: str,
    library: Path,
    private: Server,
    maestro: Callable[..., Answer],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A token with a line break or control character, or a host that is none: nothing is asked."""
    monkeypatch.setenv("FORGE_TOKEN", token)
    monkeypatch.setenv("FORGE_HOST", place)
    answer = maestro("fetch", "-C", library)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("maestro: G020: ") and "made-up" not in answer.err
    assert private.paths == []
