"""Impact in simulated libraries whose true effects are known, from their records on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from scipy.stats import spearmanr

from maestro.catalog.load import load_catalog
from maestro.demo import generate
from maestro.demo.simulator import Options
from maestro.learning.impact import impact_findings
from maestro.learning.success import score_success
from maestro.learning.table import make_table
from maestro.repository.imports import import_stream
from maestro.schema import Finding
from maestro.schema.learned import ImpactDetail

NOW = "2026-06-30T12:00:00Z"
SEEDS = (1, 2, 3)
Library = tuple[list[Finding], dict[str, float]]


def graded(root: Path, seed: int) -> Library:
    """Impact findings with a number in a library of 300 projects, and the true effects."""
    generate(root, import_stream, Options(projects=300, seed=seed, histories=False))
    catalog = load_catalog(root)
    block = catalog.settings.success
    assert block is not None
    records = {name: entry.record for name, entry in catalog.projects.items()}
    scores = [
        score_success(record, block, name=name, path="", as_of=NOW)
        for name, record in records.items()
    ]
    found = impact_findings(make_table(records, scores), as_of=NOW)
    truth: dict[str, Any] = json.loads((root / "simulated-truth.json").read_text("utf-8"))
    impacts = [one for one in found if one.kind == "impact" and one.value is not None]
    return impacts, truth["artifacts"]


@pytest.fixture(scope="module")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> list[Library]:
    """Three libraries of other seeds than the guide's."""
    root = tmp_path_factory.mktemp("truth")
    return [graded(root / f"seed-{seed}", seed) for seed in SEEDS]


def naive(finding: Finding) -> float:
    """The difference of plain means that stands beside the impact."""
    assert isinstance(finding.detail, ImpactDetail)
    assert finding.detail.naive_mean is not None
    assert finding.detail.others_mean is not None
    return finding.detail.naive_mean - finding.detail.others_mean


def test_impacts_are_ordered_better_than_plain_differences(libraries: list[Library]) -> None:
    """Rank correlation with the truth is above .6, and .1 above that of the plain differences."""
    mine, plain = [], []
    for found, truth in libraries:
        true = [truth[one.subject] for one in found]
        mine.append(float(spearmanr([one.value for one in found], true).statistic))
        plain.append(float(spearmanr([naive(one) for one in found], true).statistic))
    assert sum(mine) / len(mine) > 0.6
    assert sum(mine) / len(mine) > sum(plain) / len(plain) + 0.1


def test_intervals_hold_the_truth(libraries: list[Library]) -> None:
    """At least 80 % of the 90 % intervals hold the true effect, of at least 40 a library."""
    for found, truth in libraries:
        inside = [
            one.lo <= truth[one.subject] <= one.hi
            for one in found
            if one.lo is not None and one.hi is not None
        ]
        assert len(inside) == len(found) >= 40
        assert sum(inside) >= 0.8 * len(inside)


def test_no_verdict_has_the_wrong_sign(libraries: list[Library]) -> None:
    """Nothing harmful is said to help, nothing helpful to hurt, and something is said at all."""
    said = 0
    for found, truth in libraries:
        for one in found:
            if one.label == "helps":
                assert truth[one.subject] > 0, one.subject
            if one.label == "hurts":
                assert truth[one.subject] < 0, one.subject
            said += one.label in ("helps", "hurts")
    assert said >= len(libraries)


def test_impacts_are_nearer_than_plain_differences(libraries: list[Library]) -> None:
    """The mean square error is less than half that of the plain differences."""
    for found, truth in libraries:
        mine = sum(((one.value or 0) - truth[one.subject]) ** 2 for one in found)
        plain = sum((naive(one) - truth[one.subject]) ** 2 for one in found)
        assert mine < 0.5 * plain
