"""The dashboards in a real browser: choices, marks, order, long tables and downloads."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from maestro.publishing.library import Library
from maestro.publishing.site import Places, build_site
from maestro.schema import Finding
from tests.unit.publishing import sample, sample_work
from tests.unit.publishing.sample_findings import finding
from tests.unit.publishing.sample_learned import prediction

from .conftest import look, serving

COUNT = 63
OWN = ("success", "metric", "dora", "prediction")
"""What the test library has findings of its own of."""
METRICS = ("ndcg", "rmse")
BEST = (0.41, 11.9, 0.72, 3.5, 0.05)
CLASSES = ("forecasting", "ranking", "tabular-classification")
HOSTILE = {
    0: '=HYPERLINK("https://evil.example","click")',
    1: "+1+cmd|' /C calc'!A0",
    2: "-2+3",
    3: "@SUM(A1:A9)",
    4: '<img src=x onerror=window.zqz=1> & "quoted", with a comma',
    5: "\uff1dWIDE(1)",
}


@dataclass(frozen=True)
class Row:
    """What one project of the test library should come to."""

    name: str
    title: str
    owner: str
    problem_class: str
    score: float
    ended: date


def _rows() -> list[Row]:
    start = date(2024, 1, 15)
    return [
        Row(
            f"p-{n:02d}",
            HOSTILE.get(n, f"Project {n}"),
            ("growth", "risk")[n % 2],
            CLASSES[n % 3],
            # Some scores share their first digits: what is saved is the number, not its words.
            round(20 + 1.2345 * n, 4),
            start + timedelta(days=11 * n),
        )
        for n in range(COUNT)
    ]


ROWS = _rows()


def _success(row: Row) -> Finding:
    part = {
        "name": "model_performance", "value": 0.8, "score": row.score, "weight": 1.0,
        "contribution": row.score, "source": "record",
    }  # fmt: skip
    detail: dict[str, Any] = {
        "version": 1, "parts": [part], "completeness": 1.0, "status": "done",
    }  # fmt: skip
    label = "reached" if row.score >= 60 else "missed"
    return finding("success", row.name, detail, value=row.score, unit="points", label=label)


def _foreseen() -> list[Finding]:
    """Durations with ranges, one of which held, and chances, which have none."""
    chance = {"target": "chance", "projects": COUNT, "needed": 5, "skill": 0.2}
    found = [finding("outcome_model", "chance", chance, value=50.0, unit="%", label="evidence")]
    for n in range(3):
        name, after = ROWS[n].name, {"basis": "past only"}
        days = {"unit": "days", "value": 80.0, "lo": 40.0, "hi": 160.0}
        end = 60.0 if n == 0 else 200.0
        found.append(prediction(name, "duration", actual=end, inside=n == 0, values=days, **after))
        share = {"unit": "%", "value": 62.4}
        found.append(prediction(name, "chance", actual=1.0, values=share, **after))
    return found


def _library(root: Path) -> Library:
    library = sample.library(root)
    model = library.catalog.projects["churn-2025"]
    projects = {}
    for row in ROWS:
        update = {
            "title": row.title, "owner": row.owner, "problem_class": row.problem_class,
            "ended": row.ended, "started": row.ended - timedelta(days=60),
        }  # fmt: skip
        record = model.record.model_copy(update=update)
        path = f"projects/{row.name}/project.yaml"
        projects[row.name] = replace(model, name=row.name, path=path, record=record)
    kept = [f for f in library.findings if f.kind not in OWN]
    work = [f for row in ROWS for f in sample_work.git(row.name)[:2]]
    work += sample_work.delivery(ROWS[0].name)
    work += [
        sample_work.figure(ROWS[n].name, "best_performance", "tracking", value=best,
                           unit=METRICS[n % 2], label=METRICS[n % 2])
        for n, best in enumerate(BEST)
    ]  # fmt: skip
    found = (*kept, *map(_success, ROWS), *work, *_foreseen())
    catalog = replace(library.catalog, projects=projects, experiments={})
    return replace(
        library,
        catalog=catalog,
        findings=tuple(sorted(found, key=lambda f: (f.kind, f.subject))),
        problems=(),
    )


@pytest.fixture(scope="session")
def boards(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with many projects, some of them with names that a spreadsheet would run."""
    root = tmp_path_factory.mktemp("boards")
    places = Places(guides=site.parent / "guides")
    build_site(_library(root / "repo"), root / "site", site.parent / "work", places=places)
    return root / "site"


