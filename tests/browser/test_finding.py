"""Ways to an entry in a real browser: words that find it, a way on where they find nothing, Compare
by title, steps back, and the header's search."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

from .conftest import look

TAGS = """
const tags = document.querySelector(".md-search-result .md-tags");
const many = "many more tags than one line can hold ".repeat(3).trim().split(" ");
const long = ["a-tag-of-one-long-word".repeat(6), ...many];
tags.append(...long.map((text) => Object.assign(document.createElement("span"),
  { className: "md-tag", textContent: text })));
"""
EDGES = """
const box = document.querySelector(".md-search-result .md-tags");
const edge = box.closest("a").getBoundingClientRect().right;
return [...box.querySelectorAll(".md-tag")].filter(
  (tag) => tag.getBoundingClientRect().right > edge).map((tag) => tag.textContent);
"""


@pytest.fixture(scope="module")
def demo(tour: Path) -> tuple[Path, list[dict[str, Any]]]:
    """A simulated library's site, and what its catalog says of each entry."""
    columns = json.loads((tour / "build/site/api/v1/catalog.json").read_text())["columns"]
    entries = [
        dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)
    ]
    return tour / "build/site", entries


def _names(browser: webdriver.Chrome) -> set[str]:
    links = browser.find_elements(By.CSS_SELECTOR, ".mx-catalog:not([hidden]) .mx-piece > a")
    return {(link.get_attribute("href") or "").rpartition("/")[2][:-5] for link in links}


def _count(browser: webdriver.Chrome) -> int:
    said = browser.find_element(By.CSS_SELECTOR, ".mx-library .mx-found").text
    return int(said.split()[0].replace(",", ""))


def _search(browser: webdriver.Chrome, site: Path, words: str) -> None:
    browser.get("about:blank")
    browser.get(f"{site.as_uri()}/library/index.html?words={words.replace(' ', '+')}")


@pytest.mark.parametrize(
    ("words", "fits"),
    [
        ("tabular classification", lambda e: "tabular-classification" in e["classes"]),
        ("data sets", lambda e: e["kind"] == "datasets"),
        ("deprecated", lambda e: e["status"] == "deprecated"),
        ("CC-BY-4.0", lambda e: e["license"] == "CC-BY-4.0"),
        ("ML engineer", lambda e: "ml-engineer" in e["personas"]),
        (
            "churn features",
            lambda e: (
                "tabular-classification" in e["classes"]
                and "features" in e["name"] + e["description"]
            ),
        ),
    ],
)
def test_values_of_facets_are_found_by_words(
    browser: webdriver.Chrome,
    demo: tuple[Path, list[dict[str, Any]]],
    words: str,
    fits: Callable[[dict[str, Any]], bool],
) -> None:
    """Class, kind, status, licence and persona are found by value, title, plural and other word."""
    site, entries = demo
    wanted = {entry["name"] for entry in entries if fits(entry)}
    _search(browser, site, words)
    assert wanted
    assert _names(browser) == wanted


def test_words_that_find_nothing_lead_on(
    browser: webdriver.Chrome, demo: tuple[Path, list[dict[str, Any]]]
) -> None:
    """The word that no entry holds is named; each offer leads to as many entries as it says."""
    site, _ = demo
    _search(browser, site, "churn xyzzy")
    empty = browser.find_element(By.CSS_SELECTOR, ".mx-empty")
    assert "No entry holds \u201cxyzzy\u201d." in empty.text
    said = re.search(r"Look for \u201cchurn\u201d only: (\d+) entr", empty.text)
    assert said is not None
    empty.find_element(By.XPATH, ".//button[contains(., 'churn')]").click()
    assert _count(browser) == int(said[1]) > 0
    box = browser.find_element(By.CSS_SELECTOR, ".mx-library-bar input")
    assert box.get_attribute("value") == "churn"
    assert browser.switch_to.active_element == box
    _search(browser, site, "regressions")
    empty = browser.find_element(By.CSS_SELECTOR, ".mx-empty")
    said = re.search(r"Show problem class Regression: (\d+) entr", empty.text)
    assert said is not None
    empty.find_element(By.XPATH, ".//button[contains(., 'Regression')]").click()
    assert _count(browser) == int(said[1]) > 0
    assert browser.current_url.endswith("?class=regression")


def test_words_apart_are_offered_alone(browser: webdriver.Chrome, plain_site: Path) -> None:
    """Words that are found but never together are offered one by one."""
    _search(browser, plain_site, "billing 1.3.0 customers")
    said = browser.find_element(By.CSS_SELECTOR, ".mx-empty").text
    assert "No entry holds \u201c1.3.0\u201d." in said
    _search(browser, plain_site, "trees billing")
    said = browser.find_element(By.CSS_SELECTOR, ".mx-empty").text
    assert "Each word is found, but no entry holds all of them." in said
    assert "Look for \u201ctrees\u201d only: 1 entry" in said


def test_words_of_the_placeholders_find_something(
    browser: webdriver.Chrome, plain_site: Path
) -> None:
    """What the boxes on Home and in the Library show as an example is found."""
    browser.get(f"{plain_site.as_uri()}/index.html")
    box = browser.find_element(By.CSS_SELECTOR, "[data-mx-find] input")
    shown = box.get_attribute("placeholder") or ""
    words = shown.removeprefix("such as ").split(", ")
    assert len(words) == 3
    for word in words:
        _search(browser, plain_site, word)
        assert _count(browser) > 0, word
    box = browser.find_element(By.CSS_SELECTOR, ".mx-library-bar input")
    assert box.get_attribute("placeholder") == shown


