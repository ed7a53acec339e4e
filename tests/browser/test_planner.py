"""The planner's page in a real browser: its words, its address, its record."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select, WebDriverWait

from maestro.cli.forecasts import told
from maestro.cli.main import guarded

from .conftest import HOSTILE, look, requests
from .test_accessibility import _judged, axe

__all__ = ["axe"]

PAGE = "planner/index.html"
PLAN = {"class": "regression", "complexity": "6", "team-size": "4"}


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
    # A record lists all that is reused.
    Select(field(browser, "reuse")).select_by_value("none")
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


def test_a_record_says_what_it_changes(
    browser: webdriver.Chrome,
    tour: Path,
    tour_server: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """With pieces undecided, both answers stand beside the record: that of the form, and the one
    that the command gives for the copied file."""
    opened(browser, tour_server, **PLAN)
    assert not part(browser, "closed").is_displayed()
    opened(browser, tour_server, **PLAN, **{"with": "sim-cellar-features"})
    browser.find_element(By.CSS_SELECTOR, ".mx-yaml summary").click()
    draft = tmp_path / "draft.yaml"
    draft.write_text(part(browser, "record").get_attribute("textContent") or "")
    capsys.readouterr()
    assert guarded(["predict", str(draft), "-C", str(tour), "--format", "json"]) == 0
    rows = {row["target"]: row for row in json.loads(capsys.readouterr().out)["predictions"]}
    record, _, form = part(browser, "closed").text.partition(". The answer above")
    assert record.startswith("As a record, where nothing further is reused: ")
    for target in ("success", "chance"):
        said = f"{rows[target]['value']:.0f} {'of 100' if target == 'success' else '%'}"
        assert f" {said}" in record, target
    shown = part(browser, "sum").get_attribute("textContent") or ""
    answer = shown.removesuffix(" \u00b7 see the answer")
    assert form.endswith(f": {answer}.") and answer not in record


def test_a_chance_says_why_it_has_no_range(browser: webdriver.Chrome, tour_server: str) -> None:
    """The other outcomes have one, and no such sentence."""
    opened(browser, tour_server, **PLAN)
    for card in browser.find_elements(By.CSS_SELECTOR, ".mx-outcome"):
        is_chance = card.find_element(By.TAG_NAME, "h3").text == "Chance of success"
        assert ("A chance has no range: its formula gives one number" in card.text) is is_chance


def test_the_record_has_a_button_to_copy_it(browser: webdriver.Chrome, tour_server: str) -> None:
    """The theme's button takes the record's own text, as it stands after the last change."""
    opened(browser, tour_server, complexity=5)
    browser.find_element(By.CSS_SELECTOR, ".mx-yaml summary").click()
    target = browser.find_element(By.CSS_SELECTOR, ".mx-yaml [data-clipboard-target]")
    place = str(target.get_attribute("data-clipboard-target"))
    assert target.is_displayed()
    assert "complexity: 5" in browser.find_element(By.CSS_SELECTOR, place).text


def test_what_is_missing_is_left_out_of_the_record(
    browser: webdriver.Chrome, tour_server: str
) -> None:
    """A half-filled plan makes a draft that invents nothing and names what is still to be said."""
    opened(browser, tour_server, complexity=5, reuse="none")
    lines = (part(browser, "record").get_attribute("textContent") or "").splitlines()
    assert lines[1].startswith("# still to say: the name of its folder")
    assert lines[2:] == ["complexity: 5", 'status: "planned"', "uses: []"]


def test_the_address_holds_the_whole_plan(browser: webdriver.Chrome, tour_server: str) -> None:
    """A plan opened again from its address is the same, with its answer and what was kept."""
    before = opened(browser, tour_server, **PLAN, started="2026-09-01", role="data-scientist:2")
    browser.find_element(By.CSS_SELECTOR, "[data-mx-keep]").click()
    field(browser, "find").send_keys("cellar", Keys.ENTER)
    Select(field(browser, "complexity")).select_by_value("8")
    after = settled(browser, "complexity 8")
    assert after != before
    kept = part(browser, "kept").text
    assert "In the kept one: complexity 6; pieces not said" in kept
    address = browser.current_url
    query = parse_qs(urlsplit(address).query)
    assert query["complexity"] == ["8"] and query["role"] == ["data-scientist:2"]
    assert parse_qs(query["kept"][0])["complexity"] == ["6"]
    browser.get("about:blank")
    browser.get(address)
    assert part(browser, "says").text == after
    assert part(browser, "kept").text == kept
    assert not part(browser, "given").is_displayed()  # the form's list is for paper
    assert browser.current_url == address
    part(browser, "swap").click()
    assert part(browser, "says").text == before


def test_a_name_alone_stands_for_the_newest_version(
    browser: webdriver.Chrome, tour_server: str
) -> None:
    """As for the command; another version can be chosen, and the address keeps it."""
    opened(browser, tour_server, **PLAN, **{"with": "sim-cellar-features"})
    version = Select(browser.find_element(By.CSS_SELECTOR, "[data-mx-chosen] select"))
    newest = version.first_selected_option.get_attribute("value")
    assert "newest" in version.first_selected_option.text
    query = parse_qs(urlsplit(browser.current_url).query)
    assert query["with"] == [f"sim-cellar-features@{newest}"]


def test_far_outside_there_is_no_answer(browser: webdriver.Chrome, tour_server: str) -> None:
    """The page says why in place of numbers; what lies a little outside is told beside them."""
    said = opened(browser, tour_server, team_size=500)
    assert "No answer for duration, cost, success score, chance of success" in said
    assert "a team of 500 is far outside what was seen" in said
    assert all("no answer" in text for text in cards(browser).values())
    assert "nine of ten" in opened(browser, tour_server, complexity=1)
    assert "Complexity 1 is outside what was seen" in part(browser, "notes").text


def test_it_works_by_keyboard_alone(browser: webdriver.Chrome, tour_server: str) -> None:
    """Tab, letters, Enter and Space fill in the form, add a piece and take it away."""
    opened(browser, tour_server)
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
    focused = browser.switch_to.active_element
    assert focused.get_attribute("type") == "checkbox" and not focused.is_selected()


def test_nothing_hostile_runs_in_the_planner(browser: webdriver.Chrome, tour_server: str) -> None:
    """Titles of records and every field of the address are shown as typed, and load nothing."""
    fields = ("class", "complexity", "team-size", "rows", "domain", "owner", "started", "reuse")
    more = ("name", "description", "with", "role", "kept")
    query = "&".join(f"{name}={quote(HOSTILE)}" for name in (*fields, *more))
    opened(browser, tour_server)
    requests(browser)
    browser.get(f"{tour_server}{PAGE}?{query}")
    browser.execute_script("document.querySelectorAll('details').forEach(d => { d.open = true; });")
    assert f"Left out: problem class {HOSTILE[:60]}" in part(browser, "notes").text
    assert json.dumps(HOSTILE)[1:-1] in part(browser, "record").text
    opened(browser, tour_server, **{"class": "forecasting", "complexity": 5, "team-size": 3})
    assert HOSTILE in part(browser, "says").text
    assert HOSTILE in part(browser, "similar").text
    assert browser.execute_script("return 'zqz' in window") is False
    assert browser.find_elements(By.CSS_SELECTOR, ".mx-planner :is(img, script[src=x])") == []
    assert {
        a for a in requests(browser) if not a.startswith((tour_server, "data:", "about:"))
    } == set()
    assert errors(browser) == []


@pytest.mark.parametrize("width", [1280, 390])
def test_the_planner_fits_any_screen(
    browser: webdriver.Chrome, tour_server: str, width: int
) -> None:
    """Nothing on the page is wider than the screen, with all of it open."""
    look(browser, width=width)
    opened(browser, tour_server, **PLAN, **{"with": "sim-cellar-features"})
    browser.execute_script("document.querySelectorAll('details').forEach(d => { d.open = true; });")
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width


def test_axe_finds_nothing_in_an_answer(
    browser: webdriver.Chrome, tour_server: str, axe: str
) -> None:
    """No violation of WCAG 2.2 A or AA in the form and a full answer, with all of it open."""
    browser.set_script_timeout(60)
    query = urlencode({**PLAN, "with": "sim-cellar-features", "kept": "class=ranking"})
    assert _judged(browser, axe, f"{tour_server}{PAGE}?{query}") == []


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


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("complexity", "99", "complexity 99 is not one of 1 to 10"),
        ("complexity", "6.5", "complexity 6.5 is not one of 1 to 10"),
        ("started", "2027-02-31", "first day 2027-02-31 is not a day as 2027-03-01"),
        ("role", "wizard:3", "wizard:3 is not a known role with its people"),
        (
            "with",
            "sim-cellar-features@7.7.7",
            "sim-cellar-features@7.7.7 is not a piece of the library in a version known here",
        ),
        ("class", "foo", "problem class foo is not known here"),
        ("owner", "nobody", "team nobody is not known here"),
        ("team-size", "0", "team size 0 is not a whole number from 1 to 1,000"),
    ],
)
def test_what_cannot_be_is_left_out_and_said(
    browser: webdriver.Chrome, tour_server: str, name: str, value: str, why: str
) -> None:
    """The address is corrected, and the record has nothing of it."""
    opened(browser, tour_server, **{"rows": "2000", name: value})
    assert f"Left out: {why}." in part(browser, "notes").text
    assert parse_qs(urlsplit(browser.current_url).query) == {"rows": ["2000"]}
    lines = (part(browser, "record").get_attribute("textContent") or "").splitlines()
    assert lines[2:] == ['status: "planned"', "data_rows: 2000"]


def test_nothing_filled_in_moves_nothing(browser: webdriver.Chrome, tour_server: str) -> None:
    """A sentence in place of a table without rows."""
    opened(browser, tour_server)
    text = part(browser, "cards").text
    assert "Nothing that is filled in moves it from" in text and "What moves it," not in text


def test_far_outside_is_said_once(browser: webdriver.Chrome, tour_server: str) -> None:
    """Of one number once, whatever each outcome has seen, and no second note beside it."""
    browser.get(f"{tour_server}{PAGE}")
    notes = browser.execute_script(
        """const far = { value: null, doubts:
          ["a team of 50 is far outside what was seen (1 to 7): no answer"] };
        const more = { ...far, doubts: [far.doubts[0].replace("7", "8")], target: "cost" };
        const near = { value: 3, lo: null, unit: "points", target: "success", n: 20, doubts: [],
          warnings: ["a team of 50 is outside what was seen (1 to 40)"] };
        const rows = [{ ...far, target: "duration" }, more, near];
        return [mxAnswer.says(rows, []).map((one) => one.textContent || one).join(""),
          mxAnswer.warnings(rows)];"""
    )
    assert notes[0].endswith(
        "No answer for duration, cost: a team of 50 is far outside what was seen "
        "(1 to 7 or 1 to 8)."
    )
    assert notes[1] == []


def test_a_range_from_few_projects_is_not_in_the_headline(
    browser: webdriver.Chrome, tour_server: str
) -> None:
    """Fewer than ten finished projects: the sentence says so in place of a range."""
    browser.get(f"{tour_server}{PAGE}")
    row = {"target": "duration", "unit": "days", "value": 149, "lo": 148, "hi": 150, "level": 0.9}
    for count, words in ((9, "too few finished projects (9) to say how far"), (10, "nine of ten")):
        said = browser.execute_script(
            "return mxAnswer.says([arguments[0]], [])"
            ".map((one) => one.textContent || one).join('');",
            {**row, "n": count, "doubts": []},
        )
        assert words in said
        assert ("148" in said) == (count == 10)


def test_a_phone_shows_the_answer_in_short(browser: webdriver.Chrome, tour_server: str) -> None:
    """The score stays in sight beside the form, and leads to the whole answer."""
    look(browser, width=390)
    opened(browser, tour_server, **PLAN)
    short = part(browser, "sum")
    assert " of 100 \u00b7 " in short.text and short.text.endswith("see the answer")
    bottom = browser.execute_script(
        "return innerHeight - arguments[0].getBoundingClientRect().bottom", short
    )
    assert 0 <= bottom < 40
    browser.execute_script("arguments[0].click()", short)
    assert browser.current_url.endswith("#mx-answer-title")
