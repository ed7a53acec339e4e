"""CSV tables and our own records."""

from __future__ import annotations

import json

import pytest

from maestro.mining.ci.detect import Options

from .payloads import SHA, facts, only, read, run

TEN = 1709287200


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_table_of_runs(mark: str) -> None:
    """Well-known headings become columns, whatever separates the cells."""
    head = ["Run ID", "Branch", "Conclusion", "Started At", "Finished At", "Commit SHA", "Mood"]
    cells = ["5", "main", "passed", "2024-03-01T10:00:00Z", "2024-03-01T10:02:00Z", SHA, "good"]
    head[0] = "ID"
    reading = read("\r\n".join(mark.join(line) for line in (head, cells)))
    assert reading.refused == []
    (found,) = facts(reading, "run")
    assert (found["id"], found["branch"], found["head"]) == ("5", "main", SHA)
    assert (found["status"], found["result"]) == ("completed", "success")
    assert (found["started"], found["finished"]) == (TEN, TEN + 120)
    assert reading.unknown == {"run.mood": 1} or reading.unknown == {"run.Mood": 1}


def test_a_header_map() -> None:
    """A map gives a column the heading that it has in the file, before the words we know."""
    text = "Vorgang,Ergebnis,Beginn,status\n9,failed,2024-03-01 10:00:00,whatever\n"
    options = Options("run", {"id": "Vorgang", "result": "Ergebnis", "started": "beginn"})
    reading = read(text, "", options)
    (found,) = facts(reading, "run")
    assert (found["id"], found["result"], found["started"]) == ("9", "failure", TEN)
    (refusal,) = read(text).refused
    assert refusal.code == "no-facts"


def test_other_kinds_of_tables() -> None:
    """Jobs, tests, deployments, incidents and pull requests are known by their headings."""
    tables = {
        "job": "run_id,name,labels,result\n5,build,ubuntu-latest;gpu,success",
        "test": "run_id,suite,passed,failed,skipped\n5,unit,10,1,2",
        "deployment": "id,environment,result,finished\n1,production,success,2024-03-01T10:00:00Z",
        "incident": "id,created,resolved\n1,2024-03-01T10:00:00Z,2024-03-01T11:00:00Z",
        "pull_request": "id,created_at,merged_at\n1,2024-03-01T10:00:00Z,2024-03-01T11:00:00Z",
    }
    found = {kind: facts(read(text), kind)[0] for kind, text in tables.items()}
    assert (found["job"]["id"], found["job"]["labels"]) == ("build", ["ubuntu-latest", "gpu"])
    assert (found["test"]["passed"], found["test"]["skipped"]) == (10, 2)
    assert found["deployment"]["finished"] == TEN
    assert found["incident"]["resolved"] == found["pull_request"]["merged"] == TEN + 3600


def test_broken_lines_of_a_table() -> None:
    """A line with cells missing or without its id is refused by number; the others stay."""
    reading = read("id,status\n1,success\n2\n,failed\n4,failed\n")
    assert [row["id"] for row in facts(reading, "run")] == ["1", "4"]
    assert [(one.where, one.code) for one in reading.refused] == [
        ("line 3", "not-csv"),
        ("line 4", "no-id"),
    ]


def test_raw_records_in_a_table() -> None:
    """A column of raw API records, as collectors export them, is read record by record."""
    cell = json.dumps(run()).replace('"', '""')
    reading = read(f'id,params,data,url\n1,"{{}}","{cell}",x\n2,,not json,x\n')
    assert [row["id"] for row in facts(reading, "run")] == ["71"]
    assert [(one.where, one.code) for one in reading.refused] == [("line 3", "not-json")]


def test_own_records() -> None:
    """An object whose fields are our columns is that fact; ``kind`` says it for certain."""
    record = {"id": "5", "attempt": 2, "status": "completed", "result": "timed_out",
              "created": TEN, "started": TEN + 5, "finished": TEN + 4}  # fmt: skip
    found = only(record, "run")
    assert (found["attempt"], found["result"], found["finished"]) == (2, "timed_out", None)
    assert found["quality"] == ["ends-before-start"]
    incident = {"kind": "incident", "id": "7", "labels": ["sev1"], "created": TEN, "proxy": True}
    assert only(incident, "incident")["proxy"] is True
    reading = read({"kind": "run", "id": "1", "mood": 1})
    assert reading.unknown == {"run.mood": 1}


def test_unknown_words_of_a_table() -> None:
    """Words for results that nobody knows are counted and give no result."""
    reading = read("id,status,result\n1,completed,sideways\n")
    assert facts(reading, "run")[0]["result"] is None
    assert reading.unknown == {"run.result=sideways": 1}
