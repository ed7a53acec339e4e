"""The docs tree: hand-written pages, guides, stubs and reference pages, and the configuration.

Only words of ours and of the catalog's hand-written pages stand in it; texts of records never do.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from maestro.schema import Settings

from .assets import EVERYWHERE, THEME, assets, read_tree
from .stubs import CLOSE, NAV, OPEN, STUBS, token

_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif", ".svg", ".ico"})
SUFFIXES = _PICTURES | {".md", ".css", ".js", ".csv", ".json", ".txt", ".pdf"}
_CODE = re.compile(r"^## ([A-Z][0-9]{3})$", re.MULTILINE)
_HEADING = re.compile(r"^#\s+(.+?)\s*(\{.*\})?\s*$", re.MULTILINE)
_TITLE = re.compile(r"\A---\n(?:.*\n)*?title:\s*(.+)\n(?:.*\n)*?---\n")
_RESERVED = (
    "api/",
    "search/",
    "assets/javascripts/",
    "assets/stylesheets/",
    "assets/maestro/",
    *sorted({f"{stub.path.partition('/')[0]}/" for stub in STUBS.values() if "/" in stub.path}),
)
"""Folders that the build alone fills: its data, the theme's files, and the pages of records."""


@dataclass(frozen=True, slots=True)
class DocsTree:
    """Everything the generator reads: files by docs-relative path, and its configuration."""

    files: Mapping[str, bytes]
    config: Mapping[str, Any]
    ignored: tuple[str, ...]
    """Hand-written files that were left out: their place is taken, or they are not allowed."""

    @property
    def pages(self) -> frozenset[str]:
        """Site-relative addresses of the pages that are no stubs, and of each problem code."""
        stubs = {stub.path for stub in STUBS.values()}
        pages = {p for p in self.files if p.endswith(".md") and p not in stubs}
        codes = _CODE.findall(self.files.get("reference/codes.md", b"").decode("utf-8", "replace"))
        return frozenset(page.removesuffix(".md") + ".html" for page in pages) | frozenset(
            f"reference/codes.html#{code.lower()}" for code in codes
        )


def guides_folder() -> Path:
    """Where the guides lie: in the source checkout, or packed beside this module."""
    checkout = Path(__file__).parents[3] / "site" / "guides"
    return checkout if checkout.is_dir() else Path(__file__).parents[1] / "guides"


def docs_tree(
    root: Path, settings: Settings, extra_pages: Mapping[str, str], guides: Path | None = None
) -> DocsTree:
    """The docs tree of a catalog repository.

    ``extra_pages`` is Markdown made by the program, by docs-relative path; ``guides`` the folder
    with the guides, ours when None. Generated pages win over hand-written ones of the same name.
    """
    files: dict[str, bytes] = {}
    for path, data in read_tree(guides or guides_folder()).items():
        files[f"guides/{path}"] = data
    ignored = _add_hand_written(files, root, extra_pages.keys())
    files |= {path: text.encode() for path, text in extra_pages.items()}
    files |= {stub.path: stub.markdown().encode() for stub in STUBS.values()}
    files |= {f"assets/maestro/{path}": data for path, data in assets().items()}
    _add_index(files, "guides", "Guides", "How to use the library and how its numbers are made.")
    if any(path.startswith("reference/") for path in files):
        _add_index(files, "reference", "Reference", "Every record, command and problem code.")
    ordered = dict(sorted(files.items()))
    return DocsTree(ordered, config(settings, ordered), tuple(ignored))


def _add_hand_written(files: dict[str, bytes], root: Path, made: Collection[str]) -> list[str]:
    """Add what stands below ``site/`` and takes no place of the build's; what was left out.

    A file system may take ``Library/`` for ``library/``, so large letters count as small ones.
    """
    taken = {path.casefold() for path in (*made, *(stub.path for stub in STUBS.values()))}
    ignored = []
    site = root / "site"
    found = {} if site.is_symlink() else read_tree(site)
    for path, data in found.items():
        suffix = Path(path).suffix.lower()
        text_has_token = suffix == ".md" and OPEN.encode() in data and CLOSE.encode() in data
        place = path.casefold()
        is_taken = place in taken or place.startswith(_RESERVED)
        if is_taken or suffix not in SUFFIXES or text_has_token:
            ignored.append(path)
        else:
            files[path] = data
    return ignored


