"""Pieces in the planner: found, added, taken from the address, or not known at all."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from .conftest import requests
from .test_planner import PAGE, PLAN, errors, field, opened, part

PIECE = "sim-cellar-features"


@contextmanager
def told(browser: webdriver.Chrome, lines: str) -> Iterator[None]:
    """Pages opened meanwhile find ``lines`` done to ``data``, what the planner loads."""
    at = f"const at = data.pieces.name.indexOf({json.dumps(PIECE)});"
    told = f"get() {{ return this.mxTold; }}, set(data) {{ this.mxTold = data; {at} {lines} }}"
    source = f"Object.defineProperty(self, 'mxPlanner', {{ {told} }});"
    made = browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": source})
    yield
    browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", made)


def ticked(browser: webdriver.Chrome) -> list[str]:
    """What is said of each piece that is chosen."""
    return [one.text for one in browser.find_elements(By.CSS_SELECTOR, "[data-mx-chosen] > li")]


def asked(browser: webdriver.Chrome) -> list[str]:
    """The pieces in the page's address."""
    return parse_qs(urlsplit(browser.current_url).query).get("with", [])


HELPS = """const formula = data.formulas.find((one) => one.target === "success");
formula.label = "evidence";
const column = formula.pieces.flatMap((one) => one.columns).indexOf(data.pieces.name[at]);
const first = formula.weights.length - formula.pieces.flatMap((one) => one.columns).length;
formula.weights[first + column] = 2;
data.pieces.impact[at] = 4.1;
data.pieces.impact_label = data.pieces.impact_label.map(() => "no clear effect");
data.pieces.impact_label[at] = "helps";"""
"""The piece alone has a clear effect, and moves the forecast up."""


@pytest.mark.parametrize("key", ["", Keys.ENTER, Keys.SPACE])
def test_a_piece_that_helps_is_added(browser: webdriver.Chrome, tour_server: str, key: str) -> None:
    """Its button, clicked or pressed, ticks it, moves the forecast, and leaves the focus on it."""
    with told(browser, HELPS):
        before = opened(browser, tour_server, **PLAN)
    add = browser.find_element(By.CSS_SELECTOR, f"button[aria-label='Add {PIECE}']")
    more = add.find_element(By.XPATH, "..").text
    add.send_keys(key) if key else add.click()
    (reference,) = asked(browser)
    assert reference.startswith(f"{PIECE}@")
    assert "+4.1 points" in more and "helps" in more and len(ticked(browser)) == 1
    assert part(browser, "says").text != before
    focused = browser.switch_to.active_element
    assert focused.get_attribute("type") == "checkbox" and focused.is_selected()
    assert browser.find_elements(By.CSS_SELECTOR, f"button[aria-label='Add {PIECE}']") == []


def test_what_is_not_clear_is_not_suggested(browser: webdriver.Chrome, tour_server: str) -> None:
    """A piece with a measured effect that may as well be none: a sentence in place of a list."""
    unclear = HELPS.replace('[at] = "helps"', '[at] = "no clear effect"')
    with told(browser, unclear):
        opened(browser, tour_server, **PLAN)
    said = part(browser, "helps").text
    measured = re.fullmatch(
        r"Nothing clear is known: of (\d+) other pieces? with a measured newest version, "
        r"none clearly helped\.",
        said,
    )
    assert measured and int(measured[1]) >= 1
    assert browser.find_elements(By.CSS_SELECTOR, "[data-mx-helps] button") == []


def quiet(browser: webdriver.Chrome) -> WebElement:
    """What has the focus once everything that a change sets off is over."""
    browser.execute_async_script("setTimeout(arguments[0], 600);")
    return browser.switch_to.active_element


def of_piece(element: WebElement) -> str:
    """The piece whose box this is."""
    assert element.get_attribute("type") == "checkbox"
    return element.find_element(By.XPATH, "..").text.strip()


def test_the_focus_stays_on_a_piece(browser: webdriver.Chrome, tour_server: str) -> None:
    """Tab to an offered piece, press Space: it is ticked and has the focus, also once the answer
    is there; Space again takes it away, and the next one does the same."""
    opened(browser, tour_server, **PLAN)
    field(browser, "find").send_keys(Keys.TAB)
    name = of_piece(browser.switch_to.active_element)
    for is_on in (True, False, True):
        browser.switch_to.active_element.send_keys(Keys.SPACE)
        focused = quiet(browser)
        assert of_piece(focused) == name
        assert focused.is_selected() is is_on
        assert [one.partition("@")[0] for one in asked(browser)] == [name] * is_on


def test_the_focus_stays_on_what_is_drawn_anew(browser: webdriver.Chrome, tour_server: str) -> None:
    """A field that was changed just before is answered while the focus is on a piece already."""
    opened(browser, tour_server, **PLAN, **{"with": PIECE})
    versions = browser.find_element(By.CSS_SELECTOR, "[data-mx-chosen] select")
    browser.execute_script(
        "const rows = arguments[0]; rows.value = '2000';"
        "rows.dispatchEvent(new Event('input', { bubbles: true })); arguments[1].focus();",
        field(browser, "rows"),
        versions,
    )
    assert quiet(browser).get_attribute("aria-label") == f"Version of {PIECE}"
    assert "rows=2000" in browser.current_url


