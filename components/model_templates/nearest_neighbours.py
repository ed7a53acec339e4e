"""Nearest neighbours: the class that the most similar training rows have."""

from __future__ import annotations

from sklearn.neighbors import KNeighborsClassifier


def build(neighbours: int = 5, weights: str = "distance") -> KNeighborsClassifier:
    """An unfitted classifier; give it columns of comparable size without gaps.

    ``weights`` is ``distance`` (nearer rows count more) or ``uniform``. It keeps all training
    rows, so its size and the time of a prediction grow with them.
    """
    return KNeighborsClassifier(n_neighbors=neighbours, weights=weights)
