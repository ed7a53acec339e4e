"""``maestro impact`` and ``maestro search --min-impact``: findings to what people read."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from maestro.cli.impact import COLUMNS
from maestro.schema.findings import Finding
from maestro.schema.learned import ClassImpact, ImpactDetail, PastImpact
from tests.architecture.test_startup import HEAVY, loaded_by

from .cases import HEALTHY, write_tree

AS_OF = "2026-06-30T12:00:00Z"
NOTE = "associated with, not caused by: only a random or staggered roll-out would show that"
FEW = "2 finished projects used it, at least 5 are needed"


def impact(
    reference: str, value: float | None, label: str = "no clear effect", **detail: Any
) -> Finding:
    """One impact finding with an interval of 3 points on either side."""
    graded = value is not None
    given = {"teams": 4, "naive_mean": 71.0, "others_mean": 58.0, **detail}
    return Finding(
        kind="impact",
        subject=reference,
        value=value,
        unit="points",
        lo=value - 3 if value is not None else None,
        hi=value + 3 if value is not None else None,
        level=0.9 if graded else None,
        n=11 if graded else 2,
        as_of=AS_OF,
        method="adjusted plus-minus",
        label=label if graded else "not enough evidence",
        quality=[NOTE] if graded else [FEW],
        detail=ImpactDetail(
            users=[], verdict=label, **{"grade": "moderate" if graded else "insufficient", **given}
        ),
    )


def at_class(name: str, value: float | None, n: int) -> ClassImpact:
    """The effect in one class, with an interval of 5 points on either side."""
    ends = (None, None) if value is None else (value - 5, value + 5)
    label = "helps" if value is not None else "not enough evidence"
    return ClassImpact(problem_class=name, value=value, lo=ends[0], hi=ends[1], n=n, label=label)


PAST = [
    PastImpact(at="2026-03-01T08:00:00Z", commit="a" * 40, value=1.0, lo=-1, hi=3, n=8, label="no"),
    PastImpact(at=AS_OF, commit="b" * 40, value=4.1, lo=1.1, hi=7.1, n=11, label="helps",
               reason="3 more projects"),
]  # fmt: skip
FINDINGS = [
    impact("billing-events@1.1.0", -6.0, "hurts", grade="weak"),
    impact("billing-events@1.2.0", 0.5),
    impact(
        "churn-features@1.0.0",
        4.1,
        "helps",
        classes=[at_class("tabular-classification", 6.0, 9), at_class("ranking", None, 2)],
        history=PAST,
        together=["billing-events@1.2.0", "churn-features@1.0.0"],
        joint=5.0,
        joint_lo=2.0,
        joint_hi=8.0,
    ),
    impact("leaver-table@1.0.0", None),
]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library beside the findings of a build."""
    folder = tmp_path_factory.mktemp("impact") / "library"
    table = HEALTHY["catalog/feature_pipelines/churn-features.yaml"]
    write_tree(folder, {**HEALTHY, "catalog/feature_pipelines/leaver-table.yaml": table})
    (folder / "build").mkdir()
    rows = [finding.to_json() for finding in FINDINGS]
    (folder / "build" / "findings.json").write_text(json.dumps(rows))
    return folder


def test_the_leaderboard_has_the_graded_first_and_counts_the_others(
    built: Path, maestro: Callable[..., Any]
) -> None:
    """Largest effect first with its interval; then how many have no number, and why; one note."""
    answer = maestro("impact", "-C", built)
    assert answer.code == 0, answer.err
    lines = answer.out.splitlines()
    assert lines[1].split(maxsplit=4)[:4] == ["+4.1", "(+1.1", "to", "+7.1)"]
    assert [line.split(")")[1].split()[0] for line in lines[1:4]] == [
        "churn-features@1.0.0",
        "billing-events@1.2.0",
        "billing-events@1.1.0",
    ]
    assert lines[1].endswith("helps; moderate evidence: 11 projects, 4 teams")
    assert lines[3].lstrip().startswith("-6.0 (-9.0 to -3.0)")
    heads = ["no number for 1 of 4 versions:", "  versions  why"]
    assert lines[4:] == [NOTE, *heads, f"         1  {FEW}"]


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        (("--kind", "datasets"), ["billing-events@1.2.0", "billing-events@1.1.0"]),
        (("--kind", "feature_pipeline"), ["churn-features@1.0.0", "leaver-table@1.0.0"]),
        (("--grade", "weak"), ["billing-events@1.1.0"]),
        (("--owner", "growth", "--grade", "moderate"), ["churn-features@1.0.0"]),
        (("--owner", "growth", "--grade", "strong"), []),
    ],
)
def test_filters(
    built: Path, maestro: Callable[..., Any], options: tuple[str, ...], shown: list[str]
) -> None:
    """Kind, grade and owner narrow the list, each alone and together."""
    answer = maestro("impact", "-C", built, "--format", "json", *options)
    assert [row["reference"] for row in json.loads(answer.out)["versions"]] == shown


def test_an_unknown_filter_names_what_is_known(built: Path, maestro: Callable[..., Any]) -> None:
    """A kind or a team that nobody knows is wrong use, as an unknown class is."""
    for option, known in (("--kind", "datasets"), ("--owner", "growth")):
        answer = maestro("impact", "-C", built, option, "nosuch")
        assert answer.code == 2
        assert "nosuch" in answer.err and known in answer.err


