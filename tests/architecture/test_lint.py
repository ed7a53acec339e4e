"""The linter, the formatter and the type checker are part of the suite."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(("ruff", "check", "--quiet", "--output-format=concise", "."), id="ruff-check"),
        pytest.param(
            ("ruff", "format", "--check", "--quiet", "--output-format=concise", "."),
            id="ruff-format",
        ),
        pytest.param(("mypy", "--no-error-summary"), id="mypy"),
    ],
)
def test_the_code_is_clean(line: tuple[str, ...]) -> None:
    """Lint, format and strict types have nothing to say."""
    done = subprocess.run(
        [sys.executable, "-m", *line], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, "\n" + (done.stdout + done.stderr)[-4000:]
