"""Every kind of page for everybody: axe-core, the keyboard alone, paper, less motion."""

from __future__ import annotations

import base64
import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from .conftest import look

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
OF_COLOUR = ["color-contrast", "link-in-text-block"]
OF_LOOKS = [*OF_COLOUR, "target-size", "scrollable-region-focusable"]
"""Rules whose answer the scheme or the width changes; the others are asked once a page."""
_FOUND = importlib.util.find_spec("axe_playwright_python")
_RUN = """
const done = arguments[arguments.length - 1];
document.querySelectorAll("details").forEach((one) => { one.open = true; });
const rules = arguments[0];
// What opens may fill itself a moment later.
setTimeout(() => axe.run(document, {runOnly: rules, resultTypes: ["violations"]}).then(
  (found) => done(found.violations.map((one) =>
    one.id + ": " + one.nodes.slice(0, 3).map((node) => node.target.join(" ")).join(" | "))),
  (error) => done(["axe failed: " + error])), 60);
"""


@pytest.fixture(scope="module")
def axe() -> str:
    """The source of axe-core, from the package that brings it."""
    if _FOUND is None or _FOUND.origin is None:
        pytest.skip("axe-core: pip install axe-playwright-python")
    source = (Path(_FOUND.origin).parent / "axe.min.js").read_text(encoding="utf-8")
    version = source.split("axe v", 1)[1].split("\n", 1)[0]
    assert tuple(int(part) for part in version.split(".")[:2]) >= (4, 5), "rules of WCAG 2.2"
    return source


def _judged(browser: webdriver.Chrome, axe: str, address: str) -> list[str]:
    """What axe-core finds on a page at two widths and in two schemes."""
    found = []
    look(browser)
    browser.get(address)
    browser.execute_script(axe)
    rules: dict[str, Any] = {"type": "tag", "values": TAGS}
    for width, scheme in ((1280, "light"), (1280, "dark"), (390, "dark"), (390, "light")):
        look(browser, width=width, scheme=scheme)
        said = browser.execute_async_script(_RUN, rules)
        found += [f"{width} {scheme} {one}" for one in said]
        rules = {"type": "rule", "values": OF_LOOKS if scheme == "dark" else OF_COLOUR}
    return found


def _pages(site: Path) -> list[str]:
    """One page of every kind: each that stands alone, and the first of each kind of many."""
    many = {
        "library": "library/churn-features.html",
        "library-dataset": "library/customers.html",
        "library-broken": "library/broken-one.html",
        "models": "models/churn-model.html",
        "projects": "projects/churn-2025.html",
        "experiments": "experiments/churn-2025/call-or-letter.html",
    }
    alone = {
        path.relative_to(site).as_posix()
        for path in sorted(site.rglob("index.html"))
        if "api" not in path.parts
    }
    kinds = sorted((site / "library/kinds").glob("*.html"))[:1]
    more = {path.relative_to(site).as_posix() for path in kinds}
    return sorted({*alone, *many.values(), *more, "guides/read-the-numbers.html"})


def test_axe_finds_nothing(browser: webdriver.Chrome, plain_site: Path, axe: str) -> None:
    """No violation of WCAG 2.2 A or AA on any kind of page, wide or narrow, light or dark."""
    browser.set_script_timeout(60)
    pages = _pages(plain_site)
    assert len(pages) >= 17
    bad = {
        page: found
        for page in pages
        if (found := _judged(browser, axe, f"{plain_site.as_uri()}/{page}"))
    }
    assert bad == {}


def test_axe_finds_nothing_on_the_page_for_missing_pages(
    browser: webdriver.Chrome, server: str, axe: str
) -> None:
    """The page of an unknown address is as good as the others."""
    browser.set_script_timeout(60)
    assert _judged(browser, axe, f"{server}404.html") == []


def test_landmarks_are_told_apart(browser: webdriver.Chrome, plain_site: Path, axe: str) -> None:
    """The banner lies in a landmark, too, and no two landmarks are called the same."""
    rules = {"type": "rule", "values": ["landmark-unique", "region"]}
    pages = (
        "index.html",
        "library/churn-features.html",
        "insights/index.html",
    )
    look(browser)
    found = {}
    for page in pages:
        browser.get(f"{plain_site.as_uri()}/{page}")
        browser.execute_script(axe)
        if said := browser.execute_async_script(_RUN, rules):
            found[page] = said
    assert found == {}


def test_axe_would_find_something(browser: webdriver.Chrome, plain_site: Path, axe: str) -> None:
    """A picture without words and grey on grey, put into a page, are found: the judge is awake."""
    browser.set_script_timeout(60)
    browser.get(f"{plain_site.as_uri()}/index.html")
    browser.execute_script(axe)
    browser.execute_script(
        "const p = document.createElement('p'); p.textContent = 'grey'; p.style.color = '#bbb';"
        "const i = document.createElement('img'); i.src = 'assets/images/favicon.png';"
        "document.querySelector('article').append(p, i);"
    )
    rules = {"type": "tag", "values": TAGS}
    found = {one.split(":")[0] for one in browser.execute_async_script(_RUN, rules)}
    assert {"color-contrast", "image-alt"} <= found


