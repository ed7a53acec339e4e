"""A small server on this machine for looking at the site, and a watch over its sources."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from maestro.errors import MaestroError

PAUSE_SECONDS = 0.5


class _Quiet(SimpleHTTPRequestHandler):
    """Serves files without a line for each of them; nothing is kept by the browser."""

    def end_headers(self) -> None:
        """Add the header that makes every reload a fresh one."""
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing."""


@contextmanager
def serve_folder(folder: Path, port: int) -> Iterator[str]:
    """Serve ``folder`` on the loopback address; port 0 takes any free one.

    Raises MaestroError when the port is taken.
    """
    handler = partial(_Quiet, directory=str(folder))
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError as error:
        reason = (error.strerror or "not free").lower()
        raise MaestroError("M008", f"port {port}: {reason}", "name another --port") from None
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Watch:
    """Notices that a record or a hand-written page changed."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.before = self._marks()

    def wait(self) -> None:
        """Return when something is different from the last time, and has come to rest."""
        while self._marks() == self.before:
            time.sleep(PAUSE_SECONDS)
        while (now := self._marks()) != self.before:
            self.before = now
            time.sleep(PAUSE_SECONDS / 5)

    def _marks(self) -> dict[str, tuple[int, int]]:
        marks = {}
        paths = [self.root / "mkdocs.yml"]
        for name in ("catalog", "projects", "site"):
            paths += (self.root / name).rglob("*")
        for path in paths:
            try:
                found = path.lstat()
            except OSError:
                continue
            marks[str(path)] = (found.st_size, found.st_mtime_ns)
        return marks
