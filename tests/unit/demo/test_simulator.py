"""The simulator: what it promises about the organisation it makes up."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from maestro.demo.outcomes import BLOCK, range_value
from maestro.demo.simulator import END, START, Options, World, simulate
from maestro.learning.success import part_share


@pytest.fixture(scope="module")
def large() -> World:
    """An organisation large enough for statistics."""
    return simulate(Options(projects=1000, artifacts=100, seed=3))


def test_the_same_seed_is_the_same_world() -> None:
    """A world depends on its options alone."""
    assert simulate(Options(seed=1)) == simulate(Options(seed=1))
    assert simulate(Options(seed=1)) != simulate(Options(seed=2))


@pytest.mark.parametrize("options", [Options(10, 6), Options(), Options(200, 30, seed=9)])
def test_every_state_occurs(options: Options) -> None:
    """Planned, active, done and abandoned projects are there at every size."""
    world = simulate(options)
    assert len(world.projects) == options.projects
    assert len(world.artifacts) == options.artifacts
    assert {project.status for project in world.projects} == {
        "planned",
        "active",
        "done",
        "abandoned",
    }


def test_dates_fit_states(large: World) -> None:
    """Ended projects ended within the simulated time, planned ones start after it."""
    for project in large.projects:
        if project.status == "planned":
            assert project.started > END
        elif project.status == "active":
            assert project.started <= END
            assert project.ended is None
        else:
            assert project.ended is not None
            assert START <= project.started <= project.ended <= END


def test_only_released_versions_are_used(large: World) -> None:
    """No project uses a version that came out after it started."""
    for project in large.projects:
        names = [artifact for artifact, _ in project.uses]
        assert len(names) == len(set(names))
        for artifact, version in project.uses:
            day = START + timedelta(days=large.artifacts[artifact].days[version])
            assert day <= project.started


def test_names_are_unique(large: World) -> None:
    """Names of artifacts differ also without dashes, names of projects differ."""
    names = {artifact.name.replace("-", "") for artifact in large.artifacts}
    assert len(names) == len(large.artifacts)
    assert len({project.name for project in large.projects}) == len(large.projects)


def test_half_of_the_artifacts_do_nothing() -> None:
    """About half have no effect at all, three in ten help, two in ten hurt."""
    world = simulate(Options(projects=10, artifacts=2000))
    first = np.array([artifact.effects[0] for artifact in world.artifacts])
    # Binomial standard error at 2,000 draws is at most 1.1 points; a helping artifact of
    # which a version hurts, or the reverse, is rarer than 3 in 100.
    assert np.mean(first == 0) == pytest.approx(0.5, abs=0.035)
    assert np.mean(first > 0) == pytest.approx(0.3, abs=0.045)
    assert np.mean(first < 0) == pytest.approx(0.2, abs=0.045)


def test_effects_can_be_recovered_by_who_knows_everything(large: World) -> None:
    """Least squares on the true causes finds the true effects: they are really in the data."""
    used = sorted({use for project in large.projects for use in project.uses})
    design = np.array(
        [
            [
                1.0,
                project.difficulty,
                np.log(project.team_size),
                (project.started - START).days,
                *[use in project.uses for use in used],
                *[project.team == team for team in range(1, len(large.team_effects))],
                *[project.problem_class == name for name in list(large.class_effects)[1:]],
            ]
            for project in large.projects
        ]
    )
    success = np.array([project.success for project in large.projects])
    fitted = np.linalg.lstsq(design, success, rcond=None)[0]
    assert fitted[1] == pytest.approx(-7, abs=1)
    counts = design[:, 4 : 4 + len(used)].sum(axis=0)
    often = counts >= 30
    true = np.array([large.artifacts[a].effects[v] for a, v in used])[often]
    # Noise of sd 9 over 30 or more projects: about 1.7 points an effect, before collinearity.
    assert np.corrcoef(true, fitted[4 : 4 + len(used)][often])[0, 1] > 0.85


def test_adoption_is_confounded(large: World) -> None:
    """Easy projects reuse more: that is what fools a plain comparison."""
    reuse = [len(project.uses) for project in large.projects]
    difficulty = [project.difficulty for project in large.projects]
    assert np.corrcoef(reuse, difficulty)[0, 1] < -0.15


@pytest.mark.parametrize("name", ["business_impact", "time_to_deployment", "compute_cost"])
@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_recorded_values_lead_back_to_their_share(name: str, share: float) -> None:
    """The value that is recorded scores what it was made for, up to three digits."""
    part = BLOCK.parts[name]
    assert part.worst is not None and part.best is not None
    value = range_value(part, share)
    assert part_share(value, part.worst, part.best, part.scale) == pytest.approx(share, abs=0.003)