@pytest.fixture(scope="session")
def boards_server(boards: Path) -> Iterator[str]:
    """The same site on a loopback server."""
    with serving(boards) as address:
        yield address


def _choose(browser: webdriver.Chrome, label: str, value: str) -> None:
    """Choose a value of the pick-list with this label."""
    for control in browser.find_elements(By.CSS_SELECTOR, ".mx-board-filter .mx-control"):
        if control.find_element(By.TAG_NAME, "span").text == label:
            Select(control.find_element(By.TAG_NAME, "select")).select_by_value(value)
            return
    raise AssertionError(f"no pick-list {label}")


def _shown(browser: webdriver.Chrome, panel: str) -> list[str]:
    """Names of the projects whose rows are shown, in their order."""
    script = (
        "return [...document.querySelectorAll(`[data-mx-panel=${arguments[0]}] tr[data-r]`)]"
        ".filter(r => !r.hidden).map(r => r.cells[0].dataset.v)"
    )
    return [str(name) for name in browser.execute_script(script, panel)]


def _marks(browser: webdriver.Chrome, selector: str) -> set[str]:
    """Keys of the marks of a drawing that are displayed."""
    script = (
        "return [...document.querySelectorAll(arguments[0])]"
        ".filter(m => getComputedStyle(m).display !== 'none').map(m => m.dataset.m)"
    )
    return set(browser.execute_script(script, selector))


def _saved(browser: webdriver.Chrome, folder: Path, panel: str, kind: str) -> str:
    """The text of the file that a button of the panel gives."""
    folder.mkdir(exist_ok=True)
    place = {"behavior": "allow", "downloadPath": str(folder)}
    browser.execute_cdp_cmd("Browser.setDownloadBehavior", place)
    target = folder / f"{panel}.{kind}"
    buttons = browser.find_elements(By.CSS_SELECTOR, f"[data-mx-panel={panel}] .mx-take button")
    next(button for button in buttons if button.text == kind.upper()).click()
    for _ in range(200):
        if target.is_file() and target.stat().st_size:
            return target.read_bytes().decode("utf-8")
        time.sleep(0.05)
    raise AssertionError(f"{target.name} was not saved")


def _ranked(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: -row.score)


@pytest.mark.parametrize("how", ["disk", "server"])
def test_a_choice_hides_rows_and_marks(
    browser: webdriver.Chrome, boards: Path, boards_server: str, how: str
) -> None:
    """A problem class leaves its rows and their marks, counts anew, and stands in the address."""
    base = boards.as_uri() + "/" if how == "disk" else boards_server
    browser.get(base + "insights/success.html")
    _choose(browser, "Problem class", "ranking")
    wanted = [row for row in ROWS if row.problem_class == "ranking"]
    keys = {f"p{ROWS.index(row)}" for row in wanted}
    for _ in range(2):
        assert _shown(browser, "scores") == [row.name for row in _ranked(wanted)]
        assert _marks(browser, ".mx-moments [data-m]") == keys
        assert _marks(browser, ".mx-strip [data-m]") == keys
        count = browser.find_element(By.CSS_SELECTOR, "[data-mx-board] .mx-found").text
        assert count == f"{len(wanted)} of {COUNT} projects"
        groups = browser.execute_script(
            "return [...document.querySelectorAll('[aria-label=\"Scores by team\"] [data-group]')]"
            ".map(r => [r.cells[0].textContent, r.cells[2].textContent.trim()])"
        )
        teams = [sum(row.owner == team for row in wanted) for team in ("growth", "risk")]
        assert groups == [["Growth team", str(teams[0])], ["risk", str(teams[1])]]
        address = browser.current_url
        assert address.endswith("success.html?class=ranking")
        browser.get("about:blank")
        browser.get(address)
    browser.get(address.replace("ranking", "nonsense"))
    assert len(_marks(browser, ".mx-moments [data-m]")) == COUNT
    # What the page does not have is not left in the address, as if it had been chosen.
    assert browser.current_url.endswith("success.html")
    assert [e["message"] for e in browser.get_log("browser") if e["level"] == "SEVERE"] == []


