"""Numbers in the guides are those of the program."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from scipy.stats import spearmanr

from maestro.catalog.load import load_catalog
from maestro.cli.main import guarded
from maestro.demo import generate
from maestro.demo.simulator import Options
from maestro.learning.impact import GRADES, Rule, impact_findings
from maestro.learning.impact import NEEDED as LEAST_SCORED
from maestro.learning.metamodel import NEEDED, outcome_findings
from maestro.learning.simulated import truth_findings
from maestro.learning.success import score_success
from maestro.learning.table import Table, make_table
from maestro.learning.targets import LITTLE
from maestro.mining.process import Rules, metrics
from maestro.repository.imports import import_stream
from maestro.schema import Finding, Settings
from maestro.schema.known_metrics import KNOWN
from maestro.schema.settings import DEFAULT_SUCCESS
from maestro.schema.truth import TruthDetail
from maestro.schema.worth import worth_of
from maestro.source import parse
from maestro.source.text import MAX_BYTES, MAX_DEPTH, MAX_NODES

from .pages import blocks, text_of

NOW = "2026-06-30T12:00:00Z"


def simulated(root: Path, projects: int) -> tuple[list[Finding], Table, dict[str, Any]]:
    """Impact in a simulated library, its table, and its truth."""
    generate(root, import_stream, Options(projects=projects, histories=False))
    catalog = load_catalog(root)
    block = catalog.settings.success
    assert block is not None
    records = {name: entry.record for name, entry in catalog.projects.items()}
    scores = [
        score_success(record, block, name=name, path="", as_of=NOW)
        for name, record in records.items()
    ]
    table = make_table(records, scores)
    # Every version, earlier ones too, as a build asks for.
    also = sorted({f"{one.name}@{v}" for one in catalog.artifacts() for v in one.versions})
    truth = json.loads((root / "simulated-truth.json").read_text("utf-8"))
    return impact_findings(table, as_of=NOW, also=also), table, truth


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the default simulated library goes."""
    return tmp_path_factory.mktemp("demo") / "tour"


@pytest.fixture(scope="module")
def tour(demo: Path) -> tuple[list[Finding], dict[str, Any]]:
    """Findings about the default simulated library, and its truth."""
    impacts, table, truth = simulated(demo, Options().projects)
    return impacts + outcome_findings(table, as_of=NOW), truth


def flat(page: str) -> str:
    """A guide's text on one line."""
    return " ".join(text_of(f"site/guides/{page}").split())


def figures(findings: list[Finding], truth: dict[str, Any]) -> str:
    """The guide's row: versions, numbers, covered intervals, verdicts and right verdicts.

    The last three are also what a build says of them.
    """
    effects = truth["artifacts"]
    impacts = [finding for finding in findings if finding.kind == "impact"]
    numbers = [finding for finding in impacts if finding.value is not None]
    covered = [f for f in numbers if f.lo <= effects[f.subject] <= f.hi]
    called = [f for f in numbers if f.label in ("helps", "hurts")]
    side = {"helps": 1, "hurts": -1}
    right = [f for f in called if side[f.label] * effects[f.subject] > Rule().margin]
    (held,) = truth_findings(impacts, effects, path="simulated-truth.json", as_of=NOW)
    assert isinstance(held.detail, TruthDetail)
    told = (held.detail.inside, held.detail.verdicts, held.detail.right)
    assert told == (len(covered), len(called), len(right))
    return " | ".join(str(len(group)) for group in (impacts, numbers, covered, called, right))


def test_the_impact_guide_tells_how_often_it_is_right(tour: Any, tmp_path: Path) -> None:
    """Each row of its table, and both rank correlations, on the simulated libraries."""
    text = flat("how-impact-is-measured.md")
    assert f"| 60 | {figures(*tour)} |" in text
    findings, _, truth = simulated(tmp_path / "tour", 300)
    assert f"| 300 (`--projects 300`) | {figures(findings, truth)} |" in text
    numbers = [f for f in findings if f.kind == "impact" and f.value is not None]
    true = [truth["artifacts"][f.subject] for f in numbers]
    mine = spearmanr([f.value for f in numbers], true).statistic
    plain = [f.detail.naive_mean - f.detail.others_mean for f in numbers]  # type: ignore[union-attr]
    assert f"rank correlation of {mine:.2f}" in text
    assert f"plain differences by {spearmanr(plain, true).statistic:.2f}" in text


def test_every_verdict_is_explained(tour: Any) -> None:
    """Each thing that impact can say stands in the reader's table, and nothing else does."""
    said = {finding.label for finding in tour[0] if finding.kind == "impact"}
    table = text_of("site/guides/read-the-numbers.md").split("## What it concludes")[1]
    rows = re.findall(r"^\| ([a-z ]+) \| ", table.split("\n## ")[0], re.MULTILINE)
    verdicts = ["helps", "hurts", "no clear effect", "not enough evidence"]
    assert sorted(set(rows) - {"it says"}) == verdicts
    assert said <= set(verdicts)


