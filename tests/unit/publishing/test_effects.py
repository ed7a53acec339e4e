"""How impact is said: associated, with its grade, and as a plain difference if not adjusted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from maestro.learning.impact import impact_findings
from maestro.publishing import effects
from maestro.schema import Finding
from tests.unit.learning import rows

from .sample_findings import impact

PLAIN = "difference of means, not adjusted"


def _real(users: list[float], others: list[float], teams: int = 3) -> Finding:
    """The finding that the engine makes of these scores."""
    return impact_findings(rows.users_and_others(users, others, teams), as_of=rows.AS_OF)[0]


def test_the_engines_findings_are_adjusted() -> None:
    """What the engine finds is called an effect, associated with success and not its cause."""
    found = _real([80.0, 82.0, 84.0, 86.0, 88.0] * 2, [50.0, 52.0, 54.0, 56.0, 58.0] * 6)
    said = effects.says([found])
    assert said.heading == "What helps most"
    assert said.note.startswith("Associated with success, not proven to cause it")
    assert found.label == "helps"
    assert effects.sentence_of(found).startswith("Helps: projects that used it did ")
    assert "10 finished projects, 3 teams. Not adjusted: 84.0 against 54.0." in effects.behind(
        found
    )


def test_a_plain_difference_is_never_called_help() -> None:
    """One switch: as soon as one number is not adjusted, none is called an effect."""
    plain = impact("a@1.0.0", 4.1, (1.2, 7.0), label="users did better", method=PLAIN)
    fair = impact("b@1.0.0", 4.1, (1.2, 7.0), label="helps")
    none = impact("c@1.0.0", None, None, method=PLAIN)
    assert effects.says([fair, none, None]).heading == "What helps most"
    assert effects.says([fair, plain]).heading == "Where users did better (not adjusted)"
    assert effects.says([plain]).column == "Users against others (points, not adjusted)"
    assert effects.says([]).heading == "What helps most"
    assert effects.sentence_of(fair) == (
        "Helps: projects that used it did 4.1 points better than comparable ones "
        "(90\u00a0%: +1.2 to +7.0)."
    )
    assert effects.sentence_of(plain) == (
        "Users did better: +4.1 points against the projects that did not use it "
        "(90\u00a0%: +1.2 to +7.0), not adjusted."
    )


@pytest.mark.parametrize("method", ["unadjusted means", "means, not adjusted", "Means"])
def test_a_method_must_say_that_it_adjusts(method: str) -> None:
    """Nothing counts as adjusted by accident."""
    assert not effects.is_adjusted(impact("a@1.0.0", 4.1, (1.2, 7.0), method=method))


def test_the_label_of_the_finding_is_what_is_said() -> None:
    """An interval beyond zero but not beyond the margin is no clear effect."""
    found = impact("a@1.0.0", 4.0, (0.5, 7.5), label="no clear effect")
    assert effects.sentence_of(found) == (
        "No clear effect: somewhere between +0.5 and +7.5 points (90\u00a0%)."
    )
    assert not effects.is_above(found, 1.0)


def test_the_margin_is_said() -> None:
    """When a difference counts as clear stands beside the numbers."""
    assert "more than 1 point above or below zero" in effects.clear(1.0)
    assert "more than 2.5 points above or below zero" in effects.clear(2.5)


def test_what_stands_behind_a_difference() -> None:
    """Grade, projects, teams and the plain means stand beside every difference."""
    found = impact("churn-features@1.3.0", 4.1, (1.2, 7.0))
    assert effects.behind(found) == (
        "Moderate evidence: 3 finished projects, 2 teams. Not adjusted: 71.0 against 58.0."
    )


@pytest.mark.parametrize(
    ("users", "others", "teams", "said"),
    [
        ([60.0, 70.0], [50.0] * 10, 2, "Not enough evidence: 12 of 30 scored projects"),
        ([60.0, 70.0], [50.0] * 30, 2, "Not enough evidence: 2 of 5 projects"),
    ],
)
def test_a_short_reason_has_its_count(
    users: list[float], others: list[float], teams: int, said: str
) -> None:
    """The reasons that the engine gives become one short line with the count."""
    assert effects.short_reason(_real(users, others, teams)) == said


def test_a_short_reason_of_each_other_kind() -> None:
    """One team, pieces that travel together, and a piece of every project."""
    cases, _ = rows.organisation(projects=100)
    few = rows.using(cases, "one@1", "three@1", "two@1", every=15)
    team = [
        replace(case, uses=frozenset(["a@1"] if case.team == "team-1" else [])) for case in cases
    ]
    every = [replace(case, uses=frozenset(["a@1"])) for case in cases]
    said = []
    for case, name in ((few, "one@1"), (team, "a@1"), (every, "a@1")):
        found = impact_findings(rows.rows_of(case), as_of=rows.AS_OF)
        said.append(effects.short_reason(next(f for f in found if f.subject == name)))
    assert said[0].startswith("Not enough evidence: 0.")
    assert said[0].endswith(" of 2 fair comparisons")
    assert said[1:] == [
        "Not enough evidence: 1 of 2 teams",
        "Not enough evidence: every finished project used it: there is nothing to compare it with",
    ]


def test_a_data_set_says_which_list_is_counted() -> None:
    """A project that learns from a data set is not denied: impact counts another list."""
    table = rows.users_and_others([], [50.0, 60.0] * 15)
    found = impact_findings(table, as_of=rows.AS_OF, also=["a@1.0.0"])
    assert effects.data_reason(found[0], 1) == (
        "Not enough evidence: 0 finished projects list it under uses: and at least 5 are needed "
        "(listed under datasets: by 1 project; impact is computed from uses: only)."
    )
    assert effects.short_reason(found[0], is_data=True) == (
        "Not enough evidence: 0 of 5 projects (under uses:)"
    )


def test_all_verdicts_are_counted_beside_the_best() -> None:
    """The list of the best says how many were looked at and how many did worse."""
    found = [
        impact("a@1.0.0", 4.0, (2.0, 6.0)),
        impact("b@1.0.0", 4.0, (0.5, 7.5)),
        impact("c@1.0.0", -4.0, (-6.0, -2.0)),
        impact("d@1.0.0", None, None),
    ]
    assert effects.tally(found, 1.0) == (
        "4 versions were looked at, 3 have a number: 1 helps, 1 hurts, no clear effect with 1."
    )
    assert "1 helps, 0 hurt, no clear effect with 1" in effects.tally(found[:2], 1.0)
    assert "0 help, 2 hurt, no clear effect with 0" in effects.tally([found[2]] * 2, 1.0)
    found[0] = impact("a@1.0.0", 4.0, (2.0, 6.0), method=PLAIN)
    assert effects.tally(found, 1.0) == (
        "4 versions were looked at, 3 have a number: users did clearly better with 1, "
        "clearly worse with 1, no clear difference with 1."
    )
    assert effects.tally(found[3:], 1.0) == (
        "1 version was looked at; there is not enough evidence for a number yet."
    )
