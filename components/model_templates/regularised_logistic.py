"""Logistic regression with a ridge penalty: the first model to try on a table with classes."""

from __future__ import annotations

from sklearn.linear_model import LogisticRegression


def build(c: float = 1.0, balanced: bool = False) -> LogisticRegression:
    """An unfitted classifier for two or more classes; give it scaled columns without gaps.

    ``c`` is the inverse strength of the penalty: smaller is simpler. ``balanced`` weighs each
    class by the inverse of its frequency, for classes of very different size.
    """
    weights = "balanced" if balanced else None
    return LogisticRegression(C=c, class_weight=weights, max_iter=1000)
