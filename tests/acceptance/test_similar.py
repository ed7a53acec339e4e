"""``maestro similar``: from records by a build to what is most like one of them."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from maestro.cli.main import guarded
from maestro.cli.similar import COLUMNS
from tests.architecture.test_startup import HEAVY, loaded_by

from .cases import HEALTHY, write_tree

CHURN = "catalog/feature_pipelines/churn-features.yaml"
TWIN = HEALTHY[CHURN].replace("Monthly churn", "Monthly churn retention")
OTHER = HEALTHY["projects/churn-2025/project.yaml"]
TREE = {
    **HEALTHY,
    CHURN: HEALTHY[CHURN] + "outputs: [{name: tenure}, {name: calls}, {name: bill}]\n",
    "catalog/feature_pipelines/leaver-table.yaml": TWIN
    + "outputs: [{name: tenure}, {name: calls}, {name: bill}]\ntags: []\n",
    "projects/churn-2024/project.yaml": OTHER.replace("status: active", "status: done")
    .replace("2025-02-01", "2024-02-01\nended: 2024-05-01\noutcomes: {success: partly}")
    .replace("complexity: 4", "complexity: 5"),
    "projects/both/project.yaml": OTHER.replace("Find customers who", "Say which people"),
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with a near-duplicate and a finished project, after a build."""
    folder = tmp_path_factory.mktemp("similar")
    write_tree(folder, TREE)
    assert guarded(["build", "-C", str(folder)]) == 0
    return folder


def test_a_project_is_shown_with_what_it_shares(built: Path, maestro: Callable[..., Any]) -> None:
    """The nearest finished project, its score, and what both have."""
    answer = maestro("similar", "churn-2025", "-C", built)
    assert answer.code == 0, answer.err
    head, first = answer.out.splitlines()
    assert head.endswith("compared with 1 finished project")
    assert "churn-2024 (project): " in first
    for shared in ("class tabular-classification", "team of 3", "complexity 4 and 5"):
        assert shared in first
    assert "100 % of the words" in first


@pytest.mark.parametrize(
    ("name", "other"),
    [("leaver-table@1.0.0", "churn-features@1.0.0"), ("churn-features", "leaver-table")],
)
def test_a_near_duplicate_is_told_first(
    built: Path, maestro: Callable[..., Any], name: str, other: str
) -> None:
    """Either of the two is told of the other, once, with what to do."""
    lines = maestro("similar", name, "-C", built).out.splitlines()
    assert lines[1].startswith("  nearly the same: 0.9") and other in lines[1]
    assert "3 of 3 outputs (bill, calls, tenure)" in lines[1]
    assert "reason:" in lines[2]
    assert sum(other in line for line in lines) == 1


def test_a_reason_is_shown(tmp_path: Path, maestro: Callable[..., Any]) -> None:
    """Where a record says why both stand there, that is what is shown."""
    path = "catalog/feature_pipelines/leaver-table.yaml"
    write_tree(tmp_path, {**TREE, path: TREE[path] + "reason: For prepaid customers only.\n"})
    maestro("build", "-C", tmp_path)
    assert (
        "why both: For prepaid customers" in maestro("similar", "leaver-table", "-C", tmp_path).out
    )


def test_json_and_csv(built: Path, maestro: Callable[..., Any]) -> None:
    """The same answer as one JSON document and as lines of a table."""
    said = json.loads(maestro("similar", "leaver-table", "-C", built, "--format", "json").out)
    assert said["format"] == 1 and said["name"] == "leaver-table"
    (record,) = said["records"]
    assert [one["name"] for one in record["duplicates"]] == ["churn-features"]
    text = maestro("similar", "leaver-table", "-C", built, "--format", "csv").out
    rows = list(csv.DictReader(io.StringIO(text)))
    assert tuple(rows[0]) == COLUMNS
    assert (rows[0]["relation"], rows[0]["other"]) == ("duplicate", "churn-features")
    assert float(rows[0]["score"]) == record["duplicates"][0]["score"]


def test_what_is_newer_than_the_build_or_has_faults_is_said_so(
    built: Path, tmp_path: Path, maestro: Callable[..., Any]
) -> None:
    """A record added since asks for a build, one with faults for a check; neither is unknown."""
    library = tmp_path / "library"
    shutil.copytree(built, library)
    record = TREE["projects/churn-2025/project.yaml"]
    for name, text in (("new-one", record), ("bad-one", record.replace("{size: 3}", "{}"))):
        write_tree(library, {f"projects/{name}/project.yaml": text})
    for command in ("similar", "recommend"):
        new = maestro(command, "new-one", "-C", library)
        assert new.code and '"new-one" is not in the last build' in new.err
        assert "run maestro build" in new.err
        bad = maestro(command, "bad-one", "-C", library)
        assert bad.code and "has faults and is left out" in bad.err
        assert "maestro check" in bad.err


def test_unknown_names_get_a_close_one(built: Path, maestro: Callable[..., Any]) -> None:
    """A name that nothing has is wrong use, with a close one."""
    answer = maestro("similar", "churn-feature", "-C", built)
    assert (answer.code, answer.out) == (2, "")
    assert "did you mean churn-features" in answer.err


def test_without_a_build(tmp_path: Path, maestro: Callable[..., Any]) -> None:
    """Without findings it says how to get some."""
    write_tree(tmp_path, HEALTHY)
    answer = maestro("similar", "churn-2025", "-C", tmp_path)
    assert answer.code == 3 and "run maestro build" in answer.err


def test_a_second_build_takes_it_from_the_cache(built: Path, maestro: Callable[..., Any]) -> None:
    """The same records give the same bytes again."""
    before = (built / "build" / "findings.json").read_bytes()
    assert maestro("build", "-C", built).code == 0
    assert (built / "build" / "findings.json").read_bytes() == before


def test_it_starts_without_the_heavy_packages(built: Path) -> None:
    """Reading findings loads neither numpy nor pandas nor scikit-learn."""
    code, out, loaded = loaded_by(built, "similar", "churn-2025", "-C", str(built))
    assert code == 0 and "churn-2024" in out
    assert not loaded & HEAVY
