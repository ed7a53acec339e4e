"""The API publishes the words by which the page of the Library finds values of facets."""

from __future__ import annotations

import json
from pathlib import Path

from maestro.publishing.api.publish import documents
from maestro.publishing.browse import library_page
from maestro.publishing.library import Shelf

from . import sample

TAXONOMY = """\
problem_classes:
  tabular-classification: {title: Yes or no, aliases: [Churn, who leaves]}
tags:
  churn: {title: Leaving, aliases: [attrition]}
  tabular:
personas:
  data-scientist: {aliases: [DS]}
domains:
  retail:
"""
COLUMNS = {"class": "classes", "persona": "personas", "tag": "tags"}
"""Facets of the page that the catalog calls otherwise."""
UNSPOKEN = ("grade",)
"""Facets whose values are chosen, but not found by words."""


def test_the_page_and_the_api_know_the_same_words(tmp_path: Path) -> None:
    """Titles, aliases, teams and kinds of the page's script all stand in ``search.json``, and
    nothing else does but the licence of entries that state none."""
    shelf = Shelf(sample.library(tmp_path, {"catalog/taxonomy.yaml": TAXONOMY}))
    ((_, script),) = library_page.scripts(shelf)
    text = script.decode()
    page = json.loads(text[text.index("{") : text.rindex("}") + 1])
    told = {
        (facet, value, title.lower())
        for facet, pairs in page["words"].items()
        for value, title in pairs
        if facet not in UNSPOKEN and value
    }
    told |= {(facet, value, word) for word, facet, value in page["other"]}
    shown = {(COLUMNS.get(facet, facet), value, word) for facet, value, word in told}
    # A team without a title is called what it is.
    shown = {one for one in shown if one[1] != one[2]}
    spoken = json.loads(dict(documents(shelf))["api/v1/search.json"])["spoken"]
    published = {
        (facet, value, word.lower())
        for facet, values in spoken.items()
        for value, words in values.items()
        for word in words
        if (facet, value) != ("kind", "projects")
    }
    assert ("classes", "tabular-classification", "who leaves") in published
    assert {one for one in published if one[1] != one[2]} == shown | {("license", "", "mit")}
