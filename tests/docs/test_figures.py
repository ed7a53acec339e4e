"""Numbers in the guides are those of the program."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from maestro.catalog.load import load_catalog
from maestro.demo import generate
from maestro.demo.simulator import Options
from maestro.learning.impact import Rule, impact_findings
from maestro.learning.metamodel import NEEDED, outcome_findings
from maestro.learning.success import score_success
from maestro.learning.table import make_table
from maestro.mining.process import Rules, metrics
from maestro.repository.imports import import_stream
from maestro.schema import Finding, Settings
from maestro.schema.settings import DEFAULT_SUCCESS
from maestro.source import parse
from maestro.source.text import MAX_BYTES, MAX_DEPTH, MAX_NODES

from .pages import blocks, text_of

NOW = "2026-06-30T12:00:00Z"


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Finding], dict[str, Any]]:
    """Findings about the default simulated library, and its truth."""
    root = tmp_path_factory.mktemp("tour") / "tour"
    generate(root, import_stream, Options(histories=False))
    catalog = load_catalog(root)
    block = catalog.settings.success
    assert block is not None
    records = {name: entry.record for name, entry in catalog.projects.items()}
    scores = [
        score_success(record, block, name=name, path="", as_of=NOW)
        for name, record in records.items()
    ]
    table = make_table(records, scores)
    also = [entry.reference for entry in catalog.artifacts()]
    findings = impact_findings(table, as_of=NOW, also=also) + outcome_findings(table, as_of=NOW)
    return findings, json.loads((root / "simulated-truth.json").read_text("utf-8"))


def flat(page: str) -> str:
    """A guide's text on one line."""
    return " ".join(text_of(f"site/guides/{page}").split())


def test_the_impact_guide_tells_how_often_it_is_wrong(tour: Any) -> None:
    """Versions, numbers, covered intervals and right verdicts on the simulated library."""
    findings, truth = tour
    effects = truth["artifacts"]
    impacts = [finding for finding in findings if finding.kind == "impact"]
    numbers = [finding for finding in impacts if finding.value is not None]
    covered = [f for f in numbers if f.lo <= effects[f.subject] <= f.hi]
    called = [f for f in numbers if f.label in ("users did better", "users did worse")]
    right = [f for f in called if (1 if f.value > 0 else -1) * effects[f.subject] > 1]
    text = flat("how-impact-is-measured.md")
    assert f"of its {len(impacts)} versions {len(numbers)} got a number" in text
    assert f"{len(covered)} of {len(numbers)} hold the true effect" in text
    assert f"{len(called)} were called better or worse" in text
    assert f"{len(right)} of these {len(called)} have a true effect" in text
    too_large = [f for f in called if abs(f.value) > 1.5 * abs(effects[f.subject])]
    assert len(too_large) >= 0.8 * len(called), "the guide says: nearly all sizes are too large"


def test_every_verdict_is_explained(tour: Any) -> None:
    """Each thing that impact can say stands in the reader's table, and nothing else does."""
    said = {finding.label for finding in tour[0] if finding.kind == "impact"}
    table = text_of("site/guides/read-the-numbers.md").split("## What it concludes")[1]
    rows = re.findall(r"^\| ([a-z ]+) \| ", table.split("\n## ")[0], re.MULTILINE)
    assert sorted(set(rows) - {"it says"}) == sorted(said)


def test_the_outcomes_guide_tells_how_many_are_covered(tour: Any) -> None:
    """Durations inside their interval on the simulated library, as the finding says."""
    found = next(f for f in tour[0] if f.kind == "outcome_model" and f.subject == "duration")
    inside = round(found.detail.coverage * found.n)
    assert f"{inside} of {found.n} durations lie inside" in flat("how-outcomes-are-predicted.md")


def test_minimums_are_those_of_the_program() -> None:
    """The smallest numbers of projects and teams, the resamples and the margin."""
    rule = Rule()
    text = text_of("site/guides/how-impact-is-measured.md")
    assert f"| finished projects that used it | {rule.least} |" in text
    assert f"| finished projects that did not | {rule.least} |" in text
    assert f"| teams among its users | {rule.teams} |" in text
    assert f"{rule.resamples} times" in text and "1 point" in text and rule.margin == 1.0
    assert f"{rule.level * 100:.0f} %" in text
    assert f"fewer than {NEEDED} finished projects" in flat("how-outcomes-are-predicted.md")
    reader = flat("read-the-numbers.md")
    assert (
        f"at least {rule.least} finished projects that used it, of at least {rule.teams}" in reader
    )
    assert f"at least {NEEDED} finished projects that recorded it" in reader


def test_the_success_guide_shows_the_default() -> None:
    """The settings in the guide are the block that holds when a library declares none."""
    block = next(b for b in blocks("site/guides/how-success-is-measured.md") if b.path)
    plain, faults = parse(block.text.encode())
    assert not faults
    assert Settings.model_validate(plain).success == DEFAULT_SUCCESS


def test_the_security_guide_names_the_limits_of_the_reader() -> None:
    """Size, depth and number of values of a record."""
    text = text_of("site/guides/security.md")
    assert f"{MAX_BYTES // 1024} KiB, depth {MAX_DEPTH}, {MAX_NODES:,} values" in text


def test_the_activity_guide_names_every_figure(tmp_path: Path) -> None:
    """The table of figures holds what mining gives for a project, no more and no less."""
    from maestro.mining.collect import Harvest, Scope
    from maestro.mining.people import Identities

    empty = Harvest(Scope("one"), "missing")
    given = metrics(empty, Rules(as_of=1_780_000_000), Identities())
    rows = re.findall(
        r"^\| ([a-z0-9_]+(?:, [a-z0-9_]+)*) \| ",
        text_of("site/guides/how-activity-is-measured.md"),
        re.M,
    )
    listed = [name for row in rows if row not in ("figure", "what") for name in row.split(", ")]
    assert sorted(listed) == sorted(finding.detail.name for finding in given)
    assert f"the {Rules(as_of=0).window_weeks} weeks" in flat("how-activity-is-measured.md")
