"""The planner in a real browser: its numbers, its address, its record, its words."""

from __future__ import annotations

import functools
import json
import random
import threading
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import date
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select, WebDriverWait

from maestro.catalog.load import load_catalog
from maestro.cli.forecasts import told
from maestro.cli.main import guarded
from maestro.learning.alike import finished_alike
from maestro.learning.forecast import forecast
from maestro.learning.formula import Solver
from maestro.learning.planned import Planned
from maestro.schema.formula import Formula
from tests.unit.learning.test_forecast import fitted, planned, portfolio, published

from .conftest import HOSTILE, look, requests
from .test_accessibility import _judged, axe

__all__ = ["axe"]

PAGE = "planner/index.html"
TARGETS = ("chance", "cost", "duration", "success")
PLAN = {"class": "regression", "complexity": "6", "team-size": "4"}
CLOSE = 1e-9
"""How far two evaluations of one formula may lie apart, relative to the number."""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture(scope="session")
def served(tour: Path) -> Iterator[str]:
    """The address of its site on a loopback server."""
    handler = functools.partial(_Quiet, directory=str(tour / "build/site"))
    made = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{made.server_port}/"
    made.shutdown()
    thread.join()
    made.server_close()


def part(browser: webdriver.Chrome, name: str) -> WebElement:
    """A part of the page that the script fills."""
    return browser.find_element(By.CSS_SELECTOR, f"[data-mx-{name}]")


def field(browser: webdriver.Chrome, name: str) -> WebElement:
    """A field of the form."""
    return browser.find_element(By.CSS_SELECTOR, f".mx-planner [name='{name}']")


def opened(browser: webdriver.Chrome, base: str, **fields: Any) -> str:
    """Open the planner with these fields in its address; the answer in words."""
    names = {name.replace("_", "-"): value for name, value in fields.items()}
    browser.get(f"{base}{PAGE}?{urlencode(names, doseq=True)}")
    return part(browser, "says").text


def cards(browser: webdriver.Chrome) -> dict[str, str]:
    """Title of each outcome to what its card says first."""
    found = browser.find_elements(By.CSS_SELECTOR, ".mx-outcome")
    return {
        one.find_element(By.TAG_NAME, "h3").text: one.find_element(By.TAG_NAME, "p").text
        for one in found
    }


def errors(browser: webdriver.Chrome) -> list[str]:
    """What the console calls severe."""
    return [entry["message"] for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]


def settled(browser: webdriver.Chrome, words: str) -> str:
    """The answer, once it says these words."""
    WebDriverWait(browser, 10).until(lambda d: words in part(browser, "says").text)
    return part(browser, "says").text


# -- the numbers ----------------------------------------------------------------------------------


def plans(count: int) -> list[Planned]:
    """Random plans with a fixed seed, and some with what random ones do not hit."""
    found = planned(count - 8)
    first = Planned(complexity=5, team_size=4, uses=())
    return [
        *found,
        Planned(),
        first,
        replace(first, team_size=900),
        replace(first, data_rows=10**12),
        replace(first, roles=(), is_active=True),
        replace(first, uses=("piece-001", "new@1.0.0-rc.1"), team="team-1"),
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
    browser: webdriver.Chrome, served: str, past: dict[str, Formula], target: str
) -> None:
    """Centre, ends, typical project, what moves it and every note, on 500 random plans."""
    assert_agree(browser, served, lighter(past[target]), plans(500))


def test_the_whole_mixture_gives_the_same_numbers(
    browser: webdriver.Chrome, served: str, past: dict[str, Formula]
) -> None:
    """The score as it is published, with all its sets of spreads: fewer plans, as it takes long."""
    assert len(past["success"].nodes) > 8
    assert_agree(browser, served, past["success"], plans(40))


def lighter(formula: Formula) -> Formula:
    """The formula with six of its sets of spreads at most, the likeliest."""
    nodes = sorted(formula.nodes, key=lambda node: -node.weight)[:6]
    total = sum(node.weight for node in nodes)
    kept = [node.model_copy(update={"weight": node.weight / total}) for node in nodes]
    return formula.model_copy(update={"nodes": kept})


def assert_agree(
    browser: webdriver.Chrome, base: str, formula: Formula, asked: list[Planned]
) -> None:
    """The browser's answers to these plans are those of Python, and some of them are none."""
    opened(browser, base)
    answers = browser.execute_script(
        "return arguments[1].map((plan) => mxForecast.forecast(arguments[0], plan));",
        formula.model_dump(mode="json"),
        [as_json(plan) for plan in asked],
    )
    # One factorisation in place of conjugate gradients: another way to the same variances.
    along = Solver(formula).along if formula.design else None
    for place, (plan, answer) in enumerate(zip(asked, answers, strict=True)):
        assert_same(answer, asdict(forecast(formula, plan, along)), f"plan {place}")
    assert sum(answer["value"] is None for answer in answers) >= 1


