"""Search documents: one lean document per page beside those of the hand-written pages.

The theme shows titles, texts and tags of the index as HTML, so every word of a record is escaped.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from maestro.errors import MaestroError
from maestro.publishing.text import escaped, flat

INDEX = "search/search_index.json"
SCRIPT = "search/search_index.js"


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """What search knows of one page."""

    location: str
    title: str
    text: str
    tags: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The document as the theme's search reads it."""
        found: dict[str, Any] = {
            "location": self.location,
            "title": escaped(flat(self.title, 120)),
            "text": escaped(flat(self.text, 300)),
        }
        if self.tags:
            found["tags"] = [escaped(flat(tag, 63)) for tag in dict.fromkeys(self.tags)]
        return found


def search_files(shells: Path, documents: Iterable[SearchDocument]) -> Iterator[tuple[str, bytes]]:
    """The search index with ``documents`` added, as JSON and as a script for pages from disk."""
    try:
        index = json.loads((shells / INDEX).read_text(encoding="utf-8"))
        index["docs"] += [document.to_json() for document in documents]
    except (OSError, ValueError, KeyError, TypeError):
        raise MaestroError(
            "T001", "the site generator wrote no search index", "use the pinned versions"
        ) from None
    text = json.dumps(index, ensure_ascii=True, separators=(",", ":"), sort_keys=True)
    yield INDEX, f"{text}\n".encode()
    yield SCRIPT, f"var __index = {text};\n".encode()
