"""The Atom feed, read by a parser that is not ours, against what RFC 4287 asks for."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any
from xml.dom import minidom

from maestro.publishing.api import feed
from maestro.publishing.library import Shelf
from maestro.publishing.site import build_site

from . import payloads, sample
from .conftest import Built

ATOM = "http://www.w3.org/2005/Atom"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z")


def _feed(shelf: Shelf) -> Any:
    return minidom.parseString(feed.atom(shelf)).documentElement


def _text(node: Any, name: str) -> str:
    (found,) = [one for one in node.childNodes if getattr(one, "localName", "") == name]
    return "".join(one.data for one in found.childNodes)


def _links(node: Any) -> dict[str, str]:
    found = [one for one in node.childNodes if getattr(one, "localName", "") == "link"]
    return {one.getAttribute("rel"): one.getAttribute("href") for one in found}


def test_the_feed_has_what_the_standard_asks_for(tmp_path: Path) -> None:
    """Identifier, title, author, time and links; one entry per change, newest first."""
    shelf = Shelf(sample.library(tmp_path))
    root = _feed(shelf)
    assert (root.namespaceURI, root.localName) == (ATOM, "feed")
    assert _text(root, "title") == "Sample library: changes"
    assert _links(root)["self"] == "../../api/v1/changes.xml"
    entries = root.getElementsByTagNameNS(ATOM, "entry")
    assert [_text(one, "title") for one in entries] == [
        f"{one.subject} {one.detail.action}"  # type: ignore[union-attr]
        + (f" ({one.detail.version})" if one.detail.version else "")  # type: ignore[union-attr]
        for one in shelf.changes
    ]
    times = [_text(one, "updated") for one in (root, *entries)]
    assert all(TIME.match(one) for one in times)
    assert times[1:] == sorted(times[1:], reverse=True)
    identifiers = [_text(one, "id") for one in (root, *entries)]
    assert len(set(identifiers)) == len(identifiers)
    assert all(re.match(r"urn:uuid:[0-9a-f-]{36}\Z", one) for one in identifiers)


def test_addresses_are_absolute_where_the_site_has_one(tmp_path: Path) -> None:
    """With an address in the settings every link starts with it, and identifiers stay."""
    settings = sample.SETTINGS + "site: {url: 'https://a.example/lib'}\n"
    plain = _feed(Shelf(sample.library(tmp_path / "a")))
    placed = _feed(Shelf(sample.library(tmp_path / "b", {"catalog/settings.yaml": settings})))
    assert _links(placed)["self"] == "https://a.example/lib/api/v1/changes.xml"
    entries = placed.getElementsByTagNameNS(ATOM, "entry")
    assert any(_links(one) for one in entries)
    for one in entries:
        assert all(link.startswith("https://a.example/lib/") for link in _links(one).values())
    both = [
        [_text(one, "id") for one in root.getElementsByTagNameNS(ATOM, "entry")]
        for root in (plain, placed)
    ]
    assert both[0] == both[1]


def test_hostile_texts_stay_texts(tmp_path: Path) -> None:
    """Whatever a commit says about itself becomes text of the feed and no element of it."""
    root = _feed(Shelf(payloads.library(tmp_path)))
    entries = root.getElementsByTagNameNS(ATOM, "entry")
    assert len(entries) == min(feed.MOST_ENTRIES, len(payloads.PAYLOADS) + 4)
    known = {"id", "title", "updated", "link", "category", "content"}
    for one in entries:
        assert {node.localName for node in one.childNodes} <= known
        assert TIME.match(_text(one, "updated"))
    assert any("<script>" in _text(one, "title") for one in entries)


def test_a_library_outside_git_has_no_feed(tmp_path: Path) -> None:
    """Without a commit there is no time that a feed could state."""
    library = sample.library(tmp_path)
    object.__setattr__(library, "generated_at", "")
    assert feed.atom(Shelf(library)) == b""


NAMES = re.compile(
    r'<link rel="alternate feed" type="application/atom\+xml" title="([^"]*)" href="([^"]*)">'
)


def _named(site: Path) -> dict[str, tuple[str, Path]]:
    """Page to the title and the place of the feed that its head names."""
    found = {}
    for page in sorted(site.rglob("*.html")):
        head, _, body = page.read_text(encoding="utf-8").partition("</head>")
        assert "application/atom+xml" not in body, page
        for title, href in NAMES.findall(head):
            found[page.relative_to(site).as_posix()] = (title, (page.parent / href).resolve())
    return found


def test_readers_of_feeds_find_it(built: Built) -> None:
    """The heads of Home and of the pages that tell changes and builds lead to the feed itself."""
    place = (built.site / "api/v1/changes.xml").resolve()
    assert place.is_file()
    pages = ("governance/index.html", "index.html", "operations/index.html")
    assert _named(built.site) == dict.fromkeys(pages, ("Sample library: changes", place))


def test_a_hostile_title_cannot_leave_the_head(hostile: Built) -> None:
    """What the settings call the library is text in the name of its feed."""
    said = escape(f"{payloads.PAYLOADS[2]}: changes")
    assert {title for title, _ in _named(hostile.site).values()} == {said}


def test_no_page_names_a_feed_that_is_not_there(built: Built, tmp_path: Path) -> None:
    """A library without a time has no feed, and no head speaks of one."""
    library = replace(built.library, generated_at="")
    build_site(library, tmp_path / "site", built.work, places=built.places)
    assert not (tmp_path / "site/api/v1/changes.xml").exists()
    assert _named(tmp_path / "site") == {}
