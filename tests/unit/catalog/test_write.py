"""New records, files that are replaced, and diffs."""

from __future__ import annotations

import datetime
import os
from pathlib import Path

import pytest

from maestro.catalog.files import classify
from maestro.catalog.load import load_catalog
from maestro.catalog.write import (
    new_record,
    record_path,
    replace_file,
    replace_files,
    unified_diff,
)
from maestro.errors import MaestroError
from maestro.schema import RECORDS

from .trees import write_tree

FIELDS = {
    "description": "no: a description that needs quotes # really",
    "version": "1.0.0",
    "owner": "growth",
    "source": {"path": "README.md"},
}


def test_a_new_record_is_minimal_and_valid(tmp_path: Path) -> None:
    """Four fields give a record of six lines in the model's order that passes the check."""
    text = new_record("datasets", "churn-data", FIELDS)
    assert text == (
        "# yaml-language-server: $schema=../../schemas/datasets.schema.json\n"
        "version: 1.0.0\n"
        'description: "no: a description that needs quotes # really"\n'
        "owner: growth\n"
        "source:\n"
        "  path: README.md\n"
    )
    write_tree(tmp_path, {record_path("datasets", "churn-data"): text})
    catalog = load_catalog(tmp_path)
    assert not catalog.problems
    assert catalog.entries["churn-data"].record.description == FIELDS["description"]


def test_dates_and_missing_fields() -> None:
    """Dates are written as days, fields without a value are left out."""
    text = new_record(
        "projects",
        "win-back",
        {
            "started": datetime.date(2024, 1, 2),
            "description": "Keeps people from leaving us.",
            "owner": "growth",
            "problem_class": "forecasting",
            "complexity": 3,
            "team": {"size": 2},
            "status": "active",
            "title": None,
        },
    )
    assert "started: 2024-01-02\n" in text and "title" not in text


@pytest.mark.parametrize(
    ("kind", "name", "path"),
    [
        ("datasets", "churn-data", "catalog/datasets/churn-data.yaml"),
        ("model_cards", "churn-gbm", "catalog/model_cards/churn-gbm.yaml"),
        ("projects", "win-back", "projects/win-back/project.yaml"),
        ("experiments", "win-back/calls", "projects/win-back/experiments/calls.yaml"),
        ("channels", "production/churn-gbm", "catalog/channels/production/churn-gbm.yaml"),
        ("policies", "two-eyes", "catalog/policies/two-eyes.yaml"),
        ("settings", "settings", "catalog/settings.yaml"),
    ],
)
def test_every_record_has_its_place(kind: str, name: str, path: str) -> None:
    """The path of a new record is one from which the same kind and name are read."""
    assert record_path(kind, name) == path
    found = classify(path)
    assert found is not None and (found.kind, found.name) == (kind, name)


@pytest.mark.parametrize(
    ("kind", "name", "fields", "code"),
    [
        ("dataset", "churn-data", FIELDS, "W004"),
        ("datasets", "Churn Data", FIELDS, "W005"),
        ("datasets", "../../etc/passwd", FIELDS, "W005"),
        ("datasets", "index", FIELDS, "W005"),
        ("channels", "churn-gbm", {}, "W005"),
        ("datasets", "churn-data", {}, "W006"),
        ("datasets", "churn-data", {**FIELDS, "version": "1.0"}, "W006"),
        ("datasets", "churn-data", {**FIELDS, "verison": "1.0.0"}, "W006"),
        ("datasets", "churn-data", {**FIELDS, "usage": "a\x07bell"}, "W002"),
    ],
)
def test_bad_new_records_are_refused(
    kind: str, name: str, fields: dict[str, object], code: str
) -> None:
    """A wrong kind, name or field gives one sentence and no text."""
    with pytest.raises(MaestroError) as caught:
        new_record(kind, name, fields)
    assert caught.value.code == code
    assert caught.value.hint


def test_every_kind_is_known() -> None:
    """Each kind of record has a place, or is one file."""
    for kind in RECORDS:
        name = {"experiments": "abc/def", "channels": "abc/def"}.get(kind, "abc")
        assert record_path(kind, name).endswith(".yaml")


def test_a_replaced_file_keeps_its_mode(tmp_path: Path) -> None:
    """The permissions of the old file are those of the new one."""
    path = tmp_path / "x.yaml"
    path.write_text("a: 1\n")
    path.chmod(0o640)
    replace_file(path, b"a: 2\n")
    assert path.stat().st_mode & 0o777 == 0o640
    assert path.read_bytes() == b"a: 2\n"


def test_a_failed_write_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk is one sentence; the old file and no other is there."""
    path = tmp_path / "x.yaml"
    path.write_text("a: 1\n")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(MaestroError) as caught:
        replace_file(path, b"a: 2\n")
    assert caught.value.code == "W007" and caught.value.exit_code == 3
    assert path.read_text() == "a: 1\n" and os.listdir(tmp_path) == ["x.yaml"]


def test_what_a_killed_write_left_is_cleared(tmp_path: Path) -> None:
    """A temporary file of an earlier, killed write is in nobody's way."""
    (tmp_path / ".x.yaml.tmp").write_text("half")
    replace_file(tmp_path / "x.yaml", b"a: 2\n")
    assert os.listdir(tmp_path) == ["x.yaml"]


def test_many_files_change_together(tmp_path: Path) -> None:
    """When one file is not as expected, none is touched."""
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text("a: 1\n")
    changes = {"a.yaml": (b"a: 1\n", b"a: 2\n"), "b.yaml": (b"other\n", b"a: 2\n")}
    with pytest.raises(MaestroError) as caught:
        replace_files(tmp_path, changes)
    assert caught.value.code == "W008"
    assert (tmp_path / "a.yaml").read_text() == "a: 1\n"
    changes["b.yaml"] = (b"a: 1\n", b"a: 2\n")
    assert replace_files(tmp_path, changes) == ["a.yaml", "b.yaml"]
    assert sorted(os.listdir(tmp_path)) == ["a.yaml", "b.yaml"]


def test_links_are_not_written_through(tmp_path: Path) -> None:
    """A link in a record's place is refused, its target stays as it is."""
    (tmp_path / "real.yaml").write_text("a: 1\n")
    (tmp_path / "x.yaml").symlink_to("real.yaml")
    with pytest.raises(MaestroError):
        replace_files(tmp_path, {"x.yaml": (b"a: 1\n", b"a: 2\n")})
    assert (tmp_path / "real.yaml").read_text() == "a: 1\n"


def test_diffs_only_show() -> None:
    """A diff names old and new lines; control characters in it are shown, not sent."""
    diff = unified_diff({"x.yaml": (b"a: 1\r\nb: \x1b[31m\n", b"a: 2\r\nb: \x1b[31m\n")})
    assert diff == "--- a/x.yaml\n+++ b/x.yaml\n@@ -1,2 +1,2 @@\n-a: 1\n+a: 2\n b: \\u001b[31m\n"
    assert unified_diff({}) == ""
