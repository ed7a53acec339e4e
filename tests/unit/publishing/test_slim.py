"""The generator's pages made smaller: nothing that a reader sees or a script reads is lost."""

from __future__ import annotations

import json
import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from maestro.publishing.assembly.assets import THEME
from maestro.publishing.assembly.slim import SHEET, slim

from .conftest import Built

MAGNIFY = "material/templates/.icons/material/magnify.svg"
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="{}"/></svg>'
CONFIG = '{"base": ".", "translations": {"search.result.other": "# <b>", "select.version": "x"}}'
STUB = f"""<html><head><meta name="generator" content="mkdocs">
<script src="assets/maestro/worker.js"></script></head><body><header>
<b>{DRAWING.format("M1 1")}</b></header><article><p>a</p>\n<p>b</p></article>
<script id="__config" type="application/json">{CONFIG}</script>
<script src="assets/javascripts/bundle.1.min.js"></script></body></html>"""


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A small tree as the generator leaves it: a stub and a page by hand."""
    (tmp_path / SHEET).parent.mkdir(parents=True)
    (tmp_path / SHEET).write_text("a { color: red }\n", encoding="utf-8")
    (tmp_path / "stub.html").write_text(STUB, encoding="utf-8")
    by_hand = STUB.replace("<p>b</p>", DRAWING.format("M9 9"))
    (tmp_path / "hand.html").write_text(by_hand, encoding="utf-8")
    slim(tmp_path, ["stub.html"])
    return tmp_path


def test_icons_of_stubs_stand_in_the_sheet_alone(made: Path) -> None:
    """An icon of a stub is drawn by the style sheet on every page; other drawings stay."""
    page, sheet = (made / "hand.html").read_text("utf-8"), (made / SHEET).read_text("utf-8")
    assert '<svg class="mx-icon-0" viewBox="0 0 24 24"></svg>' in page
    assert 'd="M1 1"' not in page
    assert 'd="M9 9"' in page
    assert "M9 9" not in sheet
    assert sheet.startswith("a { color: red }")
    assert "<path d='M1 1'/>" in sheet


def test_the_settings_of_the_theme_stay_readable(made: Path) -> None:
    """The settings are JSON without an angle bracket; a search says that it shows the best."""
    page = (made / "stub.html").read_text("utf-8")
    text = re.search(r'application/json">(.*?)</script>', page)
    assert text is not None
    assert "<" not in text[1]
    words = {"search.result.other": "# best matches"}
    assert json.loads(text[1]) == {"base": ".", "translations": words}


def test_nothing_in_the_head_holds_up_the_first_paint(made: Path) -> None:
    """The script for pages from disk runs right before the theme's, not in the head; spaces
    between elements of the text stay."""
    page = (made / "stub.html").read_text("utf-8")
    assert "script" not in page[: page.index("</head>")]
    assert page.index("worker.js") < page.index("bundle.1")
    assert "generator" not in page
    assert "<p>a</p>\n<p>b</p>" in page


def test_style_sheets_become_one(built: Built) -> None:
    """A page asks for one style sheet of ours, which holds the rules of all; links of headings to
    themselves are left to the script."""
    page, sheet = built.page("library/churn-features.html"), built.page(SHEET)
    assert re.findall(r"assets/maestro/\w+\.css", page) == [SHEET]
    for name in ("maestro", "reading", "library"):
        assert (THEME / f"assets/{name}.css").read_text("utf-8") in sheet
    assert "headerlink" not in page
    assert "headerlink" in built.page("assets/maestro/maestro.js")


def test_the_real_theme_is_slimmed(built: Built) -> None:
    """With the theme in use no page of an entry draws an icon, and each one used has its mask."""
    page, sheet = built.page("library/churn-features.html"), built.page(SHEET)
    assert "http://www.w3.org/2000/svg" not in page
    used = set(re.findall(r"mx-icon-(\d+)", page))
    assert len(used) >= 8
    assert used <= set(re.findall(r"\.mx-icon-(\d+) \{", sheet))
    spec = find_spec("material")
    assert spec is not None and spec.origin is not None
    theme = Path(spec.origin).parents[1] / MAGNIFY
    drawing = re.search(r' d="([^"]+)"', theme.read_text("utf-8"))
    assert drawing is not None
    assert f"<path d='{drawing[1]}'/>" in sheet


def test_the_search_worker_stands_between_our_scripts(built: Built) -> None:
    """The worker that pages name holds the theme's script, and ours before and after it."""
    page = built.page("index.html")
    named = re.search(r'"search":"\./?([^"]+)"|"search":"([^"]+)"', page)
    assert named is not None
    worker = built.page((named[1] or named[2]).lstrip("/"))
    theme = worker.index("lunr.Index")
    assert worker.index("stopImmediatePropagation") < theme
    assert worker.rindex("lunr.Index.prototype.query=") > theme
