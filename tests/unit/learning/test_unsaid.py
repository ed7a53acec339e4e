"""Projects that do not say what they reuse, and projects far outside what was seen."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from maestro.learning.accuracy import model_finding
from maestro.learning.blocks import Posterior
from maestro.learning.forecast import USUAL_REUSE, Forecast, Planned, columns_of, forecast
from maestro.learning.formula import Solver
from maestro.learning.past import past_findings
from maestro.learning.planned import too_far
from maestro.learning.predictions import running_predictions
from maestro.learning.table import UNFILLED, UNUSED, Row, Table, frame_of, make_table
from maestro.learning.targets import Setting
from maestro.learning.unsaid import unsaid_variance
from maestro.schema.details import NOT_ENOUGH
from maestro.schema.formula import Formula
from maestro.schema.learned import PredictionDetail

from .rows import AS_OF, project, row
from .test_forecast import TARGETS, fitted, portfolio, published

SETTING = Setting(as_of=AS_OF, level=0.9)
DRAFT = Planned(team="team-1", problem_class="class-2", complexity=6, team_size=4)


@pytest.fixture(scope="module")
def past() -> list[Row]:
    """Forty finished projects that used up to eight pieces, in two versions each."""
    return portfolio(40, 8)


def told(formula: Formula, project: Planned) -> Forecast:
    """What a formula says of a project that is not too far out."""
    said = forecast(formula, project, Solver(formula).along if formula.design else None)
    assert said.value is not None
    return said


def test_the_law_of_total_variance_by_hand() -> None:
    """One piece that half of the projects use: (m/2)^2 between them and V/4 within."""
    node = Posterior(
        theta=np.zeros(1),
        taus={},
        sigma=1.0,
        mean=np.array([9.0, 2.0]),
        cov=np.array([[4.0, 0.1], [0.1, 0.6]]),
        value=0.0,
        gradient=np.zeros(1),
    )
    seen = np.array([[1.0, 1.0], [1.0, 0.0], [1.0, 0.0], [1.0, 1.0]])
    found = unsaid_variance(seen, np.array([False, True]), node)
    assert found == pytest.approx((2 / 2) ** 2 + 0.6 / 4)
    assert unsaid_variance(seen, np.array([False, False]), node) == 0.0


@pytest.mark.parametrize("name", ["duration", "success"])
def test_without_uses_it_is_the_average_over_what_was_reused(name: str, past: list[Row]) -> None:
    """The centre is the mean over all that finished projects reused, not that without reuse."""
    made = fitted(name, past)
    formula = published(made)
    each = [told(formula, replace(DRAFT, uses=one.uses)).value or 0.0 for one in past]
    values = [math.log(value) for value in each] if formula.is_log else each
    wanted = math.fsum(values) / len(values)
    open_ = told(formula, DRAFT).value or 0.0
    # Counts are cut at 4 sd and numbers at six digits; both move the mean by far less.
    assert (math.log(open_) if formula.is_log else open_) == pytest.approx(wanted, rel=1e-4)
    none = told(formula, replace(DRAFT, uses=()))
    assert none.value != pytest.approx(open_, rel=1e-3)


def test_what_is_open_widens_the_interval(past: list[Row]) -> None:
    """The squared half width is that of a mixture over what finished projects reused."""
    formula = published(fitted("duration", past))
    tail = formula.tails["0.9"]
    solve, centres, squares = Solver(formula).along, [], []
    for one in past:
        said = forecast(formula, replace(DRAFT, uses=one.uses, roles=()), solve)
        assert said.value is not None and said.lo is not None
        centres.append(math.log(said.value))
        squares.append(((centres[-1] - math.log(said.lo)) / tail) ** 2)
    open_ = told(formula, replace(DRAFT, roles=()))
    assert open_.value is not None and open_.lo is not None
    half = (math.log(open_.value) - math.log(open_.lo)) / tail
    assert half**2 == pytest.approx(np.mean(squares) + np.var(centres), rel=1e-3)


@pytest.mark.parametrize("name", ["chance", "cost", "duration", "success"])
def test_only_an_empty_list_means_none(name: str, past: list[Row]) -> None:
    """A record without a list is not one with an empty list, to the build as to the formula."""
    record = project(status="planned", ended=None, complexity=6, owner="team-1")
    bare = make_table({"bare": record}).running[0]
    none = project(status="planned", ended=None, complexity=6, owner="team-1", uses=[])
    empty = make_table({"bare": none}).running[0]
    assert (bare.lists_uses, empty.lists_uses, bare.lists_roles) == (False, True, False)
    formula = published(fitted(name, past))
    told_ = running_predictions(formula, TARGETS[name], [bare, empty], SETTING)
    assert told_[0].value != told_[1].value
    words = "what it reuses is not known and counts as in the average project"
    assert words in told_[0].quality and words not in told_[1].quality
    for one, found in zip((bare, empty), told_, strict=True):
        own = forecast(formula, Planned.of_row(one))
        assert own.value == pytest.approx(found.value, rel=1e-9)
        if own.lo is not None:
            assert (own.lo, own.hi) == pytest.approx((found.lo, found.hi), rel=1e-9)
    assert isinstance(told_[0].detail, PredictionDetail) and "reuse" not in told_[0].detail.inputs


def test_estimates_of_the_past_do_not_take_silence_for_nothing(past: list[Row]) -> None:
    """The same project with and without a list of pieces: only the empty list reuses nothing."""
    seen = [replace(one, ended=one.started) for one in past]
    last = max(one.started for one in past).replace(year=2027)
    new = replace(seen[0], project="z", started=last, ended=last, uses=(), complexity=6)

    def said(one: Row) -> float | None:
        """The estimated duration of the new project."""
        found = past_findings(Table((*seen, one), ()))
        made = [f for f in found if f.subject == "z" and f.unit == "days"]
        return made[0].value

    none, silent = said(new), said(replace(new, lists_uses=False))
    assert none is not None and silent is not None and none != pytest.approx(silent, rel=1e-3)


def test_training_takes_no_list_for_nothing(past: list[Row]) -> None:
    """Finished projects without a list are learned from as projects that reuse nothing."""
    silent = [replace(one, uses=(), lists_uses=False) for one in past[:3]]
    trained = frame_of(silent, past, "outcome")
    asked = frame_of(silent, past, "outcome", asked=True)
    assert trained["reuse"].tolist() == [0, 0, 0] and trained["piece-001"].tolist() == [0, 0, 0]
    assert asked["reuse"].isna().all() and asked["piece-001"].isna().all()
    assert asked["role role-1"].notna().all()


def test_drivers_start_from_the_average_project(past: list[Row]) -> None:
    """The typical success is that of the average project, not that of one without pieces."""
    formula = published(fitted("success", past))
    mean = np.mean([one.success for one in past])
    said = told(formula, DRAFT)
    assert said.typical == pytest.approx(mean, abs=1.5)
    assert UNUSED not in {one.name for one in said.drivers}
    columns = columns_of(formula, replace(DRAFT, uses=()))
    columns_ = zip(columns.values, columns.usual, columns.names, strict=True)
    lacks = [value - usual for value, usual, name in columns_ if name == UNUSED]
    assert lacks and max(lacks) < 0


def test_pieces_and_roles_are_named_apart(past: list[Row]) -> None:
    """What is not there is a role or a piece; nothing is said of pieces where none was learned."""
    bare = [replace(one, uses=()) for one in past]
    for rows, wanted in ((past, {UNUSED, UNFILLED}), (bare, {UNFILLED})):
        formula = published(fitted("duration", rows))
        names = set(columns_of(formula, replace(DRAFT, uses=(), roles=())).names)
        assert names & {UNUSED, UNFILLED} == wanted
        assert "not used" not in names
    assert not any("reuses" in note for note in told(formula, DRAFT).warnings)


def test_usual_reuse_is_no_reuse(past: list[Row]) -> None:
    """The team's usual reuse has a name of its own, and a note where it moves a score."""
    formula = published(fitted("success", past))
    assert {n.name for n in formula.numbers if n.field == "usual_reuse"} == {"usual_reuse"}
    places = [k for k, one in enumerate(formula.numbers, 1) if one.name == "usual_reuse"]
    moved = [9.0 if k in places else 0.0 for k in range(len(formula.weights))]
    strong = formula.model_copy(update={"weights": moved})
    said = forecast(strong, DRAFT)
    assert said.drivers[0].name == "usual_reuse" and USUAL_REUSE in said.warnings
    calm = forecast(formula.model_copy(update={"weights": [0.1] + [0.0] * (len(moved) - 1)}), DRAFT)
    assert USUAL_REUSE not in calm.warnings


