"""The bundled data sets arrive as their records and their sources describe them."""

from __future__ import annotations

import pytest

from components.datasets import load, names

# Rows, columns and sizes of classes as scikit-learn's descriptions print them.
KNOWN = {
    "breast-cancer-wisconsin": (569, 30, {"malignant": 212, "benign": 357}),
    "handwritten-digits": (1797, 64, None),
    "iris-plants": (150, 4, {"setosa": 50, "versicolor": 50, "virginica": 50}),
    "wine-recognition": (178, 13, {"class_0": 59, "class_1": 71, "class_2": 48}),
    "diabetes-patients": (442, 10, None),
    "linnerud-exercise": (20, 3, None),
}


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_shape_and_classes(name: str) -> None:
    """Every data set has the rows, columns and class sizes that its source prints."""
    rows, columns, classes = KNOWN[name]
    table = load(name)
    assert table.frame.shape == (rows, columns)
    assert len(table.target) == rows
    if classes:
        assert table.target.value_counts().to_dict() == classes


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_plain_and_complete(name: str) -> None:
    """Features are floats without gaps, the target is not among them, the index counts from 0."""
    table = load(name)
    assert {str(dtype) for dtype in table.frame.dtypes} == {"float64"}
    assert not table.frame.isna().any().any()
    assert table.target.name not in table.frame.columns
    assert list(table.frame.index) == list(table.target.index) == list(range(len(table.frame)))
    wanted = str if table.task == "classification" else float
    assert all(isinstance(value, wanted) for value in table.target)


def test_names_are_complete() -> None:
    """names() lists exactly the data sets that load() gives."""
    assert names() == sorted(KNOWN)


def test_unknown_name_is_refused() -> None:
    """A data set that is not bundled is refused with the list of those that are."""
    with pytest.raises(KeyError, match="iris-plants"):
        load("titanic")


def test_diabetes_in_original_units() -> None:
    """Diabetes columns are not scaled with all rows: ages are years between 19 and 79."""
    ages = load("diabetes-patients").frame["age"]
    assert (ages.min(), ages.max()) == (19, 79)


def test_linnerud_keeps_other_targets_out() -> None:
    """Waist and pulse, measured with the weight, are no inputs for it."""
    table = load("linnerud-exercise")
    assert list(table.frame.columns) == ["Chins", "Situps", "Jumps"]
    assert table.target.name == "Weight"


def test_loading_twice_gives_separate_tables() -> None:
    """Changing a loaded table leaves the next load as it was."""
    first = load("iris-plants")
    first.frame.iloc[0, 0] = -1.0
    assert load("iris-plants").frame.iloc[0, 0] == 5.1
