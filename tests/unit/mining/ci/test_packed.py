"""Zip and gzip files of CI records."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import zipfile

import pytest

from maestro.mining.ci import packed
from maestro.mining.ci.detect import read_bytes

from .payloads import facts, read, run

REPORT = "<testsuite name='s'><testcase name='c'/></testsuite>"


def zipped(files: dict[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive of these files."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return whole.getvalue()


def codes(data: bytes) -> list[tuple[str, str]]:
    """Path and code of each refusal of a file named ``a``."""
    return [(one.path, one.code) for one in read_bytes(data, "a").refused]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zip_is_read_like_a_folder(method: int) -> None:
    """Each file of an archive is read by its content, and told by its name in it."""
    files = {"b/junit.xml": REPORT, "runs.json": json.dumps([run()]), "log.txt": "::group"}
    data = zipped(files, method)  # type: ignore[arg-type]
    reading = read_bytes(data, "a")
    assert {kind: len(rows) for kind, rows in reading.tables.items()} == {"test": 1, "run": 1}
    assert codes(data) == [("a/log.txt", "no-facts")]


def test_a_jenkins_home_in_a_zip() -> None:
    """Folders in an archive name builds as folders on disk do."""
    reading = read_bytes(zipped({"jobs/train/builds/3/junit.xml": REPORT}), "home.zip")
    (found,) = facts(reading, "test")
    assert found["run_id"] == "train#3"


def test_a_gzip_file_is_read_as_what_is_in_it() -> None:
    """JSON lines, in one member or several, with zeros behind them."""
    lines = [json.dumps(run(id=number)).encode() + b"\n" for number in (1, 2)]
    whole = gzip.compress(lines[0]) + gzip.compress(lines[1]) + b"\0" * 9
    assert [one["id"] for one in facts(read(whole), "run")] == ["1", "2"]


def test_archives_in_archives_are_not_opened() -> None:
    """What is packed twice is refused by name, and the rest is read."""
    inner = zipped({"junit.xml": REPORT})
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("junit.xml"))
    data = zipped({"a.zip": inner, "b.gz": gzip.compress(b"x"), "c.xml": REPORT})
    assert len(read_bytes(data, "a").tables["test"]) == 1
    assert codes(data) == [("a/a.zip", "packed"), ("a/b.gz", "packed")]
    for content in (inner, tar.getvalue(), gzip.compress(b"x")):
        assert codes(gzip.compress(content)) == [("a", "packed")]


def test_archives_of_other_things_are_one_line() -> None:
    """A document or a model is refused once, not once for each of its files."""
    assert codes(zipped({"[Content_Types].xml": "<Types/>", "b": b"\0\0"})) == [("a", "no-facts")]
    assert codes(zipped({})) == [("a", "no-facts")]


def test_bombs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """What unpacks to too much is refused as a whole, whatever it claims of its size."""
    zeros = b" " * (packed.FREE_BYTES + (1 << 20))
    for data in (zipped({"a.xml": REPORT, "b": zeros}), gzip.compress(zeros)):
        reading = read_bytes(data, "a")
        assert [one.code for one in reading.refused] == ["too-large"]
        assert reading.tables == {}
    monkeypatch.setattr(packed, "MOST_BYTES", 1 << 20)
    assert codes(zipped({"b": zeros}, zipfile.ZIP_STORED)) == [("a", "too-large")]
    monkeypatch.setattr(packed, "MOST_MEMBERS", 3)
    assert codes(zipped({str(n): "" for n in range(4)})) == [("a", "too-many")]


def test_damaged_archives() -> None:
    """A cut or damaged archive, or one with a password, is refused; sound files of it are read."""
    whole = zipped({"a.xml": REPORT, "b.xml": REPORT}, zipfile.ZIP_STORED)
    assert codes(whole[:-30]) == [("a", "damaged")]
    assert codes(gzip.compress(b"{}" * 500)[:-12]) == [("a", "truncated")]
    broken = whole.replace(b"<testcase", b"<testcasf", 1)
    assert codes(broken) == [("a/a.xml", "damaged")]
    assert len(read_bytes(broken, "a").tables["test"]) == 1
    locked = bytearray(whole)
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    locked[locked.index(b"PK\x03\x04") + 6] |= 1
    (refusal,) = read_bytes(bytes(locked), "a").refused
    assert (refusal.path, refusal.reason) == ("a/a.xml", "encrypted")


def test_names_of_members_lead_nowhere() -> None:
    """A name is shown on one line and masked; no file is ever made from it."""
    token = "ghp_" + "A1b2C3d4" * 5
    reading = read_bytes(zipped({f"../../{token}\n.txt": "x", "/etc/x.xml": REPORT}), "a")
    assert [one.path for one in reading.refused] == ["a/../../*** .txt"]