def test_every_drawing_has_words_and_numbers(browser: webdriver.Chrome, plain_site: Path) -> None:
    """Each chart is named, and its numbers stand in a table of the same section."""
    for page in ("library/churn-features.html", "projects/churn-2025.html", "insights/index.html"):
        browser.get(f"{plain_site.as_uri()}/{page}")
        nameless = browser.execute_script(
            "return [...document.querySelectorAll('article svg')].filter((one) => "
            "  !one.closest('a, button, nav, summary, [aria-hidden=true]')"
            "  && !(['img', 'group'].includes(one.getAttribute('role'))"
            "    && (one.querySelector('title') || {textContent: ''}).textContent.trim()))"
            ".map((one) => one.outerHTML.slice(0, 120));"
        )
        assert nameless == [], page
        assert browser.find_elements(By.CSS_SELECTOR, "article svg"), page
        assert browser.find_elements(By.CSS_SELECTOR, "article table"), page


def _reached(browser: webdriver.Chrome, wanted: Callable[[Any], bool], most: int = 250) -> Any:
    """Press Tab until the element with the focus is the wanted one; its focus must be seen."""
    for _ in range(most):
        browser.switch_to.active_element.send_keys(Keys.TAB)
        here = browser.switch_to.active_element
        if wanted(here):
            seen = browser.execute_script(
                "const c = getComputedStyle(arguments[0]);"
                "return c.outlineStyle !== 'none' && parseFloat(c.outlineWidth) >= 1;",
                here,
            )
            assert seen, here.get_attribute("outerHTML")
            return here
    raise AssertionError("the keyboard does not get there")


def test_the_keyboard_alone_is_enough(browser: webdriver.Chrome, plain_site: Path) -> None:
    """From Home to the Library to an entry and into the search with Tab, Enter and letters."""
    browser.get(f"{plain_site.as_uri()}/index.html")

    def leads_to(end: str) -> Callable[[Any], bool]:
        """Whether an element is a link whose address ends so."""
        return lambda one: (one.get_attribute("href") or "").endswith(end)

    _reached(browser, leads_to("library/index.html")).send_keys(Keys.ENTER)
    WebDriverWait(browser, 20).until(lambda d: d.current_url.endswith("library/index.html"))
    _reached(browser, leads_to("library/churn-features.html")).send_keys(Keys.ENTER)
    WebDriverWait(browser, 20).until(lambda d: d.current_url.endswith("churn-features.html"))
    browser.switch_to.active_element.send_keys("/")
    box = browser.switch_to.active_element
    assert box.get_attribute("class").startswith("md-search__input")
    box.send_keys("customers")
    wait = WebDriverWait(browser, 30)
    wait.until(lambda d: d.find_elements(By.CSS_SELECTOR, ".md-search-result__link"))
    box.send_keys(Keys.ARROW_DOWN)
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    wait.until(lambda d: "customers" in d.current_url)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_print_without_their_frame(
    browser: webdriver.Chrome, plain_site: Path, scheme: str
) -> None:
    """On paper stand the words of the page, dark on white, and neither navigation nor search."""
    look(browser, scheme=scheme)
    browser.get(f"{plain_site.as_uri()}/library/churn-features.html")
    printed = browser.execute_cdp_cmd("Page.printToPDF", {"printBackground": False})
    assert base64.b64decode(printed["data"]).startswith(b"%PDF-")
    media = {"media": "print", "features": [{"name": "prefers-color-scheme", "value": scheme}]}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    try:
        text = browser.find_element(By.TAG_NAME, "body").text
        ink = browser.execute_script(
            "return getComputedStyle(document.querySelector('article h2')).color"
            ".match(/[0-9.]+/g).slice(0, 3).reduce((a, b) => a + Number(b), 0) / 3"
        )
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert text.lstrip().startswith("Churn features")
    assert "What goes in, what comes out" in text
    for word in ("Operations", "Search", "Skip to content", "Made by Maestro"):
        assert word not in text.splitlines(), word
    assert ink < 110


def test_nothing_moves_for_who_asks_for_less_motion(
    browser: webdriver.Chrome, plain_site: Path
) -> None:
    """With reduced motion no element of a page has a transition or an animation."""
    features = [{"name": "prefers-reduced-motion", "value": "reduce"}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    browser.get(f"{plain_site.as_uri()}/projects/churn-2025.html")
    moving = browser.execute_script(
        "return [...document.querySelectorAll('*')].filter((one) => {"
        "  const c = getComputedStyle(one);"
        "  return parseFloat(c.transitionDuration) > 0 || c.animationName !== 'none';"
        "}).map((one) => one.tagName + '.' + one.className);"
    )
    assert moving == []
