"""A build that meets pipes in the place of files: none is opened to wait for a writer."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from .test_build import library, run_apart

__all__ = ["library"]
pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")

IN_RECORDS = {
    "catalog/more.yaml": "F005",
    "catalog/datasets/more-data.yaml": "F002",
    "catalog/model_cards/more-words.md": "F002",
    "catalog/channels/production/more-data.yaml": "F002",
    "projects/more": "F006",
    "projects/churn-2025/experiments/more-test.yaml": "F002",
}
"""Where a record belongs: the code of the fault that says so."""
ELSEWHERE = ("site/more.md", "site/more.png", "projects/churn-2025/evidence/more.jsonl")
"""Where files are taken that fit: what is no file is passed over."""


def test_a_build_does_not_wait_for_a_pipe(library: Path) -> None:
    """The site is built, and each pipe where a record belongs is a fault with its path."""
    for path in (*IN_RECORDS, *ELSEWHERE):
        place = library / path
        place.parent.mkdir(parents=True, exist_ok=True)
        os.mkfifo(place)
    done = run_apart(library, "build")
    assert done.returncode == 1, done.stderr
    assert (library / "build/site/projects/churn-2025.html").is_file()
    checked = run_apart(library, "check", "--format", "json")
    found = {one["path"]: one["code"] for one in json.loads(checked.stdout)["problems"]}
    assert found == IN_RECORDS
    published = {path.name for path in (library / "build/site").rglob("*")}
    assert published.isdisjoint({"more.html", "more.md", "more.png"})
