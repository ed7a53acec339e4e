"""Files of custom metrics: what is read of them, and what is said of the rest."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maestro.catalog.evidence import MAX_BYTES, conflicts, is_custom, read_evidence
from maestro.catalog.load import load_catalog
from maestro.schema.facts import columns
from tests.acceptance.cases import HEALTHY, write_tree

PATH = "projects/churn-2025/evidence/own.csv"
LINES = PATH.replace(".csv", ".jsonl")


def faults(text: str | bytes, path: str = PATH) -> list[tuple[int, int, str]]:
    """Line, column and code of every fault of one file."""
    data = text if isinstance(text, bytes) else text.encode()
    return [(p.line, p.column, p.code) for p in read_evidence(path, data).problems]


def test_rows_have_the_columns_of_a_fact() -> None:
    """A row is a custom metric in the order of its columns, its time in seconds, UTC."""
    text = "time,name,value,unit,source\n2026-11-21T09:00:00+01:00,saved,1.5e3,EUR,books\n"
    read = read_evidence(PATH, text.encode())
    assert read.problems == []
    assert [dict(zip(columns("custom_metric"), row, strict=True)) for row in read.rows] == [
        # 2026-11-21T08:00:00Z: 20,778 days and 8 hours after 1970.
        {"name": "saved", "time": 20_778 * 86_400 + 8 * 3600, "value": 1500.0, "unit": "EUR",
         "source": "books", "path": PATH, "line": 2}
    ]  # fmt: skip


def test_a_time_without_a_zone_is_utc_and_a_day_its_first_moment() -> None:
    """``2026-11-21`` is midnight UTC, also under ``date``; with a blank for T it is the same."""
    text = "date,name,value\n2026-11-21,a,1\n2026-11-21 00:00,b,1\n2026-11-21T00:00:00.9,c,1\n"
    assert {row[1] for row in read_evidence(PATH, text.encode()).rows} == {20_778 * 86_400}


def test_quotes_marks_and_line_ends_are_those_of_spreadsheets() -> None:
    """A byte order mark, CRLF, semicolons, quoted marks, quotes and line breaks are read."""
    text = 'Time;Name;Value;Source\r\n2026-11-21;"a;b";"2.5";"says ""x"""\r\n2026-11-22;c;3;\r\n'
    read = read_evidence(PATH, b"\xef\xbb\xbf" + text.encode())
    assert [(row[0], row[2], row[4], row[6]) for row in read.rows] == [
        ("a;b", 2.5, 'says "x"', 2),
        ("c", 3.0, "", 3),
    ]
    assert faults('time,name,value\n2026-11-21,"two\nlines",1\nx,b,1\n') == [
        (2, 12, "N006"),
        (4, 1, "N005"),
    ]


def test_formulas_are_text() -> None:
    """What a spreadsheet would run is a name like any other."""
    text = 'time,name,value,source\n2026-11-21,=1+1,1,"@SUM(A1)"\n2026-11-21,-2,1,+3\n'
    read = read_evidence(PATH, text.encode())
    assert [(row[0], row[4]) for row in read.rows] == [("=1+1", "@SUM(A1)"), ("-2", "+3")]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("", "N003"),
        ("1.5.2", "N004"),
        ("12 %", "N004"),
        ("0x10", "N004"),
        ("1_000", "N004"),
        ("inf", "N004"),
        ("-Infinity", "N004"),
        ("nan", "N004"),
        ("1e999", "N004"),
        ("٣", "N004"),
    ],
)
def test_a_value_that_is_no_finite_number_is_told_at_its_cell(cell: str, code: str) -> None:
    """Neither words nor infinity nor other scripts' digits are numbers."""
    assert faults(f"time,name,value\n2026-11-21,a,{cell}\n") == [(2, 14, code)]


