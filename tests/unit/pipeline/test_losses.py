"""When a run lost too much to be published."""

from __future__ import annotations

import pytest

from maestro.pipeline.losses import losses


def had(entries: int, projects: int, sources: int | None = None) -> dict[str, list[str]]:
    """What a run had, by count."""
    return {
        "entries": [f"entry-{i}" for i in range(entries)],
        "projects": [f"project-{i}" for i in range(projects)],
        "sources": [f"project-{i}" for i in range(projects if sources is None else sources)],
    }


@pytest.mark.parametrize(
    ("before", "now", "is_refused"),
    [
        (had(100, 10), had(100, 10), False),
        # More than 5 % of entries and more than 3 of them.
        (had(100, 10), had(95, 10), False),
        (had(100, 10), had(94, 10), True),
        (had(20, 10), had(17, 10), False),
        (had(20, 10), had(16, 10), True),
        (had(200, 10), had(190, 10), False),
        (had(200, 10), had(189, 10), True),
        # More than 30 % of projects.
        (had(5, 10), had(5, 7), False),
        (had(5, 10), had(5, 6), True),
        (had(5, 1), had(5, 0), True),
        # A project whose source can no longer be read is lost too.
        (had(5, 10), had(5, 10, sources=7), False),
        (had(5, 10), had(5, 10, sources=6), True),
        # What never had a source cannot lose it.
        (had(5, 10, sources=0), had(5, 10, sources=0), False),
        # More than there was is no loss.
        (had(5, 10), had(500, 100), False),
    ],
)
def test_the_limits_are_those_that_the_guide_names(
    before: dict[str, list[str]], now: dict[str, list[str]], is_refused: bool
) -> None:
    """Above 5 % of entries and 3 of them, or 30 % of projects, somebody has to say so."""
    assert losses(before, now).are_many is is_refused


def test_what_is_gone_is_named_once() -> None:
    """A project that is gone and whose source is gone with it is one loss."""
    lost = losses(had(2, 3), had(1, 2))
    assert lost.entries == ("entry-1",)
    assert lost.projects == ("project-2",)
