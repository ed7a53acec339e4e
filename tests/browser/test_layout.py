"""Pages stand still while they load: what scripts make has its room from the start."""

from __future__ import annotations

from pathlib import Path

import pytest
from selenium import webdriver

from .conftest import look

PAGES = ("index.html", "library/index.html", "library/churn-features.html")
SHIFTS = """
const done = arguments[0];
let sum = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
}).observe({ type: "layout-shift", buffered: true });
setTimeout(() => done(sum), 700);
"""


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("page", PAGES)
def test_nothing_jumps(browser: webdriver.Chrome, plain_site: Path, page: str, width: int) -> None:
    """The cumulative layout shift of home, library and an entry is at most 0.05."""
    look(browser, width=width)
    browser.get(f"{plain_site.as_uri()}/{page}")
    assert browser.execute_async_script(SHIFTS) <= 0.05
