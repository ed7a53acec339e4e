"""The whole site: complete, deterministic, thrifty, and swapped in only when it is whole."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path

import pytest

from maestro.errors import MaestroError
from maestro.publishing.assembly.docs import config_text, docs_tree
from maestro.publishing.assembly.generator import build_shells, epoch_of, key_of, walk
from maestro.publishing.assembly.shell import frame_of, stub_shell
from maestro.publishing.assembly.stamping import stamped
from maestro.publishing.assembly.stubs import STUBS
from maestro.publishing.library import Library, Shelf
from maestro.publishing.site import Places, build_site

from . import sample
from .conftest import Built
from .whole import all_pages

ROOT = Path(__file__).parents[3]


def _digests(folder: Path) -> dict[str, str]:
    return {p: hashlib.sha256((folder / p).read_bytes()).hexdigest() for p in walk(folder)}


class _Text(HTMLParser):
    """The words of a page's article."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = 0
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.depth += tag == "article"

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag == "article"

    def handle_data(self, data: str) -> None:
        if self.depth:
            self.words += data.split()


def _words(html: str) -> str:
    reader = _Text()
    reader.feed(html)
    return " ".join(reader.words)


def test_every_record_has_its_page(built: Built) -> None:
    """Artifacts, cards, projects, experiments and a record with faults each have a page."""
    for path in (
        "index.html",
        "library/index.html",
        "library/kinds/feature-pipelines.html",
        "library/churn-features.html",
        "library/customers.html",
        "library/broken-one.html",
        "models/churn-model.html",
        "projects/churn-2025.html",
        "experiments/churn-2025/call-or-letter.html",
        "operations/index.html",
        "guides/read-the-numbers.html",
        "api/v1/index.json",
    ):
        assert (built.site / path).is_file(), path


def test_no_stub_and_no_token_is_left(built: Built) -> None:
    """The finished tree shows nothing of how it was made."""
    for path in walk(built.site):
        assert "stub--" not in path
        if path.endswith((".html", ".json", ".js")):
            assert not re.search(r"Zq9x[A-Z]+x9qZ", built.page(path)), path


def test_no_section_is_empty(built: Built) -> None:
    """Below each heading of each page stands something, if only why there is nothing to say."""
    for page in all_pages(Shelf(built.library)):
        for section, heading in STUBS[page.stub].sections:
            assert page.parts[section].strip() or not heading, f"{page.path}: {section}"


def test_an_entry_tells_its_story_in_order(built: Built) -> None:
    """Help, use, ports, lineage, likeness, versions, checklist, record: with its evidence."""
    text = _words(built.page("library/churn-features.html"))
    places = [
        text.index(part)
        for part in (
            "Monthly churn features",
            "Helps: projects that used it did 4.1 points better than comparable ones "
            "(90 %: +1.2 to +7.0).",
            "Moderate evidence: 3 finished projects, 2 teams. Not adjusted: 71.0 against 58.0.",
            "- artifact: churn-features@1.3.0",
            "git clone https://git.example.org/growth/churn churn-features",
            "sha256:abab",
            "1 of 2 outputs is personal data: email. 1 has no description yet.",
            "tenure_days",
            "Reuse rate 25 %",
            "Version it uses",
            "Most like it among 4 other entries",
            "Churn gbm model template 0.",
            "First shared version",
            "Next best step: add tests:",
            "Suggest a change",
            "# Reviewed every quarter.",
        )
    ]
    assert places == sorted(places)


def test_missing_evidence_is_said_in_words(built: Built) -> None:
    """No number is a dash or a zero where there is none."""
    assert "Not enough evidence: the build made no impact finding" in _words(
        built.page("library/billing-events.html")
    )
    young = _words(built.page("projects/offers-2026.html"))
    assert "Not enough evidence: the project is not finished." in young
    assert "Not measured: no CI provider in the record (add ci: to project.yaml)." in young
    assert "The record names nothing from the library" in young


def test_references_to_what_is_not_there_say_so(built: Built) -> None:
    """A piece that is gone has no link and is called not available; a broken one has its page."""
    text = _words(built.page("projects/churn-2025.html"))
    assert "lost-piece@1.0.0 (not available)" in text
    broken = _words(built.page("library/broken-one.html"))
    assert "Not available." in broken
    assert "catalog/notebooks/broken-one.yaml:1:10" in broken


