"""What files held, from git's store of objects, many at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence

Ask = Callable[..., bytes]
"""Runs git with arguments and ``stdin`` and gives its output; raises MaestroError when it fails."""
At = tuple[str, str]
"""Full id of a commit and a path in it."""
_AT_ONCE = 500
"""Files that are held in memory at once."""


def blobs(ask: Ask, ids: Sequence[str]) -> Iterator[bytes | None]:
    """What blobs hold, by their ids; None for one that is not there."""
    for start in range(0, len(ids), _AT_ONCE):
        part = ids[start : start + _AT_ONCE]
        output = ask("cat-file", "--batch", stdin="".join(f"{i}\n" for i in part).encode())
        at = 0
        for _ in part:
            line_end = output.find(b"\n", at)
            words = output[at:line_end].split() if line_end >= 0 else []
            at = line_end + 1 if line_end >= 0 else len(output)
            if len(words) != 3 or words[1] != b"blob":
                yield None
                continue
            yield output[at : at + int(words[2])]
            at += int(words[2]) + 1


def files_at(ask: Ask, wanted: Sequence[At], most_bytes: int) -> Iterator[tuple[At, bytes]]:
    """Each commit and path with the content of the file there then.

    What is no file, has more than ``most_bytes`` or is not there is left out; a link's content
    is where it leads.
    """
    asked = [at for at in wanted if "\n" not in at[1]]
    if not asked:
        return
    names = os.fsencode("".join(f"{commit}:{path}\n" for commit, path in asked))
    output = ask("cat-file", "--batch-check", stdin=names)
    known = []
    for at, line in zip(asked, output.split(b"\n"), strict=False):
        words = line.split()
        # Of a name that is missing git says the name itself, which may have blanks, and "missing".
        is_file = len(words) == 3 and words[1] == b"blob" and words[2].isdigit()
        if is_file and int(words[2]) <= most_bytes:
            known.append((at, words[0].decode("ascii")))
    for (at, _), content in zip(known, blobs(ask, [blob for _, blob in known]), strict=True):
        if content is not None:
            yield at, content
