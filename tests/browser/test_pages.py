"""The built site in a real browser: from disk and a server, light and dark, wide and narrow."""

from __future__ import annotations

from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from maestro.publishing.insights.dashboards import DASHBOARDS
from tests.unit.publishing.payloads import PAYLOADS

from .conftest import look, requests

KINDS = (
    "index.html",
    "library/index.html",
    "library/kinds/feature-pipelines.html",
    "library/churn-features.html",
    "library/customers.html",
    "library/broken-one.html",
    "models/index.html",
    "models/churn-model.html",
    "projects/index.html",
    "projects/churn-2025.html",
    "datasets/index.html",
    "experiments/index.html",
    "experiments/churn-2025/call-or-letter.html",
    "insights/index.html",
    *(board.path for board in DASHBOARDS),
    "operations/index.html",
    "guides/read-the-numbers.html",
    "404.html",
)
FOLDERS = ("library/hostile", "library/hostile-data", "models/hostile-card", "projects/hostile")
HOSTILE = [f"{FOLDERS[n % len(FOLDERS)]}-{n}.html" for n in range(len(PAYLOADS))]
QUIET = ("experiments/hostile-0/hostile-test.html", "library/broken-hostile.html")


def _search(browser: webdriver.Chrome, words: str) -> list[str]:
    """Addresses of what the search box finds."""
    browser.find_element(By.CSS_SELECTOR, "[for=__search].md-header__button, .md-search__input")
    browser.execute_script("document.getElementById('__search').click()")
    box = browser.find_element(By.CSS_SELECTOR, ".md-search__input")
    WebDriverWait(browser, 20).until(lambda d: box.is_displayed())
    box.send_keys(words)
    wait = WebDriverWait(browser, 30)
    wait.until(lambda d: d.find_elements(By.CSS_SELECTOR, ".md-search-result__link"))
    links = browser.find_elements(By.CSS_SELECTOR, ".md-search-result__link")
    return [str(link.get_attribute("href")) for link in links]


def _errors(browser: webdriver.Chrome) -> list[str]:
    return [entry["message"] for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]


@pytest.mark.parametrize("how", ["disk", "server"])
def test_search_finds_an_entry(
    browser: webdriver.Chrome, site: Path, server: str, how: str
) -> None:
    """A search finds the entry and its guide, opened from disk and from a server alike."""
    base = site.as_uri() + "/" if how == "disk" else server
    browser.get(base + "index.html")
    found = _search(browser, "billing support events")
    assert any(address.endswith("library/churn-features.html") for address in found)
    assert _errors(browser) == []
    assert all(
        address.startswith(("file:", "data:", "about:", server)) for address in requests(browser)
    )


@pytest.mark.parametrize("how", ["disk", "server"])
def test_no_page_asks_another_host(
    browser: webdriver.Chrome, site: Path, server: str, how: str
) -> None:
    """Every kind of page loads from its own place only, and without an error in the console."""
    base = site.as_uri() + "/" if how == "disk" else server
    for page in KINDS:
        if page == "404.html" and how == "disk":
            continue  # it is made to be served from the root of a host
        browser.get(base + page)
    assert _errors(browser) == []
    asked = requests(browser)
    assert len(asked) > len(KINDS)
    assert {a for a in asked if not a.startswith((base, "data:", "about:", "blob:"))} == set()


def test_nothing_hostile_runs(browser: webdriver.Chrome, site: Path) -> None:
    """No payload in any text field runs, opens a dialog or asks another host for anything.

    The pages' policy, which would stop it, is passed over: the pages are held by themselves.
    """
    base = site.as_uri() + "/"
    browser.execute_cdp_cmd("Page.setBypassCSP", {"enabled": True})
    for page in (*KINDS[:-1], *HOSTILE, *QUIET):
        browser.get(base + page)
        ran = browser.execute_script(
            "document.querySelectorAll('details').forEach(d => d.open = true);"
            "return 'zqz' in window;"
        )
        assert ran is False, page
    browser.execute_cdp_cmd("Page.setBypassCSP", {"enabled": False})
    foreign = {a for a in requests(browser) if not a.startswith((base, "data:", "about:"))}
    assert foreign == set()


