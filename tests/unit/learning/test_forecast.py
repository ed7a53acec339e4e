"""Published formulas: whoever evaluates them gets the numbers of the fitted models."""

from __future__ import annotations

import gzip
import json
import math
import statistics
import subprocess
import sys
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from scipy import stats

from maestro.learning.evaluation import Verdict
from maestro.learning.forecast import Planned, columns_of, forecast, formulas_in
from maestro.learning.formula import Solver, formula_of
from maestro.learning.solving import normal, quantile
from maestro.learning.table import Row, frame_of
from maestro.learning.targets import Fitted, new_model, outcomes_of, targets
from maestro.schema.details import NOT_ENOUGH
from maestro.schema.formula import Formula, FormulaDesign, FormulaNode, FormulaSeen

from .rows import row

TARGETS = {target.name: target for target in targets("EUR")}


def portfolio(count: int, pieces: int, seed: int = 1) -> list[Row]:
    """Finished projects of all sorts: with and without domain, rows of data, roles, pieces."""
    dice = np.random.default_rng(seed)
    found = []
    for place in range(count):
        hard, team = int(dice.integers(1, 11)), int(dice.integers(5))
        chosen = dice.choice(pieces, size=min(pieces, int(dice.poisson(4))), replace=False)
        score = float(np.clip(60 - 4 * (hard - 5) + 5 * team + dice.normal(0, 9), 0, 100))
        days = max(1, round(60 * math.exp(0.12 * (hard - 5) + dice.normal(0, 0.3))))
        found.append(
            row(
                f"past-{place:04d}",
                complexity=hard,
                team=f"team-{team}",
                problem_class=f"class-{dice.integers(4)}",
                team_size=int(dice.integers(2, 9)),
                started=date(2023, 1, 1) + timedelta(days=int(dice.integers(900))),
                duration_days=days,
                cost=700.0 * days,
                success=score,
                succeeded=score >= 55,
                domain=f"field-{dice.integers(3)}" if dice.random() < 0.8 else None,
                data_rows=int(10 ** dice.uniform(3, 7)) if dice.random() < 0.7 else None,
                roles=tuple(sorted({f"role-{dice.integers(4)}" for _ in range(2)})),
                uses=tuple(sorted(f"piece-{k:03d}@1.{dice.integers(2)}.0" for k in chosen)),
            )
        )
    return found


def planned(count: int, seed: int = 5) -> list[Planned]:
    """Projects with missing values and lists, unseen words and pieces, numbers beyond the range."""
    dice = np.random.default_rng(seed)

    def maybe(value: Any) -> Any:
        """The value, or nothing in one of four."""
        return None if dice.random() < 0.25 else value

    return [
        Planned(
            team=maybe(f"team-{dice.integers(8)}"),
            problem_class=maybe(f"class-{dice.integers(6)}"),
            domain=maybe(f"field-{dice.integers(5)}"),
            complexity=maybe(int(dice.integers(1, 11))),
            team_size=maybe(int(dice.integers(2, 16))),
            data_rows=maybe(int(10 ** dice.uniform(1.5, 8.7))),
            started=maybe(date(2019, 1, 1) + timedelta(days=int(dice.integers(4000)))),
            uses=maybe(
                tuple(
                    sorted(
                        {
                            f"piece-{dice.integers(20):03d}@1.{dice.integers(4)}.0"
                            for _ in range(dice.integers(0, 14))
                        }
                    )
                )
            ),
            roles=maybe(
                tuple(sorted({f"role-{dice.integers(7)}" for _ in range(dice.integers(0, 3))}))
            ),
        )
        for _ in range(count)
    ]


def as_frame(projects: list[Planned], like: list[Row], target: Any) -> Any:
    """The same projects as the fitted models take them, NaN and None where nothing is known."""
    blank = [
        row(
            str(place),
            team=one.team,
            problem_class=one.problem_class,
            domain=one.domain,
            complexity=math.nan if one.complexity is None else one.complexity,
            team_size=math.nan if one.team_size is None else one.team_size,
            data_rows=one.data_rows,
            started=one.started,
            uses=one.uses or (),
            roles=one.roles or (),
            lists_uses=one.uses is not None,
            lists_roles=one.roles is not None,
        )
        for place, one in enumerate(projects)
    ]
    return frame_of(blank, like, target.features, asked=True)


