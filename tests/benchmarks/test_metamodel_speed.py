"""How long the models of outcomes take, in CPU seconds, as ratios to plain linear algebra.

Run with ``OMP_NUM_THREADS=1 python3 start.py test tests/benchmarks -n 0 -s -m slow`` (the numbers
are printed). CPU seconds are of all threads.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.linalg import cho_factor, cho_solve

from maestro.learning.evaluation import evidence
from maestro.learning.metamodel import OutcomeModel, outcome_findings
from maestro.learning.table import Row, Table

pytestmark = pytest.mark.slow

PROJECTS, ARTIFACTS = 500, 200


def cpu(work: Callable[[], Any]) -> float:
    """CPU seconds of the fastest of three."""

    def once() -> float:
        before = time.process_time()
        work()
        return time.process_time() - before

    return min(once() for _ in range(3))


def raw() -> tuple[pd.DataFrame, Any]:
    """500 projects with numbers, words and 200 memberships."""
    dice = np.random.default_rng(1)
    frame = pd.DataFrame(
        {
            "team_size": dice.integers(1, 12, PROJECTS),
            "complexity": dice.integers(1, 11, PROJECTS),
            "problem_class": dice.choice(list("abcdef"), PROJECTS),
        }
    )
    used = dice.random((PROJECTS, ARTIFACTS)) < 0.03
    names = [f"piece-{place}" for place in range(ARTIFACTS)]
    frame = pd.concat([frame, pd.DataFrame(used.astype(float), columns=names)], axis=1)
    frame.attrs["multihot"] = names
    return frame, np.exp(4 + 0.1 * frame["complexity"].to_numpy() + dice.normal(0, 0.5, PROJECTS))


def solve(columns: Any, y: Any) -> Any:
    """Ridge regression with its covariance by one Cholesky factor: what each step must do."""
    factor = cho_factor(columns.T @ columns + np.eye(columns.shape[1]), lower=True)
    return cho_solve(factor, np.eye(columns.shape[1])) @ (columns.T @ y)


@pytest.fixture
def show(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Print a line past pytest's capture."""

    def line(text: str) -> None:
        with capsys.disabled():
            print(f"\n{text}", end="")

    return line


def test_a_fit_and_a_test(show: Callable[[str], None]) -> None:
    """A fit of 500 projects and 200 pieces costs at most 150 plain solutions of its size, a test
    with 99 shuffles at most 150 fits."""
    frame, y = raw()
    columns = np.random.default_rng(0).normal(size=(PROJECTS, ARTIFACTS + 9))
    plain = cpu(lambda: [solve(columns, np.log(y)) for _ in range(10)]) / 10
    fit = cpu(lambda: OutcomeModel().fit(frame, y))
    test = cpu(lambda: evidence(frame, y))
    show(f"500 x 200: plain {1000 * plain:.1f} ms, fit {fit / plain:.0f}x ({fit:.2f} s)")
    show(f"99 shuffles: {test / fit:.0f} fits ({test:.1f} s)")
    assert fit <= 150 * plain
    assert test <= 150 * fit


def test_the_stage(show: Callable[[str], None]) -> None:
    """All findings about outcomes of 60 projects with 40 pieces cost at most 600 fits of one
    model on them, tests, hold-outs and predictions included."""
    dice = np.random.default_rng(2)
    rows = []
    for place in range(60):
        hard, score = int(dice.integers(1, 11)), float(dice.uniform(20, 90))
        rows.append(
            Row(
                project=f"p-{place:02d}",
                status="done",
                team=f"team-{dice.integers(6)}",
                problem_class=f"class-{dice.integers(5)}",
                complexity=hard,
                team_size=int(dice.integers(1, 9)),
                started=date(2024, 1, 1) + timedelta(days=int(dice.integers(700))),
                success=score,
                duration_days=int(30 * np.exp(0.2 * hard)),
                cost=1000 * float(np.exp(0.2 * hard)),
                uses=tuple(f"piece-{p:02d}@1.0.0" for p in np.flatnonzero(dice.random(40) < 0.1)),
                succeeded=score > 55,
            )
        )
    table = Table(finished=tuple(rows), running=())
    frame, y = raw()
    few = frame.iloc[:60, :43].reset_index(drop=True)
    few.attrs["multihot"] = list(few.columns[3:])
    fit = cpu(lambda: OutcomeModel().fit(few, y[:60]))
    stage = cpu(lambda: outcome_findings(table, as_of="2026-06-30T12:00:00Z"))
    show(f"60 projects: one fit {1000 * fit:.1f} ms, all findings {stage / fit:.0f} fits")
    show(f"all findings: {stage:.2f} s")
    assert stage <= 600 * fit
