"""How long a check takes, in CPU seconds, as ratios to work measured in the same run.

Run with ``python3 start.py test tests/benchmarks -n 0 -s -m slow`` (the numbers are printed).
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ENTRY = """version: 1.{i}.0
description: Monthly churn features number {i} from billing and support events of all customers.
owner: growth
source:
  git: https://git.example.org/growth/churn
  path: pipelines/churn{i}.py
  ref: v1.{i}.0
tags: [churn, tabular]
inputs:
  - name: events
    type: table
    description: Billing events of one month, one row per event
outputs:
  - {{name: tenure_days, type: int, description: "Days since the first contract"}}
  - {{name: spend_30d, type: float, description: "Spend in the last 30 days"}}
  - {{name: tickets, type: int}}
uses: [billing-events@1.0.0]
usage: |
  from churn import features
  features(events, month="2025-01")
history:
  - {{version: 0.9.0, date: 2025-01-03, note: First release}}
"""

PLAIN = """
import pathlib, sys, yaml
for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.yaml")):
    yaml.load(path.read_bytes(), yaml.CSafeLoader)
"""
IMPORTS = "import click, yaml, pydantic, maestro.schema"


def make_library(root: Path, entries: int) -> Path:
    """A healthy library of ``entries`` feature pipelines of ordinary size."""
    for folder in ("feature_pipelines", "datasets"):
        (root / "catalog" / folder).mkdir(parents=True)
    small = {
        "settings.yaml": "title: Large library\nformat: 1\n",
        "owners.yaml": "teams:\n  growth: {members: [ana]}\n",
        "taxonomy.yaml": "tags:\n  churn:\n  tabular:\n",
        "datasets/billing-events.yaml": (
            "version: 1.0.0\ndescription: Billing events of all customers by day.\nowner: growth\n"
            "source: {git: 'https://git.example.org/a/b', path: x}\n"
        ),
    }
    for name, text in small.items():
        (root / "catalog" / name).write_text(text, encoding="utf-8")
    for i in range(1, entries):
        path = root / f"catalog/feature_pipelines/entry-{i}.yaml"
        path.write_text(ENTRY.format(i=i), encoding="utf-8")
    return root


def cpu_seconds(*command: str, fresh: Path | None = None) -> float:
    """User and system time of one process, the least of three runs.

    The folder ``fresh`` is removed before each of them.
    """

    def once() -> float:
        if fresh:
            shutil.rmtree(fresh, ignore_errors=True)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *command], check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)

    return min(once() for _ in range(3))


@pytest.fixture
def show(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Print a line past pytest's capture."""

    def line(text: str) -> None:
        with capsys.disabled():
            print(f"\n{text}", end="")

    return line


def test_ten_thousand_entries(tmp_path: Path, show: Callable[[str], None]) -> None:
    """Cold within 2.0 times, warm within 0.15 times a plain CSafeLoader read of the same files."""
    root = str(make_library(tmp_path, 10_000))
    plain = cpu_seconds("-c", PLAIN, root)
    cold = cpu_seconds("-m", "maestro", "check", "-C", root, fresh=Path(root, ".maestro"))
    warm = cpu_seconds("-m", "maestro", "check", "-C", root)
    ratios = f"cold {cold / plain:.2f}x, warm {warm / plain:.3f}x"
    show(f"10,000 entries: plain read {plain:.2f} s, {ratios}")
    assert cold <= 2.0 * plain
    assert warm <= 0.15 * plain


def test_a_hundred_entries(tmp_path: Path, show: Callable[[str], None]) -> None:
    """A whole check within 2 times a process that only imports what it needs."""
    root = str(make_library(tmp_path, 100))
    imports = cpu_seconds("-c", IMPORTS)
    check = cpu_seconds("-m", "maestro", "check", "-C", root, fresh=Path(root, ".maestro"))
    show(f"100 entries: imports {imports:.2f} s, check {check / imports:.2f}x")
    assert check <= 2.0 * imports