def fitted(name: str, rows: list[Row], label: str = "evidence") -> Fitted:
    """A target's model on these rows, with the verdict that is handed in."""
    target = TARGETS[name]
    known = tuple(one for one in rows if target.read(one) is not None)
    frame, outcomes = frame_of(known, known, target.features), outcomes_of(target, known)
    model = new_model(target).fit(frame, outcomes)
    return Fitted(target, known, frame, outcomes, model, Verdict(label, 0.01, 0.5), None)


def published(made: Fitted) -> Formula:
    """Its formula as it comes back from a file."""
    text = formula_of(made, 0.9, (1.0, 0.5, 2.0)).model_dump_json()
    return formulas_in([{"kind": "outcome_model", "subject": "x", "detail": _detail(text)}])["x"]


def _detail(text: str) -> dict[str, Any]:
    return {"formula": json.loads(text)}


@pytest.fixture(scope="module")
def past() -> list[Row]:
    """Forty finished projects that used up to fifteen pieces."""
    return portfolio(40, 15)


@pytest.mark.parametrize(
    ("name", "count"), [("chance", 500), ("cost", 500), ("duration", 500), ("success", 100)]
)
def test_projects_get_the_numbers_of_the_model(name: str, count: int, past: list[Row]) -> None:
    """Value and interval within 0.01 % of the model that was never rounded."""
    made = fitted(name, past)
    formula, projects = published(made), planned(count)
    frame = as_frame(projects, past, made.target)
    if name == "chance":
        wanted = 100 * made.model.predict_proba(frame)[:, 1]
        assert [forecast(formula, one).value for one in projects] == pytest.approx(wanted, rel=1e-4)
        return
    along = Solver(formula).along
    said = [forecast(formula, one, along) for one in projects]
    lows, highs = made.model.predict_interval(frame, 0.9)
    # The last digits that were cut move a score by thousandths of a point.
    close: dict[str, Any] = {"rel": 1e-4, "abs": 2e-3 if name == "success" else 0}
    assert [one.value for one in said] == pytest.approx(made.model.predict(frame), **close)
    assert [one.lo for one in said] == pytest.approx(lows, **close)
    assert [one.hi for one in said] == pytest.approx(highs, **close)


@pytest.mark.parametrize(("name", "count"), [("cost", 500), ("duration", 500), ("success", 15)])
def test_both_solvers_agree(name: str, count: int, past: list[Row]) -> None:
    """Conjugate gradients in plain Python and a factorisation: the same to 1e-9."""
    formula = published(fitted(name, past))
    along = Solver(formula).along
    for one in planned(count, seed=9):
        plain, fast = forecast(formula, one), forecast(formula, one, along)
        assert plain.value == pytest.approx(fast.value, rel=1e-9)
        assert (plain.lo, plain.hi) == pytest.approx((fast.lo, fast.hi), rel=1e-9, abs=1e-9)
        assert [d.name for d in plain.drivers] == [d.name for d in fast.drivers]


def said_of(one: Planned) -> tuple[Any, ...]:
    """What a project says of itself besides its lists."""
    words = one.team, one.problem_class, one.domain, one.started
    return *words, one.complexity, one.team_size, one.data_rows


@pytest.mark.parametrize("name", ["duration", "success"])
def test_what_moves_it_is_what_the_model_says(name: str, past: list[Row]) -> None:
    """The five largest effects and the typical project, as the fitted model explains them."""
    made = fitted(name, past)
    # What is not said counts into the start here, and as an effect in the model.
    projects = [one for one in planned(160) if None not in said_of(one)]
    assert len(projects) > 15
    formula = published(made)
    told = made.model.explain(as_frame(projects, past, made.target))
    along = Solver(formula).along
    for place, one in enumerate(projects):
        said = forecast(formula, one, along)
        own = told[told["row"] == place].set_index("feature")["effect"]
        assert said.typical == pytest.approx(made.model.typical_, rel=1e-4)
        largest = own.abs().sort_values(ascending=False)[:5]
        assert [abs(d.effect) for d in said.drivers] == pytest.approx(largest, rel=2e-3, abs=2e-3)
        for driver in said.drivers:
            assert driver.effect == pytest.approx(own[driver.name], rel=2e-3, abs=2e-3)


