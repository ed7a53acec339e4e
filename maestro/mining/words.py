"""Words about numbers, for notes."""

from __future__ import annotations


def count(number: int, one: str, several: str = "") -> str:
    """``1 run`` or ``2 runs``; ``several`` where it is not ``one`` with an s."""
    return f"{number:,} {one if number == 1 else several or f'{one}s'}"
