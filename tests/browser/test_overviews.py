"""Home's search, the portfolio's filter and order, the timeline's links, and phones."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

from .conftest import look

PAGES = (
    "index.html",
    "projects/index.html",
    "projects/timeline/index.html",
    "projects/churn-2025.html",
    "governance/index.html",
    "teams/index.html",
    "teams/growth/index.html",
    "operations/index.html",
)


def _shown(browser: webdriver.Chrome) -> list[str]:
    """Titles of the projects that the portfolio shows, in their order."""
    rows = browser.find_elements(By.CSS_SELECTOR, ".mx-table tbody tr")
    return [row.find_element(By.TAG_NAME, "a").text for row in rows if row.is_displayed()]


def test_the_search_on_home_takes_the_words_to_the_library(
    browser: webdriver.Chrome, plain_site: Path
) -> None:
    """Words and the return key lead to the Library, which takes the words from its address."""
    browser.get((plain_site / "index.html").as_uri())
    box = browser.find_element(By.CSS_SELECTOR, ".mx-find input")
    box.send_keys("churn & co", Keys.ENTER)
    WebDriverWait(browser, 10).until(lambda b: "/library/index.html" in b.current_url)
    assert parse_qs(urlsplit(browser.current_url).query)["words"] == ["churn & co"]
    found = WebDriverWait(browser, 10).until(
        lambda b: b.find_elements(By.CSS_SELECTOR, ".mx-library-bar input[type=search]")
    )
    assert found[0].get_attribute("value") == "churn & co"


def test_a_choice_in_the_portfolio_is_shared_by_its_address(
    browser: webdriver.Chrome, plain_site: Path
) -> None:
    """A status and an order stand in the address; opened anew it shows the same rows."""
    browser.get((plain_site / "projects/index.html").as_uri())
    assert _shown(browser) == ["Offers 2026", "Churn 2025"]
    heads = browser.find_elements(By.CSS_SELECTOR, ".mx-sort")
    next(head for head in heads if head.text == "Complexity").send_keys(Keys.ENTER)
    assert _shown(browser) == ["Churn 2025", "Offers 2026"]
    next(head for head in heads if head.text == "Complexity").send_keys(Keys.ENTER)
    assert _shown(browser) == ["Offers 2026", "Churn 2025"]
    address = browser.current_url
    assert parse_qs(urlsplit(address).query)["sort"] == ["complexity"]
    browser.get("about:blank")
    browser.get(address)
    assert _shown(browser) == ["Offers 2026", "Churn 2025"]
    lists = browser.find_elements(By.CSS_SELECTOR, ".mx-filter select")
    by_label = {one.find_element(By.XPATH, "..").text.split("\n")[0]: one for one in lists}
    Select(by_label["Status"]).select_by_value("done")
    assert _shown(browser) == ["Churn 2025"]
    both = parse_qs(urlsplit(browser.current_url).query)
    assert both == {"sort": ["complexity"], "status": ["done"]}


def test_what_has_no_number_is_sorted_last(browser: webdriver.Chrome, plain_site: Path) -> None:
    """A project that is not over stands below one that took 121 days, whichever way it goes."""
    for order in ("days", "-days"):
        browser.get((plain_site / "projects/index.html").as_uri() + f"?sort={order}")
        assert _shown(browser) == ["Churn 2025", "Offers 2026"]


def test_the_timeline_is_walked_with_the_keyboard(
    browser: webdriver.Chrome, plain_site: Path
) -> None:
    """The tab key goes from project to project, each with a frame around what has the focus."""
    browser.get((plain_site / "projects/timeline/index.html").as_uri())
    first = browser.find_element(By.CSS_SELECTOR, ".mx-when a")
    browser.execute_script("arguments[0].focus()", first)
    outline = "return getComputedStyle(document.activeElement).outlineStyle"
    reached = {}
    for _ in range(4):
        reached[browser.switch_to.active_element.text] = browser.execute_script(outline)
        browser.switch_to.active_element.send_keys(Keys.TAB)
    assert next(iter(reached)) == "Offers 2026"
    assert reached["Churn 2025"] == "solid"


@pytest.mark.parametrize("path", PAGES)
def test_no_overview_is_wider_than_a_phone(
    browser: webdriver.Chrome, site: Path, path: str
) -> None:
    """At 390 pixels no page can be moved sideways, also with hostile words on it."""
    look(browser, width=390)
    browser.get((site / path).as_uri())
    widths = "return [document.documentElement.scrollWidth, window.innerWidth]"
    wide, window = browser.execute_script(widths)
    assert wide <= window
