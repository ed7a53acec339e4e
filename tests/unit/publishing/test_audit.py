"""The audit of the finished tree."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from maestro.errors import MaestroError
from maestro.publishing.assembly.audit import Audit
from maestro.publishing.assembly.generator import walk
from maestro.publishing.assembly.scan import Document, read_page, scan, scan_parts
from maestro.publishing.library import Shelf
from maestro.publishing.pages import TEMPLATES

from .conftest import Built
from .whole import all_pages, check_links

GOOD = (
    '<a href="b/c.html#here">c</a><a href="#top">t</a><p id="top"></p>'
    '<a href="https://a.example/">x</a><a href="mailto:a@b.example">m</a>'
    '<img src="data:image/png;base64,AA=="><link rel="canonical" href="https://a.example/">'
)


def _site(folder: Path, html: str) -> Path:
    (folder / "b").mkdir(parents=True)
    (folder / "a.html").write_text(html, encoding="utf-8")
    (folder / "b" / "c.html").write_text('<p id="here"></p><a href="../a.html?q=1">a</a>')
    return folder


def test_whole_links_pass(tmp_path: Path) -> None:
    """Files, anchors, the page itself, and addresses outside that are only links are fine."""
    assert check_links(_site(tmp_path, GOOD)) == 6


def test_absolute_links_count_from_where_the_site_is_published(tmp_path: Path) -> None:
    """The page for missing pages links from the host's root; other roots are broken."""
    site = _site(tmp_path, '<a href="/lib/b/c.html">c</a>')
    assert check_links(site, "/lib/") == 2
    with pytest.raises(MaestroError, match="leads to no file"):
        check_links(site, "/other/")


@pytest.mark.parametrize(
    ("bad", "word"),
    [
        ('<a href="gone.html">x</a>', "leads to no file"),
        ('<a href="b/">x</a>', "leads to no file"),
        ('<a href="b/c.html#there">x</a>', "leads to no place"),
        ('<a href="#nowhere">x</a>', "leads to no place"),
        ('<a href="../../etc/x.html">x</a>', "leads to no file"),
        ('<a href="javascript:x">x</a>', "scheme that is not allowed"),
        ('<a href="http://[x">x</a>', "is no address"),
        ('<img src="https://a.example/x.png">', "from elsewhere"),
        ('<script src="//a.example/x.js"></script>', "from elsewhere"),
        ('<link rel="stylesheet" href="https://a.example/x.css">', "from elsewhere"),
    ],
)
def test_broken_links_and_foreign_loads_are_named(tmp_path: Path, bad: str, word: str) -> None:
    """Each fault is named with its page and line."""
    with pytest.raises(MaestroError, match=word) as caught:
        check_links(_site(tmp_path, f"{GOOD}\n{bad}"))
    assert "a.html:2: " in caught.value.message
    assert caught.value.code == "T003"


def _told(document: Document) -> tuple[set[str], list[str], list[str]]:
    links, loads = ([href for _, href in some] for some in (document.links, document.loads))
    return document.anchors, sorted(links), sorted(loads)


@pytest.mark.parametrize("which", ["built", "hostile"])
def test_the_fast_readers_agree_with_a_parser(which: str, request: pytest.FixtureRequest) -> None:
    """On every page, hostile texts included, all three read the same links and anchors."""
    made: Built = request.getfixturevalue(which)
    pages = [path for path in walk(made.site) if path.endswith(".html")]
    assert len(pages) > 20
    for path in pages:
        assert _told(scan(made.page(path))) == _told(read_page(made.page(path))), path
    for page in all_pages(Shelf(made.library)):
        whole = read_page("\n".join(page.parts.values()))
        assert _told(scan_parts(page.parts.values())) == _told(whole), page.path


@pytest.mark.parametrize(
    "text",
    [
        """<a href='b.html'>b</a>""",
        """<a href=b.html id=x>b</a>""",
        """<p>say href="no.html" and <b title=' id="y"'>id="n"</b></p><a href="b.html">b</a>""",
        """<p title="1 > 0" id="z">x</p><a\nhref="b.html"\n>b</a>""",
        """<a class="x"\nhref="b.html">b</a><img alt=""\tsrc="i.png">""",
        """<a class="x"href="b.html">b</a>""",
        """<script>"<a href='s.html'>"</script><style>i{}</style><img src="i.png" alt="">""",
        """<!-- <a href="c.html"> --><a href="a.html?x=1&amp;y=2#z">b</a><a name="n"></a>""",
        """<svg><use href="u.svg"/><image href="i.png"/><title>&lt;a href="t"&gt;</title></svg>""",
        """<link rel="canonical" href="https://a.example/"><link rel="icon" href="i.ico">""",
        """<a title="a id=" href="b.html">b</a><input name="n" src="i.png">""",
    ],
)
def test_unusual_html_is_read_exactly(text: str) -> None:
    """Quotes of the other sort, none at all, code, comments: read as a parser reads them."""
    assert _told(scan(text)) == _told(scan_parts([text])) == _told(read_page(text))


@pytest.mark.parametrize(
    "text",
    [
        """<a HREF="b.html">b</a><IMG SRC="i.png"><p Id="here"></p><a Href="c.html">c</a>""",
        """<a href = "b.html" id= "x">b</a><img src ='i.png'>""",
    ],
)
def test_html_of_other_hands_is_read_exactly(text: str) -> None:
    """Guides may hold HTML as their authors write it."""
    assert _told(scan(text)) == _told(read_page(text))


def test_templates_write_addresses_as_the_quick_reader_knows_them() -> None:
    """In small letters, with nothing around the sign: no template has what it would not see."""
    odd = re.compile(r"(?i)<[a-z][^<>]*?[^\w:.-](?:href|src)\s*=")
    for file in TEMPLATES.rglob("*.html"):
        for match in odd.finditer(file.read_text(encoding="utf-8")):
            assert match[0].endswith((" href=", " src=")), (file.name, match[0][-40:])


def test_an_address_is_told_by_the_folder_it_stands_in() -> None:
    """The same words lead somewhere else on a page of another folder."""
    audit = Audit()
    for path, href in (("index.html", "x.html"), ("x.html", ""), ("deep/y.html", "x.html")):
        audit.add(path, Document(links=[(0, href)] if href else []))
    files = {"index.html", "x.html", "deep/y.html"}
    with pytest.raises(MaestroError, match="1 broken links: deep/y"):
        audit.finish(files, lambda path: '<a href="x.html">')


def test_what_the_audit_remembers_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many folders there are, so many addresses are kept and no more."""
    monkeypatch.setattr("maestro.publishing.assembly.audit._KNOWN", 50)
    audit = Audit()
    for n in range(100):
        links = [(0, f"a{n}-{k}.html") for k in range(7)]
        audit.add(f"f{n}/index.html", Document(links=links))
        assert sum(map(len, audit._known.values())) <= 50
