"""Pages of entries: reasons, what fetches the exact version, replacements, prose, versions."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path

from maestro.publishing.library import Library, Shelf
from maestro.publishing.site import all_pages
from maestro.schema.learned import ImpactDetail

from . import sample


def _words(library: Library, path: str, section: str) -> str:
    page = next(page for page in all_pages(Shelf(library)) if page.path == path)
    text = re.sub(r"<[^>]+>", " ", str(page.parts[section]))
    return " ".join(html.unescape(text).split())


def test_a_class_without_a_number_says_why(tmp_path: Path) -> None:
    """Where no class has enough evidence, each is named with the reason the finding holds."""
    library = sample.library(tmp_path)
    reasons = {"ranking": "all its users are of 1 team, at least 2 teams are needed"}
    found = []
    for one in library.findings:
        if one.subject == "churn-features@1.3.0" and isinstance(one.detail, ImpactDetail):
            nothing = {"value": None, "lo": None, "hi": None, "label": "not enough evidence"}
            classes = [
                part.model_copy(update={**nothing, "reason": reasons.get(part.problem_class, "f")})
                for part in one.detail.classes[1:]
            ]
            detail = one.detail.model_copy(update={"classes": classes})
            found.append(one.model_copy(update={"detail": detail}))
        else:
            found.append(one)
    said = _words(replace(library, findings=tuple(found)), "library/churn-features.html", "helps")
    assert (
        "In no problem class is there enough evidence: ranking: all its users are of 1 team, at "
        "least 2 teams are needed; forecasting: f."
    ) in said
