"""Pages of entries, models and data sets in a browser: copying, keyboard, narrow screens, paper."""

from __future__ import annotations

from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from maestro.publishing.site import Places, build_site
from tests.unit.publishing import sample_entries

from .conftest import look

PAGES = (
    "library/wide-features.html",
    "library/popular-schema.html",
    "library/long-history.html",
    "library/old-gbm.html",
    "library/bare-data.html",
    "library/broken-one.html",
    "models/sliced-model.html",
    "models/index.html",
    "datasets/index.html",
    "experiments/index.html",
    "experiments/churn-2025/call-or-letter.html",
)


@pytest.fixture(scope="module")
def edges(site: Path) -> Path:
    """The library with records at the edges; guides and shells are those of the other builds."""
    root = site.parent
    library = sample_entries.library(root / "edges-repo")
    build_site(library, root / "edges", root / "work", places=Places(guides=root / "guides"))
    return root / "edges"


def test_copying_gives_the_exact_lines(browser: webdriver.Chrome, edges: Path) -> None:
    """The button beside a block copies its text with the exact version, and nothing else."""
    browser.get(f"{edges.as_uri()}/library/wide-features.html")
    # The system's clipboard is not there without a window: what would be copied is noted.
    browser.execute_script(
        "document.addEventListener('copy', () => {"
        "  const field = document.activeElement;"
        "  window.copied = field.value || String(getSelection());"
        "});"
    )
    block = browser.find_element(By.CSS_SELECTOR, "#use ~ pre.mx-code")
    button = WebDriverWait(browser, 10).until(
        lambda _: block.find_element(By.CSS_SELECTOR, "[data-clipboard-target]")
    )
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", button)
    button.click()
    copied = WebDriverWait(browser, 10).until(lambda d: d.execute_script("return window.copied"))
    assert copied.rstrip("\n") == "uses:\n  - artifact: wide-features@3.1.0"


def test_the_lineage_is_walked_with_the_keyboard(browser: webdriver.Chrome, edges: Path) -> None:
    """Tab goes through the boxes of the drawing, the focus shows, and Enter follows a box."""
    browser.get(f"{edges.as_uri()}/library/popular-schema.html")
    figure = browser.find_element(By.CSS_SELECTOR, "[aria-label='Drawing of the lineage']")
    browser.execute_script("arguments[0].focus()", figure)
    reached = []
    for _ in range(9):
        browser.switch_to.active_element.send_keys(Keys.TAB)
        reached.append(
            browser.execute_script(
                "const a = document.activeElement;"
                "return a.closest('svg') ? a.getAttribute('href') : null;"
            )
        )
    assert None not in reached
    assert reached[0].endswith("library/wide-features.html")
    assert reached[-2:] == ["#used-by", "#further"]
    width = "getComputedStyle(document.activeElement.querySelector('rect')).strokeWidth"
    assert browser.execute_script(f"return {width}") == "2px"
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    assert browser.current_url.endswith("#further")


def test_folds_open_with_the_keyboard(browser: webdriver.Chrome, edges: Path) -> None:
    """The folded columns, users and record open with Enter on their summary."""
    for page, place in (
        ("library/wide-features.html", "#ports ~ details"),
        ("library/popular-schema.html", "#used-by ~ details"),
        ("library/popular-schema.html", "details.mx-record"),
    ):
        browser.get(f"{edges.as_uri()}/{page}")
        fold = browser.find_element(By.CSS_SELECTOR, place)
        assert fold.get_attribute("open") is None
        summary = fold.find_element(By.TAG_NAME, "summary")
        browser.execute_script("arguments[0].focus()", summary)
        browser.switch_to.active_element.send_keys(Keys.ENTER)
        assert fold.get_attribute("open") is not None, place


def test_nothing_runs_over_the_edge_of_a_phone(browser: webdriver.Chrome, edges: Path) -> None:
    """At 390 px no page is wider than its screen, folded or opened."""
    look(browser, width=390)
    for page in PAGES:
        browser.get(f"{edges.as_uri()}/{page}")
        for opened in ("false", "true"):
            wide = browser.execute_script(
                f"document.querySelectorAll('details').forEach(d => d.open = {opened});"
                "return document.documentElement.scrollWidth;"
            )
            assert wide <= 390, (page, opened)


def test_a_drawing_of_one_side_fits_a_phone(browser: webdriver.Chrome, edges: Path) -> None:
    """Where an entry has neighbours on one side only, the whole drawing is seen at once."""
    look(browser, width=390)
    browser.get(f"{edges.as_uri()}/models/sliced-model.html")
    box = browser.find_element(By.CSS_SELECTOR, "[aria-label='Drawing of the lineage']")
    sizes = browser.execute_script(
        "return [arguments[0].scrollWidth, arguments[0].clientWidth]", box
    )
    assert sizes[0] <= sizes[1]


def test_data_sets_are_filtered_by_how_they_are_handled(
    browser: webdriver.Chrome, edges: Path
) -> None:
    """Sensitivity and licence have lists with counts, and the choice stands in the address."""
    browser.get(f"{edges.as_uri()}/datasets/index.html")
    options = browser.find_elements(By.CSS_SELECTOR, ".mx-filter option")
    texts = [option.text for option in options]
    assert {"public (1)", "personal (1)", "CC-BY-4.0 (1)", "MIT (1)"} <= set(texts)
    options[texts.index("public (1)")].click()
    rows = browser.find_elements(By.CSS_SELECTOR, ".mx-table tbody tr:not([hidden]) td:first-child")
    assert [row.text.splitlines()[0] for row in rows] == ["Bare data 1.0.0 experimental"]
    assert "sensitivity=public" in browser.current_url


def test_slices_are_drawn_beside_their_numbers(browser: webdriver.Chrome, edges: Path) -> None:
    """Each slice has its bar, and the line of all the data stands at one place in all of them."""
    browser.get(f"{edges.as_uri()}/models/sliced-model.html")
    lines = browser.find_elements(By.CSS_SELECTOR, "#metrics ~ .mx-scroll .mx-zero")
    places = {round(line.rect["x"]) for line in lines}
    assert len(lines) == 4
    assert len(places) == 1
