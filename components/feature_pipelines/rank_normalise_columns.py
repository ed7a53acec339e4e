"""Every numeric column bent to a normal shape by its ranks in the training rows."""

from __future__ import annotations

from typing import Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import QuantileTransformer
from sklearn.utils.validation import check_is_fitted, validate_data


class RankNormaliser(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Normal scores of the ranks, with never more landmarks than there are rows.

    ``QuantileTransformer`` asks for 1,000 landmarks and warns when the data are fewer; small
    tables are the ordinary case here.
    """

    def __init__(self, most_landmarks: int = 100) -> None:
        self.most_landmarks = most_landmarks

    def fit(self, X: pd.DataFrame, y: object = None) -> Self:
        """Learn the quantiles of every column of ``X`` (rows x columns, no gaps)."""
        data = validate_data(self, X, dtype=float)
        self.quantiles_ = QuantileTransformer(
            n_quantiles=min(self.most_landmarks, len(data)),
            output_distribution="normal",
            subsample=None,
            random_state=0,
        ).fit(data)
        return self

    def transform(self, X: pd.DataFrame) -> np.ndarray:
        """Normal scores, same shape as ``X``; beyond the training range they end at 5.2."""
        check_is_fitted(self)
        return self.quantiles_.transform(validate_data(self, X, dtype=float, reset=False))


def build(most_landmarks: int = 100) -> Pipeline:
    """An unfitted transformer of a numeric DataFrame; columns keep their names and order.

    ``most_landmarks`` quantiles at most describe a column; between them the ranks are
    interpolated. Any increasing change of a column (a logarithm, another unit) made before
    fitting changes next to nothing after it. Gaps are filled with the median first.
    """
    steps = [
        ("fill", SimpleImputer(strategy="median", keep_empty_features=True)),
        ("rank", RankNormaliser(most_landmarks)),
    ]
    return Pipeline(steps).set_output(transform="pandas")
