"""Asking a server: limits, failures, redirects, tokens, and what may be asked at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from maestro.errors import MaestroError
from maestro.mining import http
from maestro.mining.ci.fetching import Reach, Source, fetch_ci
from maestro.mining.http import Budget, Client, Clock, Key, PausedError
from maestro.repository import Login
from maestro.source.hosts import Hosts

from .fake_github import lively
from .fetch import NOW, Watch, digests, fetch, ids
from .serving import Query, Reply, Server, page, serving

TOKEN = "ghp_" + "a1B2" * 9


def fine(path: str, query: Query) -> Reply:
    """An answer to anything."""
    return page({"path": path})


opened: list[Client] = []


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    while opened:
        opened.pop().close()


def client(server: Server, watch: Watch) -> Client:
    """A client of the server, with plenty of requests."""
    hosts = Hosts((f"http://127.0.0.1:{server.port}",))
    opened.append(Client(server.url, hosts, Budget(50, 50), clock=Clock(watch.now, watch.sleep)))
    return opened[-1]


WAITS = {
    "seconds": (Reply(403, b"{}", {"Retry-After": "60"}), 60),
    "429 with seconds": (Reply(429, b"{}", {"Retry-After": "5"}), 5),
    "a date": (Reply(429, b"{}", {"Retry-After": "Fri, 03 Apr 2026 00:02:00 GMT"}), 120),
    "nothing left": (
        Reply(403, b"{}", {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(NOW + 30)}),
        31,
    ),
    "nothing left at GitLab": (
        Reply(429, b"{}", {"RateLimit-Remaining": "0", "RateLimit-Reset": str(NOW + 9)}),
        10,
    ),
    "a secondary limit that says no time": (
        Reply(
            403,
            b'{"message": "You have exceeded a secondary rate limit"}',
            {"X-RateLimit-Remaining": "4321"},
        ),
        60,
    ),
    "429 that says no time": (Reply(429, b"busy"), 60),
}


@pytest.mark.parametrize("name", WAITS)
def test_limits_are_waited_for(name: str) -> None:
    """The wait that the server asks for is waited, once, and the question asked again."""
    reply, seconds = WAITS[name]
    watch = Watch()
    with serving(fine) as server:
        server.faults = {1: reply}
        assert client(server, watch).get("/a").data == {"path": "/a"}
    assert watch.slept == [seconds]


@pytest.mark.parametrize("wait", ["3600", "999999999", "Sat, 04 Apr 2026 00:00:00 GMT"])
def test_long_waits_end_the_fetch(wait: str) -> None:
    """A limit of more than ten minutes is for the next fetch; nobody sleeps for it."""
    watch = Watch()
    with serving(fine) as server:
        server.faults = {1: Reply(429, b"", {"Retry-After": wait})}
        with pytest.raises(PausedError, match="rate limit is used up until"):
            client(server, watch).get("/a")
        assert (watch.slept, len(server.asked)) == ([], 1)


def test_the_last_allowed_answer_is_heeded() -> None:
    """When an answer says that it was the last, the next question waits without being sent."""
    watch = Watch()
    with serving(fine) as server:
        heads = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(NOW + 100)}
        server.faults = {1: Reply(200, b"{}", heads)}
        asked = client(server, watch)
        asked.get("/a")
        asked.get("/b")
    assert (watch.slept, len(server.asked)) == ([101], 2)


FAILURES = {
    "500": Reply(500),
    "502": Reply(502, b"<html>"),
    "cut off": Reply(200, b'{"a": "' + b"b" * 9000 + b'"}', cut=True),
    "no JSON": Reply(200, b"<html>sign in</html>"),
    "half JSON": Reply(200, b'[{"id": 1}, {"id'),
    "reset": Reply(drop=True),
    "gzip that is none": Reply(200, b"xyz", {"Content-Encoding": "gzip"}),
    "too deep": Reply(200, b"[" * 200_000),
}


@pytest.mark.parametrize("name", FAILURES)
def test_failures_are_asked_again_and_then_named(name: str) -> None:
    """Two failures are waited for, longer each time; five in a row are a refusal with a code."""
    watch = Watch()
    with serving(fine) as server:
        server.faults = dict.fromkeys((1, 2), FAILURES[name])
        asked = client(server, watch)
        assert asked.get("/a").data == {"path": "/a"}
        assert watch.slept == [1, 2]
        server.faults = dict.fromkeys(range(4, 20), FAILURES[name])
        with pytest.raises(MaestroError) as raised:
            asked.get("/a")
    assert raised.value.code == "C002" and raised.value.hint
    assert watch.slept[2:] == [1, 2, 4, 8]


def test_forbidden_is_no_limit() -> None:
    """A plain 403 is a refusal at once, with what the server says and without its tricks."""
    with serving(fine) as server:
        server.faults = {1: Reply(403, b'{"message": "Must have admin\\u001b[2J rights"}')}
        with pytest.raises(MaestroError, match="Must have admin \\[2J rights") as raised:
            client(server, Watch()).get("/a", [("secret", "x")])
        assert (raised.value.code, len(server.asked)) == ("C001", 1)
        assert "secret" not in raised.value.message


@pytest.mark.parametrize(
    "reply",
    [
        Reply(403, b'{"message": "rate limit policies forbid this"}'),
        Reply(403, b'{"message": "no"}', {"X-RateLimit-Remaining": "4321"}),
    ],
)
def test_words_alone_make_no_limit(reply: Reply) -> None:
    """A 403 is waited for only when headers count requests and its words speak of a limit."""
    watch = Watch()
    with serving(fine) as server:
        server.faults = {1: reply}
        with pytest.raises(MaestroError, match="may not be read"):
            client(server, watch).get("/a")
    assert watch.slept == []


def test_the_budget_counts_every_request() -> None:
    """Also those that fail; then the fetch pauses."""
    with serving(fine) as server:
        server.faults = dict.fromkeys(range(1, 99), Reply(500))
        asked = client(server, Watch())
        asked.budget.share = 3
        with pytest.raises(PausedError):
            asked.get("/a")
        assert len(server.asked) == 3


def test_too_many_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A body that does not end is cut off at the limit, packed or not."""
    monkeypatch.setattr(http, "MOST_BYTES", 1000)
    with serving(lambda path, query: page(["x" * 5000])) as server:
        asked = client(server, Watch())
        with pytest.raises(MaestroError, match="sent more than"):
            asked.get("/a")