@pytest.mark.parametrize("how", ["disk", "server"])
def test_a_download_is_what_is_shown(
    browser: webdriver.Chrome, boards: Path, boards_server: str, how: str, tmp_path: Path
) -> None:
    """CSV and JSON hold the rows that the choices leave, in their order, as whole numbers."""
    base = boards.as_uri() + "/" if how == "disk" else boards_server
    browser.get(base + "insights/success.html?owner=risk&scores-order=ended-v-asc")
    wanted = [row for row in ROWS if row.owner == "risk"]
    text = _saved(browser, tmp_path / "saved", "scores", "csv")
    found = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["project"] for row in found] == [row.name for row in wanted]
    assert [float(row["score"]) for row in found] == [row.score for row in wanted]
    assert [row["ended"] for row in found] == [str(row.ended) for row in wanted]
    data = json.loads(_saved(browser, tmp_path / "saved", "scores", "json"))
    assert [row["project"] for row in data["rows"]] == [row.name for row in wanted]
    assert [row["score"] for row in data["rows"]] == [row.score for row in wanted]
    assert data["chosen"] == {"owner": "risk"}
    assert data["columns"] == list(found[0])
    assert data["commit"] == "0123456789abcdef0123456789abcdef01234567"


def test_intervals_are_columns_of_their_own(
    browser: webdriver.Chrome, boards: Path, tmp_path: Path
) -> None:
    """A figure comes with its ends and its unit; what has no interval has empty ends."""
    browser.get(boards.as_uri() + "/insights/impact.html")
    text = _saved(browser, tmp_path / "saved", "impact", "csv")
    rows = {row["version"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}
    row = rows["churn-features@1.3.0"]
    figures = (row["effect_points"], row["effect_points_lo"], row["effect_points_hi"])
    assert row["effect_points_level"] == "0.9"
    known = next(
        f for f in sample.all_findings() if (f.kind, f.subject) == ("impact", row["version"])
    )
    assert tuple(map(float, figures)) == pytest.approx((known.value, known.lo, known.hi), rel=1e-5)
    browser.get(boards.as_uri() + "/insights/velocity.html")
    text = _saved(browser, tmp_path / "saved", "velocity", "csv")
    rows = {row["project"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}
    assert len(rows) == COUNT
    assert (rows["p-07"]["velocity"], rows["p-07"]["velocity_unit"]) == ("8.25", "changes/week")
    levels = (rows["p-07"]["velocity_level"], rows["p-07"]["velocity_trend_level"])
    assert levels == ("", "0.9")
    browser.get(boards.as_uri() + "/insights/delivery.html")
    text = _saved(browser, tmp_path / "saved", "delivery", "csv")
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    # A proxy is marked in the file as it is on the page; the others have their bands.
    assert (row["change_failure_rate_mark"], row["change_lead_time_mark"]) == ("proxy", "high")


def test_a_table_without_ranges_is_not_narrowed_by_them(
    browser: webdriver.Chrome, boards: Path
) -> None:
    """Whether a range held says nothing of chances, which have none: their table says so."""
    browser.get(boards.as_uri() + "/insights/accuracy.html?held=missed")
    assert sorted(_shown(browser, "duration")) == [ROWS[1].name, ROWS[2].name]
    assert sorted(_shown(browser, "chance")) == [ROWS[n].name for n in range(3)]
    told = browser.execute_script(
        "return [...document.querySelectorAll('[data-mx-panel=chance] .mx-take .mx-muted')]"
        ".map(m => m.textContent)"
    )
    assert told == ["3 rows; not narrowed by range, which is not in this table"]
    assert browser.find_element(By.CSS_SELECTOR, ".mx-found").text.startswith("2 of ")


def test_values_of_different_metrics_are_in_no_order(
    browser: webdriver.Chrome, boards: Path
) -> None:
    """The best values of a training run stand metric by metric, each from the largest down."""
    browser.get(boards.as_uri() + "/insights/runs.html?training-order=best_performance-v-desc")
    found = browser.execute_script(
        "const head = [...document.querySelectorAll('[data-mx-panel=training] thead th')]"
        ".findIndex(h => h.dataset.field === 'best_performance');"
        "const usual = document.querySelector('[data-mx-panel=training] thead')"
        ".rows[0].cells[head].dataset.u;"
        "return [...document.querySelectorAll('[data-mx-panel=training] tr[data-r]')]"
        ".map(r => r.cells[head]).map(c => [c.dataset.u || usual, Number(c.dataset.v)])"
    )
    assert [tuple(one) for one in found] == sorted(
        ((METRICS[n % 2], BEST[n]) for n in range(len(BEST))), key=lambda one: (one[0], -one[1])
    )


def test_names_stay_inert_in_a_spreadsheet(
    browser: webdriver.Chrome, boards: Path, tmp_path: Path
) -> None:
    """No cell of text begins as a formula does, and each comes back whole but for the mark."""
    browser.get(boards.as_uri() + "/insights/success.html")
    script = (
        "document.querySelectorAll('[data-mx-panel=scores] tr[data-r]').forEach("
        "  r => delete r.cells[0].dataset.v)"
    )
    # Without the plain name the cell's own words are saved: the title as people wrote it.
    browser.execute_script(script)
    text = _saved(browser, tmp_path / "saved", "scores", "csv")
    titles = {row["project"] for row in csv.DictReader(io.StringIO(text, newline=""))}
    for title in HOSTILE.values():
        assert (title if title.startswith("<") else "'" + title) in titles
    for line in csv.reader(io.StringIO(text, newline="")):
        for cell in line:
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\uff1d"))
    assert browser.execute_script("return 'zqz' in window") is False


def test_long_tables_open_by_key(browser: webdriver.Chrome, boards: Path) -> None:
    """Fifty rows stand first; the button, reached and pressed by key, shows all of them."""
    browser.get(boards.as_uri() + "/insights/success.html")
    assert len(_shown(browser, "scores")) == 50
    opener = browser.find_element(By.CSS_SELECTOR, "[data-mx-panel=scores] > .mx-button")
    assert opener.text == f"Show all {COUNT}"
    assert opener.get_attribute("aria-expanded") == "false"
    opener.send_keys(Keys.ENTER)
    assert _shown(browser, "scores") == [row.name for row in _ranked(ROWS)]
    assert opener.text == "Show the first 50"
    opener.send_keys(Keys.SPACE)
    assert len(_shown(browser, "scores")) == 50


def test_order_moves_rows_and_small_drawings(browser: webdriver.Chrome, boards: Path) -> None:
    """An order chosen by key puts rows and their small drawings in the same new order."""
    browser.get(boards.as_uri() + "/insights/velocity.html")
    lists = browser.find_element(By.CSS_SELECTOR, "[data-mx-panel=velocity] .mx-take select")
    assert Select(lists).first_selected_option.text == "as listed"
    lists.send_keys("name")
    by_title = sorted(ROWS, key=lambda row: row.title.lower())
    assert _shown(browser, "velocity") == [row.name for row in by_title][:50]
    drawn = browser.execute_script(
        "return [...document.querySelectorAll('.mx-multiples li')].map(l => l.dataset.m)"
    )
    assert drawn == [f"p{ROWS.index(row)}" for row in by_title]
    assert "velocity-order=project-t-asc" in browser.current_url


def test_without_scripts_everything_is_there(browser: webdriver.Chrome, boards: Path) -> None:
    """With scripts switched off all rows stand, no empty filter shows, and the data is linked."""
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.get(boards.as_uri() + "/insights/success.html")
        assert len(browser.find_elements(By.CSS_SELECTOR, "[data-mx-panel] tr[data-r]")) == COUNT
        assert not browser.find_element(By.CSS_SELECTOR, "[data-mx-board]").is_displayed()
        link = browser.find_element(By.CSS_SELECTOR, ".mx-take a")
        assert link.get_attribute("href").endswith("api/v1/findings/success.json")
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_a_phone_shows_ten_rows_first(browser: webdriver.Chrome, boards: Path) -> None:
    """At 390 pixels wide long tables begin with ten rows, and open by their button."""
    look(browser, width=390, scheme="light")
    browser.get(boards.as_uri() + "/insights/success.html")
    assert len(_shown(browser, "scores")) == 10
    opener = browser.find_element(By.CSS_SELECTOR, "[data-mx-panel=scores] > .mx-button")
    assert opener.text == f"Show all {COUNT}"
    opener.send_keys(Keys.ENTER)
    assert len(_shown(browser, "scores")) == COUNT


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_dashboards_fit_a_phone(browser: webdriver.Chrome, boards: Path, scheme: str) -> None:
    """At 390 pixels wide drawings scroll inside their own box, never the page."""
    look(browser, width=390, scheme=scheme)
    for name in ("index", "success", "impact", "velocity", "accuracy", "reuse", "health"):
        browser.get(f"{boards.as_uri()}/insights/{name}.html")
        assert browser.execute_script("return document.documentElement.scrollWidth") <= 390, name
