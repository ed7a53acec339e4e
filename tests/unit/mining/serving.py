"""A real git server on loopback, for tests that fetch."""

from __future__ import annotations

import base64
import contextlib
import os
import subprocess
import threading
from collections.abc import Iterator
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PROCESSES = Path("/proc")


def basic(token: str) -> str:
    """The header that a forge expects with a token."""
    return "Basic " + base64.b64encode(b"x-access-token:" + token.encode()).decode()


class Server(ThreadingHTTPServer):
    """``git http-backend`` behind a loopback port; folders below ``root`` are repositories.

    With ``wanted`` every request without that Authorization header is answered with 401.
    """

    def __init__(self, root: Path, wanted: str = "") -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.root = root
        self.wanted = wanted
        self.paths: list[str] = []
        self.heads: list[Message] = []
        self.commands: set[bytes] = set()
        self.place = f"127.0.0.1:{self.server_address[1]}"
        self.host = f"http://{self.place}"

    def look(self, path: str, head: Message) -> None:
        """Remember a request, and the command lines of all processes while it waits."""
        self.paths.append(path)
        self.heads.append(head)
        for line in PROCESSES.glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                self.commands.add(line.read_bytes())


class Handler(BaseHTTPRequestHandler):
    """One request; some first folders of a path are answered without git.

    ``/moved`` is redirected, ``/away/<port>`` to another port, ``/html`` is a page, ``/echo`` a
    refusal that repeats the token, ``/closed`` is forbidden.
    """

    server: Server

    def log_message(self, *_: object) -> None:
        """Keep quiet."""

    def do_GET(self) -> None:
        """A GET."""
        self.answer(b"")

    def do_POST(self) -> None:
        """A POST."""
        self.answer(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def answer(self, body: bytes) -> None:
        """Judge the header, then the path."""
        self.server.look(self.path, self.headers)
        given = self.headers.get("Authorization", "")
        _, first, *rest = self.path.split("/", 3)
        if self.server.wanted and given != self.server.wanted:
            self.reply(401, {"WWW-Authenticate": "Basic", "Content-Type": "text/plain"}, b"no\n")
        elif first == "moved":
            self.reply(302, {"Location": self.path.replace("/moved", "", 1)})
        elif first == "away":
            self.reply(302, {"Location": f"http://127.0.0.1:{rest[0]}/{rest[1]}"})
        elif first == "html":
            self.reply(200, {"Content-Type": "text/html"}, b"<html>::error::sign in")
        elif first == "closed":
            self.reply(403, {"Content-Type": "text/plain"}, given.encode())
        elif first == "echo":
            kind = "application/x-git-upload-pack-advertisement"
            said = given + " " + base64.b64decode(given.partition(" ")[2]).decode()
            lines = ["# service=git-upload-pack\n", "", f"ERR {said}"]
            packets = [f"{len(line) + 4:04x}{line}" if line else "0000" for line in lines]
            self.reply(200, {"Content-Type": kind}, "".join(packets).encode())
        else:
            self.git(body)

    def reply(self, status: int, headers: dict[str, str], content: bytes = b"") -> None:
        """Send one whole answer."""
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(content)

    def git(self, body: bytes) -> None:
        """Hand the request to git's own server program."""
        path, _, query = self.path.partition("?")
        env = {
            "PATH": os.environ["PATH"], "GIT_PROJECT_ROOT": str(self.server.root),
            "GIT_HTTP_EXPORT_ALL": "1", "PATH_INFO": path, "QUERY_STRING": query,
            "REQUEST_METHOD": self.command, "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "CONTENT_LENGTH": str(len(body)), "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""), "HOME": str(self.server.root),
        }  # fmt: skip
        done = subprocess.run(
            ["git", "http-backend"], env=env, input=body, capture_output=True, check=False
        )
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if line)
        self.reply(int(headers.pop("Status", "200").split()[0]), headers, content)


@contextlib.contextmanager
def serving(root: Path, wanted: str = "") -> Iterator[Server]:
    """A server that answers for as long as the block lasts."""
    server = Server(root, wanted)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
