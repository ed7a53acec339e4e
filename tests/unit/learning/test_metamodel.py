"""Findings about outcomes: what may be said with which number of projects, and in which words."""

from __future__ import annotations

import math
import subprocess
import sys
from datetime import date, timedelta

import numpy as np
import pytest
from scipy import stats

from maestro.learning import metamodel
from maestro.learning.metamodel import MOSTLY_SPREAD, NEEDED, outcome_findings
from maestro.learning.table import Row, Table
from maestro.schema.details import NOT_ENOUGH
from maestro.schema.findings import Finding
from maestro.schema.learned import ModelDetail, PredictionDetail

from .rows import AS_OF, row

CLASSES = ("forecasting", "ranking", "vision")


def of(found: list[Finding], kind: str, target: str, subject: str = "") -> Finding:
    """The one finding of a kind about a target."""
    hits = [
        item
        for item in found
        if item.kind == kind
        and isinstance(item.detail, (ModelDetail, PredictionDetail))
        and item.detail.target == target
        and subject in ("", item.subject)
    ]
    assert len(hits) == 1
    return hits[0]


def table(durations: list[int], **running: object) -> Table:
    """Finished projects with these durations and one active project."""
    rows = tuple(row(f"past-{i:03d}", duration_days=d) for i, d in enumerate(durations))
    now: Row = row("now", status="active", success=None, duration_days=None, cost=None, **running)
    return Table(finished=rows, running=(now,))


def portfolio(count: int, *, signal: float, seed: int = 1) -> Table:
    """Finished projects whose outcomes follow complexity as far as ``signal`` says, two planned."""
    dice = np.random.default_rng(seed)
    rows = []
    for place in range(count):
        hard = int(dice.integers(1, 11))
        moved = signal * (hard - 5.5) + dice.normal(0, 0.3)
        score = float(np.clip(55 - 20 * signal * (hard - 5.5) + dice.normal(0, 6), 0, 100))
        rows.append(
            row(
                f"past-{place:03d}",
                complexity=hard,
                team=f"team-{dice.integers(4)}",
                problem_class=CLASSES[dice.integers(3)],
                team_size=int(dice.integers(2, 9)),
                started=date(2024, 1, 1) + timedelta(days=int(dice.integers(700))),
                duration_days=max(1, round(60 * math.exp(moved))),
                cost=1000 * math.exp(moved),
                success=score,
                succeeded=score >= 55,
                uses=("piece@1.0.0",) if place % 3 else (),
            )
        )
    planned = {"status": "planned", "success": None, "duration_days": None, "cost": None}
    easy = row("easy", complexity=2, **planned)
    strange = row("strange", complexity=9, team_size=12, problem_class="audio", **planned)
    return Table(finished=tuple(rows), running=(easy, strange))


@pytest.fixture(scope="module")
def clear() -> list[Finding]:
    """Findings on 40 projects whose outcomes follow their complexity."""
    return outcome_findings(portfolio(40, signal=0.2), as_of=AS_OF, currency="CHF")


def test_four_projects_are_not_enough() -> None:
    """Below five there is no number for model or prediction, and the words say how many."""
    found = outcome_findings(table([30, 40, 50, 60]), as_of=AS_OF)
    for kind in ("outcome_model", "prediction"):
        finding = of(found, kind, "duration", "" if kind == "outcome_model" else "now")
        assert (finding.value, finding.lo, finding.label) == (None, None, NOT_ENOUGH)
        assert finding.quality == [
            "4 finished projects with a known duration, at least 5 are needed"
        ]
        assert finding.n == 4
    assert NEEDED == 5


def test_the_outcome_is_shown_with_the_spread_of_the_past() -> None:
    """Median, and the log-normal t prediction interval, computed here from its formula."""
    days = [20, 30, 40, 50, 60, 70, 80, 100, 150, 300]
    found = of(outcome_findings(table(days), as_of=AS_OF), "outcome_model", "duration")
    logs = [math.log(d) for d in days]
    mean = math.fsum(logs) / 10
    sd = math.sqrt(math.fsum((x - mean) ** 2 for x in logs) / 9)
    # t(0.95, 9) = 1.833113 from a printed table.
    half = 1.833113 * sd * math.sqrt(1.1)
    assert found.value == pytest.approx(65)
    assert found.lo == pytest.approx(math.exp(mean - half), rel=1e-6)
    assert found.hi == pytest.approx(math.exp(mean + half), rel=1e-6)
    assert (found.level, found.unit, found.n) == (0.9, "days", 10)


def test_what_says_nothing_moves_nothing() -> None:
    """Projects that differ in nothing known: the number and its range stay, no driver, and why."""
    days = [20, 30, 40, 50, 60, 70, 80, 100, 150, 300]
    found = of(outcome_findings(table(days), as_of=AS_OF), "prediction", "duration", "now")
    assert found.label == NOT_ENOUGH
    assert found.quality[0] == MOSTLY_SPREAD
    assert isinstance(found.detail, PredictionDetail)
    assert (found.detail.drivers, found.detail.typical) == ([], None)
    # Nothing but a constant: the geometric mean, shrunk by 1 / (1 + sigma^2 / n) at most.
    assert found.value == pytest.approx(math.exp(np.log(days).mean()), rel=1e-3)
    assert found.lo is not None and found.hi is not None and found.lo < 30 and found.hi > 150


