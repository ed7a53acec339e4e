"""What the generator's pages can do without, and what the theme's search needs for many pages.

The theme draws each of its icons anew on every page. They go into the style sheet, once, as masks;
what no page of ours uses goes altogether. Pages look and work as before.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

from .assets import THEME, packed

SHEET = "assets/maestro/maestro.css"
_MORE = ("assets/maestro/reading.css", "assets/maestro/library.css")
"""Style sheets of every page, which become part of the first: a page asks for one."""
_WORKERS = "assets/javascripts/workers"
_SCRIPTS = ("before.js", "after.js")
_ICON = re.compile(
    r'<svg xmlns="http://www\.w3\.org/2000/svg" viewBox="0 0 24 24">(<path d="[^"<>\\]*"/>)</svg>'
)
_GENERATOR = re.compile(r'<meta name="generator"[^<>]*>\s*')
_TABS = re.compile(r"<script>var target=document\.getElementById\(location\.hash[^<]*</script>\s*")
"""Opens the tab that the address names; no page of ours has tabs of that sort."""
_ANCHOR = re.compile(r'<a class="headerlink"[^<>]*>[^<>]*</a>')
"""The link that each heading has to itself: a script of ours makes them, see ``maestro.js``."""
_SHEETS = re.compile(
    r'<link rel="stylesheet" href="[^"<>]*assets/maestro/(?:reading|library)\.css">\s*'
)
_POLYFILL = re.compile(r'<script src="[^"<>]*assets/maestro/worker\.js"></script>\s*')
_BUNDLE = re.compile(r'(?=<script src="[^"<>]*assets/javascripts/bundle\.)')
_CONFIG = re.compile(r'(<script id="__config" type="application/json">)(.*?)(</script>)', re.DOTALL)
_WORDS = re.compile(
    r"(<article\b.*</article>|<(?:script|style|button)\b.*?</(?:script|style|button)>)", re.DOTALL
)
"""Where white space between elements may be seen, or is code."""
_BETWEEN = re.compile(r"(?<=>)\s*\n\s*|\s*\n\s*(?=<)")
_MASK = """
/* The theme's icons, which it would draw anew on every page. */
{all} {{ background: currentcolor; -webkit-mask: var(--mx-icon) center / contain no-repeat; \
mask: var(--mx-icon) center / contain no-repeat; }}
@media (forced-colors: active) {{ {all} {{ forced-color-adjust: none; background: CanvasText; }} }}
"""


def slim(site: Path, stubs: Iterable[str]) -> None:
    """Make the generator's output smaller in place; ``stubs`` are built pages of our words only."""
    whole = [(site / path).read_text(encoding="utf-8") for path in stubs]
    drawn = dict.fromkeys(icon for html in whole for icon in _ICON.findall(html))
    numbers = {icon: number for number, icon in enumerate(drawn)}
    for path in sorted(site.rglob("*.html")):
        html = path.read_text(encoding="utf-8")
        path.write_text(_slimmer(html, numbers), encoding="utf-8")
    sheet = site / SHEET
    styles = [sheet.read_text(encoding="utf-8")]
    for more in (site / path for path in _MORE):
        if more.is_file():
            styles.append(more.read_text(encoding="utf-8"))
            more.unlink()
    sheet.write_text("".join([*styles, _masks(numbers)]), encoding="utf-8")
    for worker in sorted((site / _WORKERS).glob("search.*.js")):
        worker.write_bytes(_quicker(worker.read_bytes()))


def _slimmer(html: str, numbers: dict[str, int]) -> str:
    def drawn(icon: re.Match[str]) -> str:
        """The place of an icon of the theme; another drawing stays as it is."""
        number = numbers.get(icon[1])
        if number is None:
            return icon[0]
        return f'<svg class="mx-icon-{number}" viewBox="0 0 24 24"></svg>'

    html = _ICON.sub(drawn, html)
    for unused in (_GENERATOR, _TABS, _ANCHOR, _SHEETS):
        html = unused.sub("", html)
    if found := _POLYFILL.search(html):
        # It has to run before the theme's script, and the first paint need not wait for it.
        rest = html[: found.start()] + html[found.end() :]
        html = _BUNDLE.sub(lambda _: found[0], rest, count=1)
    html = _CONFIG.sub(lambda one: one[1] + _configured(one[2]) + one[3], html)
    parts = _WORDS.split(html)
    return "".join(p if n % 2 else _BETWEEN.sub("", p) for n, p in enumerate(parts))


def _configured(text: str) -> str:
    """The theme's settings as little as it reads; the search tells how many matches it shows."""
    known = {name: value for name, value in json.loads(text).items() if value is not None}
    words = known.get("translations", {})
    words.pop("select.version", None)
    words["search.result.other"] = "# best matches"
    return json.dumps(known, separators=(",", ":"), sort_keys=True).replace("<", "\\u003c")


def _masks(numbers: dict[str, int]) -> str:
    """Style rules that draw each icon in the colour of the text around it."""
    frame = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'>"
    lines = []
    for icon, number in numbers.items():
        drawing = (frame + icon.replace('"', "'") + "</svg>").replace("#", "%23")
        data = f'url("data:image/svg+xml;charset=utf-8,{drawing}")'
        lines.append(f".mx-icon-{number} {{ --mx-icon: {data}; }}\n")
    every = ":is(" + ", ".join(f".mx-icon-{number}" for number in numbers.values()) + ")"
    return _MASK.format(all=every) + "".join(lines)


def _quicker(worker: bytes) -> bytes:
    """The theme's search worker between our two scripts, see ``theme/search``."""
    before, after = (packed((THEME / "search" / name).read_bytes()) for name in _SCRIPTS)
    return before + worker.rstrip() + b"\n" + after
