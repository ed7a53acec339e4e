"""What ``maestro fetch`` says about projects that it cannot even ask for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from .cases import HEALTHY, write_tree
from .conftest import Answer

PROJECT = "projects/churn-2025/project.yaml"
SETTINGS = "catalog/settings.yaml"
URL = "repository: {url: 'https://git.internal/growth/churn'}\n"

LEFT_OUT = {
    "record with a fault": ({PROJECT: HEALTHY[PROJECT].replace("size: 3", "size: 0")}, PROJECT),
    "no YAML": ({PROJECT: "description: [\n"}, PROJECT),
    "address that may not be asked": ({PROJECT: HEALTHY[PROJECT] + URL}, PROJECT),
    "settings with a fault": ({SETTINGS: "title: 1\nformat: 1\n"}, SETTINGS),
}


@pytest.mark.parametrize("name", LEFT_OUT)
def test_a_project_that_is_left_out_is_named(
    name: str, tmp_path: Path, maestro: Callable[..., Answer]
) -> None:
    """The record that keeps a repository from being fetched is named, with exit code 1."""
    files, path = LEFT_OUT[name]
    write_tree(tmp_path, {**HEALTHY, **files})
    answer = maestro("fetch", "-C", tmp_path)
    assert answer.code == 1
    first, hint, last = answer.err.splitlines()
    assert f": {path}: " in first and "not fetched" in first
    assert hint.startswith("    ")
    assert "1 failed" in last or "1 record with faults" in last


def test_a_link_in_the_place_of_a_record_is_named(
    tmp_path: Path, maestro: Callable[..., Answer]
) -> None:
    """A project whose record is a link is not fetched, and that is said."""
    write_tree(tmp_path, {**HEALTHY, PROJECT: ""})
    (tmp_path / PROJECT).parent.mkdir(parents=True)
    (tmp_path / PROJECT).symlink_to("/etc/hostname")
    answer = maestro("fetch", "-C", tmp_path)
    assert answer.code == 1 and f"F002: {PROJECT}: " in answer.err


def test_nothing_to_fetch_is_no_fault(tmp_path: Path, maestro: Callable[..., Answer]) -> None:
    """Projects without a repository are all right."""
    write_tree(tmp_path, HEALTHY)
    answer = maestro("fetch", "-C", tmp_path)
    assert (answer.code, answer.err) == (0, "0 repositories, 0 failed\n")