def test_a_clear_signal_is_found_and_named(clear: list[Finding]) -> None:
    """Where complexity rules the duration, an easy project is shorter, because of complexity."""
    model = of(clear, "outcome_model", "duration")
    assert model.label == "evidence"
    assert isinstance(model.detail, ModelDetail)
    assert model.detail.p == pytest.approx(0.01)
    assert model.detail.skill is not None and model.detail.skill > 0.25
    easy = of(clear, "prediction", "duration", "easy")
    assert easy.value is not None and model.value is not None and easy.value < 0.75 * model.value
    assert isinstance(easy.detail, PredictionDetail)
    assert easy.detail.drivers[0].name == "complexity"
    assert easy.detail.drivers[0].effect < 0


def test_success_and_its_chance_follow_complexity(clear: list[Finding]) -> None:
    """The easy project has more points and a better chance than the hard one."""
    for target, unit in (("success", "points"), ("chance", "%")):
        easy = of(clear, "prediction", target, "easy")
        hard = of(clear, "prediction", target, "strange")
        assert easy.value is not None and hard.value is not None
        assert 0 <= hard.value < easy.value <= 100
        assert easy.unit == unit
    base = of(clear, "outcome_model", "chance")
    assert isinstance(base.detail, ModelDetail)
    assert base.detail.brier is not None and base.detail.brier_base is not None
    assert base.detail.brier < base.detail.brier_base


def test_the_base_rate_has_its_interval() -> None:
    """(successes + 1) / (n + 2) and the quantiles of its beta distribution, by scipy."""
    rows = tuple(row(f"p-{i:02d}", succeeded=i < 9) for i in range(12))
    found = of(outcome_findings(Table(rows, ()), as_of=AS_OF), "outcome_model", "chance")
    assert found.value == pytest.approx(100 * 10 / 14)
    beta = stats.beta(10, 4)
    assert (found.lo, found.hi) == pytest.approx((100 * beta.ppf(0.05), 100 * beta.ppf(0.95)))
    assert "fewer than 5 failures" in found.quality[-1]
    assert found.label == NOT_ENOUGH


def test_inputs_outside_the_data_are_said_to_be_so(clear: list[Finding]) -> None:
    """A larger team and a new class are named; the project within what was seen hears nothing."""
    words = " ".join(of(clear, "prediction", "duration", "strange").quality)
    assert "a team of 12 is outside what was seen (2 to 8)" in words
    assert "no finished project of the class audio" in words
    assert "outside" not in " ".join(of(clear, "prediction", "duration", "easy").quality)


def test_cost_of_zero_or_none_is_no_cost() -> None:
    """Only recorded costs above 0 count, and the currency is the library's."""
    rows = tuple(row(f"p-{i}", cost=[None, 0.0, 50.0][i % 3]) for i in range(30))
    found = outcome_findings(Table(rows, ()), as_of=AS_OF, currency="CHF")
    cost = of(found, "outcome_model", "cost")
    assert (cost.n, cost.unit) == (10, "CHF")
    assert cost.value == pytest.approx(50)


def test_success_stays_on_its_scale() -> None:
    """Half of the scores at 0 and half at 100: the interval ends at 0 and 100, not beyond."""
    rows = tuple(row(f"p-{i}", success=100.0 * (i % 2)) for i in range(12))
    found = of(outcome_findings(Table(rows, ()), as_of=AS_OF), "outcome_model", "success")
    assert (found.value, found.lo, found.hi) == (50, 0, 100)
    assert found.unit == "points"


def test_few_projects_are_called_very_little_evidence() -> None:
    """From five to nine projects there is a number, and the words say how little it rests on."""
    found = of(
        outcome_findings(table([30, 40, 50, 60, 70]), as_of=AS_OF), "prediction", "duration", "now"
    )
    assert found.value is not None
    assert "very little evidence: 5 finished projects" in found.quality


def test_active_projects_are_told_that_elapsed_time_is_ignored() -> None:
    """The model answers as if the project had just begun, and says so."""
    found = of(outcome_findings(table([30] * 12), as_of=AS_OF), "prediction", "duration", "now")
    assert "as if it had just begun" in found.quality[-1]
    assert isinstance(found.detail, PredictionDetail)
    assert found.detail.made_at == AS_OF
    # All took 30 days: there is no spread to learn from, and 30 is the answer.
    assert found.value == pytest.approx(30)


def test_order_of_rows_does_not_matter() -> None:
    """The same projects in another order give the same findings, to the last byte."""
    forward = portfolio(15, signal=0.1)
    backward = Table(finished=forward.finished[::-1], running=forward.running[::-1])
    assert outcome_findings(forward, as_of=AS_OF) == outcome_findings(backward, as_of=AS_OF)


def test_the_models_are_offered_and_nothing_else() -> None:
    """The three models can be imported from the door; an unknown name is an AttributeError."""
    for name in ("OutcomeModel", "SuccessModel", "SuccessChance"):
        assert getattr(metamodel, name).__name__ == name
    with pytest.raises(AttributeError, match="Oracle"):
        metamodel.Oracle  # noqa: B018  reading it is the test


def test_the_door_loads_no_pandas() -> None:
    """Importing the door alone starts neither pandas nor scikit-learn."""
    code = (
        "import sys, maestro.learning.metamodel as m; print({'pandas', 'sklearn'} & {*sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.strip() == "set()"
