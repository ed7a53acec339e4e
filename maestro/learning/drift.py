"""Whether running projects differ, in what is known of them, from those that have ended.

A model speaks of projects like those it has seen. Each input of the running ones is held
against the finished ones: numbers by the largest distance between their distribution functions
(Kolmogorov and Smirnov), words by half the sum of the differences of their shares (total
variation). How often random splits of all projects are as far apart is counted, not looked up:
inputs have ties, and there are few projects.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from maestro.schema.details import NOT_ENOUGH
from maestro.schema.learned import InputDrift

from .table import Row, names_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

NEEDED_EACH = 5
"""Projects with the input that each side needs."""
SPLITS = 999
"""Random splits; p cannot fall below 0.001."""
SURE = 0.05
"""Chance that any input of a library without drift is said to differ: each may take its share."""
DIFFERS, SAME = "differs", "no clear difference"
_NUMBERS = ("team_size", "complexity", "data_rows", "reuse")
_WORDS = ("problem_class", "team", "domain")


def input_drift(finished: Sequence[Row], running: Sequence[Row], seed: int) -> list[InputDrift]:
    """Inputs of running projects against those of finished ones, most different first.

    Inputs that one side does not have at all are left out, and so is the start: it always
    differs. An input differs when its p is at most :data:`SURE` / number of inputs tested
    (Bonferroni), so that many inputs do not make a false alarm likely.
    """
    import numpy as np

    sides = {name: (_values(finished, name), _values(running, name)) for name in _NUMBERS + _WORDS}
    sides = {name: both for name, both in sides.items() if both[0] and both[1]}
    tested = [name for name, both in sides.items() if min(map(len, both)) >= NEEDED_EACH]
    found = []
    for name, (past, now) in sorted(sides.items()):
        places = _places([*past, *now], name in _NUMBERS)
        is_now = np.arange(len(places)) >= len(past)
        random = np.random.default_rng([seed, *name.encode()])
        distance, p = _test(places, is_now, name in _NUMBERS, random if name in tested else None)
        label = NOT_ENOUGH
        if p is not None:
            label = DIFFERS if p <= SURE / len(tested) else SAME
        found.append(
            InputDrift(
                field=name,
                finished=_words(past, name),
                running=_words(now, name),
                distance=distance,
                p=p,
                label=label,
            )
        )
    return sorted(found, key=lambda one: (-one.distance, one.field))


def _values(rows: Sequence[Row], name: str) -> list[Any]:
    """What is known of an input, sorted: the order of projects changes nothing."""
    if name == "reuse":
        # A finished project without a list is learned from as one that reuses nothing.
        known = [row for row in rows if row.lists_uses or row.ended is not None]
        return sorted(len(names_of(row)) for row in known)
    return sorted(value for row in rows if (value := getattr(row, name)) is not None)


def _places(values: Sequence[Any], is_number: bool) -> NDArray[Any]:
    """Each value's place among the distinct ones, in order."""
    import numpy as np

    order = {value: place for place, value in enumerate(sorted(set(values)))}
    return np.array([order[value] for value in values])


def _test(
    places: NDArray[Any], is_now: NDArray[Any], is_number: bool, random: Any
) -> tuple[float, float | None]:
    """Distance, and the share of splits at least as far apart, the real one counted."""
    import numpy as np

    levels = int(places.max()) + 1
    every, now = np.bincount(places, minlength=levels), int(is_now.sum())

    def distance(chosen: NDArray[Any]) -> float:
        """How far the chosen ones are from the others."""
        ones = np.bincount(places[chosen], minlength=levels)
        away = ones / now - (every - ones) / (len(places) - now)
        return float(np.abs(np.cumsum(away)).max() if is_number else np.abs(away).sum() / 2)

    real = distance(is_now)
    if random is None:
        return real, None
    # Rounding must not make an equal split look closer.
    far = sum(distance(random.permutation(is_now)) >= real - 1e-12 for _ in range(SPLITS))
    return real, (1 + far) / (SPLITS + 1)


def _words(values: Sequence[Any], name: str) -> str:
    """``median 4``, or the most frequent word with its share; of equal ones the first."""
    if name in _WORDS:
        most = max(sorted(set(values)), key=values.count)
        return f"{most} {100 * values.count(most) / len(values):.0f} %"
    middle = (values[(len(values) - 1) // 2] + values[len(values) // 2]) / 2
    return f"median {middle:,.0f}" if math.isclose(middle, round(middle)) else f"median {middle:,}"


def drift_notes(found: Sequence[InputDrift]) -> list[str]:
    """What to know of predictions when inputs have drifted; nothing where none differs."""
    names = [one.field.replace("_", " ") for one in found if one.label == DIFFERS]
    if not names:
        return []
    return [
        f"running projects differ from finished ones in {', '.join(names)}: "
        "their predictions rest on the few that are like them"
    ]
