"""How often what is said of problem classes is right, where the truth is known.

Run with ``python3 start.py test tests/benchmarks -n 0 -s -m slow`` (the numbers are printed).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from maestro.learning.cases import Case, name_of
from maestro.learning.classes import class_impacts
from maestro.learning.judging import Rule, judge
from maestro.learning.plus_minus import PlusMinus
from maestro.schema.details import NOT_ENOUGH
from tests.unit.learning.rows import organisation

pytestmark = pytest.mark.slow

RUNS = 20
PROJECTS = 300


def simulated(seed: int, spread: float) -> tuple[list[Case], dict[tuple[str, str], float]]:
    """An organisation whose pieces do more or less in each class, half of them nothing at all."""
    cases, truth = organisation(seed=seed, projects=PROJECTS, pieces=16, noise=10.0)
    dice = np.random.default_rng(1000 + seed)
    names = sorted({name_of(use) for use in truth})
    idle = {name for name in names if dice.uniform() < 0.5}
    kinds = sorted({case.problem_class for case in cases})
    more = {
        (name, kind): 0.0 if name in idle else spread * dice.normal()
        for name in names
        for kind in kinds
    }
    base = {use: 0.0 if name_of(use) in idle else points for use, points in truth.items()}
    moved = [
        replace(
            case,
            success=(case.success or 0)
            + sum(
                base[use] - truth[use] + more[name_of(use), case.problem_class]
                for use in sorted(case.uses)
            ),
        )
        for case in cases
    ]
    return moved, {(u, k): base[u] + more[name_of(u), k] for u in truth for k in kinds}


@pytest.mark.parametrize("spread", [0.0, 2.0, 5.0])
def test_intervals_by_class_hold_the_truth(
    spread: float, capsys: pytest.CaptureFixture[str]
) -> None:
    """86 to 96 % of the 90 % intervals hold it, and at most 10 % of verdicts have no truth."""
    inside, wrong, main = [], [], []
    for seed in range(RUNS):
        cases, truth = simulated(seed, spread)
        model = PlusMinus(cases)
        overall = {one.reference: one for one in model.effects({use for use, _ in truth})}
        for reference, lines in class_impacts(model, overall).items():
            for line in lines:
                if line.value is None or line.lo is None or line.hi is None:
                    continue
                true = truth[reference, line.problem_class]
                inside.append(line.lo <= true <= line.hi)
                main.append(overall[reference].lo <= true <= overall[reference].hi)
                if line.label in ("helps", "hurts"):
                    wrong.append((1 if line.label == "helps" else -1) * true <= 0)
    with capsys.disabled():
        print(
            f"\nspread between classes {spread:g}: {len(inside)} effects in a class, "
            f"{np.mean(inside):.1%} inside (interval of all classes: {np.mean(main):.1%}), "
            f"{len(wrong)} verdicts, {np.mean(wrong):.1%} wrong",
            end="",
        )
    assert 0.86 <= np.mean(inside) <= 0.96
    assert np.mean(wrong) <= 0.10


@pytest.mark.parametrize("share", [1.0, 0.9])
def test_a_piece_of_one_class_is_not_judged(
    share: float, capsys: pytest.CaptureFixture[str]
) -> None:
    """An idle piece of the one class that is 12 points better or worse gets no verdict."""
    said = []
    for seed in range(2 * RUNS):
        dice = np.random.default_rng(seed)
        points = 12.0 if seed % 2 else -12.0
        cases = [
            replace(
                case,
                success=(case.success or 0) + points,
                uses=case.uses | {"only@1"} if dice.uniform() < share else case.uses,
            )
            if case.problem_class == "class-1" and int(case.project[-1]) < 8
            else case
            for case in simulated(seed, 0.0)[0]
        ]
        cases = [
            replace(case, problem_class="class-9")
            if case.problem_class == "class-1" and int(case.project[-1]) >= 8
            else case
            for case in cases
        ]
        (one,) = judge(cases, ["only@1"], Rule())
        said.append(one.verdict)
    with capsys.disabled():
        print(f"\nused by {share:.0%} of a class: {said.count(NOT_ENOUGH)} of {len(said)} silent")
    assert not {"helps", "hurts"} & set(said)
