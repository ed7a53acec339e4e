"""What happens to the browser tests where there is no browser."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_skipped_tests_are_named_with_the_remedy(tmp_path: Path) -> None:
    """Without a browser its tests are skipped by name, and a line says how to get one."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-n", "0", "tests/browser"],
        cwd=ROOT,
        env={**os.environ, "PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    skipped = re.findall(
        r"^SKIPPED.* (tests/browser/\S+::test_\w+|\S*test_\w+\S*)", done.stdout, re.M
    )
    counted = re.search(r"(\d+) skipped", done.stdout)
    assert counted and len(skipped) == int(counted[1]) > 5, done.stdout
    assert "chromium" in done.stdout and "install" in done.stdout
