"""What the door to git reads of files: at one commit, and as they were at many."""

from __future__ import annotations

from pathlib import Path

import pytest

from maestro.errors import MaestroError
from maestro.repository import Repository
from tests.unit.mining.making import Git


@pytest.fixture
def git(tmp_path: Path) -> Git:
    """A repository to commit to."""
    return Git(tmp_path / "repo")


def test_reads_files_below_prefixes_only(git: Git) -> None:
    """Files below the prefixes come back byte for byte; links and large files do not."""
    content = bytes(range(256)) * 3
    (git.folder / "catalog").mkdir(parents=True)
    (git.folder / "catalog" / "link").symlink_to("/etc/passwd")
    commit = git.commit(
        {"catalog/a.yaml": content, "catalog/x/b": "", "catalogue/c": "1", "big/z": b"z" * 900}
    )
    repository = Repository.open(git.folder)
    files = repository.read_files(commit, ["catalog", "big"], most_bytes=800)
    assert files == {"catalog/a.yaml": content, "catalog/x/b": b""}
    assert repository.read_files(commit, ["nowhere"]) == {}


def test_reads_files_as_they_were(git: Git) -> None:
    """A file at each commit; what was no file then, is too large or has an odd name is left out."""
    one = git.commit({"a b.yaml": "1\n", "c/d": b"\0" * 700, "e\nf": "1\n"})
    two = git.commit({"a b.yaml": "2\n"})
    repository = Repository.open(git.folder)
    asked = [(two, "a b.yaml"), (one, "gone blob"), (one, "c"), (one, "c/d"), (one, "a b.yaml")]
    found = dict(repository.files_at([(one, "e\nf"), *asked]))
    assert found == {
        (two, "a b.yaml"): b"2\n",
        (one, "a b.yaml"): b"1\n",
        (one, "c/d"): b"\0" * 700,
    }
    small = dict(repository.files_at(asked, most_bytes=600))
    assert list(small) == [(two, "a b.yaml"), (one, "a b.yaml")]
    many = [(one, "a b.yaml"), (two, "a b.yaml")] * 700
    assert [content for _, content in repository.files_at(many)] == [b"1\n", b"2\n"] * 700
    assert list(repository.files_at([])) == []


def test_of_a_partial_clone_no_earlier_file_is_read(git: Git, tmp_path: Path) -> None:
    """Git would fetch what is missing, or end at the first one."""
    one = git.commit({"a.yaml": "1\n"})
    two = git.commit({"a.yaml": "2\n"})
    git("config", "uploadpack.allowFilter", "true")
    part = tmp_path / "part"
    git("clone", "-q", "--filter=blob:none", f"file://{git.folder}", str(part))
    repository = Repository.open(part)
    assert repository.is_partial
    assert list(repository.files_at([(one, "a.yaml"), (two, "a.yaml")])) == []


def test_damaged_contents_are_an_error(git: Git) -> None:
    """A file whose object is damaged is neither cut nor blamed on the one after it."""
    commit = git.commit({"big.txt": "".join(f"{n}\n" for n in range(9_000)), "small.txt": "1\n"})
    blob = git("rev-parse", f"{commit}:big.txt").strip()
    loose = git.folder / ".git/objects" / blob[:2] / blob[2:]
    data = bytearray(loose.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 50] = bytes(50)
    loose.chmod(0o644)
    loose.write_bytes(data)
    repository = Repository.open(git.folder)
    with pytest.raises(MaestroError, match="damaged") as caught:
        repository.read_files(commit, ["big.txt", "small.txt"])
    assert caught.value.code == "G005"
    with pytest.raises(MaestroError, match="damaged"):
        list(repository.files_at([(commit, "big.txt"), (commit, "small.txt")]))
