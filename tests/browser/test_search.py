"""The search box: the newest query is answered, and the best matches are shown."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from maestro.publishing.assembly.search import INDEX, SCRIPT, SearchDocument

MANY = 450
"""More entries than a search shows."""


@pytest.fixture(scope="module")
def many(plain_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample site whose search knows of many entries more."""
    site = tmp_path_factory.mktemp("search") / "site"
    shutil.copytree(plain_site, site, symlinks=True)
    known = json.loads((site / INDEX).read_text("utf-8"))
    for number in range(MANY):
        name = f"quokka {number:03d}"
        text = "Zebra counts of the year." if number == 7 else "Counts of a year."
        document = SearchDocument(f"library/quokka-{number}.html", name, text)
        known["docs"].append(document.to_json())
    for name in ("How koalas are measured", "Simulated island", "Wasps"):
        location = f"guides/{name.lower().replace(' ', '-')}.html"
        known["docs"].append(SearchDocument(location, name, "Of one sort.").to_json())
    for path in (INDEX, SCRIPT):
        (site / path).unlink()
    (site / SCRIPT).write_text(f"var __index = {json.dumps(known)};", encoding="utf-8")
    return site


def _opened(browser: webdriver.Chrome, site: Path) -> WebElement:
    """The box, from where the index has been read."""
    browser.get(f"{site.as_uri()}/index.html")
    browser.execute_script("document.getElementById('__search').click()")
    box = browser.find_element(By.CSS_SELECTOR, ".md-search__input")
    box.send_keys("churn")
    WebDriverWait(browser, 60).until(_links)
    return box


def _links(browser: webdriver.Chrome) -> list[str]:
    found = browser.find_elements(By.CSS_SELECTOR, ".md-search-result__link")
    return [str(link.get_attribute("href")) for link in found]


def _says(browser: webdriver.Chrome) -> str:
    return browser.find_element(By.CSS_SELECTOR, ".md-search-result__meta").text.strip()


def _ask(browser: webdriver.Chrome, box: WebElement, words: str, answer: str) -> None:
    """Type words in place of those that stand there, and wait for what the box says of them."""
    box.send_keys(Keys.CONTROL, "a")
    box.send_keys(words)
    WebDriverWait(browser, 30).until(lambda d: _says(d) == answer)


def test_the_best_matches_are_shown(browser: webdriver.Chrome, many: Path) -> None:
    """Of hundreds of matches the box tells that it shows the best 200; both words first."""
    box = _opened(browser, many)
    _ask(browser, box, "quokka", "200 best matches")
    _ask(browser, box, "zebra counts", "200 best matches")
    WebDriverWait(browser, 30).until(lambda d: _links(d)[0].endswith("quokka-7.html"))


def test_short_words(browser: webdriver.Chrome, many: Path) -> None:
    """Two letters begin a title and not a text, three begin any word, one letter is itself."""
    box = _opened(browser, many)
    _ask(browser, box, "qu", "200 best matches")
    _ask(browser, box, "ze", "No matching documents")
    _ask(browser, box, "zeb", "1 matching document")
    _ask(browser, box, "q", "No matching documents")


def test_words_that_every_text_has_stand_for_nothing(browser: webdriver.Chrome, many: Path) -> None:
    """They begin no other word, and take no place from what was asked for; the last word, which
    may be a beginning, is looked for."""
    box = _opened(browser, many)
    _ask(browser, box, "how is a koala", "1 matching document")
    assert _links(browser)[0].endswith("how-koalas-are-measured.html")
    _ask(browser, box, "koala was", "2 best matches")
    _ask(browser, box, "how is", "1 matching document")
    assert _links(browser)[0].endswith("simulated-island.html")


def test_only_the_newest_query_is_answered(browser: webdriver.Chrome, many: Path) -> None:
    """Queries that come at once are answered once, with what the last one found."""
    _opened(browser, many)
    worker = next((many / "assets/javascripts/workers").glob("search.*.js"))
    script = """
    const [address, done] = arguments;
    const worker = new Worker(address);
    const answers = [];
    worker.addEventListener("message", ({ data }) => {
      if (data.type === 1) {
        for (const word of ["counts", "year", "zebra"]) worker.postMessage({ type: 2, data: word });
        setTimeout(() => done(answers), 1500);
      } else answers.push(data.data.items.map((one) => one[0].location));
    });
    worker.postMessage({ type: 0, data: { ...__index, options: { suggest: false } } });
    """
    found = browser.execute_async_script(script, f"{many.as_uri()}/{worker.relative_to(many)}")
    assert found == [["library/quokka-7.html"]]