def by_hand(kind: str, nodes: list[FormulaNode], outcomes: list[float]) -> Formula:
    """A constant and one word with the levels a and b, in a formula that is written down."""
    return Formula(
        target="duration" if kind == "log" else "success",
        unit="days",
        kind=kind,  # type: ignore[arg-type]
        label="evidence",
        n=3,
        doubts=[],
        level=0.9,
        past=None,
        seen=FormulaSeen(ranges={}, words={}, pieces=[]),
        words=[{"name": "team", "field": "team", "levels": ["a", "b"], "block": 1}],  # type: ignore[list-item]
        weights=[0.1, 0.5, -0.5],
        is_log=kind == "log",
        mean=math.exp(4),
        sd=0.5,
        ends=(1.0, 100.0),
        tails={"0.9": 2.0},
        nodes=nodes,
        design=FormulaDesign(numbers=[[], [], []], ones=[[1], [1], [2]], outcomes=outcomes),
    )


def test_a_logarithm_by_hand() -> None:
    """Centre, variance of the weights, and what an unseen team adds, from their definitions."""
    node = FormulaNode(weight=1.0, noise=0.5, spreads=[1.0, 0.25])
    rows = np.array([[1, 1, 0], [1, 1, 0], [1, 0, 1]])
    cov = np.linalg.inv(rows.T @ rows / 0.5 + np.diag([1, 4, 4]))
    formula = by_hand("log", [node], [])
    for team, c, more in (("a", [1, 1, 0], 0.0), ("new", [1, 0, 0], 0.25), (None, [1, 0, 0], 0.25)):
        said = forecast(formula, Planned(team=team))
        centre = 4 + 0.5 * float(np.dot(c, [0.1, 0.5, -0.5]))
        half = 2 * 0.5 * math.sqrt(0.5 + np.array(c) @ cov @ c + more)
        assert said.value == pytest.approx(math.exp(centre), rel=1e-12)
        assert said.lo == pytest.approx(math.exp(centre - half), rel=1e-10)
        assert said.hi == pytest.approx(math.exp(centre + half), rel=1e-10)
    near = forecast(formula.model_copy(update={"ends": (1.0, 50.0)}), Planned(team="a"))
    assert near.value == pytest.approx(50, rel=1e-12)  # not exp(4.3) = 73.7
    assert "limit of what was seen" in {one.name for one in near.drivers}


def test_a_mixture_by_hand() -> None:
    """The ends leave a twentieth on either side of the mixture of two normal distributions."""
    nodes = [
        FormulaNode(weight=0.75, noise=0.5, spreads=[1.0, 0.25]),
        FormulaNode(weight=0.25, noise=1.5, spreads=[1.0, 0.04]),
    ]
    y = np.array([1.0, 0.0, -1.0])
    formula = by_hand("points", nodes, y.tolist()).model_copy(update={"mean": 50.0, "sd": 10.0})
    rows, c = np.array([[1, 1, 0], [1, 1, 0], [1, 0, 1]]), np.array([1, 1, 0])
    means, sds = [], []
    for node, prior in zip(nodes, ([1, 4, 4], [1, 25, 25]), strict=True):
        cov = np.linalg.inv(rows.T @ rows / node.noise + np.diag(prior))
        means.append(float(c @ cov @ rows.T @ y) / node.noise)
        sds.append(math.sqrt(node.noise + c @ cov @ c))
    middle = 0.75 * means[0] + 0.25 * means[1]
    said = forecast(formula, Planned(team="a"))
    assert said.value == pytest.approx(56)
    assert said.lo is not None and said.hi is not None
    for end, share in ((said.lo, 0.05), (said.hi, 0.95)):
        below = [
            stats.norm.cdf((end - 56) / 10, mean - middle, sd)
            for mean, sd in zip(means, sds, strict=True)
        ]
        assert 0.75 * below[0] + 0.25 * below[1] == pytest.approx(share, abs=1e-9)


def test_the_normal_distribution() -> None:
    """Its series against the standard library's, and the quantile of one normal distribution."""
    known = statistics.NormalDist()
    for x in np.linspace(-9, 9, 181):
        assert normal(float(x)) == pytest.approx(known.cdf(float(x)), abs=1e-14)
    found = quantile(0.05, [3.0], [2.0], [1.0])
    assert found == pytest.approx(3 + 2 * known.inv_cdf(0.05), rel=1e-12)


