"""What likeness costs, in CPU seconds, as a ratio to a plain TF-IDF fit of the same texts.

Run with ``python3 start.py test tests/benchmarks -n 0 -s -m slow`` (the numbers are printed).
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

import pytest

from maestro.learning.alike import similarity_findings
from tests.unit.learning.likeness import Entry, piece, ports

pytestmark = pytest.mark.slow


def library(count: int) -> list[Entry]:
    """Entries of two kinds with texts of about 110 words, some frequent and most rare."""
    draw = random.Random(3)

    def some(number: int, start: str, of: int, skew: float) -> list[str]:
        return [f"{start}{int(draw.random() ** skew * of)}" for _ in range(number)]

    return [
        piece(
            f"piece-{n:05d}",
            ("feature_pipelines", "datasets")[n % 2],
            prose=" ".join(some(80, "word", 5000, 4)),
            description=" ".join(some(30, "word", 5000, 4)),
            tags=sorted(set(some(3, "tag", 50, 2))),
            inputs=ports(*sorted(set(some(6, "c", 2000, 2))), of="int"),
            outputs=ports(*sorted(set(some(6, "c", 2000, 2))), of="float"),
        )
        for n in range(count)
    ]


def cpu(work: Callable[[], Any]) -> float:
    """CPU seconds of the fastest of three."""

    def once() -> float:
        start = time.process_time()
        work()
        return time.process_time() - start

    return min(once() for _ in range(3))


def test_two_thousand_entries(capsys: pytest.CaptureFixture[str]) -> None:
    """All neighbours and near-duplicates of 2,000 entries within 20 plain fits of their texts."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    entries = library(2000)
    texts = [f"{entry.record.description}\n{entry.prose}" for entry in entries]
    fit = cpu(lambda: TfidfVectorizer(sublinear_tf=True).fit_transform(texts))
    ours = cpu(lambda: similarity_findings([], entries, as_of="2026-06-30T12:00:00Z"))
    with capsys.disabled():
        print(f"\n2,000 entries: {ours:.2f} s, {ours / fit:.1f} times a fit of their texts")
    assert ours <= 20 * fit
