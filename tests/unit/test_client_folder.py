"""The client before a folder that holds what is no file: always one error, at once."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from maestro.client import Library, NotALibrary, Unreachable
from tests.unit.test_client import written

CATALOG = "api/v1/catalog.json"
INDEX = "api/v1/index.json"


def _listening(place: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(place))


ODD: dict[str, tuple[Callable[[Path], object], str]] = {
    "a pipe": (os.mkfifo, "it is a pipe or a device"),
    "a socket": (_listening, "cannot be read: No such device or address"),
    "a folder": (lambda place: place.mkdir(), "cannot be read: Is a directory"),
    "a link to itself": (lambda place: place.symlink_to(place.name), "Too many levels"),
    "a device": (lambda place: place.symlink_to("/dev/zero"), "it is a pipe or a device"),
}
# Apart from this process: what waits in the opening of a pipe cannot be stopped from within.
READ = "import sys; from maestro.client import Library; Library(sys.argv[1]).catalog()"
pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="words of one system")


def _put(place: Path, kind: str) -> str:
    """Put one odd thing at a place; what has to be said of it."""
    place.unlink(missing_ok=True)
    make, said = ODD[kind]
    make(place)
    return said


@pytest.mark.parametrize("kind", ODD)
def test_what_is_no_file_is_an_error_at_once(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever stands where a document belongs, reading it ends with words that say what it is."""
    monkeypatch.chdir(tmp_path)  # the path of a socket is short
    written(Path(), {"catalog.json": {"columns": {}}})
    library = Library("")
    said = _put(Path(CATALOG), kind)
    if kind == "a pipe":
        done = subprocess.run(
            [sys.executable, "-c", READ, "."],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert f'Unreachable: "{CATALOG}" cannot be read: {said}' in done.stderr
    with pytest.raises(Unreachable, match=said):
        library.catalog()
    _put(Path(INDEX), kind)
    with pytest.raises(Unreachable, match=said):
        Library("")


def test_a_place_that_is_no_folder_is_no_library(tmp_path: Path) -> None:
    """Neither a pipe, a socket, a link to itself nor a name that no system takes is opened."""
    for kind in ("a pipe", "a link to itself", "a device"):
        _put(tmp_path / "odd", kind)
        with pytest.raises(NotALibrary, match="there is no folder"):
            Library(tmp_path / "odd")
    for name in ("x" * 5_000, "a\0b"):
        with pytest.raises(NotALibrary, match="there is no folder"):
            Library(tmp_path / name)


def test_a_long_address_is_no_name_of_a_file() -> None:
    """An address that is longer than any name of a file may be is asked for like a short one."""
    with pytest.raises(Unreachable, match=r"127\.0\.0\.1 could not be reached"):
        Library(f"http://127.0.0.1:1/{'x' * 5_000}/")
