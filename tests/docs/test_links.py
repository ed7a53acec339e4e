"""Links between the hand-written pages, to the reference and to problem codes lead somewhere."""

from __future__ import annotations

import posixpath
import re

import pytest

from maestro.cli.reference import all_codes, reference_pages
from maestro.publishing.assembly.stubs import CLOSE, OPEN, STUBS

from .pages import GUIDES, NAMES, ROOT, anchors, links, text_of

GUIDE_NAMES = [name for name in NAMES if name != "README.md"]
_CODE = re.compile(r"\b[A-Z][0-9]{3}\b")


@pytest.fixture(scope="module")
def site() -> dict[str, str]:
    """Path below the site to Markdown, for guides, reference pages and generated pages."""
    pages = {f"guides/{path.name}": path.read_text("utf-8") for path in GUIDES.glob("*.md")}
    generated = {stub.path: stub.markdown() for stub in STUBS.values()}
    return {**generated, **pages, **reference_pages()}


def fault(page: str, target: str, site: dict[str, str]) -> str:
    """Why a link of a guide leads nowhere; empty when it is fine."""
    path, _, anchor = target.partition("#")
    whole = posixpath.normpath(posixpath.join("guides", path)) if path else f"guides/{page}"
    markdown = site.get(re.sub(r"\.html$", ".md", whole))
    if markdown is None:
        return f"{target} leads to no page"
    if anchor and anchor not in anchors(markdown):
        return f"{target} leads to no heading"
    return ""


@pytest.mark.parametrize("name", GUIDE_NAMES)
def test_links_of_guides_lead_somewhere(name: str, site: dict[str, str]) -> None:
    """Every relative link of a guide leads to a guide, a reference page or a generated page."""
    page = name.rpartition("/")[2]
    assert [found for target in links(name) if (found := fault(page, target, site))] == []


def test_links_of_the_readme_lead_somewhere() -> None:
    """Every relative link of the README leads to a file of the repository."""
    assert [target for target in links("README.md") if not (ROOT / target).is_file()] == []


def test_every_guide_is_listed() -> None:
    """The index of the guides links to all of them, and nothing is listed twice."""
    listed = [target for target in links("site/guides/index.md") if "/" not in target]
    assert sorted(listed) == sorted(p.name for p in GUIDES.glob("*.md") if p.name != "index.md")


@pytest.mark.parametrize("name", NAMES)
def test_codes_exist(name: str) -> None:
    """Every problem code that a page mentions is one that the program can give."""
    assert sorted(set(_CODE.findall(text_of(name))) - set(all_codes())) == []


@pytest.mark.parametrize("name", GUIDE_NAMES)
def test_guides_are_pages_of_ours(name: str) -> None:
    """A guide has one title, no raw HTML, and no token of the stamped pages."""
    text = text_of(name)
    assert (
        len(re.findall(r"^# ", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE)) == 1
    )
    assert not re.search(r"<[a-zA-Z/!]", re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL))
    assert OPEN not in text and CLOSE not in text


def test_broken_links_would_be_noticed(site: dict[str, str]) -> None:
    """A link to a missing page or heading is a fault, one to a real one is none."""
    assert fault("index.md", "strat.md", site)
    assert fault("index.md", "../reference/code.md", site)
    assert fault("index.md", "../reference/codes/v999.md", site)
    assert fault("index.md", "../reference/codes.md#v003", site)
    assert not fault("index.md", "../reference/codes/v003.md", site)
    assert not fault("index.md", "../library/index.html", site)


def test_every_code_has_a_page(site: dict[str, str]) -> None:
    """A code's page says what it means; the table of codes links to it, and it links back."""
    table = site["reference/codes.md"]
    for code, meaning in all_codes().items():
        page = site[f"reference/codes/{code.lower()}.md"]
        assert page.startswith(f"# {code}\n\n{meaning[:20]}")
        assert f"| [{code}](codes/{code.lower()}.md) | " in table
        assert "](../codes.md)" in page
