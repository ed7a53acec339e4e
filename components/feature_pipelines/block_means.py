"""Mean intensity of square blocks of a small grey image: fewer columns, less jitter."""

from __future__ import annotations

from typing import Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data


class BlockMeans(TransformerMixin, BaseEstimator):
    """Cuts square images into square blocks and gives each block's mean brightness, 0 to 1.

    Nothing is learned from the data but the number of columns. ``side`` and ``block`` are in
    pixels, ``brightest`` is the value of a white pixel.
    """

    def __init__(self, side: int = 8, block: int = 2, brightest: float = 16.0) -> None:
        self.side = side
        self.block = block
        self.brightest = brightest

    def fit(self, X: pd.DataFrame, y: object = None) -> Self:
        """Check that ``X`` holds ``side * side`` pixels a row, line by line from the top.

        Raises ``ValueError`` for any other width, and when the blocks do not fit.
        """
        if self.block < 1 or self.side % self.block:
            raise ValueError(f"blocks of {self.block} do not fill a side of {self.side}")
        width = validate_data(self, X, dtype=float).shape[1]
        if width != self.side**2:
            raise ValueError(f"{width} columns are not {self.side} x {self.side} pixels")
        self.blocks_ = self.side // self.block
        return self

    def transform(self, X: pd.DataFrame) -> np.ndarray:
        """Block means, one row per image, block by block from the top left."""
        check_is_fitted(self)
        pixels = validate_data(self, X, dtype=float, reset=False)
        shape = (len(pixels), self.blocks_, self.block, self.blocks_, self.block)
        means = pixels.reshape(shape).mean(axis=(2, 4)) / self.brightest
        return means.reshape(len(pixels), -1)

    def get_feature_names_out(self, input_features: object = None) -> np.ndarray:
        """``block_<line>_<column>``, counted from 0 at the top left."""
        check_is_fitted(self)
        steps = range(self.blocks_)
        return np.array([f"block_{line}_{column}" for line in steps for column in steps], object)


def build(side: int = 8, block: int = 2, brightest: float = 16.0) -> BlockMeans:
    """An unfitted transformer of a DataFrame with one image per row, one column per pixel.

    With the defaults, which fit the handwritten digits, 64 pixels from 0 to 16 become 16
    columns from 0 to 1.
    """
    return BlockMeans(side, block, brightest).set_output(transform="pandas")
