"""Digests of files and folders."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from maestro.errors import MaestroError
from maestro.source.digest import digest_bytes, digest_path

ABC = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
"""Digest of "abc", from FIPS 180-2, appendix B.1."""


def tree(root: Path) -> Path:
    """A folder with files whose order by bytes is not the order of a walk."""
    for name in ("b.py", "a/z.py", "a.py", "a-b/c.py", "ä.txt", "deep/er/x"):
        place = root / "code" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"content of {name}\n")
    return root


def test_file(tmp_path: Path) -> None:
    """A file's digest is the SHA-256 of its bytes."""
    (tmp_path / "abc").write_bytes(b"abc")
    read = digest_path(tmp_path, "abc")
    assert (read.digest, read.size_bytes, read.files) == (ABC, 3, 1)
    assert digest_bytes(b"abc") == ABC


def test_folder_by_hand(tmp_path: Path) -> None:
    """A folder's digest is that of the sorted list of its files' digests."""
    for name in ("b", "a"):
        (tmp_path / name).write_bytes(b"abc")
    lines = "".join(f"{ABC.removeprefix('sha256:')}  {name}\n" for name in ("a", "b"))
    expected = hashlib.sha256(lines.encode()).hexdigest()
    assert digest_path(tmp_path, ".").digest == f"sha256:{expected}"


@pytest.mark.skipif(not shutil.which("sha256sum"), reason="sha256sum is not installed")
def test_folder_as_sha256sum(tmp_path: Path) -> None:
    """The command of the documentation gives the same digest."""
    tree(tmp_path)
    command = "find . -type f -printf '%P\\0' | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum"
    done = subprocess.run(
        ["sh", "-c", command], cwd=tmp_path / "code", capture_output=True, text=True, check=True
    )
    assert digest_path(tmp_path, "code").digest == f"sha256:{done.stdout.split()[0]}"


def test_what_is_not_content_is_left_out(tmp_path: Path) -> None:
    """git's folder, compiled files and links change nothing; a new or renamed file does."""
    before = digest_path(tree(tmp_path), "code")
    for extra in (".git/config", "a/__pycache__/z.pyc"):
        (tmp_path / "code" / extra).parent.mkdir()
        (tmp_path / "code" / extra).write_text("x")
    (tmp_path / "code/link").symlink_to("/etc/hostname")
    (tmp_path / "code/folder-link").symlink_to(tmp_path, target_is_directory=True)
    assert digest_path(tmp_path, "code") == before
    (tmp_path / "code/b.py").rename(tmp_path / "code/c.py")
    assert digest_path(tmp_path, "code").digest != before.digest


def test_odd_names_cannot_pass_for_others(tmp_path: Path) -> None:
    """A line break in a name does not make one file look like two."""
    (tmp_path / "x").mkdir()
    line = hashlib.sha256(b"abc").hexdigest()
    (tmp_path / "x" / f"a\n{line}  b").write_bytes(b"abc")
    (tmp_path / "y").mkdir()
    for name in ("a", "b"):
        (tmp_path / "y" / name).write_bytes(b"abc")
    assert digest_path(tmp_path, "x").digest != digest_path(tmp_path, "y").digest


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("gone", "S003"),
        ("code/b.py/x", "S003"),
        ("empty", "S003"),
        ("link", "S005"),
        ("out/hostname", "S005"),
        ("loop", "S005"),
        ("pipe", "S005"),
        ("../x", "S005"),
        ("/etc/hostname", "S005"),
        ("code/../../x", "S005"),
    ],
)
def test_what_is_not_read(tmp_path: Path, path: str, code: str) -> None:
    """Missing places, links on the way, ways out, and pipes are refused without blocking."""
    tree(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to("code")
    (tmp_path / "out").symlink_to("/etc")
    (tmp_path / "loop").symlink_to("loop")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(MaestroError) as caught:
        digest_path(tmp_path, path)
    assert caught.value.code == code


def test_size_is_bounded(tmp_path: Path) -> None:
    """The bound holds for a file, and for all files of a folder together."""
    tree(tmp_path)
    size = digest_path(tmp_path, "code").size_bytes
    assert digest_path(tmp_path, "code", size).size_bytes == size
    for path, most in (("code", size - 1), ("code/b.py", 5)):
        with pytest.raises(MaestroError) as caught:
            digest_path(tmp_path, path, most)
        assert caught.value.code == "S004"
