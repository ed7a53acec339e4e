"""What others wrote stays text in a real browser: with the policy, without it, in every address."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import html5lib
import pytest
from selenium import webdriver
from selenium.common.exceptions import NoAlertPresentException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from tests.unit.publishing.payloads import PAYLOADS

from .conftest import requests

ATTACK = """
<base href="https://evil.example/"><script>window.zqz = 1;</script>
<img src="x" onerror="window.zqz = 2"><svg onload="window.zqz = 3"></svg>
<img src="https://evil.example/zqz.png"><iframe src="https://evil.example/"></iframe>
<iframe srcdoc="<script>parent.zqz = 4</script>"></iframe>
<link rel="stylesheet" href="https://evil.example/zqz.css">
<script src="https://evil.example/zqz.js"></script><script src="data:,window.zqz=5"></script>
<object data="https://evil.example/zqz"></object>
<a id="zqz-link" href="javascript:window.zqz=6">x</a>
<form action="https://evil.example/zqz" id="zqz-form"><input name="a"></form>
"""
"""What must not work even if it stood in a page."""
KEYS = (
    *("q", "h", "words", "sort", "page", "compare", "entries", "kept", "class", "kind", "owner"),
    *("status", "tags", "grade", "license", "classes", "personas", "role", "complexity"),
    *("team-size", "pieces", "title", "domain", "scores-order", "by-class-words"),
)
"""Names that scripts of the site and of the theme read from an address."""


def _is_calm(browser: webdriver.Chrome) -> bool:
    """Nothing ran, no dialog is open, and no element of the page has a handler or bad address."""
    try:
        return browser.switch_to.alert is None
    except NoAlertPresentException:
        pass
    live = browser.execute_script(
        "document.querySelectorAll('details').forEach((one) => { one.open = true; });"
        "const bad = (a) => a.name.startsWith('on') || (['href', 'src', 'action'].includes(a.name)"
        "  && /^\\s*(javascript|vbscript|data:text)/i.test(a.value));"
        "return [...document.querySelectorAll('*')].filter((one) => [...one.attributes].some(bad))"
        ".map((one) => one.outerHTML);"
    )
    return live == [] and browser.execute_script("return 'zqz' in window") is False


@pytest.fixture
def unguarded(browser: webdriver.Chrome) -> Iterator[webdriver.Chrome]:
    """The browser, told to pass over every policy: what is left is what pages do by themselves."""
    browser.execute_cdp_cmd("Page.setBypassCSP", {"enabled": True})
    yield browser
    browser.execute_cdp_cmd("Page.setBypassCSP", {"enabled": False})


def _attacked(site: Path) -> Path:
    """A page with an attack in its text, beside the page that it was made from."""
    text = (site / "library/churn-features.html").read_text(encoding="utf-8")
    page = site / "library/attacked-page.html"
    page.write_text(text.replace("<article", f"{ATTACK}<article", 1), encoding="utf-8")
    return page


def _asked(browser: webdriver.Chrome) -> tuple[set[str], set[str]]:
    """Addresses that a page wanted, and those of them that the policy stopped before they left."""
    wanted: dict[str, str] = {}
    stopped = set()
    for entry in browser.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        told = message["params"]
        if message["method"] == "Network.requestWillBeSent":
            wanted[told["requestId"]] = told["request"]["url"]
        elif message["method"] == "Network.loadingFailed" and told.get("blockedReason") == "csp":
            stopped.add(wanted.get(told["requestId"], ""))
    return {*wanted.values()}, stopped


@pytest.mark.parametrize("how", ["disk", "server"])
def test_the_policy_stops_what_slipped_through(
    browser: webdriver.Chrome, site: Path, server: str, how: str
) -> None:
    """Scripts, handlers, frames, loads and forms put raw into a page do nothing at all."""
    page = _attacked(site)
    try:
        browser.get(page.as_uri() if how == "disk" else f"{server}library/attacked-page.html")
        browser.execute_script("document.getElementById('zqz-link').click();")
        browser.execute_script("document.getElementById('zqz-form').submit();")
        found = browser.execute_script("return ['zqz' in window, location.href]")
    finally:
        page.unlink()
    assert found == [False, found[1]]
    assert found[1].endswith("attacked-page.html")
    asked, stopped = _asked(browser)
    own = (site.as_uri(), server, "data:", "about:", "blob:")
    assert {one for one in asked - stopped if not one.startswith(own)} == set()
    assert "https://evil.example/zqz.js" in stopped


def test_without_the_policy_the_attack_works(unguarded: webdriver.Chrome, site: Path) -> None:
    """The same page with the policy passed over does run: the attack is a real one."""
    page = _attacked(site)
    try:
        unguarded.get(page.as_uri())
        assert unguarded.execute_script("return 'zqz' in window") is True
    finally:
        page.unlink()


def test_every_page_begins_with_the_policy(site: Path) -> None:
    """First in head, the character set still in the first 1,024 bytes, no hash too many."""
    trusted: set[str] = set()
    for path in sorted(site.rglob("*.html")):
        if re.search(r"-([1-9]|\d\d)(/index)?\.html$", path.as_posix()):
            continue  # of each kind of hostile page the first is enough
        data = path.read_bytes()
        tree = html5lib.parse(data.decode("utf-8"), namespaceHTMLElements=False)
        first = next(iter(tree.find("head")))
        assert (first.tag, first.get("http-equiv")) == ("meta", "Content-Security-Policy"), path
        assert b'<meta charset="utf-8">' in data[:1024], path
        rules = dict(rule.strip().split(" ", 1) for rule in first.get("content").split(";"))
        assert rules["default-src"] == "'self'"
        for name in ("object-src", "base-uri", "form-action", "frame-src"):
            assert rules[name] == "'none'"
        allowed = {one.strip("'") for one in rules["script-src"].split()} - {"self"}
        assert all(one.startswith("sha256-") for one in allowed)
        inline = {
            "sha256-" + base64.b64encode(hashlib.sha256(one.text.encode()).digest()).decode()
            for one in tree.iter("script")
            if one.text and one.text.strip() and one.get("type") != "application/json"
        }
        assert inline == allowed, path
        trusted |= allowed
    # The theme has a handful, one of them for each depth of folders.
    assert 3 <= len(trusted) <= 8


def test_the_theme_works_under_the_policy(browser: webdriver.Chrome, server: str) -> None:
    """Scheme, search, folds and copying do what they did, and the console stays silent."""
    browser.get(f"{server}library/churn-features.html")
    before = browser.execute_script("return document.body.dataset.mdColorScheme")
    for _ in range(2):
        browser.execute_script(
            "[...document.querySelectorAll('[data-md-component=palette] label')]"
            ".find((one) => !one.hidden).click();"
        )
    assert browser.execute_script("return document.body.dataset.mdColorScheme") != before
    buttons = browser.find_elements(By.CSS_SELECTOR, ".md-code__button[title]")
    assert buttons
    browser.execute_script("arguments[0].click()", buttons[0])
    browser.execute_script("localStorage.clear()")
    bad = [one for one in browser.get_log("browser") if "Content Security Policy" in one["message"]]
    assert bad == []


def test_no_address_makes_a_page_do_harm(unguarded: webdriver.Chrome, site: Path) -> None:
    """Payloads in every parameter and in the fragment of every page that reads them stay words."""
    base = site.as_uri() + "/"
    pages = [
        path.relative_to(site).as_posix()
        for path in sorted(site.rglob("index.html"))
        if "<script src"
        in path.read_text(encoding="utf-8").split("<article", 1)[1].split("</article>")[0]
    ]
    assert {"library/index.html", "compare/index.html", "planner/index.html"} <= {*pages}
    words = [text for text in PAYLOADS if "<" in text or "javascript" in text]
    for page in (*pages, "index.html"):
        for start in range(0, len(words), 16):
            some = " ".join(words[start : start + 16])
            query = urlencode(dict.fromkeys(KEYS, some))
            unguarded.get(f"{base}{page}?{query}#{quote(words[start])}")
            assert _is_calm(unguarded), (page, start)
    own = (base, "data:", "about:", "blob:")
    assert {one for one in requests(unguarded) if not one.startswith(own)} == set()


def test_hostile_entries_stay_words_where_scripts_show_them(
    unguarded: webdriver.Chrome, site: Path
) -> None:
    """The Library's list and the page that compares show titles, owners and tags as typed."""
    base = site.as_uri() + "/"
    unguarded.get(f"{base}library/index.html?words=zqz4")
    WebDriverWait(unguarded, 30).until(
        lambda d: "<img src=x onerror=window.zqz=1>" in d.find_element(By.TAG_NAME, "article").text
    )
    assert _is_calm(unguarded)
    for pair in ("hostile-4,hostile-6", "hostile-0,hostile-card-1", "hostile-data-2,customers"):
        unguarded.get(f"{base}compare/index.html?entries={pair}")
        assert _is_calm(unguarded), pair
    own = (base, "data:", "about:", "blob:")
    assert {one for one in requests(unguarded) if not one.startswith(own)} == set()


def test_records_filled_to_the_last_field_stay_words(
    unguarded: webdriver.Chrome, site: Path
) -> None:
    """Pages of every kind of record with a payload in each text, of their team, and of the words
    of the taxonomy and the settings, run nothing and ask no other host."""
    found = [path.relative_to(site).as_posix() for path in sorted(site.rglob("filled-*.html"))]
    assert {page.partition("/")[0] for page in found} == {
        "experiments",
        "library",
        "models",
        "projects",
    }
    more = ("index.html", "governance/index.html", "planner/index.html", "teams/index.html")
    for page in (*found, "teams/filled-team/index.html", *more):
        unguarded.get(f"{site.as_uri()}/{page}")
        assert _is_calm(unguarded), page
    own = (site.as_uri(), "data:", "about:", "blob:")
    assert {one for one in requests(unguarded) if not one.startswith(own)} == set()