def test_an_earlier_version_says_what_the_newest_cannot(
    browser: webdriver.Chrome, tour_server: str
) -> None:
    """Without an effect of its own, the newest version stands beside the one that has one."""
    earlier = """data.pieces.impact[at] = null; data.pieces.impact_label[at] = "not measured";
      data.pieces.impact_earlier[at] = ["0.9.0", 4.25, 1.1, 7.36, "clear effect"];"""
    with told(browser, earlier):
        opened(browser, tour_server, **{"with": PIECE})
    newest = asked(browser)[0].partition("@")[2]
    words = f"0.9.0: +4.3 points (+1.1 to +7.4), clear effect; {newest}: not measured"
    assert ticked(browser)[0].endswith(words)


@pytest.mark.parametrize("how", ["disk", "server"])
def test_an_unknown_piece_is_left_out_and_said(
    browser: webdriver.Chrome, tour: Path, tour_server: str, how: str
) -> None:
    """As the command refuses it; also one in the plan that is kept to compare with."""
    base = f"{(tour / 'build/site').as_uri()}/" if how == "disk" else tour_server
    kept = urlencode({"class": "ranking", "with": "gone-piece"})
    query = urlencode({**PLAN, "with": ["no-such-piece@1.0.0", PIECE], "kept": kept}, doseq=True)
    browser.get(f"{base}{PAGE}?{query}")
    WebDriverWait(browser, 10).until(lambda d: part(d, "says").text)
    notes = part(browser, "notes").text
    for name in ("no-such-piece@1.0.0", "gone-piece"):
        assert f"Left out: {name} is not a piece of the library in a version known here." in notes
        assert name not in browser.current_url
    assert [one.partition("@")[0] for one in asked(browser)] == [PIECE]
    assert "no-such-piece" not in part(browser, "record").get_attribute("textContent")
    assert parse_qs(urlsplit(browser.current_url).query)["kept"] == ["class=ranking"]
    assert errors(browser) == []


def test_a_piece_that_nobody_used_is_found_in_the_whole_library(
    browser: webdriver.Chrome, tour_server: str
) -> None:
    """The Library's long list is read only when a name is nowhere else; then it can be chosen."""
    requests(browser)
    opened(browser, tour_server, **PLAN, **{"with": PIECE})
    assert not [one for one in requests(browser) if one.endswith("catalog.js")]
    field(browser, "find").send_keys("basket features")
    WebDriverWait(browser, 10).until(lambda d: "sim-basket-features" in part(d, "offers").text)
    assert part(browser, "found").text == "1 piece:"
    field(browser, "find").send_keys(Keys.ENTER)
    assert [one.partition("@")[0] for one in asked(browser)] == [PIECE, "sim-basket-features"]
    assert "no finished project used it" in ticked(browser)[1]
    assert "No finished project used sim-basket-features." in part(browser, "notes").text
    browser.get(browser.current_url)
    WebDriverWait(browser, 10).until(lambda d: len(ticked(d)) == 2)
    field(browser, "find").send_keys("nothing is called so")
    assert part(browser, "found").text == "No piece of the library is called so."
    assert errors(browser) == []


def _offered(browser: webdriver.Chrome, at: int) -> tuple[str, WebElement]:
    """Name and box of a piece that is offered."""
    boxes = part(browser, "offers").find_elements(By.TAG_NAME, "input")
    return of_piece(boxes[at]), boxes[at]


@pytest.mark.parametrize("name", ["find", "team-size", "rows"])
@pytest.mark.parametrize("held", [0, 0.5])
def test_the_first_click_after_typing_counts(
    browser: webdriver.Chrome, tour_server: str, name: str, held: float
) -> None:
    """Short or slow, a press on what is offered ticks it while the typed field is left."""
    opened(browser, tour_server)
    browser.execute_script(
        "arguments[0].scrollIntoView({ block: 'center' })", part(browser, "offers")
    )
    field(browser, name).send_keys("sim" if name == "find" else "3")
    piece, box = _offered(browser, 1)
    ActionChains(browser, duration=0).click_and_hold(box).pause(held).release().perform()
    quiet(browser)
    assert [one.partition("@")[0] for one in asked(browser)] == [piece]
    assert name == "find" or f"{name}=3" in browser.current_url


def test_the_focus_goes_from_the_words_to_the_first_piece(
    browser: webdriver.Chrome, tour_server: str
) -> None:
    """Tab, after typing: the first box that is offered, at once and from then on."""
    opened(browser, tour_server)
    field(browser, "find").send_keys("sim", Keys.TAB)
    box = browser.switch_to.active_element
    assert (of_piece(box), box) == _offered(browser, 0)
    assert quiet(browser) == box
