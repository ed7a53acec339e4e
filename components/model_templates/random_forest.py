"""A random forest: interactions and bends without any scaling, at the price of size."""

from __future__ import annotations

from sklearn.ensemble import RandomForestClassifier


def build(trees: int = 200, smallest_leaf: int = 1, seed: int = 0) -> RandomForestClassifier:
    """An unfitted classifier of ``trees`` trees, grown on one core, the same for the same seed.

    ``smallest_leaf`` is the fewest rows a leaf may hold; raise it against noise. Each split
    looks at the square root of the number of columns, the usual choice for classes.
    """
    return RandomForestClassifier(
        n_estimators=trees, min_samples_leaf=smallest_leaf, max_features="sqrt", random_state=seed
    )