def test_nothing_hostile_runs_in_search_results(browser: webdriver.Chrome, server: str) -> None:
    """Titles, sentences and tags in the search results are shown as typed."""
    browser.get(server + "index.html")
    _search(browser, "zqz4")
    results = browser.find_element(By.CSS_SELECTOR, ".md-search-result__list")
    assert "<img src=x onerror=window.zqz=1>" in results.text
    assert browser.execute_script("return 'zqz' in window") is False
    assert results.find_elements(By.CSS_SELECTOR, "img, script, svg[onload], iframe") == []
    assert {a for a in requests(browser) if not a.startswith((server, "data:"))} == set()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_scheme_follows_the_system(browser: webdriver.Chrome, site: Path, scheme: str) -> None:
    """The pages change with the system's scheme; ink and paper differ enough to read."""
    browser.get(f"{site.as_uri()}/index.html")
    look(browser, scheme=scheme)
    browser.get(f"{site.as_uri()}/library/churn-features.html")
    colours = browser.execute_script(
        "const c = getComputedStyle(document.body);"
        "const t = getComputedStyle(document.querySelector('.mx-chart text'));"
        "return [c.backgroundColor, c.color, t.fill].map("
        "  v => v.match(/[0-9.]+/g).slice(0, 3).reduce((a, b) => a + Number(b), 0) / 3);"
    )
    paper, ink, label = colours
    is_dark = scheme == "dark"
    assert (paper < 60) is is_dark
    assert abs(paper - ink) > 120
    assert abs(paper - label) > 120


def test_nothing_overflows_a_phone(browser: webdriver.Chrome, site: Path) -> None:
    """At 390 pixels no page scrolls sideways; wide tables scroll inside their own box."""
    look(browser, width=390)
    for page in (*KINDS[:-1], *HOSTILE[:8]):
        browser.get(f"{site.as_uri()}/{page}")
        width = browser.execute_script("return document.documentElement.scrollWidth")
        assert width <= 390, page


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (390, "light")])
def test_no_column_is_cut_off(
    browser: webdriver.Chrome, plain_site: Path, width: int, scheme: str
) -> None:
    """Every table fits its place: whole on a desk, as a list of rows on a phone."""
    look(browser, width=width, scheme=scheme)
    for page in KINDS[:-2]:
        browser.get(f"{plain_site.as_uri()}/{page}")
        cut = browser.execute_script(
            "return [...document.querySelectorAll('.mx-table')]"
            ".filter(t => t.parentNode.scrollWidth > t.parentNode.clientWidth + 1)"
            ".map(t => t.parentNode.getAttribute('aria-label'));"
        )
        assert cut == [], page


def test_a_phone_names_each_cell(browser: webdriver.Chrome, site: Path) -> None:
    """A row that became a block says the column of each value, and stays a row to readers."""
    look(browser, width=390)
    browser.get(f"{site.as_uri()}/models/index.html")
    cell = browser.find_element(By.CSS_SELECTOR, ".mx-table tbody td:nth-child(4)")
    head = browser.find_element(By.CSS_SELECTOR, ".mx-table thead th:nth-child(4)")
    label = browser.execute_script(
        "return getComputedStyle(arguments[0], '::before').content", cell
    )
    assert label == f'"{head.get_attribute("textContent")}"'
    assert cell.get_attribute("role") == "cell"


def test_tables_stand_without_scripts(browser: webdriver.Chrome, site: Path) -> None:
    """With scripts switched off the portfolio is a plain table, and no empty filter shows."""
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.get(f"{site.as_uri()}/projects/index.html")
        rows = browser.find_elements(By.CSS_SELECTOR, ".mx-table tbody tr")
        assert len(rows) > 5
        assert not browser.find_element(By.CSS_SELECTOR, ".mx-filter").is_displayed()
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
