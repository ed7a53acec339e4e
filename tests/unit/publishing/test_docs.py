"""The docs tree and the generator's configuration."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from maestro import source
from maestro.cli.reference import reference_pages
from maestro.publishing.assembly.docs import config_text, default_config, docs_tree, page_title
from maestro.publishing.assembly.generator import write_docs
from maestro.publishing.assembly.stubs import CLOSE, NAV, OPEN, STUBS
from maestro.publishing.library import KINDS, page_of
from maestro.schema import Settings

ROOT = Path(__file__).parents[3]
GUIDES = Path(__file__).parent / "no-guides"
SETTINGS = Settings.model_validate({"title": "Words of a record", "format": 1})


def test_the_file_in_the_repository_says_what_the_build_uses() -> None:
    """mkdocs.yml and the packaged configuration differ in name, folders and navigation only."""
    data, faults = source.parse((ROOT / "mkdocs.yml").read_bytes())
    assert faults == []
    made = default_config()
    assert data["docs_dir"] == "build/docs"
    assert data["site_dir"] == "build/site"
    assert [next(iter(item.items())) for item in data["nav"]][: len(NAV)] == list(NAV)
    for key in ("site_name", "docs_dir", "site_dir", "nav", "copyright"):
        data.pop(key)
        made.pop(key, None)
    folder = data["theme"].pop("custom_dir")
    assert Path(made["theme"].pop("custom_dir")) == ROOT / folder
    assert data == made


def test_no_word_of_a_record_reaches_the_generator(tmp_path: Path) -> None:
    """The title of the library, like every text of a record, is not in the docs tree."""
    tree = docs_tree(tmp_path, SETTINGS, {}, GUIDES)
    assert "Words of a record" not in config_text(tree.config)
    assert not any(b"Words of a record" in data for data in tree.files.values())


def test_stubs_hold_a_token_for_each_section() -> None:
    """Each section has a place that is stamped, under its own heading."""
    for stub in STUBS.values():
        text = stub.markdown()
        for section, heading in stub.sections:
            assert f"{OPEN}{section.upper()}{CLOSE}" in text
            assert not heading or f"## {heading} {{ #{section} }}" in text


def test_stub_names_are_no_names_of_records() -> None:
    """Where records have pages, a stub has a double dash, which no record's name may have."""
    homes = {page_of(kind, "name").split("/")[0] for kind in KINDS} | {"teams"}
    for stub in STUBS.values():
        shares = stub.path.split("/")[0] in homes
        assert not shares or stub.path.endswith("index.md") or "--" in stub.path


def test_hand_written_pages_are_copied(tmp_path: Path) -> None:
    """Pages and pictures below site/ come along; what we make ourselves wins, links do not."""
    site = tmp_path / "site"
    (site / "pictures").mkdir(parents=True)
    (site / "about.md").write_text("# About us\n")
    (site / "index.md").write_text("# Mine\n")
    (site / "pictures" / "a.png").write_bytes(b"png")
    (site / "run.py").write_text("print()\n")
    (site / "token.md").write_text(f"{OPEN}TITLE{CLOSE}\n")
    (site / "link.md").symlink_to(tmp_path / "secret.md")
    (tmp_path / "secret.md").write_text("secret\n")
    tree = docs_tree(tmp_path, SETTINGS, {}, GUIDES)
    assert tree.files["about.md"] == b"# About us\n"
    assert tree.files["pictures/a.png"] == b"png"
    assert tree.files["index.md"] == STUBS["home"].markdown().encode()
    assert tree.ignored == ("index.md", "run.py", "token.md")
    assert "link.md" not in tree.files
    assert "about.html" in tree.pages
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked" / "site").symlink_to(site)
    assert "about.md" not in docs_tree(tmp_path / "linked", SETTINGS, {}, GUIDES).files


def test_reference_pages_enter_the_navigation(tmp_path: Path) -> None:
    """Pages of the program stand in the navigation under their own titles, deep ones do not."""
    extra = {
        "reference/commands.md": "# Every command\n",
        "reference/codes.md": "# Codes\n\n## L001\n",
        "reference/records/project.md": "# Project\n",
    }
    tree = docs_tree(tmp_path, SETTINGS, extra, GUIDES)
    sections = {next(iter(item)): item[next(iter(item))] for item in tree.config["nav"]}
    assert sections["Reference"] == [
        "reference/index.md",
        {"Codes": "reference/codes.md"},
        {"Every command": "reference/commands.md"},
    ]
    assert b"[Project](records/project.md)" in tree.files["reference/index.md"]
    assert "reference/codes.html#l001" in tree.pages


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ('---\ntitle: "Front"\n---\n# Other\n', "Front"),
        ("Words\n\n# Run `maestro` {#x}\n", "Run maestro"),
        ("no heading", "Read me"),
    ],
)
def test_titles_of_our_pages(text: str, title: str) -> None:
    """A page's title is its front matter's, its first heading, or its file's name."""
    assert page_title(text, "guides/read-me.md") == title


def test_site_address_and_logo_come_from_checked_settings(tmp_path: Path) -> None:
    """A web address and an existing picture are used, a mail address is not."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "logo.png").write_bytes(b"png")
    chosen = {"url": "https://a.example/lib", "logo": "site/logo.png"}
    settings = Settings.model_validate({"title": "x", "format": 1, "site": chosen})
    made = docs_tree(tmp_path, settings, {}, GUIDES).config
    assert made["site_url"] == "https://a.example/lib/"
    assert made["theme"]["logo"] == "logo.png"
    settings = Settings.model_validate({"title": "x", "format": 1, "site": {"url": "mailto:a@b.c"}})
    assert "site_url" not in docs_tree(tmp_path, settings, {}, GUIDES).config


def test_the_guides_pass_the_generator_strictly(tmp_path: Path) -> None:
    """With every warning an error, anchors too, the generator takes all guides and references."""
    docs = docs_tree(tmp_path, SETTINGS, reference_pages())
    write_docs(docs, tmp_path / "docs")
    links = dict.fromkeys(("anchors", "absolute_links", "unrecognized_links", "not_found"), "warn")
    made = dict(docs.config) | {
        "docs_dir": str(tmp_path / "docs"),
        "site_dir": str(tmp_path / "site"),
        "validation": {"omitted_files": "ignore", "links": links},
    }
    file = tmp_path / "mkdocs.yml"
    file.write_text(config_text(made), encoding="utf-8")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-f", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr + done.stdout
