"""Built sites and one headless browser for all browser tests."""

from __future__ import annotations

import functools
import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from maestro.cli.main import guarded
from maestro.publishing.site import Places, build_site
from tests.unit.publishing import payloads, sample

HOSTILE = "\"'></script><img src=x onerror=window.zqz=1>"
"""A title that must stay a text."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
)


def _found() -> tuple[str, str] | None:
    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    driver = shutil.which("chromedriver")
    return (browser, driver) if browser and driver else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Each test here is a browser test, and is skipped by name where there is no browser."""
    here = Path(__file__).parent
    missing = pytest.mark.skip(
        reason="no browser found: install Chromium and its driver, on Debian with "
        "apt-get install chromium chromium-driver"
    )
    has_browser = _found() is not None
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))
            if not has_browser:
                item.add_marker(missing)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample library with every hostile record beside the good ones."""
    root = tmp_path_factory.mktemp("browser")
    library = payloads.library(root / "repo")
    places = Places(guides=sample.guides(root / "guides"))
    build_site(library, root / "site", root / "work", places=places)
    return root / "site"


@pytest.fixture(scope="session")
def plain_site(site: Path) -> Path:
    """The sample library alone, with texts as people write them."""
    root = site.parent
    library = sample.library(root / "plain-repo")
    places = Places(guides=root / "guides")
    build_site(library, root / "plain", root / "work", places=places)
    return root / "plain"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address of a folder on a loopback server."""
    handler = functools.partial(_Quiet, directory=str(folder))
    made = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{made.server_port}/"
    made.shutdown()
    thread.join()
    made.server_close()


@pytest.fixture(scope="session")
def server(site: Path) -> Iterator[str]:
    """The sample site's address."""
    with serving(site) as address:
        yield address


@pytest.fixture(scope="session")
def tour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built library of thirty simulated projects, so that models are fitted; some titles are
    hostile."""
    root = tmp_path_factory.mktemp("planner") / "tour"
    assert guarded(["demo", str(root), "--projects", "30", "--no-histories"]) == 0
    files = [*sorted(root.glob("projects/*/project.yaml")), *sorted(root.glob("catalog/*/sim-*"))]
    for path in files:
        lines = path.read_text().splitlines()
        told = [f"title: {json.dumps(HOSTILE)}" if x.startswith("title:") else x for x in lines]
        path.write_text("\n".join(told) + "\n")
    words = root / "catalog/taxonomy.yaml"
    words.write_text(words.read_text().replace('"Forecasting"', json.dumps(HOSTILE)))
    assert guarded(["build", "-C", str(root)]) == 0
    return root


@pytest.fixture(scope="session")
def tour_server(tour: Path) -> Iterator[str]:
    """The address of that library's site."""
    with serving(tour / "build/site") as address:
        yield address


@pytest.fixture(scope="session")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """A headless browser with a profile of its own that notes every request."""
    found = _found()
    assert found is not None
    options = webdriver.ChromeOptions()
    options.binary_location = found[0]
    for flag in FLAGS:
        options.add_argument(flag)
    options.add_argument(f"--user-data-dir={tmp_path_factory.mktemp('profile')}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    made = webdriver.Chrome(options=options, service=Service(found[1]))
    made.set_page_load_timeout(60)
    yield made
    made.quit()


@pytest.fixture
def browser(driver: webdriver.Chrome) -> Iterator[webdriver.Chrome]:
    """The browser at a desktop's size in the light scheme, its notes emptied."""
    driver.get_log("performance")
    driver.get_log("browser")
    look(driver)
    yield driver
    driver.get("about:blank")


def look(driver: webdriver.Chrome, *, width: int = 1280, scheme: str = "light") -> None:
    """Set the window's width and the scheme that the system asks for."""
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


def requests(driver: webdriver.Chrome) -> set[str]:
    """Every address that was asked for since the last call."""
    found = set()
    for entry in driver.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            found.add(message["params"]["request"]["url"])
    return found