def test_the_same_is_told_by_its_mark() -> None:
    """An ETag is sent back as it came, and 304 is an answer only to that question."""
    with serving(fine) as server:
        asked = client(server, Watch())
        first = asked.get("/a")
        assert asked.get("/a", etag=first.etag).same
        assert server.heads[1]["if-none-match"] == first.etag
        server.faults = {3: Reply(304)}
        with pytest.raises(MaestroError):
            asked.get("/a")


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data",
        "https://example.org/a",
        "//example.org/a",
        "http://127.0.0.1:1/a",
        "file:///etc/passwd",
        "http://[::1",
        "",
    ],
)
def test_a_redirect_stays_on_the_server(target: str) -> None:
    """Another host, port or scheme ends the asking, and nothing is sent there."""
    with serving(fine) as server:
        server.faults = {n: Reply(302, b"", {"Location": target}) for n in range(1, 9)}
        with pytest.raises(MaestroError) as raised:
            client(server, Watch()).get("/a")
    assert raised.value.code in ("C002", "C003")


def test_a_redirect_on_the_same_server_is_followed() -> None:
    """A renamed repository is found under its new address."""
    with serving(fine) as server:
        server.faults = {1: Reply(301, b"", {"Location": "/b?page=2"})}
        assert client(server, Watch()).get("/a").data == {"path": "/b"}


