"""What acceptance tests share: running the real command in this process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from maestro.cli.main import guarded


@dataclass(frozen=True)
class Answer:
    """What a command gave back."""

    code: int
    out: str
    err: str


@pytest.fixture
def maestro(capsys: pytest.CaptureFixture[str]) -> Callable[..., Answer]:
    """Run ``maestro`` with arguments; paths may be given as paths."""

    def run(*args: str | Path) -> Answer:
        capsys.readouterr()
        code = guarded([str(arg) for arg in args])
        captured = capsys.readouterr()
        return Answer(code, captured.out, captured.err)

    return run
