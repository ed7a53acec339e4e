"""Odd addresses: every page that reads its own takes what nobody meant to write, and says so."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from selenium import webdriver
from selenium.webdriver.support.ui import WebDriverWait

from .conftest import HOSTILE
from .test_planner import errors
from .test_safety import KEYS

NAMES = (*KEYS, "with", "rows", "started", "reuse", "name", "description", "tag", "persona")
"""Names that pages read; the search reads two of them on every page."""
ODD = {
    "a broken escape": "%E0%A4%A",
    "a prototype": "__proto__",
    "many": "x" * 2000,
    "markup": quote(HOSTILE),
}
NUMBERS = ("NaN", "-3", "1e999")
SAYS = {
    "library/index.html": "0 of 43 entries",
    "compare/index.html": "belongs to no entry and was left out",
    "planner/index.html": "Left out: problem class constructor is not known here.",
    "insights/success.html": "Nothing fits",
    "insights/health.html": "Nothing fits",
    "projects/index.html": "Nothing fits",
    "index.html": "",
    "governance/index.html": "",
    "operations/index.html": "",
}
"""What each page says where every part of its address is the name of an object's own part; empty
for pages that read nothing but what the search reads."""


@pytest.mark.parametrize("page", SAYS)
def test_odd_addresses_break_nothing(browser: webdriver.Chrome, tour: Path, page: str) -> None:
    """No message in the console, nothing runs, and what fits nothing is said in words."""
    base = f"{(tour / 'build/site').as_uri()}/{page}?"
    odd = ["&".join(f"{name}={value}" for name in NAMES) for value in ODD.values()]
    odd += ["&".join(f"{name}={NUMBERS[n % 3]}" for n, name in enumerate(NAMES))]
    # Ten thousand parts: half of them alike, and half not.
    odd += ["&".join(f"with=a&{NAMES[n % len(NAMES)]}=a{n}" for n in range(5000))]
    for query in (*odd, "&".join(f"{name}=constructor" for name in NAMES)):
        browser.get(base + query)
        assert errors(browser) == [], query[:80]
        assert browser.execute_script("return 'zqz' in window") is False, query[:80]
    WebDriverWait(browser, 10).until(
        lambda d: (
            SAYS[page] in d.execute_script("return document.querySelector('article').textContent")
        )
    )
