"""The Library and Compare in a real browser: facets, counts, order, pages, address, keyboard."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from maestro.publishing.columns import Row, rows
from maestro.publishing.library import Shelf
from maestro.publishing.site import Places, build_site
from tests.unit.publishing import many
from tests.unit.publishing.payloads import PAYLOADS

from .conftest import look, requests

SIZE = 130
BUCKETS = {"10+": range(10, 99), "5-9": range(5, 10), "1-4": range(1, 5), "0": range(1)}


@pytest.fixture(scope="module")
def large(site: Path) -> tuple[Path, list[Row]]:
    """A site of 130 made-up entries, and its rows in the order of effect."""
    root = site.parent
    library, _ = many.library(root / "many-repo", SIZE)
    build_site(library, root / "many", root / "work", places=Places(guides=root / "guides"))
    return root / "many" / "library" / "index.html", rows(Shelf(library))


def _names(browser: webdriver.Chrome) -> list[str]:
    """Names of the entries whose rows are shown."""
    found = browser.execute_script(
        "return [...document.querySelectorAll('.mx-catalog:not([hidden]) .mx-piece > a')]"
        ".map((link) => link.getAttribute('href'));"
    )
    return [address.rpartition("/")[2].removesuffix(".html") for address in found]


def _said(browser: webdriver.Chrome) -> str:
    return browser.find_element(By.CSS_SELECTOR, ".mx-library .mx-found").text


def _counts(browser: webdriver.Chrome, label: str) -> dict[str, int]:
    """Value and count of each line that a facet shows."""
    lines = browser.execute_script(
        "return [...document.querySelectorAll(`.mx-facet ul[aria-label='${arguments[0]}'] label`)]"
        ".map((line) => [...line.querySelectorAll('span')].map((part) => part.textContent));",
        label,
    )
    return {value: int(count.replace(",", "")) for value, count in lines}


def _tick(browser: webdriver.Chrome, label: str, value: str) -> None:
    ticked = browser.execute_script(
        "const found = [...document.querySelectorAll("
        "  `.mx-facet ul[aria-label='${arguments[0]}'] label`)]"
        "  .find((line) => line.querySelector('span').textContent === arguments[1]);"
        "found.querySelector('input').click(); return true;",
        label,
        value,
    )
    assert ticked


def _query(browser: webdriver.Chrome) -> str:
    return browser.current_url.partition("?")[2]


def _count(found: list[Row], fits: Callable[[Row], bool]) -> int:
    return sum(map(fits, found))


def test_counts_ignore_the_choice_in_their_own_facet(
    browser: webdriver.Chrome, large: tuple[Path, list[Row]]
) -> None:
    """Within a facet any value will do, facets narrow each other, and each count says how many
    rows there would be."""
    page, found = large
    browser.get(page.as_uri())
    assert _said(browser) == f"{SIZE} entries, rows 1 to 50 of {SIZE}"
    _tick(browser, "Kind", "schema")
    _tick(browser, "Kind", "notebook")
    browser.execute_script("document.querySelectorAll('.mx-facet').forEach((f) => f.open = true)")
    _tick(browser, "Status", "stable")
    kinds = ("schemas", "notebooks")
    stable = [row for row in found if row.entry.record.status == "stable"]
    fitting = [row for row in stable if row.entry.kind in kinds]
    assert _said(browser).startswith(f"{len(fitting)} of {SIZE} entries")
    assert 0 < len(fitting) < 50
    assert _names(browser) == [row.entry.name for row in fitting]
    assert _counts(browser, "Kind")["data set"] == _count(
        stable, lambda row: row.entry.kind == "datasets"
    )
    assert _counts(browser, "Status")["beta"] == _count(
        found, lambda row: row.entry.kind in kinds and row.entry.record.status == "beta"
    )
    used = _counts(browser, "Used by")
    for key, words in (("10+", "10 or more"), ("5-9", "5 to 9"), ("0", "none")):
        inside = BUCKETS[key]
        assert used.get(words, 0) == _count(fitting, lambda row, at=inside: row.used_by in at)
    assert "kind=schemas&kind=notebooks&status=stable" in _query(browser)


def test_every_word_must_be_found(browser: webdriver.Chrome, large: tuple[Path, list[Row]]) -> None:
    """Words narrow over name, description, owner and tags; names that begin so come first."""
    page, found = large
    wanted = random.Random(3).choice(found).entry
    first, second = wanted.name.split("-")[0], wanted.record.description.split()[-1].rstrip(".")
    browser.get(page.as_uri())
    box = browser.find_element(By.CSS_SELECTOR, ".mx-library-bar input")
    box.send_keys(f"{second} {first}".upper())
    assert wanted.name in _names(browser)
    assert len(_names(browser)) < 5
    box.send_keys(Keys.CONTROL, "a")
    box.send_keys(first[0])
    shown = _names(browser)
    starts = [name.startswith(first[0]) for name in shown]
    assert starts == sorted(starts, reverse=True)
    assert starts[0]


def test_what_to_take_away_is_said(
    browser: webdriver.Chrome, large: tuple[Path, list[Row]]
) -> None:
    """With nothing left, each choice that alone keeps entries out is offered with their number."""
    page, found = large
    browser.get(f"{page.as_uri()}?words=zzzz&kind=pipelines")
    kept = _count(found, lambda row: row.entry.kind == "pipelines")
    empty = browser.find_element(By.CSS_SELECTOR, ".mx-empty")
    assert f"Take away the words and {kept} entries are left." in empty.text
    empty.find_element(By.TAG_NAME, "button").click()
    assert _said(browser).startswith(f"{kept} of {SIZE} entries")


def test_rows_can_be_ordered(browser: webdriver.Chrome, large: tuple[Path, list[Row]]) -> None:
    """Graded effects come first by size, then use; use, recency and name order on request, and
    what has no known change comes last."""
    page, found = large
    browser.get(page.as_uri())
    graded = [row for row in found if row.is_graded]
    values = [row.impact.value for row in graded if row.impact]
    assert values == sorted(values, key=lambda value: -(value or 0))
    assert 5 < len(graded) < 50
    assert _names(browser)[: len(graded)] == [row.entry.name for row in graded]
    wanted = {
        "use": lambda row: -(row.used_by or 0),
        "name": lambda row: row.entry.name,
    }
    for sort, key in wanted.items():
        browser.get(f"{page.as_uri()}?sort={sort}")
        assert _names(browser) == [row.entry.name for row in sorted(found, key=key)[:50]]
    browser.get(f"{page.as_uri()}?sort=recent")
    days = browser.execute_script(
        "return [...document.querySelectorAll('.mx-about')].map((line) =>"
        " (line.textContent.match(/changed ([0-9-]+)/) || [])[1]);"
    )
    assert days == sorted((row.changed for row in found), reverse=True)[:50]
    browser.get(f"{page.as_uri()}?sort=recent&page=3")
    assert "last change not known" in browser.find_element(By.CSS_SELECTOR, ".mx-catalog").text


def test_pages_and_the_way_back(browser: webdriver.Chrome, large: tuple[Path, list[Row]]) -> None:
    """Each page has 50 rows; the address opens the same page again, and back goes back."""
    page, found = large
    names = [row.entry.name for row in found]
    browser.get(page.as_uri())
    nxt = browser.find_element(By.CSS_SELECTOR, ".mx-pager button:last-child")
    browser.execute_script("arguments[0].click()", nxt)
    assert _names(browser) == names[50:100]
    assert f"rows 51 to 100 of {SIZE}" in _said(browser)
    main = browser.find_element(By.CSS_SELECTOR, ".mx-library-main")
    assert browser.switch_to.active_element == main
    browser.execute_script("arguments[0].click()", nxt)
    assert _names(browser) == names[100:]
    assert not nxt.is_enabled()
    shared = browser.current_url
    browser.back()
    WebDriverWait(browser, 10).until(lambda d: _names(d) == names[50:100])
    browser.get("about:blank")
    browser.get(shared)
    assert _names(browser) == names[100:]


@pytest.mark.parametrize("how", ["disk", "server"])
def test_a_shared_address_shows_the_same(
    browser: webdriver.Chrome, plain_site: Path, server: str, how: str
) -> None:
    """Words, choices and order stand in the address, from disk and from a server."""
    base = server if how == "server" else f"{plain_site.as_uri()}/"
    browser.get(f"{base}library/index.html?words=churn&tag=churn&status=beta&sort=name")
    assert _names(browser) == ["churn-features"]
    chips = browser.find_element(By.CSS_SELECTOR, ".mx-chips").text
    assert "words: churn" in chips
    assert "status: beta" in chips
    assert (
        browser.find_element(By.CSS_SELECTOR, ".mx-library-bar select").get_attribute("value")
        == "name"
    )
    browser.find_element(By.CSS_SELECTOR, ".mx-chips button:last-child").click()
    assert len(_names(browser)) > 3
    assert _query(browser) == "sort=name"


def test_a_value_nobody_has_is_told(browser: webdriver.Chrome, plain_site: Path) -> None:
    """A choice of the address that fits nothing is shown, and can be taken away."""
    browser.get(f"{plain_site.as_uri()}/library/index.html?used=10%2B")
    assert "used by: 10 or more" in browser.find_element(By.CSS_SELECTOR, ".mx-chips").text
    browser.find_element(By.CSS_SELECTOR, ".mx-empty button").click()
    assert len(_names(browser)) > 3


def test_another_word_for_a_class(browser: webdriver.Chrome, large: tuple[Path, list[Row]]) -> None:
    """A word that the taxonomy lists as an alias leads to the entries of its problem class."""
    page, found = large
    browser.get(f"{page.as_uri()}?words=outage")
    hint = browser.find_element(By.CSS_SELECTOR, ".mx-library-bar .mx-hint")
    assert "\u201coutage\u201d also stands for the problem class" in hint.text
    hint.find_element(By.TAG_NAME, "button").click()
    assert sorted(_names(browser)) == sorted(row.entry.name for row in found if row.classes)
    assert _names(browser)


def test_the_library_without_scripts(
    browser: webdriver.Chrome, large: tuple[Path, list[Row]]
) -> None:
    """With scripts switched off the first 50 rows stand in the same order, and lists by kind have
    the rest."""
    page, found = large
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.get(page.as_uri())
        links = browser.find_elements(By.CSS_SELECTOR, ".mx-catalog .mx-piece > a")
        titles = [link.text for link in links]
        rest = browser.find_element(By.CSS_SELECTOR, ".mx-library-main").text
        by_kind = browser.find_elements(By.CSS_SELECTOR, ".mx-counts a")
        assert titles == [row.entry.title for row in found[:50]]
        assert f"the first 50 of {SIZE}" in rest
        listed = {link.get_attribute("href") or "" for link in by_kind}
        assert any(address.endswith("library/kinds/schemas.html") for address in listed)
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_the_keyboard_is_enough(browser: webdriver.Chrome, large: tuple[Path, list[Row]]) -> None:
    """From the search box, Tab and Space reach and set a facet, and the focus stays on it."""
    page, _ = large
    browser.get(page.as_uri())
    browser.find_element(By.CSS_SELECTOR, ".mx-library-bar input").send_keys(Keys.TAB, Keys.TAB)
    for _step in range(4):
        active = browser.switch_to.active_element
        if active.get_attribute("type") == "checkbox":
            break
        active.send_keys(Keys.TAB)
    active = browser.switch_to.active_element
    assert active.get_attribute("type") == "checkbox"
    active.send_keys(Keys.SPACE)
    assert browser.switch_to.active_element == active
    assert active.is_selected()
    assert "kind=" in _query(browser)
    assert f"of {SIZE} entries" in _said(browser)


def test_a_phone_folds_the_facets(browser: webdriver.Chrome, large: tuple[Path, list[Row]]) -> None:
    """At 390 pixels the facets stand in one fold, nothing runs over, and rows are blocks that
    still say what their numbers are."""
    page, _ = large
    look(browser, width=390)
    browser.get(page.as_uri())
    fold = browser.find_element(By.CSS_SELECTOR, ".mx-facets > summary")
    ticks = browser.find_elements(By.CSS_SELECTOR, ".mx-facet input")
    assert not ticks[0].is_displayed()
    fold.click()
    assert ticks[0].is_displayed()
    assert browser.execute_script("return document.documentElement.scrollWidth") <= 390
    said = browser.execute_script(
        "return getComputedStyle(document.querySelector('.mx-catalog td:nth-child(2)'),"
        "'::before').content"
    )
    assert said == '"Used by "'


def test_hostile_texts_stay_texts(browser: webdriver.Chrome, site: Path) -> None:
    """Payloads in titles, sentences, tags and owners are shown as typed by the Library and by
    Compare; the pages' policy is passed over."""
    browser.execute_cdp_cmd("Page.setBypassCSP", {"enabled": True})
    names = ",".join(f"hostile-{n}" for n in range(3))
    for page in ("library/index.html?words=zqz", f"compare/index.html?entries={names}"):
        browser.get(f"{site.as_uri()}/{page}")
        main = browser.find_element(By.CSS_SELECTOR, ".mx-library, .mx-compare")
        WebDriverWait(browser, 10).until(lambda d, shown=main: "zqz" in shown.text)
        assert browser.execute_script("return 'zqz' in window") is False
        assert main.find_elements(By.CSS_SELECTOR, "img, iframe, base, meta, style") == []
        assert "<" in main.text
    browser.execute_cdp_cmd("Page.setBypassCSP", {"enabled": False})
    base = site.as_uri() + "/"
    assert {a for a in requests(browser) if not a.startswith((base, "data:", "about:"))} == set()
    assert len(PAYLOADS) > 3


