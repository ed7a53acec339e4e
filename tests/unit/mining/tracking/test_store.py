"""Training runs on disk: what is written is read again, damage is counted."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from maestro.mining.tracking.copying import copy_database
from maestro.mining.tracking.rows import told
from maestro.mining.tracking.store import from_lines, to_lines
from maestro.mining.writing import replace_file


def answer(**more: object) -> dict[str, object]:
    """One run as the client tells it."""
    return {
        "id": "r1", "experiment": "e", "name": "n", "status": "FINISHED", "deleted": False,
        "started": 1_750_000_000_500, "finished": 1_750_000_060_000, "tags": {}, "params": {},
        "metrics": {}, **more,
    }  # fmt: skip


def test_rows_survive_the_disk() -> None:
    """Every column comes back as it was, in one order whatever the order given."""
    answers = [answer(), answer(id="r2", started=None, finished=None, params={"b": "1", "a": "2"})]
    rows = told(answers).rows
    assert from_lines(to_lines(rows)) == (rows, 0)
    assert to_lines(reversed(rows)) == to_lines(rows)
    assert rows[1][7:9] == (1_750_000_000.5, 1_750_000_060)


@pytest.mark.parametrize(
    "line",
    ["{", "[]", "7", '{"status": "finished"}', '{"id": "a", "started": "x"}', '{"id": 3}',
     '{"id": "a", "metrics": {"x": NaN}}', '{"id": "a", "metrics": [1]}',
     '{"id": "a", "params": 1}',
     '{"id": "a", "started": true}', "[" * 10_000],
)  # fmt: skip
def test_damaged_lines_are_counted_and_left_out(line: str) -> None:
    """A line that holds no run costs itself only."""
    good = json.dumps({"id": "good"})
    rows, damaged = from_lines(f"{line}\n{good}\n".encode())
    assert ([row[2] for row in rows], damaged) == (["good"], 1)


def test_odd_values_become_words_not_numbers() -> None:
    """Impossible times, turned ends, infinite metrics and strange states are noted."""
    one = told([
        answer(started=5, finished=4_200_000_000_000, status="WHAT",
               metrics={"a": "nan", "b": "inf", "c": "1.7976931348623157e+308", "d": "2.0"},
               params={f"p{n:03d}": "x" for n in range(201)}),
        answer(id="r2", started=1_750_000_060_000, finished=1_750_000_000_000),
    ]).rows  # fmt: skip
    assert one[0][5:9] == ("killed", None, None, None)
    assert one[0][11] == {"d": 2.0}
    assert one[0][14] == [
        "metric-not-finite", "params-left-out", "status-unknown", "time-out-of-range"
    ]  # fmt: skip
    assert one[1][8] is None and one[1][14] == ["ends-before-start"]


def test_deleted_runs_are_counted_not_kept() -> None:
    """Runs in the bin are no runs; a run told twice is one; the end of the list is noted."""
    found = told([answer(deleted=True), answer(id="a"), answer(id="a"), {"more": True}])
    assert (len(found.rows), found.deleted, found.more) == (1, 1, True)


def test_the_same_content_is_not_written_again(tmp_path: Path) -> None:
    """A second write of the same bytes touches nothing and leaves no part behind."""
    path = tmp_path / "a" / "runs.jsonl"
    assert replace_file(path, b"x\n")
    assert not replace_file(path, b"x\n")
    assert [one.name for one in path.parent.iterdir()] == ["runs.jsonl"]


def test_journals_of_a_database_are_copied(tmp_path: Path) -> None:
    """What was committed to the write-ahead log only is in the copy too; the source stays."""
    source = tmp_path / "live.db"
    writer = sqlite3.connect(source)
    writer.execute("pragma journal_mode=wal")
    for table in ("t", "runs", "experiments", "alembic_version"):
        writer.execute(f"create table {table} (x)")
    writer.execute("insert into t values (7)")
    writer.commit()
    before = sorted(path.name for path in tmp_path.iterdir())
    (tmp_path / "copy").mkdir()
    copy_database(source, tmp_path / "copy" / "mlflow.db")
    reader = sqlite3.connect(tmp_path / "copy" / "mlflow.db")
    assert reader.execute("select x from t").fetchall() == [(7,)]
    reader.close()
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == before
    writer.close()
