"""What the stages ask of the parts they join."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from maestro.engine.cache import Cache
from maestro.pipeline.kept import Kept
from maestro.pipeline.stages import Stages
from maestro.schema.details import ChangeDetail
from tests.unit.mining.making import Git
from tests.unit.publishing import sample


def test_every_version_that_a_record_lists_gets_an_impact_finding(tmp_path: Path) -> None:
    """Earlier versions that no finished project used are looked at too, and say why not."""
    catalog = sample.write(tmp_path)
    moment = SimpleNamespace(iso="2026-11-21T08:00:00Z", seconds=1_795_248_000, commit="")
    inputs: Any = SimpleNamespace(
        catalog=catalog, settings=catalog.settings, moment=moment, ends={}, data=None
    )
    stages = Stages(cast("Any", inputs), Cache(None), lambda text: None)
    found = {f.subject: f for f in stages.learn(stages.score()) if f.kind == "impact"}
    assert {"churn-features@1.2.0", "churn-features@1.3.0", "customers@2.0.0"} <= set(found)
    assert found["churn-features@1.2.0"].quality == [
        "0 finished projects with a score, at least 30 are needed"
    ]


def test_changes_name_the_version_that_each_left(tmp_path: Path) -> None:
    """Each change of a record holds the version that its file has since, a removal none."""
    git = Git(tmp_path / "home")
    path = "library/catalog/schemas/x.yaml"
    one = git.commit({path: "version: 1.0.0\n", "library/projects/p/project.yaml": "a: 1\n"})
    two = git.commit({path: "version: 1.1.0\n"})
    (git.folder / path).unlink()
    three = git.commit({"library/catalog/schemas/y.yaml": "version: 1\n"})
    moment = SimpleNamespace(iso="2026-11-21T08:00:00Z", seconds=1_795_248_000, commit=three)
    inputs: Any = SimpleNamespace(root=git.folder / "library", moment=moment)
    stages = Stages(cast("Any", inputs), Cache(None), lambda text: None)
    found, is_whole = stages._changes()
    assert is_whole
    details = [f.detail for f in found if isinstance(f.detail, ChangeDetail)]
    assert {(d.path, d.commit): (d.action, d.version) for d in details} == {
        ("catalog/schemas/x.yaml", one): ("added", "1.0.0"),
        ("catalog/schemas/x.yaml", two): ("changed", "1.1.0"),
        ("catalog/schemas/x.yaml", three): ("removed", ""),
        ("catalog/schemas/y.yaml", three): ("added", ""),
        ("projects/p/project.yaml", one): ("added", ""),
    }


def test_changes_that_are_kept_follow_commits_and_time(tmp_path: Path) -> None:
    """A process that goes on sees a commit of the same moment, and findings say as of when."""
    git, kept = Git(tmp_path / "home"), Kept()

    def changes(iso: str) -> tuple[set[str], set[str]]:
        """Commits of the changes of the records, and the times that they are said to be of."""
        moment = SimpleNamespace(iso=iso, seconds=1_795_248_000, commit="known")
        inputs: Any = SimpleNamespace(root=git.folder, moment=moment)
        found, _ = Stages(inputs, Cache(None), lambda text: None, kept=kept)._changes()
        details = [f.detail for f in found if isinstance(f.detail, ChangeDetail)]
        return {d.commit for d in details}, {f.as_of for f in found}

    first, later = "2026-11-21T08:00:00Z", "2026-11-22T08:00:00Z"
    one = git.commit({"catalog/schemas/x.yaml": "version: 1.0.0\n"})
    assert changes(first) == ({one}, {first})
    two = git.commit({"catalog/schemas/x.yaml": "version: 1.1.0\n"})
    assert changes(first) == ({one, two}, {first})
    assert changes(later) == ({one, two}, {later})