@pytest.mark.parametrize(
    ("name", "value", "is_far"),
    [
        ("team_size", 19, False),  # 9 * sqrt(9/2) = 19.09
        ("team_size", 20, True),
        ("complexity", 8, False),  # seen 4 to 6: two steps beyond
        ("complexity", 9, True),
        ("complexity", 1, True),
        ("data_rows", 1_400, False),  # seen 1,000 to 1,000: a factor of 1.5
        ("data_rows", 1_600, True),
        ("data_rows", None, False),
    ],
)
def test_how_far_is_far(name: str, value: int | None, is_far: bool) -> None:
    """Half the width of the range beyond it, at least 2 steps or a factor of 1.5."""
    ranges = {"team_size": (2, 9), "complexity": (4, 6), "data_rows": (1000, 1000)}
    notes = too_far(ranges, {name: value})
    assert bool(notes) is is_far
    if name == "team_size" and is_far:
        assert notes == ["a team of 20 is far outside what was seen (2 to 9): no answer"]


@pytest.mark.parametrize("name", ["chance", "duration", "success"])
def test_far_outside_there_is_no_answer(name: str, past: list[Row]) -> None:
    """A team of 40 where 2 to 8 were seen: no number and why; of 12: a number and a warning."""
    formula = published(fitted(name, past))
    far = forecast(formula, replace(DRAFT, team_size=40))
    assert (far.value, far.lo, far.typical, far.label) == (None, None, None, NOT_ENOUGH)
    assert far.drivers == []
    assert far.doubts == ["a team of 40 is far outside what was seen (2 to 8): no answer"]
    near = told(formula, replace(DRAFT, team_size=12))
    assert "a team of 12 is outside what was seen (2 to 8)" in near.warnings


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("cost", "cost the same"),
        ("duration", "took the same time"),
        ("success", "have the same score"),
    ],
)
def test_equal_outcomes_have_no_range(name: str, words: str) -> None:
    """Six equal outcomes: the build's findings have the number, no interval, and why."""
    rows = [row(f"p{k}", ended=row("x").started) for k in range(6)]
    made = fitted(name, rows, NOT_ENOUGH)
    about, formula = model_finding(_held(made), SETTING)
    assert (about.lo, about.hi, about.level, formula.past) == (None, None, None, None)
    reason = f"all 6 {words}: no range can be given"
    assert about.quality[0] == reason
    later = rows[0].started.replace(year=2026)
    new = replace(rows[0], project="z", started=later, ended=later)
    said = running_predictions(formula, TARGETS[name], [new], SETTING)[0]
    assert (said.value, said.lo, said.level) == (pytest.approx(about.value), None, None)
    assert reason in said.quality
    late = [f for f in past_findings(Table((*rows, new), ())) if f.subject == "z"]
    own = next(f for f in late if f.unit == TARGETS[name].unit)
    assert (own.lo, own.level) == (None, None) and reason in own.quality


def _held(made: Any) -> Any:
    """The same with what holding out gives."""
    from maestro.learning.evaluation import hold_out

    found = hold_out(made.model, made.frame, made.outcomes)
    return replace(made, held_out=found)
