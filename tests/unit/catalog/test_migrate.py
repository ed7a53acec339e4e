"""Migration of record formats."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from maestro.catalog.files import RecordFile
from maestro.catalog.load import load_catalog
from maestro.catalog.migrate import STEPS, Step, plan_migration
from maestro.errors import MaestroError
from maestro.schema import FORMAT
from maestro.source.edit import Document

from .trees import artifact, write_tree

SETTINGS = "catalog/settings.yaml"
OLD = "# our library\ntitle: 'Test'   # its name\n"


def test_format_0_gets_its_number(tmp_path: Path) -> None:
    """A library without a format gets format 1 in one added line, and then loads."""
    write_tree(tmp_path, {SETTINGS: OLD, "catalog/datasets/abc.yaml": artifact()})
    plan = plan_migration(tmp_path)
    assert (plan.start, plan.target, list(plan.changes)) == (0, FORMAT, [SETTINGS])
    assert plan.diff().endswith(" # our library\n title: 'Test'   # its name\n+format: 1\n")
    assert (tmp_path / SETTINGS).read_text() == OLD
    assert plan.apply() == [SETTINGS]
    assert (tmp_path / SETTINGS).read_text() == OLD + "format: 1\n"
    assert not load_catalog(tmp_path).problems


def test_current_library_needs_nothing(tmp_path: Path) -> None:
    """At the current format there is no step, no change and an empty diff."""
    plan = plan_migration(write_tree(tmp_path, {}))
    assert (plan.steps, plan.changes, plan.diff(), plan.apply()) == ((), {}, "", [])


def test_steps_cover_every_format() -> None:
    """There is exactly one step for each format before the current one."""
    assert [step.start for step in STEPS] == list(range(FORMAT))


def rename_owner(record: RecordFile, document: Document) -> None:
    """An invented step: ``owner`` is called ``team``, and settings say format 2."""
    if record.path == SETTINGS:
        document.set(("format",), 2)
    elif "owner" in document.data:
        document.set(("team",), document.data["owner"])
        document.delete(("owner",))


LATER = (*STEPS, Step(1, "owner is called team", rename_owner))


def test_steps_follow_each_other_and_keep_comments(tmp_path: Path) -> None:
    """From format 0 both steps run on every record, comments stay."""
    write_tree(tmp_path, {SETTINGS: OLD, "catalog/datasets/abc.yaml": "# why\n" + artifact()})
    plan = plan_migration(tmp_path, LATER, target=2)
    assert len(plan.steps) == 2
    plan.apply()
    text = (tmp_path / "catalog/datasets/abc.yaml").read_text()
    assert text.startswith("# why\nversion: 1.0.0\n") and text.endswith("team: growth\n")
    assert (tmp_path / SETTINGS).read_text().endswith("format: 2\n")


def test_a_killed_migration_is_run_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed after any number of renames, the next run completes it to the same bytes."""
    names = [f"catalog/datasets/d-{i:02d}.yaml" for i in range(3)]
    files = {SETTINGS: OLD, **{name: artifact() for name in names}}
    write_tree(tmp_path / "whole", files)
    plan_migration(tmp_path / "whole", LATER, target=2).apply()
    for moment in range(4):
        root = write_tree(tmp_path / f"killed-{moment}", files)
        left = [moment]
        replace = Path.replace

        def dying(self: Path, target: Path, left: list[int] = left, old: object = replace) -> Path:
            if left[0] == 0:
                raise KeyboardInterrupt
            left[0] -= 1
            return old(self, target)  # type: ignore[operator,no-any-return]

        with monkeypatch.context() as patch:
            patch.setattr(Path, "replace", dying)
            with pytest.raises(KeyboardInterrupt):
                plan_migration(root, LATER, target=2).apply()
        assert (root / SETTINGS).read_text() == OLD
        plan_migration(root, LATER, target=2).apply()
        for name in files:
            assert (root / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
        assert not [name for name in os.listdir(root / "catalog/datasets") if name.startswith(".")]


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({SETTINGS: "title: x\nformat: 99\n"}, "W009"),
        ({SETTINGS: "title: x\nformat: one\n"}, "W010"),
        ({SETTINGS: "title: [x\n"}, "W010"),
        ({SETTINGS: OLD, "catalog/datasets/abc.yaml": "a: [\n"}, "W010"),
    ],
)
def test_what_cannot_be_migrated_is_not_touched(
    tmp_path: Path, files: dict[str, str], code: str
) -> None:
    """A newer format or an unreadable record stops the migration before anything is written."""
    write_tree(tmp_path, files)
    with pytest.raises(MaestroError) as caught:
        plan_migration(tmp_path)
    assert caught.value.code == code and caught.value.hint
