"""Sources against their digests."""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path

import pytest

from maestro.catalog.load import Catalog
from maestro.catalog.verify import verify
from maestro.errors import MaestroError

from .trees import artifact, card, load_tree

GOOD = f"sha256:{hashlib.sha256(b'abc').hexdigest()}"
BAD = f"sha256:{'0' * 64}"
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def at(source: str) -> str:
    """An artifact with another source."""
    return artifact().replace("{path: README.md}", source)


@pytest.fixture
def library(tmp_path: Path) -> Catalog:
    """One entry for each thing that can become of a source."""
    git = "git: https://git.example.org/growth/churn"
    files: dict[str, str | bytes] = {
        "data.csv": b"abc",
        "catalog/datasets/is-good.yaml": at(f"{{path: data.csv, digest: '{GOOD}'}}"),
        "catalog/datasets/is-changed.yaml": at(f"{{path: data.csv, digest: '{BAD}'}}"),
        "catalog/datasets/is-gone.yaml": at(f"{{path: gone.csv, digest: '{BAD}'}}"),
        "catalog/datasets/is-bare.yaml": at("{path: data.csv}"),
        "catalog/datasets/is-link.yaml": at("{path: link.csv}"),
        "catalog/datasets/is-far.yaml": at(f"{{url: 's3://data/x', digest: '{GOOD}'}}"),
        "catalog/notebooks/git-file.yaml": at(
            f"{{{git}, path: a.py, ref: {COMMIT}, digest: '{GOOD}'}}"
        ),
        "catalog/notebooks/git-gone.yaml": at(f"{{{git}, path: b.py, ref: v1}}"),
        "catalog/notebooks/git-moving.yaml": at(f"{{{git}, path: a.py}}"),
        "catalog/notebooks/git-whole.yaml": at(f"{{{git}, ref: v1}}"),
        "catalog/model_cards/with-file.yaml": card(
            f"trained_on: [is-good]\nmodel_file: {{path: data.csv, digest: '{GOOD}'}}\n"
        ),
        "catalog/model_cards/without-file.yaml": card("trained_on: [is-good]\n"),
    }
    catalog = load_tree(tmp_path, files)
    (tmp_path / "link.csv").symlink_to("data.csv")
    assert not catalog.problems
    return catalog


def blob(url: str, ref: str, path: str) -> bytes | None:
    """A repository that holds a.py."""
    assert url == "https://git.example.org/growth/churn"
    return b"abc" if path == "a.py" else None


def test_states(library: Catalog) -> None:
    """Every entry is told what became of it, by name, without any network."""
    found = verify(library, git_blob=blob)
    assert {each.entry.name: each.state for each in found} == {
        "git-file": "ok",
        "git-gone": "missing",
        "git-moving": "skipped",
        "git-whole": "skipped",
        "is-bare": "unverified",
        "is-changed": "mismatch",
        "is-far": "skipped",
        "is-gone": "missing",
        "is-good": "ok",
        "is-link": "failed",
        "with-file": "ok",
    }
    assert [each.entry.name for each in found] == sorted(each.entry.name for each in found)
    assert all(each.message and each.hint for each in found if each.state != "ok")
    assert sum(each.is_fault for each in found) == 4


def test_found_digest_is_told(library: Catalog) -> None:
    """A mismatch shows both digests; a record without one is told the line to add."""
    changed, bare = verify(library, ["is-changed", "is-bare@1.0.0"])[::-1]
    assert (changed.expected, changed.found) == (BAD, GOOD)
    assert bare.hint == f"record it: digest: {GOOD}"


def test_without_repositories_git_is_skipped(library: Catalog) -> None:
    """Where no clone is at hand, sources in git are left out with the way to get one."""
    (found,) = verify(library, ["git-file"])
    assert found.state == "skipped" and "maestro fetch" in found.hint


def test_a_failing_repository_is_that_entrys_fault_alone(library: Catalog) -> None:
    """An error of one repository does not hide the other entries."""

    def broken(url: str, ref: str, path: str) -> bytes | None:
        raise MaestroError("G001", "no clone here", "run maestro fetch")

    found = {each.entry.name: each.state for each in verify(library, git_blob=broken)}
    assert found["git-file"] == "failed" and found["is-good"] == "ok"


def test_names_are_entries(library: Catalog) -> None:
    """A name that is no entry is wrong use, with near names; a card without a file is skipped."""
    with pytest.raises(MaestroError) as caught:
        verify(library, ["is-goood"])
    assert (caught.value.code, caught.value.exit_code) == ("S009", 2)
    assert "is-good" in caught.value.hint
    assert [each.state for each in verify(library, ["without-file"])] == ["skipped"]
    assert verify(library, []) == []


def test_a_missing_package_stops_before_reading(
    library: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When an address needs a package that is not there, that is said at once."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(MaestroError) as caught:
        verify(library, remote=True)
    assert (caught.value.code, caught.value.exit_code) == ("S007", 3)