def test_entries_are_chosen_and_compared(browser: webdriver.Chrome, plain_site: Path) -> None:
    """Two ticks in the Library lead to both side by side; what differs is marked in words."""
    browser.get(f"{plain_site.as_uri()}/library/index.html")
    for name in ("Churn features", "Customers"):
        tick = browser.find_element(By.CSS_SELECTOR, f"[aria-label='compare {name}']")
        tick.send_keys(Keys.SPACE)
    browser.find_element(By.CSS_SELECTOR, ".mx-tray a").click()
    assert browser.current_url.endswith("compare/index.html?entries=churn-features,customers")
    wait = WebDriverWait(browser, 10)
    table = wait.until(lambda d: d.find_element(By.CSS_SELECTOR, ".mx-sides"))
    told = {
        row.find_element(By.TAG_NAME, "th").text: [
            cell.text for cell in row.find_elements(By.TAG_NAME, "td")
        ]
        for row in table.find_elements(By.CSS_SELECTOR, "tbody tr")
    }
    assert told["Kind differs"] == ["feature pipeline", "data set"]
    assert told["Licence differs"] == ["Apache-2.0", "CC-BY-4.0"]
    assert told["Owner"] == ["Growth team\ngrowth@example.org"] * 2
    effect = next(cells for label, cells in told.items() if label.startswith("Effect"))
    assert effect[0].startswith("+4.1 (90 %: +1.2 to +7.0)")
    assert effect[1].startswith("Not enough evidence")
    browser.find_element(By.CSS_SELECTOR, ".mx-compare .mx-pick input").click()
    owner = browser.find_element(By.XPATH, "//tr[th[starts-with(., 'Owner')]]")
    assert not owner.is_displayed()
    assert browser.find_element(By.XPATH, "//tr[th[starts-with(., 'Kind')]]").is_displayed()


