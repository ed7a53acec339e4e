"""The planner's script and Python say the same: forecasts of 500 plans, and similar projects."""

from __future__ import annotations

import random
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from selenium import webdriver

from maestro.catalog.load import load_catalog
from maestro.learning.alike import finished_alike
from maestro.learning.forecast import forecast
from maestro.learning.formula import Solver
from maestro.learning.planned import Planned
from maestro.publishing import words
from maestro.schema.findings import round_numbers
from maestro.schema.formula import Formula
from maestro.schema.worth import percent_of
from tests.unit.learning.test_forecast import fitted, planned, portfolio, published

TARGETS = ("chance", "cost", "duration", "success")
CLOSE = 1e-9
"""How far two evaluations of one formula may lie apart, relative to the number."""


@pytest.fixture
def page(browser: webdriver.Chrome, tour_server: str) -> webdriver.Chrome:
    """The browser with the planner open, its script and its data loaded."""
    browser.get(f"{tour_server}planner/index.html")
    return browser


def plans(count: int) -> list[Planned]:
    """Random plans with a fixed seed, and some with what random ones do not hit."""
    found = [
        replace(one, may_use_more=one.uses is not None and place % 3 == 0)
        for place, one in enumerate(planned(count - 9))
    ]
    first = Planned(complexity=5, team_size=4, uses=())
    return [
        *found,
        Planned(),
        first,
        replace(first, team_size=900),
        replace(first, data_rows=10**12),
        replace(first, roles=(), is_active=True),
        replace(first, uses=("piece-001", "new@1.0.0-rc.1"), team="team-1"),
        replace(first, uses=("piece-002@1.0.0",), may_use_more=True),
        replace(first, started=date(2000, 1, 1), problem_class="class-9"),
        replace(first, complexity=10, team_size=9, roles=("role-1", "new-role")),
    ]


def as_json(plan: Planned) -> dict[str, Any]:
    """A plan as the page's script takes it."""
    started = plan.started.isoformat() if plan.started else None
    return {**asdict(plan), "started": started}


def assert_same(mine: Any, expected: Any, where: str) -> None:
    """Both hold the same, numbers within the promised distance."""
    if isinstance(expected, dict):
        assert mine.keys() == expected.keys(), where
        for name, value in expected.items():
            assert_same(mine[name], value, f"{where}.{name}")
    elif isinstance(expected, list):
        assert len(mine) == len(expected), where
        for place, value in enumerate(expected):
            assert_same(mine[place], value, f"{where}[{place}]")
    elif isinstance(expected, float):
        assert mine == pytest.approx(expected, rel=CLOSE, abs=CLOSE), where
    else:
        assert mine == expected, where


@pytest.fixture(scope="session")
def past() -> dict[str, Formula]:
    """Formulas fitted to forty finished projects that used up to fifteen pieces."""
    rows = portfolio(40, 15)
    return {name: published(fitted(name, rows)) for name in TARGETS}


@pytest.mark.parametrize("target", TARGETS)
def test_the_browser_gives_the_numbers_of_python(
    page: webdriver.Chrome, past: dict[str, Formula], target: str
) -> None:
    """Centre, ends, typical project, what moves it and every note, on 500 random plans."""
    assert_agree(page, lighter(past[target]), plans(500))


def test_the_whole_mixture_gives_the_same_numbers(
    page: webdriver.Chrome, past: dict[str, Formula]
) -> None:
    """The score as it is published, with all its sets of spreads: fewer plans, as it takes long."""
    assert len(past["success"].nodes) > 8
    assert_agree(page, past["success"], plans(40))


def lighter(formula: Formula) -> Formula:
    """The formula with six of its sets of spreads at most, the likeliest."""
    nodes = sorted(formula.nodes, key=lambda node: -node.weight)[:6]
    total = sum(node.weight for node in nodes)
    kept = [node.model_copy(update={"weight": node.weight / total}) for node in nodes]
    return formula.model_copy(update={"nodes": kept})