REFUSED = {
    "plain http": ("http://127.0.0.1:9", ()),
    "not public": ("https://127.0.0.1:9", ()),
    "metadata": ("http://169.254.169.254", ("169.254.169.254",)),
    "another port": ("http://127.0.0.1:9", ("http://127.0.0.1:8",)),
    "a user in it": ("https://user:pass@example.org", ()),
    "a file": ("file:///etc", ()),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_may_not_be_asked(name: str) -> None:
    """Only https to public hosts, and what the settings list, exactly as they list it."""
    url, listed = REFUSED[name]
    with pytest.raises(MaestroError) as raised:
        Client(url, Hosts(listed), Budget(5, 5))
    assert raised.value.code == "S001"


def test_a_name_is_judged_by_its_address_and_pinned_to_it() -> None:
    """A public name with a private address is refused; a listed one is asked at that address."""
    private = lambda host, port: ["10.0.0.7"]  # noqa: E731
    with pytest.raises(MaestroError, match="is not a public host"):
        Client("https://ci.example.org", Hosts(), Budget(5, 5), resolve=private)
    asked: list[str] = []

    def once(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    with serving(fine) as server:
        url = f"http://ci.internal:{server.port}"
        one = Client(url, Hosts((url,)), Budget(5, 5), resolve=once)
        opened.append(one)
        one.get("/a")
        one.get("/b")
        assert asked == ["ci.internal"]
        assert server.heads[0]["host"] == f"ci.internal:{server.port}"


def test_a_token_goes_to_its_own_host_only(tmp_path: Path) -> None:
    """Two servers, one token: only the one that it is for sees it, and no file holds it."""
    fake = lively(3)
    with serving(fake) as ours, serving(fake) as theirs:
        ours.wanted = f"Bearer {TOKEN}"
        key = Key(Login.read(TOKEN, f"127.0.0.1:{ours.port}"))
        assert fetch(tmp_path / "a", ours, keys=(key,)).code == ""
        assert fetch(tmp_path / "b", theirs, keys=(key,)).code == ""
        assert all("authorization" not in heads for heads in theirs.heads)
        assert all(heads["authorization"] == f"Bearer {TOKEN}" for heads in ours.heads)
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or TOKEN.encode() not in path.read_bytes()


def test_a_token_that_a_server_repeats_is_hidden(tmp_path: Path) -> None:
    """Messages and the state never hold the token, whatever a server says."""
    said = f'{{"message": "bad {TOKEN} header"}}'.encode()
    with serving(lambda path, query: Reply(401, said)) as server:
        key = Key(Login.read(TOKEN, f"127.0.0.1:{server.port}"))
        done = fetch(tmp_path, server, keys=(key,))
    assert done.code == "C001" and "(hidden)" in done.reason
    assert TOKEN not in repr(done) + repr(key)
    assert TOKEN.encode() not in b"".join(p.read_bytes() for p in tmp_path.rglob("*.json"))


def test_a_token_for_github_goes_to_its_api() -> None:
    """github.com's token is for api.github.com, too, and for no other name."""
    from maestro.mining.ci.fetching import _key_for

    key = Key(Login.read(TOKEN, "github.com"))
    reach = Reach(keys=(key,))
    assert _key_for(reach, "https://api.github.com") == key
    assert _key_for(reach, "https://github.com.example.org") is None
    assert _key_for(reach, "https://api.github.com:8443") is None


def test_a_fetch_through_every_trouble_is_whole(tmp_path: Path) -> None:
    """Limits, failures, cut pages and resets on the way change no byte of the facts."""
    fake = lively(120)
    with serving(fake) as server:
        fetch(tmp_path / "calm", server)
        server.asked.clear()
        replies = [*FAILURES.values(), *(reply for reply, _ in WAITS.values())]
        server.faults = {3 + 4 * n: reply for n, reply in enumerate(replies)}
        assert fetch(tmp_path / "rough", server).code == ""
        assert server.faults == {}
    assert digests(tmp_path / "calm") == digests(tmp_path / "rough")


def test_the_budget_is_shared_fairly(tmp_path: Path) -> None:
    """Each of three projects gets a third, and what a small one leaves goes to the others."""
    big, small = lively(400), lively(2)

    def answering(path: str, query: Query) -> Reply:
        fake = small if "/octo/b/" in path else big
        return fake(path.replace("/octo/a/", "/octo/app/").replace("/octo/b/", "/octo/app/")
                    .replace("/octo/c/", "/octo/app/"), query)  # fmt: skip

    watch = Watch()
    with serving(answering) as server:
        hosts = Hosts((f"http://127.0.0.1:{server.port}",))
        reach = Reach(hosts, (), 300, NOW - 398 * 86400, Clock(watch.now, watch.sleep))
        sources = [Source("github", f"octo/{x}", server.url) for x in "cab"]
        a, b, c = fetch_ci(sources, tmp_path, reach)
    assert [one.source.project for one in (a, b, c)] == ["octo/a", "octo/b", "octo/c"]
    assert b.left == "" and a.left and c.left
    assert a.requests + b.requests + c.requests == 300
    assert abs(a.requests - c.requests) <= 100


def test_one_failing_source_does_not_stop_the_next(tmp_path: Path) -> None:
    """A server that is gone is reported; the others are fetched."""
    fake = lively(5)
    watch = Watch()
    with serving(fake) as server:
        hosts = Hosts((f"http://127.0.0.1:{server.port}", "http://127.0.0.1:9"))
        reach = Reach(hosts, (), 300, 0.0, Clock(watch.now, watch.sleep))
        sources = [
            Source("github", "octo/app", server.url),
            Source("github", "octo/gone", "http://127.0.0.1:9"),
            Source("jenkins", "team/job"),
        ]
        good, gone, nowhere = fetch_ci(sources, tmp_path, reach)
    assert (good.code, gone.code, nowhere.code) == ("", "C002", "C005")
    assert len(ids(tmp_path, "run")) == 5
