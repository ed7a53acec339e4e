"""Reading files behind addresses: a loopback web server and a loopback S3 server."""

from __future__ import annotations

import hashlib
import importlib.util
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from maestro.catalog.load import Catalog, Entry
from maestro.catalog.verify import verify
from maestro.errors import MaestroError
from maestro.schema import Owners, Settings, Taxonomy
from maestro.schema.artifact import Dataset
from maestro.source.hosts import Hosts
from maestro.source.remote import Access, digest_url, require

CONTENT = bytes(range(256)) * 1000
DIGEST = f"sha256:{hashlib.sha256(CONTENT).hexdigest()}"


def missing(package: str) -> bool:
    """True when an optional package is not installed."""
    return importlib.util.find_spec(package) is None


needs_https = pytest.mark.skipif(missing("aiohttp"), reason="extra https is not installed")
needs_s3 = pytest.mark.skipif(missing("s3fs"), reason="extra s3 is not installed")


class Quiet(BaseHTTPRequestHandler):
    """Answers without writing to the terminal."""

    protocol_version = "HTTP/1.1"
    asked: list[str]

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        """Send one answer; underscores in header names stand for dashes."""
        self.send_response(status)
        headers.setdefault("Content_Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


class Web(Quiet):
    """A web server with a file, and with everything that can go wrong."""

    def do_GET(self) -> None:
        """Answer by path."""
        self.asked.append(self.path)
        path = self.path.partition("?")[0]
        if path == "/file":
            self.answer(200, CONTENT)
        elif path == "/packed":
            self.answer(200, CONTENT, Content_Encoding="gzip")
        elif path == "/near":
            self.answer(302, Location="/file")
        elif path == "/far":
            self.answer(302, Location=f"http://localhost:{self.server.server_address[1]}/file")
        elif path == "/circle":
            self.answer(302, Location="/circle")
        elif path == "/cut":
            self.answer(200, CONTENT[:100], Content_Length=str(len(CONTENT)))
            self.close_connection = True
        elif path == "/slow":
            self.answer(200, b"x", Content_Length="10")
            time.sleep(1)
        elif path.removeprefix("/").isdigit():
            self.answer(int(path[1:]))
        else:
            self.answer(404)


class S3(Quiet):
    """The few answers of S3 that reading one object takes, by path style."""

    objects: ClassVar = {"/data/churn/base.bin": CONTENT}

    def do_HEAD(self) -> None:
        """Size of an object."""
        self.do_GET()

    def do_GET(self) -> None:
        """An object, a range of it, or the empty list of a bucket."""
        self.asked.append(f"{self.command} {self.path}")
        path, _, query = self.path.partition("?")
        body = self.objects.get(path)
        if path == "/data/forbidden.bin":
            self.answer(403)
        elif body is not None:
            self._object(body)
        elif "list-type=2" in query:
            head = '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
            rest = "<KeyCount>0</KeyCount><IsTruncated>false</IsTruncated></ListBucketResult>"
            self.answer(200, f"{head}{rest}".encode(), Content_Type="application/xml")
        else:
            self.answer(404)

    def _object(self, body: bytes) -> None:
        tag = {"ETag": f'"{hashlib.md5(body).hexdigest()}"'}
        tag["Last_Modified"] = "Mon, 06 Jan 2025 10:00:00 GMT"
        asked = self.headers.get("Range")
        if self.command == "HEAD" or not asked:
            self.answer(200, body, **tag)
            return
        first, _, last = asked.removeprefix("bytes=").partition("-")
        part = body[int(first) : int(last or len(body)) + 1]
        span = f"bytes {first}-{int(first) + len(part) - 1}/{len(body)}"
        self.answer(206, part, Content_Range=span, **tag)


@contextmanager
def serving(handler: type[Quiet]) -> Iterator[tuple[int, list[str]]]:
    """A server on a free port of this machine, and the list of what it was asked."""
    asked: list[str] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (handler,), {"asked": asked}))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_address[1], asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def web() -> Iterator[tuple[int, list[str]]]:
    """The web server."""
    with serving(Web) as found:
        yield found


@pytest.fixture
def s3() -> Iterator[tuple[dict[str, Any], list[str]]]:
    """Storage options that lead to the S3 server, and what it was asked."""
    with serving(S3) as (port, asked):
        options = {
            "key": "test",
            "secret": "test",
            "client_kwargs": {
                "endpoint_url": f"http://127.0.0.1:{port}",
                "region_name": "us-east-1",
            },
            "config_kwargs": {"retries": {"max_attempts": 0}},
        }
        yield options, asked


def listed(port: int, **more: Any) -> Access:
    """Access with the loopback server on the list."""
    return Access(hosts=Hosts((f"http://127.0.0.1:{port}",)), **more)


def code_of(url: str, access: Access) -> str:
    """The code of the error that reading gives."""
    with pytest.raises(MaestroError) as caught:
        digest_url(url, access)
    assert caught.value.hint and caught.value.exit_code == 3
    return caught.value.code


@needs_https
def test_web_file(web: tuple[int, list[str]]) -> None:
    """A file is read in one request, byte for byte as it is sent."""
    port, asked = web
    read = digest_url(f"http://127.0.0.1:{port}/file", listed(port))
    assert (read.digest, read.size_bytes) == (DIGEST, len(CONTENT))
    assert asked == ["/file"]
    assert digest_url(f"http://127.0.0.1:{port}/packed", listed(port)).digest == DIGEST


