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


def test_settings_are_shown_in_words(tmp_path: Path, maestro: Maestro) -> None:
    """What is not set says so, and maps are JSON: no value looks like Python."""
    settings = "title: Ours\nformat: 1\npeople: {bots: [robot]}\nhosts: [git.local]\n"
    write_tree(tmp_path, {**HEALTHY, "catalog/settings.yaml": settings})
    lines = maestro("settings", "-C", tmp_path).out.splitlines()
    rows = {line.split()[0]: line for line in lines}
    assert " not set " in rows["license"] and '{"aliases": {}, "bots": ["robot"]}' in rows["people"]
    assert '["git.local"]' in rows["hosts"] and " Ours " in rows["title"]
    assert not any(word in line for line in lines for word in ("None", "True", "False", "'"))


def test_lineage_names_its_circle(tmp_path: Path, maestro: Maestro) -> None:
    """An entry that is built on itself by a detour shows the way; others show none."""
    path = "catalog/datasets/billing-events.yaml"
    text = HEALTHY[path] + "uses: [churn-features@1.0.0]\n"
    write_tree(tmp_path, {**HEALTHY, path: text})
    answer = maestro("lineage", "churn-features", "-C", tmp_path)
    assert (
        "in a circle:             billing-events -> churn-features -> billing-events" in answer.out
    )
    assert "in a circle" not in maestro("lineage", "churn-2025", "-C", tmp_path).out
    told = json.loads(maestro("lineage", "billing-events", "-C", tmp_path, "--format", "json").out)
    assert told["circles"] == [["billing-events", "churn-features"]]


@pytest.mark.parametrize(
    ("error", "said", "hint"),
    [
        (OSError(27, "File too large"), "M004: file too large", "free some space"),
        (OSError(28, "No space left", "/x/y"), "M004: no space left: /x/y", "free some space"),
        (PermissionError(13, "Permission denied", b"/x/y"), "M004: permission denied: /x/y", "own"),
        (OSError("odd"), "M004: odd", "check the file"),
        (OSError(5, "Input/output error", 3), "M004: input/output error", "check the file"),
    ],
)
def test_what_the_system_refuses_has_a_remedy(
    error: OSError, said: str, hint: str, tmp_path: Path, maestro: Maestro, monkeypatch
) -> None:
    """A refusal of the operating system names the file when it is known, and what to do."""
    import maestro.pipeline as pipeline

    def broken(*args: object, **kwargs: object) -> None:
        raise error

    monkeypatch.setattr(pipeline, "check", broken)
    write_tree(tmp_path, HEALTHY)
    answer = maestro("check", "-C", tmp_path)
    first, second = answer.err.splitlines()
    assert (answer.code, first) == (3, f"maestro: {said}")
    assert second.startswith("    ") and hint in second
