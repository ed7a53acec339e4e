"""``maestro serve``: the site on this machine, made anew when a record changes."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from .test_build import ENTRY, library

__all__ = ["library"]


def _page(address: str, path: str) -> str:
    with urllib.request.urlopen(address + path, timeout=10) as answer:
        return answer.read().decode("utf-8")


def test_the_site_follows_its_records(library: Path) -> None:
    """The site is served on loopback, a changed record is on its page soon, Ctrl-C ends it."""
    serving = subprocess.Popen(
        [sys.executable, "-m", "maestro", "serve", "-C", str(library), "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        address = serving.stdout.readline().split()[0]
        assert address.startswith("http://127.0.0.1:")
        assert "Monthly churn features" in _page(address, "library/churn-features.html")
        text = (library / ENTRY).read_text(encoding="utf-8").replace("Monthly", "Weekly")
        (library / ENTRY).write_text(text, encoding="utf-8")
        end = time.monotonic() + 60
        while "Weekly churn features" not in _page(address, "library/churn-features.html"):
            assert time.monotonic() < end, "the page never changed"
            time.sleep(0.2)
    finally:
        serving.send_signal(signal.SIGINT)
        _, err = serving.communicate(timeout=60)
    assert serving.returncode == 130, err
    assert "Traceback" not in err
