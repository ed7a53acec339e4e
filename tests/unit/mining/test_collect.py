"""Collecting: each history once, nothing outside the allowed folders, failures as reasons."""

from __future__ import annotations

from pathlib import Path

import pytest

from maestro.mining import collect as module
from maestro.mining.collect import Places, Scope, collect

from .making import MONDAY, Git


@pytest.fixture
def catalog(tmp_path: Path) -> Git:
    git = Git(tmp_path / "catalog")
    git.commit({"catalog/settings.yaml": "x\n", "services/churn/a.py": "1\n"}, MONDAY)
    return git


def places(catalog: Git, *roots: str) -> Places:
    return Places(catalog.folder, catalog.folder / ".maestro", tuple(roots))


def one(catalog: Git, scope: Scope, *roots: str):
    return collect([scope], places(catalog, *roots))[scope.project]


def test_projects_of_one_repository_share_one_pass(
    catalog: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Any number of scopes in one repository are mined once; another branch is another pass."""
    passes = []
    inner = module.refresh
    monkeypatch.setattr(module, "refresh", lambda *all: passes.append(all) or inner(*all))
    scopes = [Scope(f"p{n}", path="services/churn" if n % 2 else ".") for n in range(6)]
    harvests = collect([*scopes, Scope("ref", path=".", ref="main")], places(catalog))
    assert len(passes) == 2
    assert list(harvests) == [*(f"p{n}" for n in range(6)), "ref"]
    assert harvests["p1"].prefix == "services/churn" and harvests["p0"].prefix == ""
    assert harvests["p0"].facts is harvests["p1"].facts
    assert harvests["p0"].head_time == MONDAY


def test_one_failure_does_not_stop_the_others(catalog: Git, tmp_path: Path) -> None:
    """Broken, empty, absent and unknown sources each give a reason; the good one its rows."""
    Git(tmp_path / "roots" / "empty")
    broken = Git(tmp_path / "roots" / "broken")
    commit = broken.commit({"a": "1\n"})
    (broken.folder / ".git" / "objects" / commit[:2] / commit[2:]).unlink()
    (tmp_path / "roots" / "plain").mkdir()
    roots = tmp_path / "roots"
    scopes = [
        Scope("good", path="."),
        Scope("noref", path=".", ref="absent"),
        *(Scope(name, path=f"{roots}/{name}") for name in ("empty", "broken", "plain", "absent")),
        Scope("url", url="https://git.example.org/x/y"),
    ]
    found = collect(scopes, places(catalog, str(roots)))
    assert {name: (one.state, one.code) for name, one in found.items()} == {
        "good": ("mined", ""),
        "noref": ("failed", "G007"),
        "empty": ("missing", "G018"),
        "broken": ("failed", "G005"),
        "plain": ("failed", "G003"),
        "absent": ("failed", "G002"),
        "url": ("missing", "G015"),
    }
    assert found["url"].hint == "run maestro fetch"
    assert all(one.reason and one.hint for one in found.values() if one.state != "mined")


def test_reasons_name_no_folder_of_this_machine(catalog: Git) -> None:
    """A reason that may be published names the source as the record does."""
    found = one(catalog, Scope("p", path="services/churn", ref="absent"))
    assert str(catalog.folder) not in found.reason
    assert "services/churn" in found.reason


@pytest.mark.parametrize("path", ["..", "../outside", "/etc", "link", "link/deeper", "a/../../x"])
def test_nothing_outside_is_read(catalog: Git, tmp_path: Path, path: str) -> None:
    """Dots, absolute paths and links do not lead out of the allowed folders."""
    outside = Git(tmp_path / "outside")
    outside.commit({"deeper/a": "1\n"})
    (catalog.folder / "link").symlink_to(outside.folder)
    assert one(catalog, Scope("p", path=path)).code == "G014"


def test_listed_folders_are_read(catalog: Git, tmp_path: Path) -> None:
    """A folder under local_roots, absolute or relative to the catalog, may be mined in place."""
    other = Git(tmp_path / "others" / "x")
    other.commit({"a": "1\n"})
    for root in ("../others", str(tmp_path / "others"), str(other.folder)):
        assert one(catalog, Scope("p", path="../others/x"), root).state == "mined"
    assert one(catalog, Scope("p", path="../others/x"), "../othe").code == "G014"


def test_git_files_and_borrowed_objects_do_not_lead_out(catalog: Git, tmp_path: Path) -> None:
    """A .git file, alternates, or a repository above a listed folder do not lead out either."""
    outside = Git(tmp_path / "outside")
    outside.commit({"listed/a": "1\n"})
    (catalog.folder / "sub").mkdir()
    (catalog.folder / "sub" / ".git").write_text(f"gitdir: {outside.folder}/.git\n")
    assert one(catalog, Scope("p", path="sub")).code == "G014"
    borrower = Git(catalog.folder / "borrower")
    info = borrower.folder / ".git" / "objects" / "info"
    info.mkdir(exist_ok=True)
    (info / "alternates").write_text(f"{outside.folder}/.git/objects\n")
    assert one(catalog, Scope("p", path="borrower")).code == "G014"
    assert one(catalog, Scope("p", path="../outside/listed"), "../outside/listed").code == "G014"


def test_the_catalog_may_be_a_folder_of_a_repository(tmp_path: Path) -> None:
    """A catalog inside a larger repository can name that repository by its own folder."""
    whole = Git(tmp_path / "whole")
    whole.commit({"lib/catalog/a": "1\n", "other": "1\n"})
    root = whole.folder / "lib"
    found = collect([Scope("p", path=".")], Places(root, tmp_path / "state"))["p"]
    assert (found.state, found.prefix) == ("mined", "lib")
    outside = collect([Scope("p", path="..")], Places(root, tmp_path / "state"))["p"]
    assert outside.code == "G014"


def test_a_second_run_reads_the_store(catalog: Git) -> None:
    """Nothing new means no mined row; a new commit means only that one."""
    assert one(catalog, Scope("p", path=".")).facts.fresh_rows == 3
    assert one(catalog, Scope("p", path=".")).facts.fresh_rows == 0
    catalog("commit", "-q", "--allow-empty", "-m", "x", at=MONDAY + 9)
    assert one(catalog, Scope("p", path=".")).facts.fresh_rows == 1
