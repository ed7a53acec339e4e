"""What ``maestro init`` writes: a library that passes its own check and explains itself."""

from __future__ import annotations

import json
from fnmatch import fnmatch
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from maestro.catalog.checks import check_catalog
from maestro.catalog.init import plan_library
from maestro.catalog.load import load_catalog
from maestro.cli.main import COMMANDS
from maestro.schema import RECORDS

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "maestro" / "catalog" / "template"
WANTED = {
    ".github/dependabot.yml",
    ".github/scripts/data_branch.py",
    ".github/workflows/check.yml",
    ".github/workflows/fetch.yml",
    ".github/workflows/publish.yml",
    ".gitignore",
    ".gitlab-ci.yml",
    ".pre-commit-config.yaml",
    ".vscode/settings.json",
    "README.md",
    "catalog/owners.yaml",
    "catalog/schemas/feature-pipeline-record.yaml",
    "catalog/settings.yaml",
    "catalog/taxonomy.yaml",
    "requirements.txt",
}


def make(folder: Path, title: str = "Our library", team: str = "growth") -> Path:
    """A fresh library in ``folder``."""
    for path, data in plan_library(folder, title, team, "1.2.3").items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library as it is on the first day."""
    return make(tmp_path_factory.mktemp("library"))


def test_everything_is_there(library: Path) -> None:
    """A new library has records, CI for two forges, editor settings, schemas and a README."""
    found = {path.relative_to(library).as_posix() for path in library.rglob("*") if path.is_file()}
    assert {path for path in found if not path.startswith("schemas/")} == WANTED
    assert {f"schemas/{kind}.schema.json" for kind in RECORDS} <= found


def test_no_name_in_the_template_starts_with_a_dot() -> None:
    """Git, packaging and tools would take such a file for this project's own."""
    assert not [path for path in TEMPLATE.rglob(".*") if path.name != ".ruff_cache"]


@pytest.mark.parametrize("title", ["Our library", "Ann's: #1 {x} & 50 %", "Bücherei 図書館"])
def test_it_passes_its_own_check(title: str, tmp_path: Path) -> None:
    """No fault and no warning, whatever the title; the title and the team arrive as given."""
    catalog = load_catalog(make(tmp_path, title))
    assert [problem.place for problem in catalog.problems] == []
    assert check_catalog(catalog) == []
    assert catalog.settings.title == title
    assert list(catalog.owners.teams) == ["growth"]


def test_the_first_entry_is_real(library: Path) -> None:
    """The one entry points at a file that is there, so nothing made up is in a new library."""
    entries = load_catalog(library).entries
    assert list(entries) == ["feature-pipeline-record"]
    source = entries["feature-pipeline-record"].record.source
    assert json.loads((library / source.path).read_text())["type"] == "object"


def test_every_word_is_filled_in(library: Path) -> None:
    """No placeholder is left; the program is pinned to the version that made the library."""
    for path in library.rglob("*"):
        assert not path.is_file() or "PLACEHOLDER" not in path.read_text("utf-8"), path
    assert "maestro-library==1.2.3" in (library / "requirements.txt").read_text().splitlines()


def test_editors_know_every_record(library: Path) -> None:
    """Each kind of record is mapped to its schema, and each record of the template is covered."""
    settings = json.loads((library / ".vscode" / "settings.json").read_text())
    mapped = settings["yaml.schemas"]
    assert set(mapped) == {f"./schemas/{kind}.schema.json" for kind in RECORDS}
    for path in sorted((library / "catalog").rglob("*.yaml")):
        name = path.relative_to(library).as_posix()
        schema = next(schema for schema, glob in mapped.items() if fnmatch(name, glob))
        hint = path.read_text().splitlines()[0].removeprefix("# yaml-language-server: $schema=")
        assert (path.parent / hint).resolve() == (library / schema).resolve()


def test_the_readme_gives_commands_that_exist(library: Path) -> None:
    """Every ``maestro`` command in the user's README is one that the program has."""
    text = (library / "README.md").read_text()
    called = {
        line.split("maestro ")[1].split()[0] for line in text.split("`") if "maestro " in line
    }
    called |= {"check", "build"}
    assert {word.strip("`.,:") for word in called if word.isalpha()} <= set(COMMANDS)
    assert ".venv/bin/maestro check" in text and ".venv/bin/maestro build" in text


def test_hooks_are_local(library: Path) -> None:
    """The pre-commit hook brings no code from elsewhere."""
    config = YAML(typ="safe").load(library / ".pre-commit-config.yaml")
    assert [repo["repo"] for repo in config["repos"]] == ["local"]


def test_libraries_get_the_workflows_that_this_repository_runs() -> None:
    """Publish and check differ from ours only in what is installed, and in our own tests."""
    ours, theirs = ROOT / ".github", TEMPLATE / "dot-github"
    for name in ("publish.yml", "check.yml", "fetch.yml"):
        mine = (ours / "workflows" / name).read_text().split("\n  tests:\n")[0].splitlines()
        yours = (theirs / "workflows" / name).read_text().splitlines()
        differing = [a for a, b in zip(mine, yours, strict=True) if a != b]
        allowed = (
            "Install the locked wheels",
            "requirements.lock",
            "# Every change",
            "data_branch.py",
        )
        assert all(any(word in line for word in allowed) for line in differing), differing


def test_others_can_use_the_check_as_a_hook() -> None:
    """This repository offers ``maestro check`` as a pre-commit hook of its own."""
    (hook,) = YAML(typ="safe").load(ROOT / ".pre-commit-hooks.yaml")
    assert hook["entry"] == "maestro check"
    assert hook["language"] == "python" and hook["pass_filenames"] is False
