"""The store: what is cut, damaged, swapped or foreign is noticed and mined again."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from maestro.mining import store
from maestro.mining.base import Increment, Row
from maestro.mining.store import refresh


@dataclass
class Counting:
    """A miner of numbered commits that says from where it was asked to go on."""

    upto: int
    source: str = "counting"
    key: str = "k"
    kinds: tuple[str, ...] = ("commit", "file_change")
    asked: list[str] = field(default_factory=list)

    def mine(self, cursor: str) -> Increment:
        """Commits after ``cursor``, newest first."""
        self.asked.append(cursor)
        start = int(cursor or 0)
        numbers = range(self.upto, start, -1)
        tables = {
            "commit": [commit(number) for number in numbers],
            "file_change": [change for number in numbers for change in changes(number)],
        }
        return Increment(str(self.upto), tables, whole=not cursor)


def name(number: int) -> str:
    """The id of a numbered commit."""
    return f"{number * 7919:040x}"


def commit(number: int) -> Row:
    """The row of a numbered commit."""
    parents = [name(number - 1)] if number > 1 else []
    if number % 5 == 0:
        parents.append(name(number - 3))
    authored = None if number % 7 == 0 else 1_600_000_000 + number
    committed = None if number % 11 == 0 else 1_600_000_009 + number
    return (
        name(number),
        parents,
        authored,
        committed,
        "Ünï\u2028",
        "a@x",
        "C",
        "c@x",
        "s\n",
        ["t"],
    )


def changes(number: int) -> list[Row]:
    """The file changes of a numbered commit."""
    return [
        (name(number), f"p{number % 3}", None if number % 2 else "old", number, None)
        for _ in range(number % 4)
    ]


def filled(path: Path, *steps: int) -> bytes:
    """The bytes of a store that was filled in these steps."""
    for upto in steps:
        refresh(path, Counting(upto))
    return path.read_bytes()


def expected(upto: int) -> dict[str, list[Row]]:
    """The rows that mining at once gives."""
    return {kind: sorted(rows, key=repr) for kind, rows in Counting(upto).mine("").tables.items()}


def read(path: Path, upto: int, **options) -> tuple[dict[str, list[Row]], str]:
    """The rows and the cursor that a store gives."""
    miner = Counting(upto, **options)
    facts = refresh(path, miner)
    found = {kind: sorted(rows, key=repr) for kind, rows in facts.tables.items()}
    return found, miner.asked[0]


def test_increments_add_up(tmp_path: Path) -> None:
    """Each increment is appended, earlier bytes stay, and all rows come back equal."""
    path = tmp_path / "deep" / "store"
    first = filled(path, 20)
    second = filled(path, 33, 50)
    assert second.startswith(first) and len(second) > len(first)
    assert read(path, 50) == (expected(50), "50")


def test_a_line_holds_many_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows come back equal when they fill several lines and parents lie on other lines."""
    monkeypatch.setattr(store, "ROWS_PER_LINE", 3)
    path = tmp_path / "store"
    filled(path, 20, 41)
    assert read(path, 41) == (expected(41), "41")


def test_it_can_be_read_by_hand(tmp_path: Path) -> None:
    """A store is gzip with a JSON document on each line, the first naming source and columns."""
    path = tmp_path / "store"
    filled(path, 3, 5)
    lines = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
    assert lines[0]["source"] == "counting"
    assert lines[0]["tables"]["file_change"][:2] == ["commit", "path"]
    assert lines[-1]["cursor"] == "5"


def test_every_cut_is_noticed(tmp_path: Path) -> None:
    """Cut at any byte, the store gives its whole members and the rest is mined again."""
    path = tmp_path / "store"
    first = len(filled(path, 4))
    content = filled(path, 6)
    for end in range(len(content)):
        path.write_bytes(content[:end])
        assert read(path, 6) == (expected(6), "" if end < first else "4")
        assert read(path, 6) == (expected(6), "6")


def test_every_changed_byte_is_noticed(tmp_path: Path) -> None:
    """With any one byte changed the rows are still right."""
    path = tmp_path / "store"
    content = filled(path, 4, 6)
    for at in range(len(content)):
        path.write_bytes(content[:at] + bytes([content[at] ^ 0x10]) + content[at + 1 :])
        assert read(path, 6)[0] == expected(6)


