"""What is said about the findings of two builds."""

from __future__ import annotations

from typing import Any

from maestro.pipeline.results import compare


def row(kind: str, subject: str, label: str, **detail: str) -> dict[str, Any]:
    """One finding as a build leaves it on disk."""
    return {"kind": kind, "subject": subject, "label": label, "detail": detail}


BEFORE = [
    row("impact", "a@1.0.0", "not enough evidence"),
    row("metric", "p", "", name="commits_per_week"),
    row("success", "p", "reached"),
]


def test_the_same_findings_have_not_changed() -> None:
    """Two equal builds have nothing new, nothing gone and no other verdict."""
    same = compare(BEFORE, BEFORE)
    assert (same.new, same.gone, same.verdicts) == (0, 0, ())


def test_a_verdict_that_turned_is_named() -> None:
    """Another label of the same finding is a changed verdict, not a new finding."""
    now = [row("impact", "a@1.0.0", "helps"), *BEFORE[1:]]
    assert compare(BEFORE, now).verdicts == ("impact a@1.0.0: not enough evidence -> helps",)


def test_what_came_and_went_is_counted() -> None:
    """Figures of one project are told apart by name."""
    now = [*BEFORE[:1], row("metric", "p", "", name="active_weeks"), BEFORE[2]]
    found = compare(BEFORE, now)
    assert (found.new, found.gone) == (1, 1)


def test_labels_of_figures_are_no_verdicts() -> None:
    """The date in a figure's label may change without a word."""
    before = [row("metric", "p", "2025-01-01", name="last_commit")]
    now = [row("metric", "p", "2025-02-01", name="last_commit")]
    assert compare(before, now).verdicts == ()


def test_a_model_that_knows_more_is_named() -> None:
    """Skill before and now, with two digits; what is the same on those is not named."""

    def models(**skills: float | None) -> list[dict[str, Any]]:
        """Outcome to the skill of its model."""
        return [
            {
                "kind": "outcome_model",
                "subject": name,
                "label": "",
                "detail": {"target": name, "skill": skill},
            }
            for name, skill in skills.items()
        ]

    before = models(chance=0.1, cost=None, duration=0.121, success=0.3)
    now = models(chance=0.1, cost=0.2, duration=0.184, success=0.301)
    assert compare(before, now).skills == ("cost none -> 0.20", "duration 0.12 -> 0.18")
    assert compare(before, before).skills == ()
