"""Whether the models of outcomes know when they know nothing, on organisations that are simulated.

Run with ``OMP_NUM_THREADS=1 python3 start.py test tests/benchmarks/test_metamodel_honesty.py -n 0
-s -m slow`` (the numbers are printed, one line each).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from maestro.learning.chance import SuccessChance
from maestro.learning.evaluation import NONE, evidence
from maestro.learning.outcome import OutcomeModel

pytestmark = pytest.mark.slow

DRAWS = 200
TRUE = -0.75
"""Of ln duration along ln team, complexity being the same."""


@pytest.fixture
def show(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Print a line past pytest's capture."""

    def line(text: str) -> None:
        with capsys.disabled():
            print(f"\n{text}", end="")

    return line


def projects(dice: Any, count: int, pieces: int = 20) -> tuple[pd.DataFrame, Any]:
    """What is known of projects, and how hard they really are (1 to 10)."""
    hard = dice.integers(1, 11, count)
    frame = pd.DataFrame(
        {
            "team_size": np.maximum(1, np.exp(0.4 + 0.18 * hard + dice.normal(0, 0.35, count))),
            "complexity": hard,
            "problem_class": dice.choice(list("abcde"), count),
            "team": dice.choice(list("uvwxyz"), count),
        }
    ).round({"team_size": 0})
    names = [f"piece-{place}" for place in range(pieces)]
    held = (dice.random((count, pieces)) < 3 / pieces).astype(float)
    frame = pd.concat([frame, pd.DataFrame(held, columns=names)], axis=1)
    frame.attrs["multihot"] = names
    return frame, hard


def days(dice: Any, frame: pd.DataFrame, hard: Any) -> Any:
    """Durations that follow complexity and team, with a spread of 0.45 in logarithms."""
    size = np.log(frame["team_size"].to_numpy())
    return np.exp(3.5 + 0.18 * hard + TRUE * size + dice.normal(0, 0.45, len(frame)))


@pytest.mark.parametrize("count", [10, 20, 40, 80])
def test_it_is_silent_about_nothing(show: Callable[[str], None], count: int) -> None:
    """Shuffled durations are believed in at most 5 % of draws, two standard errors allowed."""
    alarms = power = 0
    for seed in range(DRAWS):
        dice = np.random.default_rng([count, seed])
        frame, hard = projects(dice, count)
        y = days(dice, frame, hard)
        power += evidence(frame, y, seed).label != NONE
        alarms += evidence(frame, dice.permutation(y), seed + 1).label != NONE
    show(f"{count} projects: false alarms {alarms / DRAWS:.3f}, power {power / DRAWS:.3f}")
    assert alarms / DRAWS <= 0.05 + 2 * math.sqrt(0.05 * 0.95 / DRAWS)


@pytest.mark.parametrize(("is_real", "most"), [(True, 0.95), (False, 1.03)])
def test_the_chance_is_worth_having(
    show: Callable[[str], None], is_real: bool, most: float
) -> None:
    """At 40 projects its Brier score is at most 0.95 of the base rate's; shuffled, 1.03."""
    ours = base = 0.0
    for seed in range(DRAWS):
        dice = np.random.default_rng(seed)
        frame, hard = projects(dice, 240)
        chance = 1 / (1 + np.exp(0.35 * (hard - 4.0)))
        labels = (dice.random(240) < chance).astype(float)
        if not is_real:
            labels = dice.permutation(labels)
        seen, away = frame.iloc[:40], frame.iloc[40:]
        model = SuccessChance().fit(seen, labels[:40])
        said = model.predict_proba(away)[:, 1]
        ours += float(((said - labels[40:]) ** 2).mean())
        base += float(((model.base_rate_ - labels[40:]) ** 2).mean())
    show(f"Brier at 40 projects, {'real' if is_real else 'shuffled'}: {ours / base:.3f}")
    assert ours / base <= most


@pytest.mark.parametrize("error", [0, 2])
@pytest.mark.parametrize("count", [30, 120])
def test_the_curve_of_teams(show: Callable[[str], None], count: int, error: int) -> None:
    """The slope along the team, plain and with complexity held still, entered right or wrongly."""
    plain, held, inside = [], [], 0
    for seed in range(DRAWS):
        dice = np.random.default_rng([count, error, seed])
        frame, hard = projects(dice, count)
        y = days(dice, frame, hard)
        size = np.log(frame["team_size"].to_numpy())
        entered = frame["complexity"] + dice.normal(0, error, count) if error else hard
        asked = frame.assign(team_size=size - 2, complexity=np.clip(entered, 1, 10))
        asked.attrs = frame.attrs
        model = OutcomeModel(unshrunk=("team_size", "complexity")).fit(asked, y)
        ends = asked.iloc[[0, 0]].reset_index(drop=True).assign(team_size=[-1.0, 0.0])
        ends.attrs = frame.attrs
        middle, low, high = model.contrast(ends)
        plain.append(np.polyfit(size, np.log(y), 1)[0])
        held.append(middle)
        inside += low <= TRUE <= high
    show(
        f"{count} projects, complexity +-{error}: plain {np.mean(plain):+.2f}, held still "
        f"{np.mean(held):+.2f} of {TRUE:+.2f}, 90 % interval covers {inside / DRAWS:.2f}"
    )
    if not error:
        assert abs(np.mean(held) - TRUE) <= 0.15
