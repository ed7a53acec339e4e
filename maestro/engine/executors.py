"""Run independent pieces of work one after the other or side by side, behind one interface."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any, Literal, TypeVar

T = TypeVar("T")
R = TypeVar("R")

Kind = Literal["serial", "threads", "processes"]


def run_all(
    work: Callable[[T], R], items: Iterable[T], *, kind: Kind = "serial", workers: int = 2
) -> Iterator[R]:
    """Results of ``work`` over ``items``, in their order whatever runs first.

    ``threads`` suits waiting (git, network), ``processes`` suits computing; ``work`` must then
    be importable and items and results plain. An exception of ``work`` reaches the caller.
    """
    if kind == "serial" or workers < 2:
        yield from map(work, items)
        return
    pool: Any = ThreadPoolExecutor if kind == "threads" else ProcessPoolExecutor
    with pool(max_workers=workers) as running:
        yield from running.map(work, items)