@pytest.mark.parametrize("name", ["duration", "success"])
def test_outcomes_that_do_not_differ(name: str) -> None:
    """No model: the one value that was seen, without an interval, and why there is none."""
    rows = [row(f"p{k}", success=70.0, duration_days=30) for k in range(6)]
    made = fitted(name, rows, NOT_ENOUGH)
    said = forecast(published(made), Planned(complexity=6))
    assert said.value == pytest.approx({"duration": 30, "success": 70}[name], rel=1e-6)
    assert (said.lo, said.hi, said.level, said.typical) == (None, None, None, None)
    assert said.drivers == []
    same = {"duration": "took the same time", "success": "have the same score"}[name]
    assert said.doubts[0] == f"all 6 {same}: no range can be given"


def test_without_pieces_or_a_model_of_chances() -> None:
    """Projects that reused nothing have no columns for pieces; few failures leave the base rate."""
    rows = [one for one in portfolio(12, 0) if one.complexity < 11]
    formula = published(fitted("success", rows))
    assert formula.pieces == []
    said = forecast(formula, Planned(uses=("anything@1.0.0",)))
    assert said.warnings == ["no finished project used anything"]
    sure = [row(f"p{k}", succeeded=True) for k in range(8)]
    chance = forecast(published(fitted("chance", sure, NOT_ENOUGH)), Planned())
    assert (chance.value, chance.lo, chance.base_rate) == (90.0, None, 0.9)
    assert chance.warnings == ["base rate 90 %"]


def test_without_evidence_nothing_moves_it(past: list[Row]) -> None:
    """The number and its interval stay; typical project and drivers are hidden."""
    said = forecast(published(fitted("duration", past, NOT_ENOUGH)), planned(1)[0])
    assert (said.drivers, said.typical, said.label) == ([], None, NOT_ENOUGH)
    assert said.lo is not None and said.lo < said.value
    assert said.doubts == ["the range is mostly the spread of past projects"]


def test_what_lies_outside_is_told(past: list[Row]) -> None:
    """Numbers beyond the range, words and pieces nobody had, and what is not used."""
    formula = published(fitted("duration", past))
    said = forecast(
        formula,
        Planned(
            team="new", team_size=12, uses=("other@1.0.0",), roles=(), is_active=True, complexity=5
        ),
    )
    sizes = [one.team_size for one in past]
    assert said.warnings == [
        f"a team of 12 is outside what was seen ({min(sizes)} to {max(sizes)})",
        "no finished project of the team new",
        "no finished project used other",
        "as if it had just begun: what has happened since is not used",
    ]


def test_missing_fields_are_missing(past: list[Row]) -> None:
    """A draft that says nothing is the average project of an unknown team and class."""
    empty = Planned.of_record({})
    assert empty == Planned()
    assert Planned.of_record({"uses": [], "team": {"roles": []}}) == Planned(uses=(), roles=())
    columns = columns_of(published(fitted("duration", past)), empty)
    formula = published(fitted("duration", past))
    named = dict(zip(columns.names, columns.values, strict=True))
    assert {named[n.name] for n in formula.numbers} == {0.0}
    members = sum(len(pieces.columns) for pieces in formula.pieces)
    assert columns.values[-members:] == [0.0] * members
    draft = {"owner": "a", "team": {"size": 3, "roles": [{"role": "x", "people": 2}]}}
    draft |= {"uses": [{"artifact": "b@1.0.0"}], "started": "2026-02-01"}
    assert Planned.of_record(draft) == Planned(
        team="a", team_size=3, roles=("x",), uses=("b@1.0.0",), started=date(2026, 2, 1)
    )


def test_500_projects_and_200_pieces_stay_small() -> None:
    """All formulas of a large library, as the site sends them, in 100 KB."""
    rows = portfolio(500, 200)
    made = [formula_of(fitted(name, rows), 0.9).model_dump(mode="json") for name in TARGETS]
    text = json.dumps(made, indent=1, sort_keys=True).encode()
    assert len(gzip.compress(text, 6)) < 80_000


def test_it_needs_no_package() -> None:
    """Evaluating a formula imports neither numpy nor pandas, scipy or scikit-learn."""
    code = "import sys, maestro.learning.forecast; print(*{n.split('.')[0] for n in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not set(done.stdout.split()) & {"numpy", "pandas", "scipy", "sklearn", "yaml"}
