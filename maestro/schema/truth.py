"""What is known of a simulated library because it was simulated."""

from __future__ import annotations

from .details import Detail, Published


class TrueEffect(Published):
    """The estimated effect of a piece beside the true one, in points of success."""

    name: str
    """``name@version``."""
    truth: float
    value: float
    lo: float
    hi: float
    label: str
    """The verdict on it."""
    inside: bool
    """Whether the true effect lies in the interval."""


class TruthDetail(Detail):
    """Estimates of a simulated library against the truth that it was made from."""

    effects: list[TrueEffect]
    """Pieces with a number, the largest estimate first."""
    inside: int
    """How many intervals hold the true effect."""
    verdicts: int
    """Clear verdicts: helps or hurts."""
    right: int
    """Those of them whose true effect is more than the margin on the side that they claim."""
    known: int
    """True effects that are known, with a number or without."""
