"""The newest changes of records as an Atom feed (RFC 4287)."""

from __future__ import annotations

import uuid
from urllib.parse import quote, urlsplit

from markupsafe import Markup

from maestro.publishing import words
from maestro.publishing.library import Shelf
from maestro.publishing.pages import Context
from maestro.publishing.text import Form, escaped, flat
from maestro.schema import Finding
from maestro.schema.details import ChangeDetail

from .documents import ROOT

MOST_ENTRIES = 50
"""Entries of the feed: readers keep what they have seen."""
FEED = "changes.xml"
_LINK = Form(
    '<link rel="alternate feed" type="application/atom+xml" title="{}: changes" href="{}">'
)
_SPACE = uuid.UUID("6f2d3c5e-6f5b-5f0e-9a43-1a1f2f7f6a10")
"""Name space of the feed's identifiers; a number of ours that never changes."""


def atom(shelf: Shelf) -> bytes:
    """The newest changes as an Atom feed; empty for a library that is not in git.

    Identifiers stay the same from build to build. Addresses are absolute when the settings say
    where the site is published, and relative to the feed otherwise, as the standard allows.
    """
    built = shelf.library.generated_at
    if words.parse_time(built) is None:
        return b""
    base = _base(shelf)
    title = escaped(flat(shelf.settings.title))
    newest = shelf.changes[:MOST_ENTRIES]
    updated = _moment(newest[0], built) if newest else built
    home = shelf.settings.repository_url or shelf.settings.site.url or shelf.settings.title
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        f"<id>{_identifier('feed', home)}</id>",
        f"<title>{title}: changes</title>",
        f"<updated>{updated}</updated>",
        f"<author><name>{title}</name></author>",
        f'<link rel="self" type="application/atom+xml" href="{base}{ROOT}/{FEED}"/>',
        f'<link rel="alternate" type="text/html" href="{base}index.html"/>',
        *(_entry(shelf, base, one, built) for one in newest),
        "</feed>",
    ]
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")


def announced(context: Context) -> dict[str, Markup]:
    """The slot in a page's head that names the feed; empty where the library has none."""
    if words.parse_time(context.library.generated_at) is None:
        return {}
    address = context.url(f"{ROOT}/{FEED}")
    return {"feed": _LINK.format(flat(context.settings.title), address)}


def _base(shelf: Shelf) -> str:
    url = shelf.settings.site.url or ""
    if urlsplit(url).scheme in ("http", "https"):
        return escaped(url.rstrip("/") + "/")
    return "../" * (ROOT.count("/") + 1)


def _entry(shelf: Shelf, base: str, change: Finding, built: str) -> str:
    detail = change.detail
    assert isinstance(detail, ChangeDetail)
    page = shelf.page_of_path(detail.path)
    link = f'<link rel="alternate" type="text/html" href="{base}{quote(page)}"/>' if page else ""
    version = f" ({detail.version})" if detail.version else ""
    said = f"{change.subject} {detail.action}{version}"
    where = f"{detail.path} in commit {detail.commit}"
    return (
        f"<entry><id>{_identifier(detail.commit, detail.path)}</id>"
        f"<title>{escaped(flat(said))}</title>"
        f"<updated>{_moment(change, built)}</updated>{link}"
        f'<category term="{escaped(flat(detail.record_kind, 60))}"/>'
        f'<content type="text">{escaped(flat(where))}</content></entry>'
    )


def _identifier(*parts: str) -> str:
    name = "\0".join(part.encode("utf-8", "replace").decode() for part in parts)
    return f"urn:uuid:{uuid.uuid5(_SPACE, name)}"


def _moment(change: Finding, built: str) -> str:
    """When it was, UTC; the build's time for a change whose time cannot be read."""
    assert isinstance(change.detail, ChangeDetail)
    found = words.parse_time(change.detail.at)
    return found.isoformat(timespec="seconds").replace("+00:00", "Z") if found else built
