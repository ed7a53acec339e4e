"""What is read line by line: cells that stay whole, words that lead on, titles instead of ids."""

from __future__ import annotations

from pathlib import Path

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select

from .conftest import HOSTILE, look
from .test_looks import _media

WIDTHS = ("scrollWidth", "clientWidth")


def test_the_portfolio_fits_its_page(browser: webdriver.Chrome, tour: Path) -> None:
    """On a desktop no column lies outside, and no date and no share is broken."""
    look(browser)
    browser.get((tour / "build/site/projects/index.html").as_uri())
    box = browser.find_element(By.CSS_SELECTOR, ".mx-scroll")
    wide, room = (browser.execute_script(f"return arguments[0].{p}", box) for p in WIDTHS)
    assert wide <= room
    broken = "return [...document.querySelectorAll('.mx-table time, .mx-num br + .mx-small')]"
    broken += ".filter((one) => one.getClientRects().length !== 1).map((one) => one.textContent);"
    assert browser.find_elements(By.CSS_SELECTOR, ".mx-table time")
    assert browser.execute_script(broken) == []


def test_a_table_that_can_be_sorted_has_its_head_on_each_sheet(
    browser: webdriver.Chrome, plain_site: Path
) -> None:
    """A browser repeats a head on paper only when no box of a button lies in it."""
    look(browser)
    browser.get((plain_site / "projects/index.html").as_uri())
    boxes = "return [...document.querySelectorAll('.mx-sort')].map((one) =>"
    boxes += " getComputedStyle(one).display);"
    assert "contents" not in browser.execute_script(boxes)
    with _media(browser, "print"):
        assert set(browser.execute_script(boxes)) == {"contents"}


def test_an_interval_is_not_broken(browser: webdriver.Chrome, plain_site: Path) -> None:
    """In the Library, made by the build or by the script, an interval stands in one line."""
    found = "return [...document.querySelectorAll('.mx-whole')].map((one) =>"
    found += " [one.textContent, one.getClientRects().length]);"
    for width in (1280, 980, 390):
        look(browser, width=width)
        for page in ("library/index.html", "library/kinds/feature-pipelines.html"):
            browser.get((plain_site / page).as_uri())
            made = browser.execute_script(found)
            assert made, page
            assert all(text[0] == "(" and text[-1] == ")" for text, _ in made), page
            assert [text for text, lines in made if lines != 1] == [], (page, width)


def test_fair_comparisons_lead_to_what_they_are(
    browser: webdriver.Chrome, plain_site: Path
) -> None:
    """The term is a link to the page's guide wherever a table of the Library says it."""
    look(browser)
    browser.get((plain_site / "library/index.html").as_uri())
    guide = browser.find_element(By.CSS_SELECTOR, ".mx-impact-note a").get_attribute("href")
    said = browser.execute_script(
        "return self.maestroMarks.fair('Not enough evidence: 1.5 of 2 fair comparisons, so far')"
        ".map((one) => one.href ? [one.href, one.textContent] : one);"
    )
    assert said == ["Not enough evidence: 1.5 of 2 ", [guide, "fair comparisons"], ", so far"]
    plain = "return self.maestroMarks.fair('no clear effect');"
    assert browser.execute_script(plain) == ["no clear effect"]


def test_a_class_has_its_title_on_the_page_and_its_id_in_the_address(
    browser: webdriver.Chrome, tour: Path
) -> None:
    """Lists to choose from show titles, whatever stands in them, and are found by either."""
    look(browser)
    for page, shown in (
        ("projects/index.html", "tbody tr"),
        ("insights/success.html", "tr[data-r]"),
    ):
        browser.get(f"{(tour / 'build/site' / page).as_uri()}?class=forecasting")
        label = "//label[span='Problem class']/select"
        chosen = Select(browser.find_element(By.XPATH, label)).first_selected_option
        assert chosen.text.startswith(f"{HOSTILE} ("), page
        assert chosen.get_attribute("value") == "forecasting"
        rows = [r for r in browser.find_elements(By.CSS_SELECTOR, shown) if r.is_displayed()]
        assert rows and all(HOSTILE in row.text for row in rows), page
    for words in ("anomaly-detection", "anomaly%20detection"):
        browser.get(f"{(tour / 'build/site/projects/index.html').as_uri()}?words={words}")
        rows = browser.find_elements(By.CSS_SELECTOR, "tbody tr:not([hidden])")
        assert rows and all("Anomaly detection" in row.text for row in rows), words