@needs_https
@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/gone", "S003"),
        ("/500", "S006"),
        ("/403", "S006"),
        ("/cut", "S006"),
        ("/circle", "S006"),
        ("/far", "S006"),
    ],
)
def test_web_failures(web: tuple[int, list[str]], path: str, code: str) -> None:
    """Each way to fail is one error with a hint; a cut body never passes for the whole."""
    port, _ = web
    assert code_of(f"http://127.0.0.1:{port}{path}", listed(port)) == code


@needs_https
def test_redirects_stay_on_the_host(web: tuple[int, list[str]]) -> None:
    """A redirect within the host is followed, one to another host is not even asked."""
    port, asked = web
    assert digest_url(f"http://127.0.0.1:{port}/near", listed(port)).digest == DIGEST
    asked.clear()
    both = Access(hosts=Hosts((f"http://127.0.0.1:{port}", f"http://localhost:{port}")))
    assert code_of(f"http://127.0.0.1:{port}/far", both) == "S006"
    assert asked == ["/far"]


@needs_https
def test_hosts_inside_are_not_asked(web: tuple[int, list[str]]) -> None:
    """Without a place on the list the server hears nothing, however its address is spelt."""
    port, asked = web
    for host in ("127.0.0.1", "127.1", "localhost", "2130706433"):
        assert code_of(f"https://{host}:{port}/file", Access()) == "S001"
        assert code_of(f"http://{host}:{port}/file", Access()) == "S001"
    assert asked == []


@needs_https
def test_a_name_that_changes_its_address_is_refused(
    web: tuple[int, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address of the connection is judged, not only that of an earlier look-up."""
    port, asked = web
    monkeypatch.setattr(Hosts, "check", lambda *_: None)
    assert code_of(f"http://localhost:{port}/file", Access()) == "S001"
    assert asked == []


@needs_https
def test_web_bounds(web: tuple[int, list[str]]) -> None:
    """A file above the bound and a server that dawdles are given up."""
    port, _ = web
    url = f"http://127.0.0.1:{port}"
    assert code_of(f"{url}/file", listed(port, max_bytes=1000)) == "S004"
    assert code_of(f"{url}/slow", listed(port, timeout_seconds=0.2)) == "S006"


@needs_https
def test_errors_hold_no_query(web: tuple[int, list[str]]) -> None:
    """The query of an address, which may hold a token, is in no message."""
    port, _ = web
    with pytest.raises(MaestroError) as caught:
        digest_url(f"http://127.0.0.1:{port}/500?token=secret", listed(port))
    assert "secret" not in caught.value.message + caught.value.hint


@needs_s3
def test_s3_object(s3: tuple[dict[str, Any], list[str]]) -> None:
    """An object is read through the endpoint that the caller names."""
    options, asked = s3
    read = digest_url("s3://data/churn/base.bin", Access(storage_options={"s3": options}))
    assert (read.digest, read.size_bytes) == (DIGEST, len(CONTENT))
    assert asked[0] == "HEAD /data/churn/base.bin"


@needs_s3
def test_s3_failures(s3: tuple[dict[str, Any], list[str]]) -> None:
    """A missing object, a forbidden one and a large one are three different errors."""
    options, _ = s3
    access = Access(storage_options={"s3": options})
    assert code_of("s3://data/gone.bin", access) == "S003"
    assert code_of("s3://data/forbidden.bin", access) == "S006"
    small = Access(storage_options={"s3": options}, max_bytes=10)
    assert code_of("s3://data/churn/base.bin", small) == "S004"


@pytest.mark.parametrize(
    ("url", "package", "command"),
    [
        ("https://h/x", "aiohttp", "pip install 'maestro-library[https]'"),
        ("s3://b/x", "s3fs", "pip install 'maestro-library[s3]'"),
        ("gs://b/x", "gcsfs", "pip install 'maestro-library[gs]'"),
    ],
)
def test_a_missing_package_is_named(
    monkeypatch: pytest.MonkeyPatch, url: str, package: str, command: str
) -> None:
    """Without the extra, the error names the package and the command that installs it."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(MaestroError) as caught:
        require(url)
    assert caught.value.code == "S007" and package in caught.value.message
    assert caught.value.hint == command and caught.value.exit_code == 3


def test_other_schemes_are_not_read() -> None:
    """Nothing but https, s3 and gs is read, whatever the libraries could do."""
    for url in ("file:///etc/passwd", "ftp://h/x", "github://a:b@c/x", "memory://x", "x"):
        assert code_of(url, Access()) == "S008"


@needs_https
def test_verify_asks_only_when_told_to(web: tuple[int, list[str]]) -> None:
    """An address is left out without ``remote``, and compared with its digest with it."""
    port, asked = web
    record = Dataset.model_validate(
        {
            "version": "1.0.0",
            "description": "Base data behind an address.",
            "owner": "growth",
            "source": {"url": f"http://127.0.0.1:{port}/file", "digest": DIGEST},
        }
    )
    entry = Entry("datasets", "base", "catalog/datasets/base.yaml", record, "")
    settings = Settings(title="Test", format=1, hosts=[f"http://127.0.0.1:{port}"])
    owners = Owners.model_construct(teams={})
    catalog = Catalog(Path(), settings, owners, Taxonomy(), entries={"base": entry})
    assert [found.state for found in verify(catalog)] == ["skipped"]
    assert asked == []
    assert [found.state for found in verify(catalog, remote=True)] == ["ok"]