@pytest.mark.parametrize(
    "cell", ["21.11.2026", "20261121", "2026-W47-6", "1795248000", "2026-13-01", "1999-12-31",
             "2100-01-01", "2026-11-21T25:00:00", "2026-11-21T08:00:00+99:00"]
)  # fmt: skip
def test_a_time_that_is_not_plain_iso_is_told(cell: str) -> None:
    """Only days and moments as everyone writes them, from 2000 to 2099."""
    assert faults(f"time,name,value\n{cell},a,1\n") == [(2, 1, "N005")]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('{"time": "2026-11-21", "name": "a", "value": true}', [(1, 46, "N004")]),
        ('{"time": "2026-11-21", "name": "a", "value": NaN}', [(1, 46, "N004")]),
        ('{"time": "2026-11-21", "name": "a", "value": null}', [(1, 46, "N003")]),
        ('{"time": 1795248000, "name": "a", "value": 1}', [(1, 10, "N005")]),
        ('{"time": "2026-11-21", "name": 7, "value": 1}', [(1, 32, "N006")]),
        ('{"time": "2026-11-21", "name": "a", "value": 1, "vlue": 2}', [(1, 49, "N002")]),
        ('{"time": "2026-11-21", "name": "a", "value": 1, "value": 2}', [(1, 49, "N002")]),
        ('["time", "name", "value"]', [(1, 1, "N001")]),
        ("[" * 100_000, [(1, 1, "N001")]),
        ('{"time": "2026-11-21", "name": "a"}', [(1, 1, "N003")]),
    ],
)
def test_json_lines_are_judged_like_tables(line: str, found: list[tuple[int, int, str]]) -> None:
    """A fault stands at its value, one of a key at the key, one of the line at its start."""
    assert faults(line + "\n", LINES) == found


@pytest.mark.parametrize(
    ("written", "shown"),
    [("true", "true"), ("NaN", "NaN"), ('"0.5"', "0.5"), ("-1e999", "-1e999"), ("[1, 2]", "[1, 2]"),
     ('{"a": null}', '{"a": null}')],
)  # fmt: skip
def test_messages_show_values_as_they_are_written(written: str, shown: str) -> None:
    """What a message quotes can be found in the file."""
    line = f'{{"value" : {written} ,\t"name": "value", "time":5}}\n'
    value, time = sorted(read_evidence(LINES, line.encode()).problems, key=lambda one: one.column)
    assert (value.code, value.column) == ("N004", 12)
    assert f'value "{shown}" is' in value.message
    assert (time.code, time.column) == ("N005", line.index("5}") + 1)
    assert time.message == 'time "5" is not ISO 8601'


def test_bytes_that_are_no_text_are_told_at_their_place() -> None:
    """Latin-1 is refused at the byte, a file beyond the bound as a whole."""
    assert faults(b"time,name,value\n2026-11-21,caf\xe9,1\n") == [(2, 15, "N001")]
    assert faults(b"time,name,value\n" + b"x" * MAX_BYTES) == [(1, 1, "N001")]


def test_at_most_twenty_faults_of_a_file_are_told() -> None:
    """A file that is wrong throughout ends with a word that there is more."""
    found = faults("time,name,value\n" + "x,a,1\n" * 100)
    assert len(found) == 20
    assert found[-1][2] == "V018"


@pytest.mark.parametrize(
    ("head", "path", "yes"),
    [
        ("time,name,value", PATH, True),
        ("Name;Value;Unit", PATH, True),
        ("time,nmae,value", PATH, True),
        ("date,name,vlaue", PATH, True),
        ("id,label,score", PATH, False),
        ("nmae,value", PATH, False),
        ("run_id,name,started,status", PATH, False),
        ("suite,passed,failed,time", PATH, False),
        ("time,name,valid", PATH, False),
        ("", PATH, False),
        ('{"time": "x", "name": "a", "value": 1}', LINES, True),
        ('{"time": "x", "name": "a", "value": 1', LINES, True),
        ('{"workflow_runs": []}', LINES, False),
        ("[1, 2]", LINES, False),
    ],
)
def test_other_readers_files_are_left_alone(head: str, path: str, yes: bool) -> None:
    """Only headings of a custom metric, or nearly those, make a file one."""
    assert is_custom(head.encode() + b"\n", path) is yes


