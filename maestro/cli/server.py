"""A small server on this machine for looking at the site, and a watch over its sources.

Pages are served with one more script, which is in no published file: it asks the server whether
the site was built anew, loads the page again when it was, and says why when it could not be.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from maestro.errors import MaestroError

PAUSE_SECONDS = 0.1
"""How long the watch waits before it looks again."""
WAIT_SECONDS = 20.0
"""How long a page waits for an answer before it asks again."""
SCRIPT = "/.maestro/reload.js"
ASK = "/.maestro/built"
_TAG = f'<script src="{SCRIPT}" defer></script>'.encode()
_RELOAD = f"""\
(function () {{
  "use strict";
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const note = document.createElement("div");

  /* It stands there empty from the start: a screen reader tells of words that come later. */
  function place() {{
    note.setAttribute("role", "status");
    note.id = "mx-served";
    Object.assign(note.style, {{
      position: "fixed", left: "1rem", right: "1rem", bottom: "1rem", zIndex: "10",
      maxWidth: "40rem", maxHeight: "40vh", overflow: "auto", padding: "0.8rem 1rem",
      border: "1px solid currentColor", borderLeftWidth: "6px", borderRadius: "4px",
      background: "var(--md-default-bg-color, Canvas)",
      color: "var(--md-typeset-color, CanvasText)",
      fontSize: "0.7rem", overflowWrap: "anywhere", whiteSpace: "pre-line"
    }});
    document.body.append(note);
    say("");
  }}

  function say(fault) {{
    note.textContent = fault &&
      "The last change could not be built; this page is as it was before.\\n" + fault;
    note.style.visibility = fault ? "visible" : "hidden";
  }}

  /* The answer comes when there is something new, or after a while. */
  async function follow() {{
    let turn = "", build = "";
    for (;;) {{
      try {{
        const answer = await (await fetch("{ASK}?seen=" + encodeURIComponent(turn))).json();
        if (build && answer.build !== build) {{
          location.reload();
          return;
        }}
        ({{ turn, build }} = answer);
        say(answer.fault);
      }} catch (gone) {{
        await pause(1000);
      }}
    }}
  }}

  place();
  follow();
}})();
"""


class Builds:
    """The number of the last build that succeeded, what is wrong since, and a bell for those who
    wait for either to change."""

    def __init__(self, first: int | None = None) -> None:
        """``first`` differs from server to server, so that a page sees a new one, too."""
        self._turn = self._build = time.time_ns() if first is None else first
        self._fault = ""
        self._bell = threading.Condition()

    def announce(self) -> None:
        """Tell all who wait that there is a new build."""
        with self._bell:
            self._turn += 1
            self._build = self._turn
            self._fault = ""
            self._bell.notify_all()

    def say(self, fault: str) -> None:
        """Tell all who wait why there is no new build; nothing when all is well again."""
        with self._bell:
            if fault != self._fault:
                self._turn += 1
                self._fault = fault
                self._bell.notify_all()

    def after(self, seen: str, seconds: float) -> dict[str, str]:
        """Turn, build and fault: at once when the turn is not ``seen``, else when it changes."""
        with self._bell:
            self._bell.wait_for(lambda: str(self._turn) != seen, timeout=seconds)
            return {"turn": str(self._turn), "build": str(self._build), "fault": self._fault}


class _Quiet(SimpleHTTPRequestHandler):
    """Serves files without a line for each of them; nothing is kept by the browser."""

    def __init__(self, *words: object, builds: Builds, **named: object) -> None:
        self.builds = builds
        super().__init__(*words, **named)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """Serve a file, a page with the script for reloading, that script, or its answer."""
        address = urlsplit(self.path)
        if address.path == SCRIPT:
            self._send(_RELOAD.encode(), "text/javascript; charset=utf-8")
        elif address.path == ASK:
            seen = parse_qs(address.query).get("seen", [""])[0]
            answer = json.dumps(self.builds.after(seen, WAIT_SECONDS))
            self._send(answer.encode(), "application/json")
        elif not self._page():
            super().do_GET()

    def _page(self) -> bool:
        """Serve a page; False when the address is no page that is there."""
        place = Path(self.translate_path(self.path))
        if place.is_dir() and urlsplit(self.path).path.endswith("/"):
            place /= "index.html"
        if place.suffix != ".html":
            return False
        try:
            data = place.read_bytes()
        except OSError:
            return False
        at = data.rfind(b"</body>")
        at = len(data) if at < 0 else at
        self._send(data[:at] + _TAG + data[at:], "text/html; charset=utf-8")
        return True

    def _send(self, data: bytes, kind: str) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def end_headers(self) -> None:
        """Add the header that makes every reload a fresh one."""
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a browser that left before its answer came."""


@contextmanager
def serve_folder(folder: Path, port: int, builds: Builds) -> Iterator[str]:
    """Serve ``folder`` on the loopback address; port 0 takes any free one.

    Pages that are open load again when ``builds`` announces. Raises MaestroError when the port
    is taken.
    """
    handler = partial(_Quiet, directory=str(folder), builds=builds)
    try:
        server = _Server(("127.0.0.1", port), handler)
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
        while not self.has_news():
            time.sleep(PAUSE_SECONDS)
        while (now := self._marks()) != self.before:
            self.before = now
            time.sleep(PAUSE_SECONDS / 2)

    def has_news(self) -> bool:
        """Whether something is different from the last time."""
        return self._marks() != self.before

    def _marks(self) -> dict[str, tuple[int, int]]:
        marks: dict[str, tuple[int, int]] = {}
        with suppress(OSError):
            found = os.lstat(self.root / "mkdocs.yml")
            marks["mkdocs.yml"] = (found.st_size, found.st_mtime_ns)
        folders = [str(self.root / name) for name in ("catalog", "projects", "site")]
        while folders:
            with suppress(OSError), os.scandir(folders.pop()) as inside:
                for one in inside:
                    found = one.stat(follow_symlinks=False)
                    marks[one.path] = (found.st_size, found.st_mtime_ns)
                    if one.is_dir(follow_symlinks=False):
                        folders.append(one.path)
        return marks