@pytest.mark.parametrize("how", ["disk", "server"])
def test_only_known_names_are_used(
    browser: webdriver.Chrome, plain_site: Path, server: str, how: str
) -> None:
    """A name of the address that no entry has becomes no part of any address or page."""
    base = server if how == "server" else f"{plain_site.as_uri()}/"
    bad = "../../secret,%3Cimg src=x onerror=window.zqz=1%3E,__proto__,constructor,//evil.example/x"
    browser.get(f"{base}compare/index.html?entries={bad},churn-features")
    wait = WebDriverWait(browser, 10)
    wait.until(lambda d: d.find_elements(By.CSS_SELECTOR, ".mx-sides thead th a"))
    heads = browser.find_elements(By.CSS_SELECTOR, ".mx-sides thead th a")
    assert [head.text for head in heads] == ["Churn features"]
    said = browser.find_element(By.CSS_SELECTOR, ".mx-compare .mx-found").text
    assert said.startswith(
        "5 names of the address belong to no entry and were left out: "
        "\u201c../../secret\u201d, \u201c<img src=x onerror=window.zqz=1>\u201d, "
        "\u201c__proto__\u201d, 2 more."
    )
    loaded = {a.removeprefix(base) for a in requests(browser) if "/compare/" in a}
    scripts = {path for path in loaded if path.endswith(".js")}
    assert len(scripts) == 2
    assert "compare/names.js" in scripts
    assert browser.execute_script("return 'zqz' in window") is False


