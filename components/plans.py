"""What each project of this repository tries: data, pieces, metric and folds, fixed in advance.

Pieces stand under their names in the catalog, at the defaults of their ``build()``: nothing is
tuned, so nothing had to be held back for tuning.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sklearn.base import BaseEstimator

from components.feature_pipelines import (
    block_means,
    rank_normalise_columns,
    robust_columns,
    standardise_columns,
)
from components.model_templates import (
    nearest_neighbours,
    random_forest,
    regularised_logistic,
    ridge_regression,
)
from components.pipelines.out_of_fold import Order

FEATURES: dict[str, Callable[[], BaseEstimator]] = {
    "block-means": block_means.build,
    "rank-normalise-columns": rank_normalise_columns.build,
    "robust-columns": robust_columns.build,
    "standardise-columns": standardise_columns.build,
}
"""Feature pipelines by their names in the catalog."""
TEMPLATES: dict[str, Callable[[], BaseEstimator]] = {
    "nearest-neighbours": nearest_neighbours.build,
    "random-forest": random_forest.build,
    "regularised-logistic": regularised_logistic.build,
    "ridge-regression": ridge_regression.build,
}
"""Model templates by their names in the catalog."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One project: the names of its data set and pieces, and how it is judged.

    ``metric`` is one of ``maestro.lab.evaluation.METRICS``. ``slices`` maps the name of a part
    of the data to the actual label that its rows have; each gets a prediction file of its own.
    """

    name: str
    dataset: str
    features: str
    template: str
    metric: str
    order: Order = "shuffled"
    slices: dict[str, str] = field(default_factory=dict)


PLANS: tuple[Plan, ...] = (
    Plan(
        name="breast-tumour-diagnosis",
        dataset="breast-cancer-wisconsin",
        features="robust-columns",
        template="regularised-logistic",
        # Six in ten are benign: plain accuracy would forgive a model that finds no tumour.
        metric="balanced_accuracy",
        slices={"malignant": "malignant"},
    ),
    Plan(
        name="diabetes-progression",
        dataset="diabetes-patients",
        features="standardise-columns",
        template="ridge-regression",
        metric="mae",
    ),
    Plan(
        name="digit-reading",
        dataset="handwritten-digits",
        features="block-means",
        template="nearest-neighbours",
        metric="accuracy",
        # Thirteen people wrote these digits, and neighbouring rows may be by the same hand.
        order="in-order",
    ),
    Plan(
        name="iris-species",
        dataset="iris-plants",
        features="standardise-columns",
        template="regularised-logistic",
        metric="accuracy",
    ),
    Plan(
        name="linnerud-physiology",
        dataset="linnerud-exercise",
        features="standardise-columns",
        template="ridge-regression",
        metric="mae",
    ),
    Plan(
        name="wine-cultivar",
        dataset="wine-recognition",
        features="rank-normalise-columns",
        template="random-forest",
        metric="accuracy",
    ),
)
"""Every project, sorted by name."""