def test_members_out_of_place_are_noticed(tmp_path: Path) -> None:
    """A member twice, left out, or from another store does not count."""
    path, other = tmp_path / "store", tmp_path / "other"
    one = filled(path, 3)
    two = filled(path, 5)[len(one) :]
    three = filled(path, 7)[len(one) + len(two) :]
    foreign = filled(other, 4, 6)
    for wrong, asked in (
        (one + three, "3"), (one + two + two, "5"), (two, ""), (one + foreign, "3"),
        (b"plain", ""), (b"", ""), (gzip.compress(b"[]\n" * 9), ""), (gzip.compress(b""), ""),
    ):  # fmt: skip
        path.write_bytes(wrong)
        assert read(path, 7) == (expected(7), asked)


@pytest.mark.parametrize("other", [{"key": "k2"}, {"source": "else"}, {"kinds": ("commit",)}])
def test_a_store_of_another_miner_is_not_used(tmp_path: Path, other: dict) -> None:
    """Another source, another key or other columns mean mining anew."""
    path = tmp_path / "store"
    filled(path, 3)
    assert read(path, 3, **other)[1] == ""


def test_many_small_increments_are_joined(tmp_path: Path) -> None:
    """After many increments the store is written as one, and stays small."""
    path = tmp_path / "store"
    filled(path, *range(1, store.MAX_MEMBERS + 3))
    upto = store.MAX_MEMBERS + 2
    assert path.read_bytes().count(b"\x1f\x8b\x08") < 5
    assert read(path, upto) == (expected(upto), str(upto))


def test_a_place_that_cannot_be_written_costs_only_time(tmp_path: Path) -> None:
    """When the store cannot be written the facts are still given, and nothing is left behind."""
    (tmp_path / "file").write_text("")
    assert read(tmp_path / "file" / "store", 4) == (expected(4), "")
    (tmp_path / "folder").mkdir()
    assert read(tmp_path / "folder", 4) == (expected(4), "")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["file", "folder"]


def test_rows_that_are_gone_are_dropped_for_good(tmp_path: Path) -> None:
    """Rows whose first column is gone are dropped, now and when the store is read again."""

    class Losing(Counting):
        def mine(self, cursor: str) -> Increment:
            found = super().mine(cursor)
            return Increment(found.cursor, found.tables, frozenset({name(2)}))

    path = tmp_path / "store"
    filled(path, 3)
    facts = refresh(path, Losing(5))
    left = [row for row in expected(5)["commit"] if row[0] != name(2)]
    assert sorted(facts.tables["commit"], key=repr) == left
    again, _ = read(path, 5)
    assert again["commit"] == left
    assert all(row[0] != name(2) for row in again["file_change"])


def test_nothing_new_unpacks_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its mark beside it the store says where it stands, and rows wait to be asked for."""
    path = tmp_path / "store"
    filled(path, 20, 33)
    unpacked = []
    inner = store._read
    monkeypatch.setattr(store, "_read", lambda *all: unpacked.append(1) or inner(*all))
    facts = refresh(path, Counting(33))
    assert (facts.cursor, facts.fresh_rows, unpacked) == ("33", 0, [])
    longer = refresh(path, Counting(40))
    assert (longer.cursor, unpacked) == ("40", [])
    for _ in range(2):
        assert len(longer.tables["commit"]) == 40 and len(facts.tables["commit"]) == 33
        longer.release()
    assert len(unpacked) == 3


def test_a_mark_is_believed_only_about_its_own_store(tmp_path: Path) -> None:
    """An absent, cut, changed or older mark costs time and changes nothing."""
    path, mark = tmp_path / "store", tmp_path / "store.mark"
    filled(path, 4)
    old = mark.read_bytes()
    filled(path, 9)
    good = mark.read_bytes()
    for at in range(0, len(good), 7):
        for wrong in (good[:at], good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :]):
            mark.write_bytes(wrong)
            assert read(path, 9) == (expected(9), "9")
            mark.write_bytes(wrong)
            assert read(path, 11)[0] == expected(11)
            path.unlink()
            filled(path, 4, 9)
    mark.write_bytes(old)
    assert read(path, 9) == (expected(9), "9")
    mark.unlink()
    assert read(path, 9) == (expected(9), "9")
    assert mark.read_bytes() == good


def test_the_moment_of_the_source_is_kept(tmp_path: Path) -> None:
    """The source's own time at the cursor comes back from the mark and from the store itself."""

    class Dated(Counting):
        def mine(self, cursor: str) -> Increment:
            found = super().mine(cursor)
            return Increment(found.cursor, found.tables, whole=found.whole, moment=self.upto * 10)

    path = tmp_path / "store"
    assert refresh(path, Dated(3)).moment == 30
    assert refresh(path, Dated(5)).moment == 50
    (tmp_path / "store.mark").unlink()
    assert refresh(path, Counting(5)).moment == 50
