"""Pages stand still while they load: what scripts make has its room from the start."""

from __future__ import annotations

from pathlib import Path

import pytest
from selenium import webdriver

from .conftest import look

PAGES = (
    "index.html",
    "library/index.html",
    "library/sim-*.html",
    "compare/index.html",
    "planner/index.html",
    "planner/index.html?class=regression&complexity=6",
    "projects/index.html",
    "projects/timeline/index.html",
    "projects/sim-*.html",
    "insights/index.html",
    "insights/*/index.html",
    "governance/index.html",
)
"""One page of each kind, of those with scripts and some others; a star takes the first and last."""
SHIFTS = """
const done = arguments[0];
let sum = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
}).observe({ type: "layout-shift", buffered: true });
setTimeout(() => done(sum), 600);
"""


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("page", PAGES)
def test_nothing_jumps(browser: webdriver.Chrome, tour: Path, page: str, width: int) -> None:
    """The cumulative layout shift of each kind of page is at most 0.05, wide and narrow."""
    site = tour / "build/site"
    path, mark, choice = page.partition("?")
    found = sorted(site.glob(path))
    look(browser, width=width)
    for one in {found[0], found[-1]}:
        browser.get(f"{one.as_uri()}{mark}{choice}")
        shift = browser.execute_async_script(SHIFTS)
        assert shift <= 0.05, one.relative_to(site)