def test_operations_name_sources_problems_and_what_is_left_out(built: Built) -> None:
    """States with their dates, faults with path, line and column, and the earlier runs."""
    text = _words(built.page("operations/index.html"))
    for part in (
        "Churn 2025 git stale 12 November 2026 120 commits",
        "projects/churn-2025/project.yaml:14:13 L001 error",
        "These records could not be read.",
        "20 November 2026 0123456789ab 12.5 2 17 none",
        "at least 8 are needed",
        "0123456789abcdef0123456789abcdef01234567",
    ):
        assert part in text


def test_search_knows_every_record(built: Built) -> None:
    """One document per page beside the guides, and the same as a script for pages from disk."""
    index = json.loads(built.page("search/search_index.json"))
    places = [doc["location"] for doc in index["docs"]]
    assert "library/churn-features.html" in places
    assert "projects/churn-2025.html" in places
    assert any(place.startswith("guides/read-the-numbers.html") for place in places)
    assert not any("stub--" in place for place in places)
    script = built.page("search/search_index.js")
    assert json.loads(script.removeprefix("var __index = ").rstrip(";\n")) == index


def test_a_second_build_writes_nothing(built: Built, tmp_path: Path) -> None:
    """Nothing changed: the generator is not run, no file is written, the bytes are the same."""
    site = tmp_path / "site"
    shutil.copytree(built.site, site)
    report = build_site(built.library, site, built.work, places=built.places)
    assert report.shells_reused
    assert report.written == 0
    assert _digests(site) == _digests(built.site)


def test_one_changed_entry_writes_only_what_shows_it(built: Built, tmp_path: Path) -> None:
    """Pages that do not speak of the change keep their very file; a vanished record's page goes."""
    site = tmp_path / "site"
    shutil.copytree(built.site, site)
    kept = (site / "projects" / "offers-2026.html").stat().st_ino
    files = dict(sample.FILES)
    changed = sample.FEATURES.replace("Churn features", "Churn columns")
    files["catalog/feature_pipelines/churn-features.yaml"] = changed
    del files["projects/churn-2025/experiments/call-or-letter.yaml"]
    repo = tmp_path / "repo"
    for path, data in files.items():
        (repo / path).parent.mkdir(parents=True, exist_ok=True)
        (repo / path).write_text(str(data), encoding="utf-8")
    catalog = sample.load_catalog(repo)
    library = replace(built.library, catalog=catalog)
    build_site(library, site, built.work, places=built.places)
    assert "Churn columns" in (site / "library" / "churn-features.html").read_text("utf-8")
    assert (site / "projects" / "offers-2026.html").stat().st_ino == kept
    assert not (site / "experiments" / "churn-2025").exists()


def test_a_broken_link_stops_publishing(built: Built, tmp_path: Path) -> None:
    """A guide that points nowhere is named, and the site that is there stays."""
    guides = sample.guides(tmp_path / "guides")
    (guides / "bad.md").write_text("# Bad\n\n[gone](gone.html)\n", encoding="utf-8")
    out = tmp_path / "site"
    out.mkdir()
    (out / "index.html").write_text("old", encoding="utf-8")
    with pytest.raises(MaestroError, match=r'guides/bad.html:[0-9]+: "gone.html"'):
        build_site(built.library, out, tmp_path / "work", places=Places(guides=guides))
    assert (out / "index.html").read_text(encoding="utf-8") == "old"
    build_site(built.library, out, built.work, places=built.places)
    assert "Sample library" in (out / "index.html").read_text(encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir() if "site" in path.name] == ["site"]


_BUILD = """
import sys
from pathlib import Path
from maestro.publishing.site import Places, build_site
from tests.unit.publishing import sample
root = Path(sys.argv[1])
library = sample.library(root / "repo")
places = Places(guides=sample.guides(root / "guides"))
build_site(library, root / "site", root / "work", places=places)
"""


def test_the_same_library_gives_the_same_bytes(built: Built, tmp_path: Path) -> None:
    """Another folder, hash seed, time zone, locale and umask change no byte of the site."""
    root = tmp_path / "elsewhere" / "deep"
    root.mkdir(parents=True)
    environment = {
        **os.environ,
        "PYTHONHASHSEED": "7",
        "TZ": "Asia/Tokyo",
        "LC_ALL": "C",
        "PYTHONPATH": str(ROOT),
    }
    command = f"umask 077; exec {sys.executable} -c '{_BUILD}' {root}"
    subprocess.run(["/bin/sh", "-c", command], cwd=tmp_path, env=environment, check=True)
    assert _digests(root / "site") == _digests(built.site)