def page_title(text: str, path: str) -> str:
    """The title of a Markdown page of ours: front matter, first heading, or its file's name."""
    if found := _TITLE.match(text):
        return found[1].strip().strip("\"'")
    if heading := _HEADING.search(text):
        return re.sub(r"[`*_]", "", heading[1]).strip()
    stem = Path(path).stem.replace("-", " ").replace("_", " ")
    return stem[:1].upper() + stem[1:]


def _add_index(files: dict[str, bytes], folder: str, title: str, lead: str) -> None:
    """An index page for a folder that has none, listing what stands in it."""
    index = f"{folder}/index.md"
    if index in files:
        return
    inside = sorted(p for p in files if p.startswith(f"{folder}/") and p.endswith(".md"))
    lines = [f"# {title}", "", lead, ""]
    for path in inside:
        name = page_title(files[path].decode("utf-8", "replace"), path)
        label = name.replace("[", "").replace("]", "")
        lines.append(f"- [{label}]({path.removeprefix(folder + '/')})")
    if not inside:
        lines.append("There is nothing here in this build.")
    files[index] = ("\n".join(lines) + "\n").encode()


def _section(files: Mapping[str, bytes], folder: str) -> list[Any]:
    """The navigation of one folder: its index, its pages, and the index of each folder in it."""
    index = f"{folder}/index.md"
    inside = [p for p in files if p.startswith(f"{folder}/") and p.endswith(".md") and p != index]
    wanted = [
        p for p in inside if p.count("/") == 1 or (p.count("/") == 2 and p.endswith("/index.md"))
    ]
    titles = {p: page_title(files[p].decode("utf-8", "replace"), p) for p in wanted}
    return [index, *({titles[p]: p} for p in sorted(wanted))]


def config(settings: Settings, files: Mapping[str, bytes]) -> dict[str, Any]:
    """The generator's configuration for these files; every value is a word of ours, a checked
    path or a checked address."""
    nav: list[Any] = [{label: path} for label, path in NAV]
    nav += [
        {title: _section(files, folder)}
        for title, folder in (("Guides", "guides"), ("Reference", "reference"))
        if f"{folder}/index.md" in files
    ]
    made = default_config() | {"nav": nav}
    url = settings.site.url or ""
    if url.startswith(("https://", "http://")):
        made["site_url"] = url.rstrip("/") + "/"
    logo = (settings.site.logo or "").removeprefix("site/")
    if logo in files:
        made["theme"] = made["theme"] | {"logo": logo, "favicon": logo}
    return made


def default_config() -> dict[str, Any]:
    """The packaged configuration: the same as the repository's ``mkdocs.yml`` but for its name,
    its folders and the pages in its navigation."""
    return {
        "site_name": token("site"),
        "docs_dir": "docs",
        "site_dir": "site",
        "use_directory_urls": False,
        "copyright": token("footer"),
        "theme": {
            "name": "material",
            "custom_dir": str(THEME / "overrides"),
            "language": "en",
            "font": False,
            "features": [
                "content.code.copy",
                "navigation.indexes",
                "navigation.prune",
                "navigation.top",
                "toc.follow",
            ],
            "palette": [
                _palette("", "default", "brightness-auto", "Follow the system; switch to light"),
                _palette(": light", "default", "weather-sunny", "Light; switch to dark"),
                _palette(": dark", "slate", "weather-night", "Dark; switch to the system's"),
            ],
        },
        "plugins": [{"search": {"lang": "en"}}],
        "markdown_extensions": [
            "admonition",
            "attr_list",
            "def_list",
            "footnotes",
            "tables",
            {"toc": {"permalink": True, "permalink_title": "Link to this section"}},
            "pymdownx.details",
            "pymdownx.highlight",
            "pymdownx.superfences",
        ],
        "extra": {"generator": False, "polyfills": [f"assets/maestro/{EVERYWHERE[-1]}"]},
        "extra_css": [
            "assets/maestro/maestro.css",
            "assets/maestro/reading.css",
            "assets/maestro/library.css",
        ],
        "validation": {"omitted_files": "ignore"},
    }


def _palette(media: str, scheme: str, icon: str, name: str) -> dict[str, Any]:
    return {
        "media": f"(prefers-color-scheme{media})",
        "scheme": scheme,
        "primary": "custom",
        "accent": "custom",
        "toggle": {"icon": f"material/{icon}", "name": name},
    }


def config_text(made: Mapping[str, Any]) -> str:
    """A configuration as YAML that is JSON too: every text stands in quotes."""
    return json.dumps(made, indent=2, sort_keys=True, ensure_ascii=True) + "\n"