def test_the_outcomes_guide_tells_how_many_are_covered(tour: Any) -> None:
    """Durations inside their interval on the simulated library, as the finding says."""
    found = next(f for f in tour[0] if f.kind == "outcome_model" and f.subject == "duration")
    inside = round(found.detail.coverage * found.n)
    text = flat("how-outcomes-are-predicted.md")
    assert f"{inside} of {found.n} durations lie inside" in text
    assert found.detail.skill < 0 and "the skill is below 0" in text
    scores = next(f for f in tour[0] if f.kind == "outcome_model" and f.subject == "success")
    assert f'Its success has "{scores.label}"' in text


def test_the_outcomes_guide_tells_how_forecasts_fared(tour: Any) -> None:
    """Its table of estimates from the past only is what the findings of the tour say."""
    text = flat("how-outcomes-are-predicted.md")
    for found in (f for f in tour[0] if f.kind == "outcome_model"):
        (past,) = found.detail.scored
        inside = "" if past.inside is None else f"{past.inside} "
        row = f"| {past.n} | {inside}| {past.skill:.2f} | {found.detail.skill:.2f} |"
        assert f"| {found.subject} {row}" in text


def test_the_planner_guide_says_what_its_command_says(
    tour: Any, demo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its quoted answer is that of the command beside it, number by number and word by word."""
    text = flat("plan-a-project.md")
    build = demo / "build"
    build.mkdir(exist_ok=True)
    rows = [finding.to_json() for finding in tour[0]]
    (build / "findings.json").write_text(json.dumps(rows), "utf-8")
    (command,) = re.findall(r"`maestro (predict --[^`]*)`", text)
    assert guarded([*command.split(), "-C", str(demo), "--format", "json"]) == 0
    told = {row["target"]: row for row in json.loads(capsys.readouterr().out)["predictions"]}
    days, cost, score, chance = (told[one] for one in ("duration", "cost", "success", "chance"))

    def short(value: float) -> str:
        """A number without decimals, from a thousand on to three digits."""
        return f"{float(f'{value:.3g}') if value >= 1000 else value:,.0f}"

    def ends(row: dict[str, Any]) -> str:
        """Both ends of an interval."""
        return f"{short(row['lo'])} to {short(row['hi'])}"

    said = (
        f"Duration: **{short(days['value'])} days**; nine of ten take {ends(days)}. "
        f"Cost: **{short(cost['value'])} EUR**; nine of ten cost {ends(cost)}. "
        f"Success score: **{short(score['value'])} of 100** (nine of ten lie in {ends(score)}). "
        f"Chance of success: **{short(chance['value'])} %** "
        f"(base rate {short(100 * chance['base_rate'])} %)."
    )
    assert said in text.replace("> ", "")
    assert f"{short(days['value'])} days; nine of ten projects like this take {ends(days)}" in text
    for row in (days, score):
        assert f'"{worth_of(row["label"], row["target"])}"' in text


def test_minimums_are_those_of_the_program() -> None:
    """The smallest numbers of projects, clean comparisons and teams, and the margin."""
    text = text_of("site/guides/how-impact-is-measured.md")
    for grade, projects, clean, teams in GRADES:
        assert f"| {grade} | {projects} | {clean:g} | {teams} |" in text
    flattened = flat("how-impact-is-measured.md")
    assert f"fewer than {LEAST_SCORED} finished projects with a score" in flattened
    assert "(1 point, unless" in flattened and Rule().margin == 1.0
    assert f"fewer than {NEEDED} finished projects" in flat("how-outcomes-are-predicted.md")
    assert LITTLE == 10, "the planner's guide says it in a word"
    assert "fewer than ten finished projects the answer gives no range" in flat("plan-a-project.md")
    reader = flat("read-the-numbers.md")
    _, projects, _, teams = GRADES[-1]
    assert f"at least {LEAST_SCORED} finished projects with a score, {projects} of them" in reader
    assert f"of at least {teams} teams" in reader
    assert f"at least {NEEDED} finished projects that recorded it" in reader


def test_the_success_guide_shows_the_default() -> None:
    """The settings in the guide are the block that holds when a library declares none."""
    block = next(b for b in blocks("site/guides/how-success-is-measured.md") if b.path)
    plain, faults = parse(block.text.encode())
    assert not faults
    assert Settings.model_validate(plain).success == DEFAULT_SUCCESS


def test_the_success_guide_tells_what_metrics_can_be() -> None:
    """Each known metric stands in the table, with its range and which way is better."""
    rows = re.findall(
        r"^\| (`[a-z0-9_`, ]+`) \| ([^|]+) \| ([^|]+) \|$",
        text_of("site/guides/how-success-is-measured.md"),
        re.M,
    )
    told = {
        name: (span.split(" (")[0], way)
        for names, span, way in rows
        for name in re.findall(r"`([a-z0-9_]+)`", names)
        if way in ("more", "less")
    }
    assert told == {
        name: (
            metric.span.removeprefix("from ").removeprefix("of "),
            "more" if metric.is_more_better else "less",
        )
        for name, metric in KNOWN.items()
    }


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
