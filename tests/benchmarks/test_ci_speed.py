"""How long CI records take to read, in CPU seconds, as ratios to ``json.loads`` of the same bytes.

Run with ``python3 start.py test tests/benchmarks -n 0 -s -m slow`` (the numbers are printed).
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from maestro.mining.ci.detect import read_bytes
from maestro.mining.ci.store import load, update

pytestmark = pytest.mark.slow

RUNS = 10_000
JOBS_PER_RUN = 4

WHOLE = """
import json, sys, time
from pathlib import Path
from maestro.mining.activity import Period
from maestro.mining.ci.gather import Wanted, gather
from maestro.mining.ci.health import ci_figures
from maestro.schema.settings import Runner

def peak():
    lines = open("/proc/self/status").read().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))

data, evidence = Path(sys.argv[1]), Path(sys.argv[2])
wanted = Wanted("p", "github_actions", "octo-org/octo-repo", evidence=evidence)
start = time.process_time()
found = gather(wanted, data)
figures = ci_figures(
    found.tables, Period(1_703_000_000, 13), {"ubuntu-latest": Runner(vcpu=4, price=1)}, "EUR"
)
whole = time.process_time() - start
counts = {kind: len(rows) for kind, rows in found.tables.items()}
hours = next(figure.value for figure in figures if figure.name == "cpu_hours")
print(json.dumps({"cpu": whole, "peak": peak(), "counts": counts, "hours": hours}))
"""


def cpu(work: Callable[[], Any]) -> float:
    """CPU seconds of the fastest of three."""

    def once() -> float:
        before = time.process_time()
        work()
        return time.process_time() - before

    return min(once() for _ in range(3))


def records() -> tuple[bytes, bytes]:
    """A page of 10,000 runs and one of their 40,000 jobs, as the API writes them."""
    dice = random.Random(7)

    def at(seconds: int) -> str:
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1_700_000_000 + seconds))

    runs, jobs = [], []
    for number in range(RUNS):
        begun = number * 300
        runs.append(
            {
                "id": 7_000_000_000 + number,
                "name": "Continuous integration",
                "path": ".github/workflows/ci.yml",
                "head_branch": f"feature/{dice.randrange(500)}-some-branch",
                "head_sha": f"{dice.getrandbits(160):040x}",
                "event": "pull_request",
                "status": "completed",
                "conclusion": dice.choice(["success", "success", "failure"]),
                "workflow_id": 1,
                "run_attempt": 1,
                "created_at": at(begun),
                "run_started_at": at(begun),
                "updated_at": at(begun + 400),
                "repository": {"full_name": "octo-org/octo-repo"},
            }
        )
        for place in range(JOBS_PER_RUN):
            id_ = 21_000_000_000 + JOBS_PER_RUN * number + place
            jobs.append(
                {
                    "id": id_,
                    "run_id": 7_000_000_000 + number,
                    "run_attempt": 1,
                    "name": f"test (ubuntu-latest, 3.{10 + place})",
                    "labels": ["ubuntu-latest"],
                    "status": "completed",
                    "conclusion": "success",
                    "created_at": at(begun),
                    "started_at": at(begun + 5),
                    "completed_at": at(begun + 300),
                    "runner_id": 1,
                    "html_url": f"https://github.example/octo-org/octo-repo/actions/runs/1/job/{id_}",
                }
            )
    pages = ({"workflow_runs": runs}, {"jobs": jobs})
    return json.dumps(pages[0]).encode(), json.dumps(pages[1]).encode()


@pytest.fixture
def show(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Print a line past pytest's capture."""

    def line(text: str) -> None:
        with capsys.disabled():
            print(f"\n{text}", end="")

    return line


def test_fifty_thousand_records(tmp_path: Path, show: Callable[[str], None]) -> None:
    """API pages within 8 times, our own lines within 6 times ``json.loads`` of the same bytes."""
    runs, jobs = records()
    plain = cpu(lambda: (json.loads(runs), json.loads(jobs)))
    read = cpu(lambda: read_bytes(runs + jobs))
    show(f"50,000 API records: json.loads {plain:.2f} s, read {read / plain:.1f}x ({read:.2f} s)")
    tables = read_bytes(runs + jobs).tables
    assert [len(tables[kind]) for kind in ("run", "job")] == [RUNS, RUNS * JOBS_PER_RUN]
    update(tmp_path, tables)
    files = sorted(tmp_path.rglob("*.jsonl"))
    own = b"".join(path.read_bytes() for path in files)
    lines = own.splitlines()
    plain_lines = cpu(lambda: [json.loads(line) for line in lines])
    read_lines = cpu(lambda: read_bytes(own))
    back = cpu(lambda: load(tmp_path))
    again = cpu(lambda: update(tmp_path, tables))
    show(
        f"50,000 own lines: json.loads {plain_lines:.2f} s, read {read_lines / plain_lines:.1f}x, "
        f"load {back / plain_lines:.1f}x, update with nothing new {again / plain_lines:.1f}x"
    )
    assert read <= 8 * plain
    assert read_lines <= 6 * plain_lines
    assert back <= 10 * plain_lines
    assert again <= 20 * plain_lines
    assert sum(path.stat().st_size for path in tmp_path.rglob("*.runs.jsonl")) <= 350 * RUNS
    jobs_bytes = sum(path.stat().st_size for path in tmp_path.rglob("*.jobs.jsonl"))
    assert jobs_bytes <= 250 * RUNS * JOBS_PER_RUN


@pytest.mark.parametrize("place", ["data", "evidence"])
def test_gathering_and_counting(place: str, tmp_path: Path, show: Callable[[str], None]) -> None:
    """All figures of 50,000 stored records, or of as many in API pages, within 15 times
    ``json.loads`` of the same bytes, which is 3 s, and within 200 MB."""
    runs, jobs = records()
    if place == "data":
        update(tmp_path / "data", read_bytes(runs + jobs).tables)
    else:
        write_pages(tmp_path / "evidence", runs, jobs)
    files = [path.read_bytes() for path in tmp_path.rglob("*.json*")]
    plain = cpu(lambda: [json.loads(line) for data in files for line in data.splitlines()])
    command = [sys.executable, "-c", WHOLE, str(tmp_path / "data"), str(tmp_path / "evidence")]
    ran = [json.loads(subprocess.check_output(command)) for _ in range(3)]
    whole, peak = min(one["cpu"] for one in ran), max(one["peak"] for one in ran)
    show(f"{place}: all figures {whole / plain:.1f}x ({whole:.2f} s), {peak:.0f} MB")
    assert ran[0]["counts"] == {"run": RUNS, "job": RUNS * JOBS_PER_RUN}
    # Each of the 40,000 jobs takes 295 s on 4 vCPU; all but the last weeks are in the window.
    assert 12_000 < ran[0]["hours"] <= RUNS * JOBS_PER_RUN * 295 * 4 / 3600
    assert whole <= 15 * plain
    assert peak <= 200


def write_pages(folder: Path, runs: bytes, jobs: bytes) -> None:
    """The records in pages of 100, as the API gives them."""
    folder.mkdir()
    for name, page in (("workflow_runs", json.loads(runs)), ("jobs", json.loads(jobs))):
        rows = page[name]
        for start in range(0, len(rows), 100):
            text = json.dumps({name: rows[start : start + 100]})
            (folder / f"{name}-{start}.json").write_text(text)
