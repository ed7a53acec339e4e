"""The content security policy that stands first in the head of every page.

A browser that reads it runs scripts of the site's own files only, and those few inline scripts of
the theme whose hashes are listed. The hashes are taken from stubs, which hold words of ours only:
a script that stands in a hand-written page, or that slipped through all else, is not among them.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from maestro.errors import MaestroError

from .stubs import CLOSE, OPEN

_INLINE = re.compile(r"<script((?:\s[^>]*)?)>(.*?)</script>", re.DOTALL)
_BASE = re.compile(r'(?<=new URL\(")[^"<>\\]*(?=",location\))')
"""Where the theme's first script names the site's root as seen from its page."""
_HEAD = re.compile(r"<head(?:\s[^>]*)?>")
_RULES = (
    "default-src 'self'",
    "script-src 'self'{hashes}",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "frame-src 'none'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
)
"""The theme writes styles into elements; small pictures of its style sheets are data addresses."""


class Policy:
    """The policy of one site: which inline scripts its pages may run."""

    def __init__(self, stubs: Iterable[str]) -> None:
        """``stubs`` are built pages whose every word is ours."""
        self._trusted = {_plain(script) for html in stubs for script in _scripts(html)}

    def guard(self, html: str) -> str:
        """The built page with its policy as the first element of its head.

        A script of another page is allowed when a stub has the same one, but for the address of
        the site's root. Raises MaestroError when the page has no head.
        """
        ours = [script for script in _scripts(html) if _plain(script) in self._trusted]
        hashes = "".join(f" '{_hash(script)}'" for script in dict.fromkeys(ours))
        rules = "; ".join(_RULES).format(hashes=hashes)
        meta = f'<meta http-equiv="Content-Security-Policy" content="{rules}">'
        found = _HEAD.search(html)
        if found is None:
            raise MaestroError(
                "T001", "a built page has no head for its policy", "use the pinned versions"
            )
        return html[: found.end()] + meta + html[found.end() :]


class Guarded:
    """The generator's output, each page read with its policy."""

    def __init__(self, folder: Path, stubs: Iterable[str]) -> None:
        """``stubs`` are the paths of the pages whose every word is ours."""
        self.folder = folder
        self._policy = Policy((folder / path).read_text(encoding="utf-8") for path in stubs)

    def html(self, path: str) -> str:
        """One page, its policy in its head."""
        return self._policy.guard((self.folder / path).read_text(encoding="utf-8"))


def _scripts(html: str) -> list[str]:
    """Inline scripts that a browser would run; data in a script element is none of them."""
    found = []
    for attributes, text in _INLINE.findall(html):
        is_data = "src=" in attributes or "json" in attributes
        if text.strip() and not is_data and not (OPEN in text and CLOSE in text):
            found.append(text)
    return found


def _plain(script: str) -> str:
    return _BASE.sub("", script)


def _hash(script: str) -> str:
    digest = hashlib.sha256(script.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