def test_plain_formulas_give_the_same_numbers(browser: webdriver.Chrome, served: str) -> None:
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
    opened(browser, served)
    for formula in formulas:
        # A team of 7 is within 1.5 times what was seen, one of 8 is not; complexity 10 is 3 away.
        odd = [Planned(team_size=size) for size in (2, 7, 8)]
        odd += [Planned(complexity=hard) for hard in (1, 9, 10)]
        for plan in (Planned(), Planned(complexity=8, team="b", uses=("q@1.0.0",)), *odd):
            answer = browser.execute_script(
                "return mxForecast.forecast(...arguments);",
                formula.model_dump(mode="json"),
                as_json(plan),
            )
            assert_same(answer, asdict(forecast(formula, plan)), formula.kind)


def test_similar_projects_are_those_of_the_command(
    browser: webdriver.Chrome, served: str, tour: Path
) -> None:
    """The finished projects, scores and shared parts that ``maestro recommend`` finds."""
    entries = list(load_catalog(tour).projects.values())
    dice = random.Random(3)
    opened(browser, served)
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
        found = browser.execute_script(
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


# -- the page -------------------------------------------------------------------------------------


def test_a_plan_is_answered_as_by_the_command(
    browser: webdriver.Chrome,
    tour: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """From disk: fill in the form, copy the record: it passes the check, and the command says the
    same of it, in the same words."""
    opened(browser, (tour / "build/site").as_uri() + "/")
    for name, value in {**PLAN, "owner": "sim-birch", "domain": "sim-energy"}.items():
        box = field(browser, name)
        Select(box).select_by_value(value) if box.tag_name == "select" else box.send_keys(value)
    field(browser, "rows").send_keys("20000")
    browser.execute_script(
        "arguments[0].value = '2026-09-01';"
        "arguments[0].dispatchEvent(new Event('input', { bubbles: true }));",
        field(browser, "started"),
    )
    field(browser, "find").send_keys("cellar", Keys.ENTER)
    browser.find_element(By.CSS_SELECTOR, ".mx-plan details summary").click()
    browser.find_element(By.CSS_SELECTOR, "[data-mx-role='data-scientist']").send_keys("2")
    browser.find_element(By.CSS_SELECTOR, ".mx-yaml summary").click()
    assert "Still to say" in part(browser, "missing").text
    field(browser, "name").send_keys("sim-new-2026")
    field(browser, "description").send_keys('To say: "no" # or \\ yes, {a: 1} – to all')
    WebDriverWait(browser, 10).until(lambda d: part(d, "missing").text == "It is complete.")
    text = part(browser, "record").get_attribute("textContent") or ""
    draft = tmp_path / "draft.yaml"
    draft.write_text(text)
    capsys.readouterr()
    assert guarded(["predict", str(draft), "-C", str(tour), "--format", "json"]) == 0
    rows = {row["target"]: row for row in json.loads(capsys.readouterr().out)["predictions"]}
    assert rows.keys() == {"chance", "cost", "duration", "success"}
    shown = {title.split()[0].lower(): said for title, said in cards(browser).items()}
    for target, row in rows.items():
        line = told(row)[0].partition(": ")[2].partition("  (")[0]
        assert shown[target] == f"{line}.", target
    record = tour / "projects/sim-new-2026/project.yaml"
    record.parent.mkdir()
    try:
        record.write_text(text)
        assert guarded(["check", "-C", str(tour)]) == 0
        assert "0 errors, 0 warnings" in capsys.readouterr().err
    finally:
        record.unlink()
        record.parent.rmdir()
    assert errors(browser) == []


def test_what_is_missing_is_left_out_of_the_record(browser: webdriver.Chrome, served: str) -> None:
    """A half-filled plan makes a draft that invents nothing and names what is still to be said."""
    opened(browser, served, complexity=5, reuse="none")
    lines = (part(browser, "record").get_attribute("textContent") or "").splitlines()
    assert lines[1].startswith("# still to say: the name of its folder")
    assert lines[2:] == ["complexity: 5", 'status: "planned"', "uses: []"]


def test_the_address_holds_the_whole_plan(browser: webdriver.Chrome, served: str) -> None:
    """A plan opened again from its address is the same, with its answer and what was kept."""
    before = opened(browser, served, **PLAN, started="2026-09-01", role="data-scientist:2")
    browser.find_element(By.CSS_SELECTOR, "[data-mx-keep]").click()
    field(browser, "find").send_keys("cellar", Keys.ENTER)
    Select(field(browser, "complexity")).select_by_value("8")
    after = settled(browser, "complexity 8")
    assert after != before
    kept = part(browser, "kept").text
    assert "complexity 6 there; pieces not said there" in kept
    address = browser.current_url
    query = parse_qs(urlsplit(address).query)
    assert query["complexity"] == ["8"] and query["role"] == ["data-scientist:2"]
    assert parse_qs(query["kept"][0])["complexity"] == ["6"]
    browser.get("about:blank")
    browser.get(address)
    assert part(browser, "says").text == after
    assert part(browser, "kept").text == kept
    assert browser.current_url == address
    part(browser, "swap").click()
    assert part(browser, "says").text == before


def test_a_name_alone_stands_for_the_newest_version(browser: webdriver.Chrome, served: str) -> None:
    """As for the command; another version can be chosen, and the address keeps it."""
    opened(browser, served, **PLAN, **{"with": ["sim-cellar-features", "no-such-piece@1.0.0"]})
    version = Select(browser.find_element(By.CSS_SELECTOR, "[data-mx-chosen] select"))
    newest = version.first_selected_option.get_attribute("value")
    assert "newest" in version.first_selected_option.text
    query = parse_qs(urlsplit(browser.current_url).query)
    assert query["with"] == [f"sim-cellar-features@{newest}", "no-such-piece@1.0.0"]
    assert "No finished project used no-such-piece." in part(browser, "notes").text


def test_far_outside_there_is_no_answer(browser: webdriver.Chrome, served: str) -> None:
    """The page says why in place of numbers; what lies a little outside is told beside them."""
    said = opened(browser, served, team_size=500)
    assert "No answer for duration, cost, success score, chance of success" in said
    assert "a team of 500 is far outside what was seen" in said
    assert all("no answer" in text for text in cards(browser).values())
    assert "nine of ten" in opened(browser, served, complexity=1)
    assert "Complexity 1 is outside what was seen" in part(browser, "notes").text


def test_it_works_by_keyboard_alone(browser: webdriver.Chrome, served: str) -> None:
    """Tab, letters, Enter and Space fill in the form, add a piece and take it away."""
    opened(browser, served)
    field(browser, "class").send_keys("Regr")

    def press(*keys: str) -> None:
        """Keys for whatever has the focus."""
        browser.switch_to.active_element.send_keys(*keys)

    press(Keys.TAB)
    press("6")
    press(Keys.TAB)
    press("4")
    settled(browser, "(Regression, complexity 6, team of 4)")
    while browser.switch_to.active_element.get_attribute("name") != "find":
        press(Keys.TAB)
    press("cellar", Keys.ENTER)
    focused = browser.switch_to.active_element
    assert focused.get_attribute("type") == "checkbox" and focused.is_selected()
    assert "with=sim-cellar" in browser.current_url
    press(Keys.SPACE)
    assert "with=" not in browser.current_url
    assert browser.switch_to.active_element.get_attribute("name") == "find"


def test_nothing_hostile_runs_in_the_planner(browser: webdriver.Chrome, served: str) -> None:
    """Titles of records and every field of the address are shown as typed, and load nothing."""
    fields = ("class", "complexity", "team-size", "rows", "domain", "owner", "started", "reuse")
    more = ("name", "description", "with", "role", "kept")
    query = "&".join(f"{name}={quote(HOSTILE)}" for name in (*fields, *more))
    opened(browser, served)
    requests(browser)
    browser.get(f"{served}{PAGE}?{query}")
    browser.execute_script("document.querySelectorAll('details').forEach(d => { d.open = true; });")
    assert HOSTILE in part(browser, "says").text
    assert json.dumps(HOSTILE)[1:-1] in part(browser, "record").text
    opened(browser, served, **{"class": "forecasting", "complexity": 5, "team-size": 3})
    assert HOSTILE in part(browser, "says").text
    assert HOSTILE in part(browser, "similar").text
    assert browser.execute_script("return 'zqz' in window") is False
    assert browser.find_elements(By.CSS_SELECTOR, ".mx-planner :is(img, script[src=x])") == []
    assert {a for a in requests(browser) if not a.startswith((served, "data:", "about:"))} == set()
    assert errors(browser) == []


@pytest.mark.parametrize("width", [1280, 390])
def test_the_planner_fits_any_screen(browser: webdriver.Chrome, served: str, width: int) -> None:
    """Nothing on the page is wider than the screen, with all of it open."""
    look(browser, width=width)
    opened(browser, served, **PLAN, **{"with": "sim-cellar-features"})
    browser.execute_script("document.querySelectorAll('details').forEach(d => { d.open = true; });")
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width


def test_axe_finds_nothing_in_an_answer(browser: webdriver.Chrome, served: str, axe: str) -> None:
    """No violation of WCAG 2.2 A or AA in the form and a full answer, with all of it open."""
    browser.set_script_timeout(60)
    query = urlencode({**PLAN, "with": "sim-cellar-features", "kept": "class=ranking"})
    assert _judged(browser, axe, f"{served}{PAGE}?{query}") == []


def test_without_a_model_the_page_says_why(browser: webdriver.Chrome, plain_site: Path) -> None:
    """No form, but the reason and the next thing to do, with scripts and without."""
    browser.get(f"{plain_site.as_uri()}/{PAGE}")
    said = browser.find_element(By.TAG_NAME, "article").text
    assert "Not enough evidence: 1 finished project, at least 8 are needed." in said
    assert "Then run maestro build." in said
    assert browser.find_elements(By.CSS_SELECTOR, "form.mx-plan") == []
    assert errors(browser) == []


def test_without_scripts_the_command_is_named(tour: Path) -> None:
    """The page as it is written names the command, and hides the form that could not answer."""
    text = (tour / "build/site" / PAGE).read_text()
    assert "maestro predict --class anomaly-detection --complexity 5 --team-size 4" in text
    assert "data-mx-planner-off>The form needs JavaScript" in text
    start = text.index("data-mx-planner ")
    assert " hidden>" in text[start : start + 60]
