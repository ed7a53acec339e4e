"""YAML text to plain data: reading within bounds, and everything that can be wrong with it.

The only way from YAML to data. The reader consumes the event stream of libyaml and bounds
size, depth, number of nodes and scalar length *while* it reads, before anything is built: the
loader's own tree builder crashes on 100,000 brackets and expands a 400-byte alias bomb without
end. It gives plain dictionaries, lists, text, numbers, booleans and None. Positions are not
kept: ``position`` reads the text a second time when a fault has to be placed. Beside it lie the
comment-keeping writer (``edit``) and what reads and hashes the things that records point at
(``digest``, ``hosts``, ``remote``).
"""

from __future__ import annotations

from .text import (
    CODES,
    MAX_BYTES,
    MAX_FAULTS,
    Data,
    Fault,
    Unreadable,
    decode,
    read_bytes,
)

__all__ = [
    "CODES",
    "MAX_BYTES",
    "MAX_FAULTS",
    "Data",
    "Fault",
    "Unreadable",
    "decode",
    "parse",
    "read_bytes",
]


def parse(data: bytes) -> tuple[Data, list[Fault]]:
    """Plain data of one YAML document whose root is a mapping, and the faults it holds.

    Where a fault does not stop the reading, reading goes on, so that one run shows them all
    (at most 20). Raises ``Unreadable`` when nothing can be built.
    """
    # libyaml's binding is only loaded when something is read: a check with nothing new is quick.
    from .tree import Builder

    builder = Builder(decode(data))
    return builder.run(), builder.faults
