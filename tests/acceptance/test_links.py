"""Links that a repository commits where files are written: what they lead to stays as it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .repositories import commit_all, git
from .test_build import digests, library, run_apart

__all__ = ["library"]

IN_WORK = (
    ".maestro",
    ".maestro/cache",
    ".maestro/clones",
    ".maestro/facts",
    ".maestro/lock",
    ".maestro/owner",
    ".maestro/site",
    ".maestro/site/docs",
    ".maestro/site/docs/guides",
    ".maestro/site/pages.json",
    ".maestro/site/pages.new",
    ".maestro/site/shells",
)
"""Places in the work folder."""
IN_BUILD = (
    "build",
    "build/.site.building",
    "build/.site.new",
    "build/.site.old",
    "build/findings.json",
    "build/journal.json",
    "build/site",
)
"""Places of what a build makes."""


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    """A folder outside the library, with a file and a folder in it."""
    folder = tmp_path / "victim"
    (folder / "docs").mkdir(parents=True)
    (folder / "thesis.md").write_text("years of work\n", encoding="utf-8")
    (folder / "docs" / "check-0.json").write_text("{}\n", encoding="utf-8")
    return folder


def _clone(library: Path, place: str, target: Path) -> Path:
    """A clone of the library whose repository holds a link to ``target`` at ``place``."""
    link = library / place
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(target)
    git(library, "add", "--force", place)
    commit_all(library)
    clone = library.parent / "clone"
    git(library.parent, "clone", "--quiet", str(library), str(clone))
    assert (clone / place).is_symlink()
    return clone


@pytest.mark.parametrize("place", [*IN_WORK, *IN_BUILD])
def test_a_build_writes_nothing_where_a_link_leads(
    library: Path, victim: Path, place: str, maestro
) -> None:
    """The build stops, names the link and what to do; no file that it leads to has changed."""
    target = victim if "." not in place.rpartition("/")[2][1:] else victim / "thesis.md"
    clone = _clone(library, place, target)
    before = digests(victim)
    done = maestro("build", "-C", clone)
    assert done.code == 3
    assert f'M009: "{place}" is a link' in done.err
    assert "remove the link" in done.err
    assert digests(victim) == before
    assert sorted(path.name for path in victim.rglob("*")) == ["check-0.json", "docs", "thesis.md"]


@pytest.mark.parametrize(
    ("place", "command"),
    [
        (".maestro", ("check",)),
        (".maestro/cache", ("check",)),
        (".maestro/clones", ("fetch",)),
        ("data", ("fetch",)),
        ("data/history", ("store",)),
        ("catalog/notebooks", ("new", "notebook", "more-data", "--set", "title=More")),
        ("build/site", ("serve", "--port", "0")),
    ],
)
def test_no_other_command_writes_where_a_link_leads(
    library: Path, victim: Path, place: str, command: tuple[str, ...]
) -> None:
    """Commands that write stop as a build does."""
    settings = library / "catalog" / "settings.yaml"
    settings.write_text(settings.read_text("utf-8") + "data: data\n", "utf-8")
    clone = _clone(library, place, victim)
    before = digests(victim)
    done = run_apart(clone, *command)
    assert done.returncode == 3, done.stderr
    assert f'M009: "{place}" is a link' in done.stderr
    assert digests(victim) == before


def test_a_build_goes_on_once_the_link_is_gone(library: Path, victim: Path, maestro) -> None:
    """What the message says to do is enough, and nothing of the refused build is in the way."""
    clone = _clone(library, ".maestro/site/docs", victim)
    assert maestro("build", "-C", clone).code == 3
    git(clone, "rm", "--quiet", ".maestro/site/docs")
    assert maestro("build", "-C", clone).code == 0
    assert (clone / "build/site/index.html").is_file()


def test_a_link_that_a_user_names_is_followed(
    library: Path, victim: Path, tmp_path: Path, maestro
) -> None:
    """The folder of a library, and a data folder on the command line, may be links; what lies in
    the data folder may not."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "history").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "link").symlink_to(library)
    assert maestro("build", "-C", tmp_path / "link").code == 0
    assert maestro("store", tmp_path / "history", "-C", tmp_path / "link").code == 0
    assert (tmp_path / "elsewhere" / "history" / "runs.jsonl").is_file()
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "history").symlink_to(victim)
    refused = maestro("store", tmp_path / "foreign", "-C", tmp_path / "link")
    assert refused.code == 3
    assert 'M009: "history" is a link' in refused.err
    assert not (victim / "runs.jsonl").exists()


@pytest.mark.parametrize("place", ["projects", "projects/churn-2025/experiments"])
def test_folders_of_records_are_read_through_no_link(
    library: Path, tmp_path: Path, place: str, maestro
) -> None:
    """A link in the place of such a folder is a fault, and what it leads to is neither read nor
    mended."""
    (library / place).mkdir(parents=True, exist_ok=True)
    (library / place).rename(tmp_path / "elsewhere")
    loose = tmp_path / "elsewhere" / "more-2025.yaml"
    loose.write_text("version: 1.1\n", encoding="utf-8")
    (library / place).symlink_to(tmp_path / "elsewhere")
    before = digests(tmp_path / "elsewhere")
    found = json.loads(maestro("check", "-C", library, "--format", "json").out)["problems"]
    assert [one["code"] for one in found if one["path"].startswith(place)] == ["F002"]
    maestro("fix", "-C", library)
    assert digests(tmp_path / "elsewhere") == before
