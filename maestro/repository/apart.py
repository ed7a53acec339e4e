"""A bare git folder without settings or attributes, over the objects of a real one.

What a repository keeps for itself (``config``, ``info/attributes``, attributes of the work tree)
can make git count other lines, or start a program. A folder of its own has none of it, so a bare
clone, a work tree and one that somebody changed give the same numbers. Of the repository only
its objects are read, and where a shallow clone ends.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .command import Way

_CONFIG = {
    40: "[core]\n\trepositoryFormatVersion = 0\n\tbare = true\n",
    64: "[core]\n\trepositoryFormatVersion = 1\n\tbare = true\n"
    "[extensions]\n\tobjectFormat = sha256\n",
}
"""Length of an id to the settings of a repository with such ids."""


@contextmanager
def apart(common_dir: Path, commit: str) -> Iterator[tuple[Path, Way]]:
    """A temporary git folder over the objects of ``common_dir``, and how git is started in it.

    ``commit`` is a full id of the repository; commits can be named by their ids only. Takes
    half a millisecond.
    """
    with tempfile.TemporaryDirectory(prefix="maestro-git-") as name:
        folder = Path(name)
        (folder / "refs").mkdir()
        (folder / "HEAD").write_text("ref: refs/heads/none\n", "ascii")
        (folder / "config").write_text(_CONFIG[len(commit)], "ascii")
        if (common_dir / "shallow").is_file():
            shutil.copyfile(common_dir / "shallow", folder / "shallow")
        yield folder, Way(objects=str(common_dir / "objects"))
