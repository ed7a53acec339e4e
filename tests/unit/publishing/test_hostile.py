"""Texts of records, commits and logs stay texts on every page."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from maestro.errors import MaestroError
from maestro.publishing.site import build_site
from maestro.publishing.text import prose
from maestro.schema import Owners

from . import oracle, payloads, payloads_fields
from .conftest import Built
from .sample_findings import finding

READERS = {"standard library": oracle.elements, "html5lib": oracle.elements_like_a_browser}
LIKE = {
    "hostile-data-": "library/customers.html",
    "hostile-card-": "models/churn-model.html",
    "hostile-test": "experiments/churn-2025/call-or-letter.html",
    "projects/timeline/": "experiments/churn-2025/call-or-letter.html",
    "teams/team-": "teams/growth/index.html",
    "teams/filled-": "teams/growth/index.html",
    "models/filled-": "models/churn-model.html",
    "experiments/filled-": "experiments/churn-2025/call-or-letter.html",
    "insights/truth/": "experiments/churn-2025/call-or-letter.html",
}


def _like(path: str, built: Built) -> str:
    """A page of the same kind without a hostile word."""
    for start, page in LIKE.items():
        if start in path:
            return page
    if path.startswith(("projects/hostile", "projects/filled")):
        return "projects/churn-2025.html"
    if path == "library/broken-hostile.html":
        return "library/broken-one.html"
    if path.startswith(("library/hostile", "library/filled")):
        return "library/churn-features.html"
    return path


def test_every_hostile_record_is_there(hostile: Built) -> None:
    """The payloads stand in records that are legal, so that they do reach the pages."""
    entries = hostile.library.catalog.entries
    assert len([name for name in entries if name.startswith("hostile")]) == 3 * len(
        payloads.PAYLOADS
    )
    assert len(hostile.library.catalog.projects) == 4 + len(payloads.PAYLOADS)
    assert "hostile-0/hostile-test" in hostile.library.catalog.experiments


@pytest.fixture(scope="module")
def planner(built: Built, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A planner's page with all its controls, of a model that says nothing hostile."""
    root = tmp_path_factory.mktemp("calm")
    told = [one for one in payloads_fields.details(["calm words"]) if one[0] == "outcome_model"]
    findings = (*built.library.findings, *(finding(*one, value=1.0) for one in told))
    library = replace(built.library, findings=findings)
    build_site(library, root / "site", built.work, places=built.places)
    return (root / "site/planner/index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("reader", READERS)
def test_nothing_hostile_is_live_on_any_page(
    hostile: Built, built: Built, planner: str, reader: str
) -> None:
    """No page holds a handler, an active element or a bad address that a calm page has not."""
    found = []
    for path in sorted(hostile.site.rglob("*.html")):
        name = path.relative_to(hostile.site).as_posix()
        like = planner if name == "planner/index.html" else built.page(_like(name, built))
        for fault in oracle.live(path.read_text(encoding="utf-8"), like, READERS[reader]):
            found.append(f"{name}: {fault}")
    assert found == []


def test_the_oracle_sees_what_is_live() -> None:
    """A page with a payload put in raw is found out by both readers."""
    like = "<html><head><title>x</title></head><body><p>x</p></body></html>"
    for reader in READERS.values():
        for bad in (
            "<script>zqz</script>",
            "<img src=x onerror=zqz>",
            "<a href='javascript:1'>x</a>",
            "<p style='zqz'>x</p>",
            "<p id=zqz1>x</p>",
        ):
            assert oracle.live(like.replace("<p>x</p>", bad), like, reader)
        assert oracle.live(like, like, reader) == []


def test_payloads_are_shown_as_typed(hostile: Built) -> None:
    """A reader of the page sees the words that were typed, marks and all."""
    page = hostile.page("library/hostile-0.html")
    assert "&lt;script&gt;window.zqz=1;alert(1)&lt;/script&gt; zqz0" in page
    assert "{{ 7*191 }}" in hostile.page("library/hostile-32.html")
    assert "Zq9xTITLEx9qZ" in hostile.page("library/hostile-34.html")


def test_the_banner_says_simulated_on_every_page(hostile: Built) -> None:
    """A made-up library says so on every page, hand-written ones and the 404 page included."""
    for path in hostile.site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "<strong>Simulated:</strong>" in text, path
        assert "&lt;script&gt;window.zqz=1;alert(1)&lt;/script&gt; zqz0" in text, path


def test_search_documents_hold_no_markup(hostile: Built) -> None:
    """What the theme shows as HTML in the search results holds no angle bracket or quote."""
    index = json.loads(hostile.page("search/search_index.json"))
    mine = [doc for doc in index["docs"] if "hostile" in doc["location"]]
    assert len(mine) == 4 * len(payloads.PAYLOADS) + 1
    for doc in mine:
        for text in (doc["title"], doc["text"], *doc.get("tags", [])):
            assert not set("<>\"'") & set(text)


def test_the_api_says_what_was_typed(hostile: Built) -> None:
    """JSON carries texts unchanged: escaping belongs to the exits, not to the data."""
    record = json.loads(hostile.page("api/v1/artifacts/hostile-4.json"))
    assert record["title"] == payloads.PAYLOADS[4]


@pytest.mark.parametrize("block", payloads.BLOCKS + payloads.PAYLOADS)
@pytest.mark.parametrize("reader", READERS)
def test_prose_is_inert(block: str, reader: str) -> None:
    """Contributors' Markdown becomes HTML without a handler, an active element or an id."""
    html = str(prose(block))
    assert oracle.live(html, "<p>x</p>", READERS[reader]) == []
    tags, _ = READERS[reader](html)
    assert all("id" not in attributes for _, attributes in tags)


def test_commands_to_copy_are_quoted(hostile: Built) -> None:
    """A repository's address cannot become a second command in a reader's terminal."""
    page = hostile.page("library/hostile-0.html")
    assert "git clone 'https://git.example.org/a;b$(c)&amp;d' hostile-0" in page


@pytest.mark.parametrize("name", ["../../../elsewhere", "..", "a/b", "<b>", "Ops", "con"])
def test_no_team_leads_out_of_the_site(built: Built, tmp_path: Path, name: str) -> None:
    """A team whose name is no plain one stops the build, and nothing is written beside the site."""
    owners = Owners.model_validate({"teams": {"growth": {}, "risk": {}, name: {}}})
    library = replace(built.library, catalog=replace(built.library.catalog, owners=owners))
    with pytest.raises(MaestroError, match="cannot publish: team") as stopped:
        build_site(library, tmp_path / "site", built.work, places=built.places)
    assert stopped.value.code == "T004"
    assert [path.name for path in tmp_path.iterdir()] == [".site.building"]
