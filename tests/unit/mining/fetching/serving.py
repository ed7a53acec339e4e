"""A web server on loopback that can be made to fail in every way that real ones do."""

from __future__ import annotations

import contextlib
import hashlib
import json
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Query = dict[str, str]


@dataclass
class Reply:
    """One answer; ``cut`` sends half of the body, ``drop`` ends the connection at once."""

    status: int = 200
    body: bytes = b"[]"
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    drop: bool = False


def page(document: Any, **headers: str) -> Reply:
    """A JSON document as a forge sends it, with its ETag."""
    body = json.dumps(document).encode()
    tag = f'W/"{hashlib.sha256(body).hexdigest()}"'
    return Reply(200, body, {"Content-Type": "application/json", "ETag": tag, **headers})


Answering = Callable[[str, Query], Reply]


class Server(ThreadingHTTPServer):
    """Answers by ``answering``; ``faults`` maps the number of a request to what it gets instead.

    With ``wanted`` every request without that Authorization header is answered with 401.
    """

    daemon_threads = True

    def __init__(self, answering: Answering) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answering = answering
        self.faults: dict[int, Reply] = {}
        self.wanted = ""
        self.asked: list[str] = []
        self.heads: list[dict[str, str]] = []
        self.same = 0
        self.before: Callable[[int], None] = lambda number: None
        self.port = self.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def kinds(self) -> Counter[str]:
        """How often each kind of address was asked for, numbers left out."""
        found = (urlsplit(path).path for path in self.asked)
        return Counter(
            "/".join("N" if p.isdigit() else p for p in path.split("/")) for path in found
        )


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def log_message(self, *_: object) -> None:
        """Keep quiet."""

    def do_GET(self) -> None:
        """Answer one question."""
        server = self.server
        number = len(server.asked) + 1
        server.asked.append(self.path)
        server.heads.append({name.lower(): value for name, value in self.headers.items()})
        server.before(number)
        reply = server.faults.pop(number, None)
        if reply is None and server.wanted and self.headers.get("Authorization") != server.wanted:
            reply = Reply(401, b'{"message": "Requires authentication"}')
        if reply is None:
            parts = urlsplit(self.path)
            query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
            reply = server.answering(parts.path, query)
        tag = reply.headers.get("ETag")
        if tag and self.headers.get("If-None-Match") == tag:
            server.same += 1
            reply = Reply(304, b"", {"ETag": tag})
        self.send(reply)

    def send(self, reply: Reply) -> None:
        """Send an answer, whole or not."""
        if reply.drop:
            self.close_connection = True
            with contextlib.suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.status != 304:
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        body = reply.body[: len(reply.body) // 2] if reply.cut else reply.body
        with contextlib.suppress(OSError):
            self.wfile.write(body)
            self.wfile.flush()
        self.close_connection = self.close_connection or reply.cut


@contextlib.contextmanager
def serving(answering: Answering) -> Iterator[Server]:
    """A server that answers for as long as the block lasts."""
    server = Server(answering)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