def test_the_entries_can_be_reached_past_the_facets(
    browser: webdriver.Chrome, plain_site: Path
) -> None:
    """A button that shows with the focus skips the facets; a page beyond the last is put right;
    the rule of each order stands beside it."""
    browser.get(f"{plain_site.as_uri()}/library/index.html?page=99&kind=schemas")
    assert browser.current_url.endswith("library/index.html?kind=schemas")
    skip = browser.find_element(By.CSS_SELECTOR, ".mx-skip")
    assert skip.size["width"] <= 1
    browser.execute_script("arguments[0].focus()", skip)
    assert skip.size["width"] > 50
    skip.send_keys(Keys.ENTER)
    main = browser.find_element(By.CSS_SELECTOR, ".mx-library-main")
    assert browser.switch_to.active_element == main
    main.send_keys(Keys.TAB)
    link = browser.switch_to.active_element
    assert (link.get_attribute("href") or "").endswith("library/billing-events.html")
    rule = browser.find_element(By.CSS_SELECTOR, ".mx-rule")
    assert rule.text.startswith("Largest effect first, by the middle of its interval")
    Select(browser.find_element(By.CSS_SELECTOR, ".mx-library-bar select")).select_by_value("name")
    assert rule.text == "By name, a to z."


def _wait_for(browser: webdriver.Chrome, found: Callable[[], bool]) -> None:
    WebDriverWait(browser, 10).until(lambda _: found())


def test_entries_are_compared_by_title(browser: webdriver.Chrome, plain_site: Path) -> None:
    """A title in the box means its entry; what the sides name leads to its page, on this site."""
    browser.get(f"{plain_site.as_uri()}/compare/index.html?entries=churn-model")
    _wait_for(browser, lambda: bool(browser.find_elements(By.CSS_SELECTOR, ".mx-sides")))
    box = browser.find_elements(By.CSS_SELECTOR, ".mx-compare .mx-control input")[1]
    box.send_keys("No such title", Keys.ENTER)
    said = browser.find_element(By.CSS_SELECTOR, ".mx-compare .mx-found")
    assert said.text.startswith("No entry is called like this")
    box.send_keys(Keys.CONTROL, "a")
    box.send_keys("CHURN features", Keys.ENTER)
    _wait_for(browser, lambda: browser.current_url.endswith("=churn-model,churn-features"))
    _wait_for(
        browser, lambda: len(browser.find_elements(By.CSS_SELECTOR, ".mx-sides thead th a")) == 2
    )
    links = browser.find_elements(By.CSS_SELECTOR, ".mx-sides tbody a")
    base = plain_site.as_uri() + "/"
    pages = {(link.get_attribute("href") or "").removeprefix(base) for link in links}
    assert pages == {
        "library/billing-events.html",
        "library/churn-features.html",
        "library/customers.html",
        "teams/growth/index.html",
    }
    assert all((plain_site / page).is_file() for page in pages)
    heads = [one.text for one in browser.find_elements(By.CSS_SELECTOR, ".mx-sides tbody th")]
    alone = [head for head in heads if "nothing to compare with" in head]
    assert alone
    assert not any("differs" in head for head in alone)


def test_choices_above_a_table_are_steps(browser: webdriver.Chrome, demo: tuple[Path, Any]) -> None:
    """Back takes a choice and an order away again; letters typed are no steps of their own."""
    site, _ = demo
    browser.get("about:blank")
    browser.get(f"{site.as_uri()}/projects/index.html")
    start = browser.current_url

    def order() -> list[str]:
        """Text of each row, in the order shown, of those that are shown."""
        rows = browser.find_elements(By.CSS_SELECTOR, "[data-mx-sort] + * tbody tr")
        return [row.text for row in rows if row.is_displayed()]

    whole = order()
    place = browser.find_element(By.CSS_SELECTOR, "[data-mx-sort]")
    place.find_element(By.TAG_NAME, "input").send_keys("sim")
    assert browser.current_url == f"{start}?words=sim"
    choice = Select(place.find_element(By.TAG_NAME, "select"))
    choice.select_by_index(1)
    chosen = order()
    assert 0 < len(chosen) < len(whole)
    browser.find_elements(By.CSS_SELECTOR, "[data-mx-sort] + * .mx-sort")[0].click()
    assert "sort=" in browser.current_url
    browser.back()
    _wait_for(browser, lambda: "sort=" not in browser.current_url)
    _wait_for(browser, lambda: order() == chosen)
    assert not browser.find_elements(By.CSS_SELECTOR, "[data-mx-sort] + * [aria-sort]")
    browser.back()
    _wait_for(browser, lambda: order() == whole)
    assert choice.first_selected_option.get_attribute("value") == ""
    assert browser.current_url == f"{start}?words=sim"
    browser.forward()
    _wait_for(browser, lambda: order() == chosen)
    browser.back()
    browser.back()
    _wait_for(browser, lambda: browser.current_url == "about:blank")


@pytest.mark.parametrize("width", [1280, 390])
def test_tags_of_a_search_result_stay_inside(
    browser: webdriver.Chrome, server: str, width: int
) -> None:
    """However many and long the tags of a result are, none runs past its right edge."""
    look(browser, width=width)
    browser.get(f"{server}index.html")
    if width < 600:
        browser.find_element(By.CSS_SELECTOR, "label.md-header__button[for='__search']").click()
    box = browser.find_element(By.CSS_SELECTOR, ".md-search__input")
    _wait_for(browser, box.is_displayed)
    box.click()
    box.send_keys("churn")
    _wait_for(
        browser,
        lambda: any(
            tag.is_displayed()
            for tag in browser.find_elements(By.CSS_SELECTOR, ".md-search-result .md-tag")
        ),
    )
    browser.execute_script(TAGS)
    assert browser.execute_script(EDGES) == []