def test_shells_do_not_depend_on_the_day_and_mend_themselves(built: Built, tmp_path: Path) -> None:
    """Another build date gives the same shells; damaged ones are made again, not used."""
    library = built.library
    docs = docs_tree(library.catalog.root, library.catalog.settings, {}, built.places.guides)
    first, _ = build_shells(docs, tmp_path / "docs", tmp_path / "work", epoch_of(0))
    before = _digests(first)
    assert before == _digests(built.work / "shells" / key_of(docs) / "site")
    (first / "index.html").write_text("damaged", encoding="utf-8")
    # What the generator of a killed build still writes is in nobody's way, and goes.
    (tmp_path / f"work/shells/{key_of(docs)}.1/site").mkdir(parents=True)
    again, was_there = build_shells(docs, tmp_path / "docs", tmp_path / "work", 2**32 - 1)
    assert not was_there
    assert _digests(again) == before
    (tmp_path / "work/shells/left").mkdir()
    assert build_shells(docs, tmp_path / "docs", tmp_path / "work", 0) == (again, True)
    assert [path.name for path in (tmp_path / "work/shells").iterdir()] == [key_of(docs)]


def test_build_times_stay_in_the_range_of_the_generator() -> None:
    """No commit time, however odd, can crash the generator."""
    assert [epoch_of(s) for s in (None, -5.0, 12.9, 1e14)] == [0, 0, 12, 2**32 - 1]


def test_a_site_address_makes_a_sitemap(built: Built, tmp_path: Path) -> None:
    """With an address in the settings the sitemap names final pages only; without one there is
    none."""
    assert not (built.site / "sitemap.xml").exists()
    settings = sample.SETTINGS + "site: {url: 'https://a.example/lib'}\n"
    library = sample.library(tmp_path / "repo", {"catalog/settings.yaml": settings})
    build_site(library, tmp_path / "site", tmp_path / "work", places=built.places)
    text = (tmp_path / "site" / "sitemap.xml").read_text(encoding="utf-8")
    assert "<loc>https://a.example/lib/library/churn-features.html</loc>" in text
    assert "stub" not in text
    entry = (tmp_path / "site" / "library" / "churn-features.html").read_text(encoding="utf-8")
    own = 'rel="canonical" href="https://a.example/lib/library/churn-features.html"'
    assert own in entry
    packed = (tmp_path / "site" / "sitemap.xml.gz").read_bytes()
    assert packed[4:8] == b"\0\0\0\0"


def test_a_generator_that_fails_is_reported(built: Built, tmp_path: Path) -> None:
    """The generator's own words reach the user, and nothing is published."""
    guides = sample.guides(tmp_path / "guides")
    (guides / "bad.md").write_text("---\ntitle: x\ntemplate: gone.html\n---\n# x\n", "utf-8")
    with pytest.raises(MaestroError) as caught:
        build_site(
            built.library, tmp_path / "site", tmp_path / "work", places=Places(guides=guides)
        )
    assert caught.value.code == "T002"
    assert not (tmp_path / "site").exists()


def _empty(root: Path) -> Library:
    for path in ("catalog/settings.yaml", "catalog/owners.yaml", "catalog/taxonomy.yaml"):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(str(sample.FILES[path]), encoding="utf-8")
    return Library(sample.load_catalog(root), (), "", "", "0.1.0")


def test_an_empty_library_is_published_too(built: Built, tmp_path: Path) -> None:
    """Without a record, a commit or a finding the pages say so in words."""
    build_site(_empty(tmp_path / "repo"), tmp_path / "site", built.work, places=built.places)
    text = _words((tmp_path / "site" / "index.html").read_text(encoding="utf-8"))
    assert "Not enough evidence: the build made no impact findings" in text
    text = _words((tmp_path / "site" / "operations" / "index.html").read_text(encoding="utf-8"))
    assert "none: the catalog is not in git" in text
    assert "No history is kept" in text


@pytest.mark.skipif(find_spec("zensical") is None, reason="zensical: pip install zensical")
def test_zensical_makes_shells_as_well(built: Built, tmp_path: Path) -> None:
    """The same docs tree and stubs build with Material's successor, and the entry is the same."""
    library = built.library
    docs = docs_tree(library.catalog.root, library.catalog.settings, {}, built.places.guides)
    for path, data in docs.files.items():
        (tmp_path / "docs" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "docs" / path).write_bytes(data)
    (tmp_path / "mkdocs.yml").write_text(config_text(docs.config), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "-f", "mkdocs.yml"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    stub = STUBS["entry"]
    html = (tmp_path / "site" / "library" / "stub--entry.html").read_text(encoding="utf-8")
    shell = stub_shell(stub, html)
    page = next(p for p in all_pages(Shelf(library)) if p.path == "library/churn-features.html")
    made = stamped(shell, frame_of(library.catalog.settings), page)
    for part in page.parts.values():
        assert str(part) in made
