"""The adjusted plus-minus on organisations whose truth is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import spearmanr
from sklearn.linear_model import BayesianRidge

from maestro.learning.plus_minus import PlusMinus

from .rows import organisation, using


@pytest.fixture(scope="module")
def fitted() -> PlusMinus:
    """The regression of one organisation of 150 projects."""
    return PlusMinus(organisation(seed=4, projects=150)[0])


def test_effects_are_near_the_truth_and_near_scikit_learn(fitted: PlusMinus) -> None:
    """Ranks agree with BayesianRidge on the same columns (> .95) and with the truth (> .85)."""
    truth = organisation(seed=4, projects=150)[1]
    found = fitted.effects(truth)
    ridge = BayesianRidge(fit_intercept=False).fit(fitted.fit.columns, fitted.fit.y)
    others = [float(fitted.direction(one.reference) @ ridge.coef_) for one in found]
    mine = [one.effect for one in found]
    assert spearmanr(mine, others).statistic > 0.95
    assert spearmanr(mine, [truth[one.reference] for one in found]).statistic > 0.85
    inside = [one.lo <= truth[one.reference] <= one.hi for one in found]
    # 20 intervals of 90 %, not independent: 15 is less likely than 1 in 20.
    assert sum(inside) >= 15


def test_order_of_cases_does_not_matter() -> None:
    """The same cases in another order give the same effects, to the last digit."""
    cases, truth = organisation()
    assert PlusMinus(cases[::-1]).effects(truth) == PlusMinus(cases).effects(truth)


def test_an_interval_contains_its_centre(fitted: PlusMinus) -> None:
    """Ends lie around the effect, chances between 0 and 1, and so does separable."""
    for one in fitted.effects(fitted.columns.versions):
        assert one.lo <= one.effect <= one.hi
        assert min(one.p_helps, one.p_hurts) >= 0 and one.p_helps + one.p_hurts <= 1
        assert 0 <= one.separable <= 1
        assert one.clean >= 0


def test_an_unseen_version_has_its_names_effect_with_a_wider_interval(fitted: PlusMinus) -> None:
    """A new version is its siblings' common part; an unknown piece is 0, and wider still."""
    found = fitted.effects(["piece-03@9", "piece-03@1", "unknown@1"])
    by = {one.reference: one for one in found}
    seen, unseen, nobody = by["piece-03@1"], by["piece-03@9"], by["unknown@1"]
    place = fitted.fit.place("name") + fitted.columns.names.index("piece-03")
    common = fitted.sd * fitted.weights @ [node.mean[place] for node in fitted.nodes]
    assert unseen.effect == pytest.approx(common)
    assert (unseen.n, nobody.n, nobody.effect) == (0, 0, 0.0)
    assert seen.hi - seen.lo < unseen.hi - unseen.lo < nobody.hi - nobody.lo


def test_waterfall_sums_to_the_score(fitted: PlusMinus) -> None:
    """The steps of every project add up to its score within 1e-6."""
    for case in fitted.cases:
        steps = fitted.waterfall(case.project)
        assert sum(step.points for step in steps) == pytest.approx(case.success, abs=1e-6)
        pieces = [step.name for step in steps if step.kind == "artifact"]
        assert pieces == sorted(case.uses)


def test_waterfall_with_two_versions_of_one_piece() -> None:
    """Both versions are one step, whose name counts once, and the sum holds."""
    cases = using(organisation()[0], "piece-00@1", "piece-00@2", every=10)
    model = PlusMinus(cases)
    steps = model.waterfall(cases[0].project)
    assert "piece-00@1, piece-00@2" in [step.name for step in steps]
    assert sum(step.points for step in steps) == pytest.approx(cases[0].success, abs=1e-6)
    assert abs(steps[-1].points) < 40


def test_the_waterfall_of_a_used_piece_is_its_effect(fitted: PlusMinus) -> None:
    """A project with one version of a piece has that version's effect and interval as step."""
    step = next(s for s in fitted.waterfall(fitted.cases[5].project) if s.kind == "artifact")
    (effect,) = fitted.effects([step.name])
    assert (step.points, step.lo, step.hi) == pytest.approx((effect.effect, effect.lo, effect.hi))


def test_spreads_are_of_the_right_size(fitted: PlusMinus) -> None:
    """The sd of what is left and of the pieces is near the simulated 6 and 5.1 points."""
    assert fitted.spreads["noise"][0] == pytest.approx(6, abs=1.5)
    assert fitted.spreads["name"][0] == pytest.approx(5.1, abs=2)
    assert fitted.spreads["version"][0] < fitted.spreads["name"][0]


def test_predictions_cover_new_projects() -> None:
    """Of 150 projects that were not fitted about nine in ten lie in their 90 % interval."""
    cases, _ = organisation(seed=7, projects=300)
    model = PlusMinus(cases[::2])
    found = model.predict(cases[1::2])
    score = np.array([case.success for case in cases[1::2]])
    inside = (found.quantile(0.05) <= score) & (score <= found.quantile(0.95))
    # Binomial standard error at 150 is 2.4 points; three of them either side.
    assert 0.82 <= inside.mean() <= 0.98
    assert np.corrcoef(found.mean, score)[0, 1] > 0.7


def test_a_prediction_for_strange_levels_is_wider() -> None:
    """An unseen team, class, quarter and piece each add to the interval."""
    cases, _ = organisation()
    model = PlusMinus(cases)
    known = cases[0]
    strange = [
        replace(known, team="new"),
        replace(known, team="new", problem_class="new"),
        replace(known, team="new", problem_class="new", quarter="2031Q1"),
        replace(known, team="new", problem_class="new", quarter="2031Q1", uses=frozenset(["x@1"])),
    ]
    found = model.predict([known, *strange])
    widths = found.quantile(0.95) - found.quantile(0.05)
    assert (np.diff(widths[:4]) > 0).all()


def test_what_can_be_fitted() -> None:
    """Three projects with scores that differ, and none without a score."""
    cases, _ = organisation(projects=3)
    assert PlusMinus.can_fit(cases)
    assert not PlusMinus.can_fit(cases[:2])
    assert not PlusMinus.can_fit([replace(case, success=50.0) for case in cases])
    assert not PlusMinus.can_fit([replace(cases[0], success=None), *cases[1:]])


def test_an_organisation_without_reuse_is_fitted() -> None:
    """Where nobody reuses anything, a piece has no effect and no clean comparison."""
    cases = [replace(case, uses=frozenset()) for case in organisation()[0]]
    (found,) = PlusMinus(cases).effects(["piece@1"])
    assert (found.effect, found.lo, found.hi, found.clean, found.n) == (0, 0, 0, 0, 0)
