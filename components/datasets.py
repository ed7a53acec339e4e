"""The small real data sets that ship inside scikit-learn, as tables with one target.

Nothing is downloaded and nothing is changed: values, units and column names are the ones that
scikit-learn gives. What is known of their origin stands in ``catalog/datasets/``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import pandas as pd
from sklearn import datasets as bundled
from sklearn.utils import Bunch

Task = Literal["classification", "regression"]


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """One data set, ready for learning.

    ``frame`` holds one row per observation, index 0 to n-1, and float columns without the
    target. ``target`` has the same index: text labels for a classification, floats in the
    data set's own unit for a regression; its name is the target's column.
    """

    name: str
    task: Task
    frame: pd.DataFrame
    target: pd.Series


def names() -> list[str]:
    """The data sets that :func:`load` knows, by their names in the catalog, sorted."""
    return sorted(_LOADERS)


def load(name: str) -> Table:
    """The data set of that name in the catalog; raises ``KeyError`` for any other name."""
    if name not in _LOADERS:
        raise KeyError(f"{name!r} is not one of {', '.join(names())}")
    return _LOADERS[name](name)


def _labelled(read: Callable[..., Bunch]) -> Callable[[str], Table]:
    """A loader of a classification whose classes have names."""

    def loader(name: str) -> Table:
        bunch = read(as_frame=True)
        labels = pd.Series([str(label) for label in bunch.target_names])
        target = bunch.target.map(labels).rename("target")
        return Table(name, "classification", bunch.data.astype(float), target)

    return loader


def _diabetes(name: str) -> Table:
    # The default of scikit-learn scales every column with all rows, those of a later test set
    # too; the raw units leave scaling to the training rows.
    bunch = bundled.load_diabetes(as_frame=True, scaled=False)
    return Table(name, "regression", bunch.data.astype(float), bunch.target.astype(float))


def _linnerud(name: str) -> Table:
    # Of its three targets the first one; the other two are left out, not used as inputs.
    bunch = bundled.load_linnerud(as_frame=True)
    return Table(name, "regression", bunch.data.astype(float), bunch.target["Weight"])


_LOADERS: dict[str, Callable[[str], Table]] = {
    "breast-cancer-wisconsin": _labelled(bundled.load_breast_cancer),
    "diabetes-patients": _diabetes,
    "handwritten-digits": _labelled(bundled.load_digits),
    "iris-plants": _labelled(bundled.load_iris),
    "linnerud-exercise": _linnerud,
    "wine-recognition": _labelled(bundled.load_wine),
}
