"""What the check says about single faults: the right remedy, in right words."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from .cases import HEALTHY, NEGATIVE_FOLDER, read_case, write_tree
from .conftest import Answer

FEATURES = "catalog/feature_pipelines/churn-features.yaml"
PROJECT = "projects/churn-2025/project.yaml"
Maestro = Callable[..., Answer]


@pytest.fixture
def told(tmp_path: Path, maestro: Maestro) -> Callable[[dict[str, str]], dict[str, str]]:
    """``path:line code`` to message and hint of each problem of a library with these files."""

    def tell(files: dict[str, str]) -> dict[str, str]:
        write_tree(tmp_path, {**HEALTHY, **files})
        answer = maestro("check", "-C", tmp_path, "--format", "json", "--no-cache")
        problems = json.loads(answer.out)["problems"]
        return {f"{p['path']}:{p['line']} {p['code']}": f"{p['message']} | {p['hint']}"
                for p in problems}  # fmt: skip

    return tell


def test_a_broken_file_is_not_a_missing_version(told) -> None:
    """References to broken files say which file to fix; no version is invented for it."""
    said = told(read_case(NEGATIVE_FOLDER / "references-to-broken-files.txt").files)
    assert not any("0.0.0" in words for words in said.values())
    own = f"churn-features@1.9.0 is not available: {FEATURES} has faults | fix that file first"
    assert said[f"{FEATURES}:5 L001"] == own
    other = "catalog/feature_pipelines/other-features.yaml"
    assert said[f"{other}:5 L001"].startswith(f"churn-features is not available: {FEATURES}")


def test_an_entry_is_not_offered_itself(told) -> None:
    """The closest name to a wrong reference is another entry's, not that of the asking one."""
    text = HEALTHY[FEATURES].replace("billing-events@1.2.0", "churn-featurez@1.0.0")
    assert "did you mean" not in told({FEATURES: text})[f"{FEATURES}:5 L001"]
    text = HEALTHY[PROJECT].replace("churn-features@1.0.0", "churn-featurez@1.0.0")
    assert "did you mean churn-features?" in told({PROJECT: text})[f"{PROJECT}:9 L001"]


def test_a_link_is_called_one(told, tmp_path: Path) -> None:
    """Where a link stands on the way to a path, the remedy is not to add the file."""
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "churn.py").write_text("")
    (tmp_path / "code").symlink_to("real")
    record = HEALTHY[FEATURES].replace("git: 'https://git.example.org/growth/churn', ", "")
    link = told({FEATURES: record.replace("path: churn.py", "path: code/churn.py")})
    assert '"code" is a link' in link[f"{FEATURES}:4 P001"]
    assert "add the file" not in link[f"{FEATURES}:4 P001"]
    missing = told({FEATURES: record.replace("path: churn.py", "path: real/other.py")})
    assert "add the file" in missing[f"{FEATURES}:4 P001"]


def test_a_repository_behind_a_link_is_judged_where_it_lies(told, tmp_path: Path) -> None:
    """A link in the library that leads outside does not make a repository one of its own."""
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    outside.mkdir()
    (tmp_path / "code").symlink_to(outside)
    text = HEALTHY[PROJECT] + "repository: {path: code}\n"
    assert f"{PROJECT}:10 P002" in told({PROJECT: text})
    settings = HEALTHY["catalog/settings.yaml"] + f"local_roots: ['{outside}']\n"
    assert told({PROJECT: text, "catalog/settings.yaml": settings}) == {}


def test_bounds_are_named(told) -> None:
    """The remedy for a number out of range or a text too short names the bound."""
    text = HEALTHY[PROJECT].replace("size: 3", "size: 0").replace("complexity: 4", "complexity: 11")
    said = told({PROJECT: text})
    assert said[f"{PROJECT}:5 V013"].endswith("| write a number of at least 1")
    assert said[f"{PROJECT}:4 V013"].endswith("| write a number of at most 10")
    short = HEALTHY[FEATURES].replace("Monthly churn features from billing events.", "Short.")
    said = told({PROJECT: HEALTHY[PROJECT], FEATURES: short})
    assert said[f"{FEATURES}:2 V006"] == (
        "description is too short: at least 10 characters, not 6 | write at least 10 characters"
    )


def test_one_character_is_one(told) -> None:
    """A name of one letter has one character."""
    said = told({"catalog/pipelines/x.yaml": HEALTHY[FEATURES]})
    assert 'name "x" has 1 character |' in said["catalog/pipelines/x.yaml:1 F003"]
