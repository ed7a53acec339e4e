"""Prediction files are read strictly, and every fault has its place."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from maestro.lab import predictions
from maestro.lab.predictions import CODES, Unusable, read_labels, read_numbers

HEAD = b"row,actual,predicted\n"


def faults(data: bytes, read=read_labels) -> list[tuple[int, int, str]]:
    """Line, column and code of every fault of a file."""
    with pytest.raises(Unusable) as refused:
        read(data)
    assert all(
        fault.code in CODES and fault.message and fault.hint for fault in refused.value.faults
    )
    return [(fault.line, fault.column, fault.code) for fault in refused.value.faults]


def test_plain_file() -> None:
    """A plain file gives its two columns, in the order of the rows."""
    found = read_labels(HEAD + b"0,cat,dog\n1,dog,dog\n")
    assert (found.actual, found.predicted) == (["cat", "dog"], ["dog", "dog"])


@pytest.mark.parametrize(
    "data",
    [
        b"actual,predicted\ncat,dog\n",
        b"predicted,actual\r\ndog,cat\r\n",
        b"predicted,confidence,actual\ndog,0.8,cat",
        b'actual,predicted\n\n"cat","dog"\n\n',
    ],
)
def test_equivalent_spellings(data: bytes) -> None:
    """Order of columns, further columns, line ends, quotes and empty lines do not matter."""
    found = read_labels(data)
    assert (found.actual, found.predicted) == (["cat"], ["dog"])


def test_quoted_cells_keep_what_they_hold() -> None:
    """Commas, quotes and spaces inside quotes belong to the label."""
    found = read_labels(b'actual,predicted\n"a, b","say ""x"" "\n')
    assert (found.actual, found.predicted) == (["a, b"], ['say "x" '])


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", [(1, 1, "E004"), (1, 1, "E004")]),
        (HEAD, [(1, 1, "E005")]),
        (b"row,truth,predicted\n0,a,a\n", [(1, 1, "E004")]),
        (b"actual,predicted,actual\na,a,a\n", [(1, 1, "E004")]),
        (HEAD + b"0,a,a\n1,b\n2,b,b,b\n", [(3, 1, "E005"), (4, 1, "E005")]),
        (HEAD + b"0,a,\n1,  ,b\n", [(2, 5, "E005"), (3, 3, "E005")]),
        (HEAD + b"0,a,a\n0,b,b\n", [(3, 1, "E007")]),
        (HEAD + b"0,a,a\n1,\xff,b\n", [(3, 3, "E002")]),
        (HEAD + b"0,\xc3\xa4,\xe4\n", [(2, 5, "E002")]),
        (HEAD + b"0,a,a\x00\n", [(2, 6, "E002")]),
        (b"\xef\xbb\xbf" + HEAD + b"0,a,a\n", [(1, 1, "E002")]),
        ("row,actual,predicted\n0,a,a\n".encode("utf-16"), [(1, 1, "E002")]),
        (HEAD + b'0,"a,a\n', [(2, 1, "E003")]),
        (HEAD + b'0,"a"x,a\n', [(2, 1, "E003")]),
        (HEAD + b"0," + b"x" * 201 + b",a\n", [(2, 3, "E005")]),
        (HEAD + b"0," + b"x" * 200_000 + b",a\n", [(2, 1, "E003")]),
    ],
)
def test_faults_have_their_place(data: bytes, expected: list[tuple[int, int, str]]) -> None:
    """Each fault is found, all of a file at once, at its line and column."""
    assert faults(data) == expected


@pytest.mark.parametrize(
    "cell",
    [
        "nan",
        "inf",
        "-Infinity",
        "1e400",
        "1e16",
        "1_000",
        "0x10",
        "1,5",
        "",
        " 1",
        "one",
        "٣",
        "--1",
        ".",
    ],
)
def test_what_is_no_number(cell: str) -> None:
    """Only finite decimal numbers within the range of records are numbers."""
    data = HEAD + f'0,1.0,2.0\n1,2.0,"{cell}"\n'.encode()
    assert faults(data, read_numbers) == [(3, 7, "E006")]


@pytest.mark.parametrize(
    ("cell", "value"), [("1", 1.0), ("-2.5", -2.5), (".5", 0.5), ("3.", 3.0), ("+1E-3", 0.001)]
)
def test_what_is_a_number(cell: str, value: float) -> None:
    """Usual spellings of decimal numbers are read."""
    found = read_numbers(HEAD + f"0,{cell},1e15\n".encode())
    assert (found.actual, found.predicted) == ([value], [1e15])


def test_many_faults_stop_at_twenty() -> None:
    """A file that is wrong everywhere gives 20 faults, not a million."""
    assert len(faults(HEAD + b"".join(b"%d,x,y\n" % i for i in range(500)), read_numbers)) == 20


def test_close_header_names_get_a_hint() -> None:
    """A header with a near miss is told how to spell it."""
    with pytest.raises(Unusable) as refused:
        read_labels(b"actual,prediction\na,a\n")
    assert refused.value.faults[0].hint == 'rename "prediction" to predicted'


def test_hostile_text_is_shortened() -> None:
    """What a message repeats of a file is short and without control characters."""
    with pytest.raises(Unusable) as refused:
        read_numbers(HEAD + b"0,1,\x1b[31m" + b"x" * 150 + b"\n")
    message = refused.value.faults[0].message
    assert message.isprintable()
    assert len(message) < 100


def test_too_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file with more rows than allowed is refused where the limit is passed."""
    monkeypatch.setattr(predictions, "MAX_ROWS", 2)
    assert faults(HEAD + b"0,a,a\n1,a,a\n2,a,a\n") == [(4, 1, "E001")]


def test_too_many_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is too large is refused before it is read as text."""
    monkeypatch.setattr(predictions, "MAX_BYTES", 10)
    assert faults(b"\xff" * 11) == [(1, 1, "E001")]


@given(st.binary(max_size=300))
@example(HEAD + b"0,a\r,a\n")
@example(b"actual,predicted\r\r\na,a")
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Whatever the bytes, the file is read or refused with faults; nothing else is raised."""
    for read in (read_labels, read_numbers):
        try:
            found = read(data)
        except Unusable as refused:
            assert refused.faults
        else:
            assert len(found.actual) == len(found.predicted) > 0
