"""How long impact takes, in CPU seconds, as ratios to Cholesky factorisations of the same size.

Run with ``python3 start.py test tests/benchmarks -n 0 -s -m slow`` (the numbers are printed).
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pytest
from scipy.linalg import lapack

from maestro.learning.impact import Rule, judge
from maestro.learning.plus_minus import PlusMinus
from tests.unit.learning.rows import organisation

pytestmark = pytest.mark.slow

FACTORISATIONS = 100
"""About as many systems as one fit solves: 30 to 50 steps, 10 differences, 32 nodes."""


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds of the fastest of three."""

    def once() -> float:
        before = time.process_time()
        work()
        return time.process_time() - before

    return min(once() for _ in range(3))


def factorise(columns: int) -> None:
    """As many inverses of a symmetric matrix as one fit takes."""
    square = np.eye(columns) * columns + 1.0
    for _ in range(FACTORISATIONS):
        factor, _ = lapack.dpotrf(square, lower=1)
        lapack.dpotri(factor, lower=1)


@pytest.mark.parametrize(("projects", "versions", "most"), [(300, 60, 15), (1000, 200, 8)])
def test_impact_of_a_library(
    projects: int, versions: int, most: float, capsys: pytest.CaptureFixture[str]
) -> None:
    """The fit and all effects within a few times the bare linear algebra."""
    cases, truth = organisation(projects=projects, pieces=versions // 2)
    columns = PlusMinus(cases).fit.columns.shape[1]
    bare = cpu(lambda: factorise(columns))
    whole = cpu(lambda: judge(cases, truth, Rule()))
    with capsys.disabled():
        print(
            f"\n{projects} projects, {versions} versions, {columns} columns: "
            f"{whole / bare:.1f}x {FACTORISATIONS} inverses ({bare:.2f} s), {whole:.2f} s",
            end="",
        )
    assert whole <= most * bare
