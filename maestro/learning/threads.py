"""Linear algebra on one thread: many small fits, each too small to share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep numpy's and scipy's linear algebra on one thread inside the block.

    Threads that wait for one another make fits of a few hundred columns several times slower,
    and the last digits of a sum may depend on how many there were.
    """
    # The limit reaches libraries that are loaded already.
    import scipy.linalg  # noqa: F401
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        yield
