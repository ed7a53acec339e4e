"""Input that means harm, or is broken: refused with a name, never an exception."""

from __future__ import annotations

import json
import os
from math import isfinite
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maestro.mining.activity import Period
from maestro.mining.ci import documents, markup
from maestro.mining.ci.detect import read_bytes
from maestro.mining.ci.files import read_paths
from maestro.mining.ci.health import ci_figures
from maestro.mining.ci.merge import merged
from maestro.mining.ci.reading import MOST_REFUSED, MOST_UNKNOWN
from maestro.schema.settings import Runner

from .payloads import build, facts, job, pipeline, read, run

LAUGHS = (
    '<!DOCTYPE t [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
    '<testsuite><testcase name="&b;"/></testsuite>'
)
REFUSED: dict[str, tuple[bytes, str]] = {
    "entities": (LAUGHS.encode(), "doctype"),
    "external document type": (b'<!DOCTYPE t SYSTEM "https://x.example/d"><testsuite/>', "doctype"),
    "document type in UTF-16": (LAUGHS.encode("utf-16"), "doctype"),
    "deep XML": (b"<testsuite>" * 100_000, "too-deep"),
    "cut XML": (b'<testsuite tests="2"><testcase name="a"', "truncated"),
    "open XML": (b"<testsuite><testcase name='a'/>", "truncated"),
    "unknown encoding": (b'<?xml version="1.0" encoding="ebcdic-cp-us"?><testsuite/>', "encoding"),
    "bad bytes in XML": (b"<testsuite name='\xff\xfe'/>", "not-xml"),
    "two roots": (b"<testsuite/><testsuite/>", "not-xml"),
    "undefined entity": (b"<testsuite name='&x;'/>", "not-xml"),
    "login page": (b"<!doctype html><title>Sign in</title>", "html"),
    "deep JSON": (b"[" * 100_000, "too-deep"),
    "cut JSON": (json.dumps({"workflow_runs": [run()]}).encode()[:-20], "truncated"),
    "bad bytes in JSON": (b'{"name": "\xff"}', "encoding"),
    "no JSON": (b"{not json}", "not-json"),
    "nothing": (b"", "empty"),
    "spaces": (b" \n ", "empty"),
    "zip": (b"PK\x03\x04rest", "damaged"),
    "gzip": (b"\x1f\x8brest", "damaged"),
    "bzip2": (b"BZh9rest", "packed"),
    "binary": (b"\x00\x01\x02", "binary"),
    "log": (b"2024-03-01 ##[group]x\n::error file=a::b\n", "no-facts"),
    "number": (b"12", "no-facts"),
    "text in JSON": (b'["a"]', "no-record"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_a_name(name: str) -> None:
    """Each kind of harm has a code; no fact comes out of it."""
    data, code = REFUSED[name]
    reading = read_bytes(data, "x")
    assert [one.code for one in reading.refused] == [code]
    assert reading.refused[0].path == "x" and reading.refused[0].reason
    assert reading.tables == {}


def test_half_a_report_gives_no_counts() -> None:
    """A report that breaks after its first suite is refused as a whole: it would count too few."""
    reading = read("<testsuites><testsuite name='a'><testcase name='c'/></testsuite><testsuite")
    assert reading.tables == {}
    assert [one.code for one in reading.refused] == ["truncated"]


def test_sizes_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files beyond the limits are refused before they are parsed."""
    monkeypatch.setattr(markup, "MOST_BYTES", 100)
    monkeypatch.setattr(documents, "MOST_BYTES", 1000)
    assert read("<testsuite>" + " " * 100).refused[0].code == "too-large"
    assert read("[" + " " * 1000).refused[0].code == "too-large"


def test_no_number_breaks_a_page() -> None:
    """NaN, infinities and numbers of thousands of digits are missing values, no more."""
    page = json.dumps([run(id=1, created_at=float("nan")), run(id=2, updated_at=float("inf"))])
    reading = read(page.replace("]", f', {{"id": {"9" * 5000}, "workflow_id": 1}}]'))
    assert [row["id"] for row in facts(reading, "run")] == ["1", "2"]
    assert facts(reading, "run")[0]["created"] is None
    assert [one.code for one in reading.refused] == ["no-id"]


def test_a_clock_that_is_wrong() -> None:
    """Times out of range and ends before starts are missing with their flags."""
    page = {
        "workflow_runs": [
            {
                "id": 1,
                "run_started_at": "2024-01-02T00:00:00Z",
                "updated_at": "2024-01-01T00:00:00Z",
                "created_at": "2106-02-07T06:28:15Z",
                "conclusion": "success",
            }
        ]
    }
    (found,) = facts(read(page), "run")
    assert found["created"] is None and found["finished"] is None
    assert found["quality"] == ["ends-before-start", "time-out-of-range"]


def test_texts_can_be_written_as_utf_8() -> None:
    """Lone surrogates, NUL and escape codes do not reach the facts or the report."""
    record = json.dumps(run(name="A", odd=1)).replace('"A"', '"\\ud800 zqx\\u0000\\u001b[2J"')
    reading = read(record.replace('"odd"', '"\\udfff\\u0007odd"'))
    repr(reading).encode("utf-8")
    (found,) = facts(reading, "run")
    assert found["name"] == "\ufffd zqx [2J"
    assert "".join(reading.unknown).isprintable()


def test_secrets_do_not_reach_the_facts() -> None:
    """A token or an address in any field that is kept is masked."""
    token = "ghp_" + "A1b2C3d4" * 5
    mail = "ann@mail.example.org"
    fields = ("name", "path", "head_branch", "event", "status")
    reading = read([run(**{name: f"{token} {mail}"}) for name in fields])
    reading.unknown.clear()
    assert len(facts(reading, "run")) == len(fields)
    assert token not in repr(reading) and mail not in repr(reading)


def test_broken_lines_do_not_hide_the_others() -> None:
    """Of JSON lines the sound ones are read, and each broken one is named."""
    lines = [json.dumps(run(id=number)) for number in range(1, 6)]
    lines[1] = lines[1][:30]
    lines[3] = "{]"
    reading = read("\n".join(lines))
    assert [row["id"] for row in facts(reading, "run")] == ["1", "3", "5"]
    assert len(reading.refused) == 2


def test_reports_stay_small() -> None:
    """A file of nothing but faults, or of new field names, gives a bounded report."""
    reading = read([1] * 5000)
    assert len(reading.refused) == MOST_REFUSED
    assert reading.refused[-1].where == "4001 more"
    reading = read([run(**{f"field{number}": 1}) for number in range(MOST_UNKNOWN * 2)])
    assert len(reading.unknown) == MOST_UNKNOWN + 1
    assert sum(reading.unknown.values()) == MOST_UNKNOWN * 2
    reading = read("{]\n" * 5000)
    assert reading.refused[-1].code == "too-many-faults"


def test_links_and_pipes_are_not_followed(tmp_path: Path) -> None:
    """Only regular files are read; what else lies there is named."""
    (tmp_path / "runs.json").write_text(json.dumps(run()))
    (tmp_path / "link.json").symlink_to(tmp_path / "runs.json")
    (tmp_path / "loop").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    understood = read_paths([tmp_path])
    assert len(understood.tables["run"]) == 1
    assert [one.code for one in understood.refused] == ["no-file"] * 3


JSONISH = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=8,
)
RUNNERS = {"ubuntu-latest": Runner(vcpu=2, price=1)}
SHAPES = (run(), job(), pipeline(), build(), {"action": "x", "workflow_run": run()})
FIELDS = sorted({name for shape in SHAPES for name in shape} | {"stages", "environment", "kind"})


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(SHAPES),
    st.dictionaries(st.sampled_from(FIELDS), JSONISH, max_size=4),
)
def test_any_value_in_any_field(shape: dict[str, Any], odd: dict[str, Any]) -> None:
    """Whatever stands in a field, a record becomes facts or a refusal, and figures, never an
    exception."""
    reading = read(json.dumps(shape | odd))
    assert reading.tables or reading.refused
    for profile in ("maestro", "devlake"):
        figures = ci_figures(
            merged(reading.tables), Period(1_710_000_000, 13), RUNNERS, "EUR", profile
        )
        assert all(figure.value is None or isfinite(figure.value) for figure in figures)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 3))
def test_any_bytes(data: bytes, start: int) -> None:
    """Any bytes at all are facts, an empty page, or a refusal."""
    opening = (b"", b"<testsuite ", b'[{"id": 1,', b"id,status\n")[start]
    reading = read_bytes(opening + data, "x")
    assert reading.recognised or reading.refused
