"""What not knowing adds to the uncertainty of a prediction.

A project that does not say what it reuses is taken as one of the finished ones in this, and
nobody knows which. With ``d`` the columns in question of a finished project, less their mean, and
the weights normal with mean ``m`` and covariance ``V``, that adds the mean over the finished
projects of ``(d'm)^2 + d'Vd`` to the variance: the law of total variance, with what pieces that go
together bring about together.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .blocks import Array, Posterior

Mask = NDArray[np.bool_]


def unsaid_variance(seen: Array, unknown: Mask, node: Posterior) -> float:
    """What is added where ``unknown`` columns (one flag each) are not known.

    ``seen``: finished projects x columns, as the weights of the node have been learned.
    """
    if not unknown.any():
        return 0.0
    away = seen[:, unknown] - seen[:, unknown].mean(axis=0)
    cov = node.cov[np.ix_(unknown, unknown)]
    between = float(((away @ node.mean[unknown]) ** 2).mean())
    return between + float(np.einsum("ij,ij->", away @ cov, away)) / len(away)


def unsaid_variances(seen: Array, unknown: Mask, nodes: Sequence[Posterior]) -> Array:
    """The same for rows of flags (k x columns): nodes x k."""
    patterns, places = np.unique(unknown, axis=0, return_inverse=True)
    found = [[unsaid_variance(seen, one, node) for one in patterns] for node in nodes]
    return np.array(found)[:, places.ravel()]


__all__ = ["Mask", "unsaid_variance", "unsaid_variances"]