def test_an_unknown_name_is_named(browser: webdriver.Chrome, plain_site: Path) -> None:
    """The one that an address has too many, as it was typed, cut where it is long."""
    for name, shown in (("churn-feature", "churn-feature"), ("x" * 61, "x" * 60 + "\u2026")):
        browser.get(f"{plain_site.as_uri()}/compare/index.html?entries={name},churn-features")
        said = (
            f"One name of the address, \u201c{shown}\u201d, belongs to no entry and was left out."
        )
        WebDriverWait(browser, 10).until(
            lambda d: d.find_element(By.CSS_SELECTOR, ".mx-compare .mx-found").text
        )
        found = browser.find_element(By.CSS_SELECTOR, ".mx-compare .mx-found").text
        assert found == f"{said} Choose one more to compare it with."


def test_metrics_say_whether_they_compare(browser: webdriver.Chrome, site: Path) -> None:
    """Metrics on different data sets are said not to be comparable."""
    browser.get(f"{site.as_uri()}/compare/index.html?entries=churn-model,hostile-card-2")
    wait = WebDriverWait(browser, 10)
    wait.until(lambda d: len(d.find_elements(By.CSS_SELECTOR, ".mx-sides thead th a")) == 2)
    notes = [e.text for e in browser.find_elements(By.CSS_SELECTOR, ".mx-sides th .mx-small")]
    assert notes
    assert all("compar" in note or "axis" in note for note in notes)
