"""What a shared address asks for and its page does not know: said, and taken out of the address."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

NOBODY = "<b>nobody</b>"
PAGES = {
    "projects/index.html": ({"status": "nonsense", "sort": "zzz"}, "status=done&sort=-days"),
    "library/index.html": ({"owner": NOBODY, "sort": "zzz"}, "kind=datasets&sort=name"),
    "insights/success.html": ({"class": "nonsense"}, "words=churn"),
    "teams/index.html": ({}, "words=growth"),
}
"""What each page does not know, and what it does."""


def opened(browser: webdriver.Chrome, site: Path, page: str, query: str) -> str:
    """What a page says of what it has found, and what it left out of its address."""
    browser.get(f"{(site / page).as_uri()}?{query}")
    found = "article .mx-found"
    WebDriverWait(browser, 10).until(lambda d: d.find_element(By.CSS_SELECTOR, found).text)
    return browser.find_element(By.CSS_SELECTOR, found).text


def asked(browser: webdriver.Chrome) -> dict[str, list[str]]:
    """The query of the page's address."""
    return parse_qs(urlsplit(browser.current_url).query)


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_does_not_know_is_said(
    browser: webdriver.Chrome, plain_site: Path, page: str
) -> None:
    """Each value by itself; all rows are shown, and what else is asked for stays."""
    unknown, known = PAGES[page]
    everything = opened(browser, plain_site, page, "")
    narrowed = opened(browser, plain_site, page, known)
    assert "Left out" not in everything + narrowed and asked(browser) == parse_qs(known)
    for name, value in unknown.items():
        said = opened(browser, plain_site, page, urlencode({name: value}))
        assert said == f"Left out: {name}={value} is not known here. {everything}"
        assert asked(browser) == {}
        browser.refresh()
        assert browser.find_element(By.CSS_SELECTOR, "article .mx-found").text == everything
    opened(browser, plain_site, page, f"{known}&{urlencode({'other': 'a b'})}")
    assert asked(browser)["other"] == ["a b"] or page == "library/index.html"


def test_several_are_said_at_once_and_cut(browser: webdriver.Chrome, plain_site: Path) -> None:
    """Three of them, each at most sixty letters long; the next choice takes the sentence away."""
    query = urlencode({"owner": "x" * 61, "tag": ["a", "b", "c"], "kind": "datasets"}, doseq=True)
    said = opened(browser, plain_site, "library/index.html", query)
    lost = {f"owner={'x' * 60}\u2026", "tag=a", "tag=b", "tag=c"}
    told = said.removeprefix("Left out: ").partition(", 1 more are not known here. ")
    assert len(set(told[0].split(", ")) & lost) == 3 and told[1] and "of" in told[2]
    assert asked(browser) == {"kind": ["datasets"]}
    browser.find_element(By.CSS_SELECTOR, ".mx-library-bar input").send_keys("c")
    assert "Left out" not in browser.find_element(By.CSS_SELECTOR, ".mx-library .mx-found").text


def test_a_grade_that_no_entry_has_is_known(browser: webdriver.Chrome, plain_site: Path) -> None:
    """A value of the library's own words fits nothing; that is no fault of the address."""
    said = opened(browser, plain_site, "library/index.html", "used=10%2B")
    assert said.startswith("0 of ") and asked(browser) == {"used": ["10+"]}


def test_another_version_is_not_compared(browser: webdriver.Chrome, plain_site: Path) -> None:
    """Compare shows the present version of each entry, and says which it leaves out."""
    page = "compare/index.html"
    browser.get(f"{(plain_site / page).as_uri()}?entries=churn-features@1.3.0,customers")
    heads = ".mx-sides thead .mx-muted"
    shown = WebDriverWait(browser, 10).until(lambda d: d.find_element(By.CSS_SELECTOR, heads)).text
    good = browser.find_element(By.CSS_SELECTOR, ".mx-compare .mx-found").text
    bad = "\u201c9.9.9\u201d of churn-features was left out"
    said = opened(browser, plain_site, page, "entries=churn-features@9.9.9,customers")
    assert shown == "1.3.0" and good == ""
    assert said.startswith(f"Version {bad}: 1.3.0, the present one, is shown.")
    assert asked(browser) == {"entries": ["churn-features,customers"]}
    browser.find_element(By.CSS_SELECTOR, ".mx-compare input").send_keys(Keys.CONTROL, "a")
    browser.switch_to.active_element.send_keys("churn-model", Keys.TAB)
    WebDriverWait(browser, 10).until(
        lambda d: "left out" not in d.find_element(By.CSS_SELECTOR, ".mx-compare .mx-found").text
    )


@pytest.mark.parametrize("lost", ["churn-features@9.9.9", "churn-features,nobody"])
def test_removing_an_entry_is_a_choice_too(
    browser: webdriver.Chrome, plain_site: Path, lost: str
) -> None:
    """What was left out of the address is not said any more once an entry is removed."""
    said = opened(
        browser, plain_site, "compare/index.html", f"entries={lost},customers,churn-model"
    )
    assert "left out" in said
    browser.find_element(By.CSS_SELECTOR, "[aria-label='remove Customers']").click()
    assert len(browser.find_elements(By.CSS_SELECTOR, ".mx-sides thead th")) == 2
    assert browser.find_element(By.CSS_SELECTOR, ".mx-compare .mx-found").text == ""
    assert asked(browser) == {"entries": ["churn-features,churn-model"]}


def test_a_sentence_with_the_term_twice_stays_whole(
    browser: webdriver.Chrome, plain_site: Path
) -> None:
    """Only the first fair comparisons lead to the guide, as in the tables of the build."""
    opened(browser, plain_site, "compare/index.html", "entries=churn-features")
    text = "worth 2 fair comparisons: 3 fair comparisons are needed."
    made = browser.execute_script(
        """const cell = document.createElement("div");
        cell.append(...self.maestroMarks.fair(arguments[0]));
        return [cell.textContent, cell.firstElementChild?.textContent, cell.childElementCount];""",
        text,
    )
    assert made == [text, "fair comparisons", 1]