def test_values_that_contradict_each_other_are_told_at_the_later_one() -> None:
    """One name and time with two values, and a unit that changes, are faults; copies are not."""
    text = "time,name,value,unit\n" + "2026-11-21,a,1,EUR\n" * 2 + "2026-11-21,a,2,EUR\n"
    rows, problems = conflicts(read_evidence(PATH, text.encode()).rows)
    assert [(row[2], row[6]) for row in rows] == [(1.0, 2)]
    assert [(p.line, p.code) for p in problems] == [(4, "N007")]
    text = "time,name,value,unit\n2026-11-22,a,1,EUR\n2026-11-21,a,1,USD\n"
    _, problems = conflicts(read_evidence(PATH, text.encode()).rows)
    assert [(p.line, p.code) for p in problems] == [(3, "N008")]


def test_the_catalog_holds_what_projects_measured(tmp_path: Path) -> None:
    """Rows of all files of a project stand together by name and time; a link is not followed."""
    folder = "projects/churn-2025/evidence"
    files = {
        f"{folder}/b.csv": "time,name,value\n2026-11-22,a,2\n2026-11-20,b,3\n",
        f"{folder}/a.jsonl": '{"time": "2026-11-21", "name": "a", "value": 1}\n',
        f"{folder}/predictions.csv": "id,label\n1,0\n",
        "elsewhere.csv": "time,name,value\n2026-11-22,linked,2\n",
    }
    write_tree(tmp_path, {**HEALTHY, **files})
    (tmp_path / folder / "c.csv").symlink_to(tmp_path / "elsewhere.csv")
    catalog = load_catalog(tmp_path)
    assert catalog.problems == ()
    assert [(row[0], row[2]) for row in catalog.metrics["churn-2025"]] == [
        ("a", 1.0),
        ("a", 2.0),
        ("b", 3.0),
    ]
    assert set(catalog.metrics) == {"churn-2025"}
    assert catalog.measured == (f"{folder}/a.jsonl", f"{folder}/b.csv")


def test_a_name_that_cannot_be_shown_is_told(tmp_path: Path) -> None:
    """A file whose name drives a terminal is not read."""
    name = "projects/churn-2025/evidence/a\x1b[31m.csv"
    write_tree(tmp_path, {**HEALTHY, name: "time,name,value\n2026-11-22,a,2\n"})
    catalog = load_catalog(tmp_path)
    assert [problem.code for problem in catalog.problems] == ["N001"]
    assert catalog.metrics == {}


class Kept:
    """A cache in memory."""

    def __init__(self) -> None:
        self.stored: dict[tuple[str, str], object] = {}

    def get(self, kind: str, key: str) -> object | None:
        """The stored payload, or None."""
        return self.stored.get((kind, key))

    def put(self, kind: str, key: str, payload: object) -> None:
        """Store a payload."""
        self.stored[kind, key] = payload


def test_the_cache_changes_nothing(tmp_path: Path) -> None:
    """Rows from the cache are those of the file; a changed file is read anew."""
    path = "projects/churn-2025/evidence/a.csv"
    write_tree(tmp_path, {**HEALTHY, path: "time,name,value\n2026-11-22,a,2\n"})
    cache = Kept()
    cold = load_catalog(tmp_path, cache=cache).metrics
    assert load_catalog(tmp_path, cache=cache).metrics == cold
    write_tree(tmp_path, {path: "time,name,value\n2026-11-22,a,5\n"})
    assert load_catalog(tmp_path, cache=cache).metrics["churn-2025"][0][2] == 5.0


@settings(deadline=None)
@given(st.text(max_size=300), st.sampled_from([PATH, LINES]))
def test_nothing_in_a_file_makes_the_reader_fall(text: str, path: str) -> None:
    """Whatever stands below the headings gives rows or faults, each within the file."""
    head = "time,name,value\n" if path == PATH else ""
    data = (head + text).encode("utf-8", "replace")
    read = read_evidence(path, data)
    for problem in read.problems:
        assert 1 <= problem.line <= data.decode().count("\n") + data.decode().count("\r") + 1
        assert problem.hint