def test_a_class_has_its_own_numbers(built: Path, maestro: Callable[..., Any]) -> None:
    """With --class the effect, its interval and its projects are those of that class."""
    answer = maestro("impact", "-C", built, "--class", "tabular-classification")
    lines = answer.out.splitlines()
    assert (
        lines[1] == "  +6.0 (+1.0 to +11.0)  churn-features@1.0.0  helps; 9 projects of the class"
    )
    assert "no number for 3 of 4 versions:" in lines
    answer = maestro("impact", "-C", built, "--class", "ranking", "--format", "json")
    first = json.loads(answer.out)["versions"][0]
    assert (first["value"], first["naive_mean"], first["joint"]) == (None, None, None)
    answer = maestro("impact", "-C", built, "--class", "rankin")
    assert (answer.code, answer.out) == (2, "") and "did you mean ranking?" in answer.err


def test_a_piece_is_shown_with_all_that_is_known(built: Path, maestro: Callable[..., Any]) -> None:
    """Verdict, interval, grade, unadjusted means, joint line, classes, history; the note once."""
    out = maestro("impact", "churn-features", "-C", built).out
    assert out.splitlines() == [
        "churn-features@1.0.0: helps",
        "  +4.1 (+1.1 to +7.1) points, 90 % interval; moderate evidence: 11 projects, 4 teams",
        "  not adjusted: mean success 71 with it, 58 of all others",
        "  billing-events@1.2.0 and churn-features@1.0.0 together: +5.0 (+2.0 to +8.0) points",
        "  by problem class",
        "    tabular-classification: +6.0 (+1.0 to +11.0), helps (9 projects)",
        "    ranking: not enough evidence (2 projects)",
        "  from run to run",
        "    2026-03-01 aaaaaaa  +1.0 (-1.0 to +3.0), no (8 projects)",
        "    2026-06-30 bbbbbbb  +4.1 (+1.1 to +7.1), helps (11 projects): 3 more projects",
        NOTE,
    ]


def test_all_versions_or_the_one_that_was_asked_for(
    built: Path, maestro: Callable[..., Any]
) -> None:
    """A name gives its versions, newest first; name@version that one; without a number why."""
    heads = [
        line
        for line in maestro("impact", "billing-events", "-C", built).out.splitlines()
        if line.startswith("billing")
    ]
    assert heads == ["billing-events@1.2.0: no clear effect", "billing-events@1.1.0: hurts"]
    one = maestro("impact", "billing-events@1.1.0", "-C", built, "--format", "json").out
    assert [row["reference"] for row in json.loads(one)["versions"]] == ["billing-events@1.1.0"]
    without = maestro("impact", "leaver-table", "-C", built).out
    assert FEW in without and NOTE not in without and "points" not in without


def test_csv_has_one_line_per_version_and_class(built: Path, maestro: Callable[..., Any]) -> None:
    """All numbers, empty cells where there are none."""
    text = maestro("impact", "churn-features", "-C", built, "--format", "csv").out
    rows = list(csv.DictReader(io.StringIO(text)))
    assert tuple(rows[0]) == COLUMNS
    assert [(row["problem_class"], row["value"]) for row in rows] == [
        ("", "4.1"),
        ("tabular-classification", "6"),
        ("ranking", ""),
    ]
    assert len(maestro("impact", "-C", built, "--format", "csv").out.splitlines()) == 5


def test_wrong_names_and_uses(built: Path, tmp_path: Path, maestro: Callable[..., Any]) -> None:
    """An unknown name gets a close one; a name takes no filters; no build is said."""
    answer = maestro("impact", "churn-feature", "-C", built)
    assert answer.code == 2 and "did you mean churn-features?" in answer.err
    answer = maestro("impact", "churn-features@9.0.0", "-C", built)
    assert answer.code == 2 and "churn-features@1.0.0" in answer.err
    assert maestro("impact", "churn-features", "--grade", "weak", "-C", built).code == 2
    write_tree(tmp_path, HEALTHY)
    answer = maestro("impact", "-C", tmp_path)
    assert answer.code == 3 and "run maestro build" in answer.err


def test_search_by_impact_never_matches_what_is_not_known(
    built: Path, maestro: Callable[..., Any]
) -> None:
    """Below nothing at all, an entry without enough evidence stays out, and that is said."""
    answer = maestro("search", "--min-impact", "-100", "-C", built, "--format", "json")
    assert [(row["name"], row["impact"]) for row in json.loads(answer.out)] == [
        ("billing-events", 0.5),
        ("churn-features", 4.1),
    ]
    assert "1 entry left out: not enough evidence" in answer.err
    # The current version counts, not an earlier one; a number equal to the least is enough.
    answer = maestro("search", "--min-impact", "4.1", "-C", built)
    assert answer.out.splitlines()[1].startswith("churn-features@1.0.0  +4.1 (helps)")
    assert len(answer.out.splitlines()) == 2
    answer = maestro("search", "leaver", "--min-impact", "0", "-C", built)
    assert answer.out == "" and "1 entry left out" in answer.err


def test_search_by_impact_needs_a_build_and_a_number(
    built: Path, tmp_path: Path, maestro: Callable[..., Any]
) -> None:
    """Without findings it says how to get some; what is no number is wrong use."""
    write_tree(tmp_path, HEALTHY)
    answer = maestro("search", "--min-impact", "1", "-C", tmp_path)
    assert answer.code == 3 and "run maestro build" in answer.err
    assert maestro("search", "--min-impact", "nan", "-C", built).code == 2
    assert maestro("search", "churn", "-C", tmp_path).code == 0


@pytest.mark.parametrize(
    "line",
    [("impact",), ("impact", "churn-features"), ("impact", "--owner", "growth"),
     ("search", "--min-impact", "1")],
    ids=" ".join,
)  # fmt: skip
def test_it_starts_without_the_heavy_packages(built: Path, line: tuple[str, ...]) -> None:
    """Reading findings loads neither numpy nor pandas nor scikit-learn."""
    code, out, loaded = loaded_by(built, *line, "-C", str(built))
    assert code == 0 and "churn-features@1.0.0" in out
    assert not loaded & HEAVY
