"""Tables at the widths of screens: nothing is cut, and lists of a narrow one say what is what."""

from __future__ import annotations

from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By

from .conftest import look

WIDE = """
return [...document.querySelectorAll(".mx-scroll")]
  .filter((box) => box.scrollWidth > box.clientWidth)
  .map((box) => box.getAttribute("aria-label"));
"""


@pytest.mark.parametrize("width", [1280, 1024, 768, 390])
def test_no_table_of_an_overview_is_cut(
    browser: webdriver.Chrome, plain_site: Path, width: int
) -> None:
    """Projects, teams, models and governance are read without scrolling sideways."""
    look(browser, width=width)
    for page in ("projects", "teams", "models", "governance"):
        browser.get((plain_site / page / "index.html").as_uri())
        assert browser.execute_script(WIDE) == [], page


def test_a_wide_table_is_a_list_on_a_tablet(browser: webdriver.Chrome, plain_site: Path) -> None:
    """Eleven columns stand under their names at 768 points; five stay columns, there alone."""
    display = "return getComputedStyle(document.querySelector('.mx-table')).display"
    for page, width, shown in (
        ("projects/index.html", 768, "block"),
        ("projects/index.html", 1280, "table"),
        ("projects/timeline/index.html", 768, "table"),
        ("projects/timeline/index.html", 390, "block"),
    ):
        look(browser, width=width)
        browser.get((plain_site / page).as_uri())
        assert browser.execute_script(display) == shown


def test_dates_are_sorted_as_dates(browser: webdriver.Chrome, plain_site: Path) -> None:
    """1 February 2025 comes before 1 January 2026, whatever their words."""
    look(browser)
    found = []
    for order in ("started", "-started"):
        browser.get((plain_site / "projects/index.html").as_uri() + f"?sort={order}")
        cells = browser.find_elements(By.CSS_SELECTOR, ".mx-table tbody tr td:nth-child(5)")
        found.append([cell.text for cell in cells])
    assert found == [["1 Feb 2025", "1 Jan 2026"], ["1 Jan 2026", "1 Feb 2025"]]


def test_a_timeline_keeps_its_axis_on_a_phone(browser: webdriver.Chrome, plain_site: Path) -> None:
    """Bars in a list have the axis above them; in a table the head alone holds it."""
    for width, is_there in ((390, True), (1280, False)):
        look(browser, width=width)
        browser.get((plain_site / "projects/timeline/index.html").as_uri())
        axes = browser.find_elements(By.CSS_SELECTOR, ".mx-above")
        assert [axis.is_displayed() for axis in axes[:1]] == [is_there]
