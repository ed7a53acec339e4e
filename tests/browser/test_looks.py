"""What meets the eye: columns keep apart, paper is light, and colours of the system are taken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.common.by import By

from .conftest import look

_COLOURS = """
const style = getComputedStyle(document.body);
const names = ["--mx-accent", "--mx-up", "--mx-down", "--mx-line", "--mx-soft", "--mx-muted",
  "--mx-warn", "--mx-warn-soft", "--mx-bad", "--mx-bad-soft", "--mx-good-soft",
  "--md-default-bg-color", "--md-default-fg-color", "--md-typeset-color", "--md-typeset-a-color",
  "--md-code-bg-color", "--md-code-fg-color"];
return names.map((name) => style.getPropertyValue(name).trim());
"""
_FRAME = "header, nav, .mx-find, .mx-filter, .mx-sides button, .mx-tile details, .md-footer"


@contextmanager
def _media(browser: webdriver.Chrome, media: str = "", **features: str) -> Iterator[None]:
    """A page as another medium, or as readers with these wishes, see it."""
    wishes = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
    asked: dict[str, Any] = {"media": media, "features": wishes}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", asked)
    try:
        yield
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})


def test_days_of_the_timeline_stay_in_their_columns(browser: webdriver.Chrome, tour: Path) -> None:
    """No cell is wider than its column, on a desktop, a small screen and paper."""
    page = (tour / "build/site/projects/timeline/index.html").as_uri()
    wide = "return [...document.querySelectorAll('.mx-when td, .mx-when th')].filter("
    wide += "(one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent);"
    for width in (1280, 980):
        look(browser, width=width)
        browser.get(page)
        assert browser.execute_script(wide) == [], width
    with _media(browser, "print"):
        assert browser.execute_script(wide) == []


def test_paper_has_the_light_colours_in_either_scheme(
    browser: webdriver.Chrome, plain_site: Path
) -> None:
    """Printed from the dark scheme a page has every colour that it has from the light one."""
    found = {}
    for scheme in ("light", "dark"):
        look(browser, scheme=scheme)
        browser.get(f"{plain_site.as_uri()}/library/churn-features.html")
        found[f"{scheme} screen"] = browser.execute_script(_COLOURS)
        with _media(browser, "print", prefers_color_scheme=scheme):
            found[f"{scheme} paper"] = browser.execute_script(_COLOURS)
    assert found["light screen"] != found["dark screen"]
    assert found["light paper"] == found["dark paper"] == found["light screen"]


def test_paper_has_no_fields_and_no_buttons(browser: webdriver.Chrome, plain_site: Path) -> None:
    """What only a screen can use is left out on paper; the drawings stay."""
    look(browser)
    shown = "return [...document.querySelectorAll(arguments[0])].filter("
    shown += "(one) => one.getClientRects().length).map((one) => one.className || one.tagName);"
    for name in ("index.html", "projects/churn-2025.html", "library/index.html"):
        browser.get(f"{plain_site.as_uri()}/{name}")
        assert browser.execute_script(shown, "header")
        with _media(browser, "print"):
            assert browser.execute_script(shown, _FRAME) == [], name
            assert browser.execute_script(shown, "svg.mx-chart"), name


def test_paper_says_what_was_filtered(browser: webdriver.Chrome, tour: Path) -> None:
    """A list that is narrowed prints what was chosen and how many fit, and nothing else of the
    fields; one that is not prints no field."""
    look(browser)
    shown = """const parts = ".mx-filter .mx-control, .mx-found, .mx-chips > *";
      return [...document.querySelectorAll(parts)]
      .filter((one) => one.getClientRects().length).map((one) => {
        const field = one.querySelector("input, select");
        return one.innerText.split("\\n")[0].trim() + (field ? "=" + field.value : "");
      });"""
    asked = (
        ("projects/index.html", "?words=2024&status=done", ["Find=2024", "Status=done"]),
        ("insights/success.html", "?class=regression", ["Problem class=regression"]),
        ("library/index.html", "?words=cellar&status=stable", ["words: cellar", "status: stable"]),
    )
    for page, query, chosen in asked:
        for text, wanted in ((query, chosen), ("", [])):
            browser.get(f"{(tour / 'build/site').as_uri()}/{page}{text}")
            with _media(browser, "print"):
                found = browser.execute_script(shown)
            count = next((one for one in found if re.match(r"[1-9]", one)), "")
            assert count, (page, text, found)
            assert [one for one in found if one != count] == wanted, page
            assert (count.split()[1] == "of" and count.split()[0] != count.split()[2]) == bool(text)


def test_paper_has_the_whole_plan(browser: webdriver.Chrome, tour: Path) -> None:
    """The planner's form is left out; its team and its pieces are not."""
    look(browser)
    query = "owner=sim-birch&complexity=6&with=sim-cellar-features"
    browser.get(f"{(tour / 'build/site').as_uri()}/planner/index.html?{query}")
    with _media(browser, "print"):
        said = browser.find_element(By.CLASS_NAME, "mx-planner").text
    assert "team sim-birch" in said and "pieces sim-cellar-features@" in said
    assert "Clear the form" not in said


def test_drawings_take_the_colours_of_the_system(
    browser: webdriver.Chrome, plain_site: Path
) -> None:
    """With forced colours a mark has the colour of links, which the system sets, on any ground."""
    look(browser)
    browser.get(f"{plain_site.as_uri()}/library/churn-features.html")
    colours = "const of = (what, part) => getComputedStyle(document.querySelector(what))[part];"
    colours += "return [of('.mx-up .mx-mark', 'fill'), of('article p > a', 'color')];"
    page = browser.execute_script(colours)
    for scheme in ("light", "dark"):
        with _media(browser, forced_colors="active", prefers_color_scheme=scheme):
            mark, link = browser.execute_script(colours)
            assert mark == link != page[0], scheme


def test_a_heading_takes_no_empty_line_on_a_phone(browser: webdriver.Chrome, tour: Path) -> None:
    """The mark of a heading, which is only seen with a mouse, needs no room where there is none."""
    look(browser, width=390)
    browser.get((tour / "build/site/insights/accuracy.html").as_uri())
    tall = "return [...document.querySelectorAll('article :is(h1, h2, h3)')].filter((one) => {"
    tall += " const all = document.createRange(), words = document.createRange();"
    tall += " all.selectNodeContents(one); words.selectNodeContents(one.firstChild);"
    tall += " return all.getBoundingClientRect().height > words.getBoundingClientRect().height + 2;"
    tall += "}).map((one) => one.textContent);"
    assert browser.execute_script(tall) == []
