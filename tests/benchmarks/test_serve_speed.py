"""What ``maestro serve`` takes from a saved file to the page that shows it.

A demo of 60 projects with histories is built, served and changed. Seconds of the clock are
printed, and hold on an idle machine; the test compares CPU seconds with those of ``maestro build``
after the same change. Run with
``python3 start.py test tests/benchmarks/test_serve_speed.py -n 0 -s -m slow``; the number of
artifacts comes from ``MAESTRO_SERVE_ARTIFACTS`` (40 when it is not set).
"""

from __future__ import annotations

import os
import re
import signal
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/stat").is_file(), reason="reads /proc"),
]
ARTIFACTS = os.environ.get("MAESTRO_SERVE_ARTIFACTS", "40")
COMMAND = [sys.executable, "-m", "maestro"]


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo that was built."""
    root = tmp_path_factory.mktemp("serve") / "tour"
    subprocess.run([*COMMAND, "demo", str(root), "--artifacts", ARTIFACTS], check=True)
    subprocess.run([*COMMAND, "build", "-C", str(root)], check=True, capture_output=True)
    return root


@pytest.fixture
def served(tour: Path) -> Iterator[tuple[str, int]]:
    """The address of the demo and the number of the process that serves it."""
    command = [*COMMAND, "serve", "--port", "0", "-C", str(tour)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().split()[0]
        time.sleep(10)  # What comes first is loaded while nobody waits.
        yield address, process.pid
        process.send_signal(signal.SIGINT)


def _cpu(process: int) -> float:
    words = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, words[11:13])) / os.sysconf("SC_CLK_TCK")


def _page(address: str) -> str:
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return str(answer.read().decode("utf-8"))
    except OSError:
        return ""


def _until(done: Callable[[], bool], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "the page never changed"
        time.sleep(0.02)


def _describe(record: Path, words: str) -> None:
    text = record.read_text(encoding="utf-8")
    text = re.sub(r"(?m)^description: .*$", f"description: {words}", text, count=1)
    record.write_text(text, encoding="utf-8")


def test_a_draft_costs_less_than_half_of_a_build(tour: Path, served: tuple[str, int]) -> None:
    """The first change and ten more: each is on its page for less CPU than a build would take."""
    address, process = served
    record = min((tour / "catalog/feature_pipelines").glob("*.yaml"))
    page = f"{address}library/{record.stem}.html"
    clock, cpu = [], []
    for number in range(11):
        words, began, used = f"Words {number} of a draft.", time.monotonic(), _cpu(process)
        _describe(record, words)
        _until(lambda words=words: words in _page(page))  # type: ignore[misc]
        clock.append(time.monotonic() - began)
        cpu.append(_cpu(process) - used)
        time.sleep(1)
    _describe(record, "Words of a build.")
    os.kill(process, signal.SIGINT)
    time.sleep(2)
    before = os.times()
    subprocess.run([*COMMAND, "build", "-C", str(tour)], check=True, capture_output=True)
    after = os.times()
    whole = sum(after[2:4]) - sum(before[2:4])
    print(f"\nfirst {clock[0]:.2f} s ({cpu[0]:.2f} CPU s), later median", end=" ")
    print(f"{statistics.median(clock[1:]):.2f} s, worst {max(clock[1:]):.2f} s", end=" ")
    print(f"({statistics.median(cpu[1:]):.2f} CPU s); build {whole:.2f} CPU s")
    assert max(cpu) < whole / 2
