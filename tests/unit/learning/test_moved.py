"""How an impact moved from run to run: what is shown, and why a verdict is another one."""

from __future__ import annotations

from typing import Any

import pytest

from maestro.learning.impact import Rule, impact_findings
from maestro.learning.moved import KEPT, LATEST, EarlierImpact, why, with_history
from maestro.schema.details import NOT_ENOUGH
from maestro.schema.findings import Finding
from maestro.schema.learned import ImpactDetail, PastImpact

from .rows import AS_OF, organisation, rows_of

CASES = organisation(seed=4, projects=60)[0]
FOUND = impact_findings(rows_of(CASES), as_of=AS_OF, success_version=2)
SUBJECT = "piece-03@1"


def line(**fields: Any) -> EarlierImpact:
    """One line of the history; a weak piece without a clear effect unless said otherwise."""
    values: dict[str, Any] = {
        "at": "2026-01-01T00:00:00Z",
        "commit": "abc",
        "value": 2.5,
        "lo": -0.5,
        "hi": 5.5,
        "n": 5,
        "label": "no clear effect",
        "method": "adjusted plus-minus",
        "method_version": "3",
        "success_version": 1,
        "margin": 1.0,
        "teams": 3,
        "projects": 60,
        "naive_mean": 61.0,
        "others_mean": 52.0,
    }
    return EarlierImpact.model_validate({**values, **fields})


def history(*lines: EarlierImpact, commit: str = "now") -> list[PastImpact]:
    """The history of one piece after these lines."""
    found = with_history(FOUND, {SUBJECT: lines}, commit)
    detail = next(one for one in found if one.subject == SUBJECT).detail
    assert isinstance(detail, ImpactDetail)
    return detail.history


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"n": 7, "projects": 62}, "2 more projects used it (5 to 7)"),
        ({"n": 4, "projects": 59}, "1 fewer project used it (5 to 4)"),
        ({"projects": 72}, "12 more projects without it (55 to 67)"),
        (
            {"n": 6},
            "1 more project used it (5 to 6); 1 fewer project without it (55 to 54)",
        ),
        ({"success_version": 2}, "the success block changed from version 1 to 2"),
        ({"margin": 2.5}, "the margin changed from 1 to 2.5 points"),
        (
            {"method_version": "4"},
            "the method changed from adjusted plus-minus 3 to adjusted plus-minus 4",
        ),
        ({"others_mean": 55.5}, "the scores of projects without it changed: their mean moved "
         "from 52.0 to 55.5"),
        ({"naive_mean": 63.25}, "other projects than before used it, or their scores changed: "
         "their mean moved from 61.0 to 63.2"),
        ({"teams": 4}, "its users are of 4 teams, before of 3"),
        ({}, "the same number of projects with the same mean scores, by the same rules: something "
         "else in the records of finished projects is another"),
        ({"projects": None}, "what it was then computed from was not kept"),
    ],
)  # fmt: skip
def test_the_reason_is_what_differs(changed: dict[str, Any], reason: str) -> None:
    """Each kept fact that differs gives its own words, and no fact that does not."""
    assert why(line(), line(label="helps", **changed)) == reason


def test_several_reasons_stand_together() -> None:
    """Rules first, then projects, then how sure the verdict was before and is now."""
    said = why(
        line(p_helps=0.9312, p_hurts=0.001),
        line(margin=0.5, n=6, projects=61, label="helps", p_helps=0.962, p_hurts=0.0),
    )
    assert said == (
        "the margin changed from 1 to 0.5 points; 1 more project used it (5 to 6); "
        "chance that it helps: 93.1 %, now 96.2 %"
    )


def test_the_present_is_last_and_a_flip_has_its_reason() -> None:
    """Oldest first; only where the verdict differs from the line before there is a reason."""
    before = [
        line(at="2025-01-01T00:00:00Z", label=NOT_ENOUGH, value=None, lo=None, hi=None, n=2),
        line(at="2025-02-01T00:00:00Z", value=1.0),
        line(at="2025-03-01T00:00:00Z", value=2.0),
    ]
    found = history(*before)
    assert [one.at[:7] for one in found] == ["2025-01", "2025-02", "2025-03", AS_OF[:7]]
    assert [bool(one.reason) for one in found[:3]] == [False, True, False]
    assert found[1].reason.startswith("3 more projects used it (2 to 5)")
    assert found[-1].commit == "now"


def test_a_stored_run_changes_nothing() -> None:
    """What is kept of the present run is not told twice, and of a later one not at all."""
    alone = history()
    assert len(alone) == 1
    present = next(one for one in FOUND if one.subject == SUBJECT)
    row = stored(present)
    assert history(row, commit="now") == alone
    assert history(row, line(at="2027-01-01T00:00:00Z"), commit="now") == alone


def stored(finding: Finding) -> EarlierImpact:
    """A finding as a store job keeps it, read back."""
    row = finding.to_json()
    kept = {name: row[name] for name in ("value", "lo", "hi", "n", "label", "method")}
    kept |= {name: row["detail"].get(name, row.get(name)) for name in KEPT}
    return EarlierImpact.model_validate({"at": AS_OF, "commit": "now", **kept})


def test_a_margin_that_takes_a_verdict_away_is_named() -> None:
    """With a margin of 30 points nothing helps any more, and the margin is the only reason."""
    for finding in FOUND:
        if finding.label != "helps":
            continue
        wide = impact_findings(
            rows_of(CASES), as_of=AS_OF, rule=Rule(margin=30.0), success_version=2
        )
        found = with_history(wide, {finding.subject: [stored(finding)]}, "later")
        one = next(one for one in found if one.subject == finding.subject)
        assert isinstance(one.detail, ImpactDetail)
        assert one.detail.history[-1].reason.startswith(
            "the margin changed from 1 to 30 points; chance that it helps:"
        )
        return
    pytest.fail("no piece helps")


def test_a_long_history_keeps_what_matters() -> None:
    """The first line, those with another verdict and the latest are shown."""
    labels = ["no clear effect"] * 6 + ["helps"] * 20
    lines = [
        line(
            at=f"2025-{1 + place // 28:02d}-{1 + place % 28:02d}T00:00:00Z", value=place, label=said
        )
        for place, said in enumerate(labels)
    ]
    found = history(*lines)
    assert len(found) == LATEST + 2
    assert [one.value for one in found[:2]] == [0.0, 6.0]
    assert found[1].reason


def test_other_findings_stay_as_they_are() -> None:
    """Only impacts have a history."""
    waterfalls = [one for one in FOUND if one.kind == "use_impact"]
    assert with_history(waterfalls, {}, "now") == waterfalls
