"""A page that is open while its site is built anew."""

from __future__ import annotations

from pathlib import Path

from selenium import webdriver
from selenium.webdriver.support.ui import WebDriverWait

from maestro.cli.server import Builds, serve_folder

from .conftest import HOSTILE


def test_an_open_page_follows_the_builds(
    browser: webdriver.Chrome, plain_site: Path, tmp_path: Path
) -> None:
    """A page reloads itself after a build and shows what it says now; the policy lets it.

    While a change cannot be built, it says why, as plain text, and no longer than that.
    """
    page = "library/churn-features.html"
    before = (plain_site / page).read_text(encoding="utf-8")
    for path in plain_site.iterdir():
        (tmp_path / path.name).symlink_to(path)
    (tmp_path / "library").unlink()
    (tmp_path / "library").mkdir()
    (tmp_path / page).write_text(before, encoding="utf-8")
    builds = Builds()
    with serve_folder(tmp_path, 0, builds) as address:
        browser.get(address + page)
        script = "return document.querySelector('h1').textContent.trim()"
        assert browser.execute_script(script).startswith("Churn features")
        asked = (
            "return performance.getEntriesByType('resource').some(e => e.name.includes('seen='))"
        )
        WebDriverWait(browser, 20).until(lambda d: d.execute_script(asked))
        after = before.replace(">Churn features", ">Renamed features")
        (tmp_path / page).write_text(after, encoding="utf-8")
        builds.announce()
        WebDriverWait(browser, 20).until(
            lambda d: d.execute_script(script).startswith("Renamed features")
        )
        said = "return document.querySelector('[role=status]#mx-served').innerText"
        assert browser.execute_script(said) == ""
        builds.say(f"T003: {HOSTILE}")
        WebDriverWait(browser, 20).until(lambda d: HOSTILE in d.execute_script(said))
        browser.refresh()
        WebDriverWait(browser, 20).until(lambda d: HOSTILE in d.execute_script(said))
        assert browser.execute_script("return window.zqz") is None
        builds.say("")
        WebDriverWait(browser, 20).until(lambda d: d.execute_script(said) == "")
        builds.say("worse")
        WebDriverWait(browser, 20).until(lambda d: "worse" in d.execute_script(said))
        builds.announce()
        WebDriverWait(browser, 20).until(lambda d: d.execute_script(said) == "")
        severe = [e["message"] for e in browser.get_log("browser") if e["level"] == "SEVERE"]
        assert severe == []
        browser.get("about:blank")