def assert_agree(page: webdriver.Chrome, formula: Formula, asked: list[Planned]) -> None:
    """The browser's answers to these plans are those of Python, and some of them are none."""
    answers = page.execute_script(
        "return arguments[1].map((plan) => mxForecast.forecast(arguments[0], plan));",
        formula.model_dump(mode="json"),
        [as_json(plan) for plan in asked],
    )
    # One factorisation in place of conjugate gradients: another way to the same variances.
    along = Solver(formula).along if formula.design else None
    for place, (plan, answer) in enumerate(zip(asked, answers, strict=True)):
        assert_same(answer, asdict(forecast(formula, plan, along)), f"plan {place}")
    assert sum(answer["value"] is None for answer in answers) >= 1


def test_plain_formulas_give_the_same_numbers(page: webdriver.Chrome) -> None:
    """Formulas without a model, too: all the same outcome, a spread, the base rate alone."""
    shape: dict[str, Any] = {
        "target": "duration",
        "unit": "days",
        "label": "not enough evidence",
        "n": 6,
        "doubts": ["the range is mostly the spread of past projects"],
        "level": 0.9,
        "past": None,
        "seen": {
            "ranges": {"complexity": (3, 7), "team_size": (4, 5)},
            "words": {"team": ["a"]},
            "pieces": ["p"],
        },
    }
    formulas = [
        Formula(**shape, kind="spread", is_log=True, mean=40.0, sd=0.5, tails={"0.9": 2.1}),
        Formula(**shape, kind="spread", mean=93.0, sd=20.0, tails={"0.9": 2.1}),
        Formula(**shape, kind="spread", mean=40.0, sd=0.0),
        Formula(**shape, kind="rate", base_rate=0.125),
    ]
    for formula in formulas:
        # A team of 7 is within 1.5 times what was seen, one of 8 is not; complexity 10 is 3 away.
        odd = [Planned(team_size=size) for size in (2, 7, 8)]
        odd += [Planned(complexity=hard) for hard in (1, 9, 10)]
        for plan in (Planned(), Planned(complexity=8, team="b", uses=("q@1.0.0",)), *odd):
            answer = page.execute_script(
                "return mxForecast.forecast(...arguments);",
                formula.model_dump(mode="json"),
                as_json(plan),
            )
            assert_same(answer, asdict(forecast(formula, plan)), formula.kind)


def test_a_base_rate_is_rounded_as_on_every_page(page: webdriver.Chrome) -> None:
    """Each share of up to 200 projects: 62.5 % is 63 % in the card, the note and the table."""
    shares = sorted({hits / whole for whole in range(1, 201) for hits in range(whole + 1)})
    said = page.execute_script("return arguments[0].map(mxForecast.percent);", shares)
    assert said == [percent_of(share) for share in shares]
    tabled = [words.number(round_numbers(100 * share), decimals=0) for share in shares]
    assert said == [f"{number} %" for number in tabled]


def test_similar_projects_are_those_of_the_command(page: webdriver.Chrome, tour: Path) -> None:
    """The finished projects, scores and shared parts that ``maestro recommend`` finds."""
    entries = list(load_catalog(tour).projects.values())
    dice = random.Random(3)
    for _ in range(40):
        like = dice.choice(entries).record
        uses = tuple(use.artifact for use in dice.choice(entries).record.uses)
        plan = Planned(
            problem_class=dice.choice([like.problem_class, None]),
            domain=dice.choice([like.domain, None]),
            complexity=dice.choice([like.complexity, None]),
            team_size=dice.choice([like.team.size, 3, None]),
            uses=dice.choice([uses, (), None]),
        )
        found = page.execute_script(
            "return mxForecast.alike(mxPlanner.projects, arguments[0]);", as_json(plan)
        )
        record = SimpleNamespace(
            problem_class=plan.problem_class,
            domain=plan.domain,
            complexity=plan.complexity,
            team=plan.team_size and SimpleNamespace(size=plan.team_size),
            uses=[SimpleNamespace(artifact=use) for use in plan.uses or ()],
        )
        draft = SimpleNamespace(name="", kind="projects", path="", record=record, prose="")
        expected = finished_alike(draft, entries)
        assert [(one["name"], one["score"]) for one in found] == [
            (one.name, pytest.approx(one.score, abs=1.01e-4)) for one in expected
        ]
        assert [one["shared"] for one in found] == [one.shared for one in expected]
