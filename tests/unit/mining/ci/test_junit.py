"""JUnit XML in its dialects."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from maestro.mining.ci.files import read_paths

from .payloads import facts, read


def counts(xml: str) -> dict[str, int]:
    """The counts of a report, summed over its suites, without those that are 0."""
    reading = read(xml)
    assert reading.refused == []
    words = ("passed", "failed", "errors", "skipped", "flaky", "reruns")
    rows = facts(reading, "test")
    sums = {word: sum(row[word] for row in rows) for word in words}
    return {word: count for word, count in sums.items() if count}


def suite(inside: str, **attributes: Any) -> str:
    """A report of one suite."""
    words = "".join(f' {name}="{value}"' for name, value in ({"name": "s"} | attributes).items())
    return f"<?xml version='1.0'?>\n<testsuite{words}>{inside}</testsuite>"


def case(inside: str = "", **attributes: Any) -> str:
    """One test case."""
    words = "".join(f' {name}="{value}"' for name, value in ({"name": "c"} | attributes).items())
    return f"<testcase{words}>{inside}</testcase>"


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        (case(), {"passed": 1}),
        (case("<failure/>"), {"failed": 1}),
        (case("<error message='x'>trace</error>"), {"errors": 1}),
        (case("<skipped/>"), {"skipped": 1}),
        (case("<failure/><failure/><failure/>"), {"failed": 1}),
        (case("<failure/><error/>"), {"failed": 1}),
        (case("<error/><skipped/>"), {"errors": 1}),
        (case("<skipped/><failure/>"), {"failed": 1}),
        (case("<system-out><failure/></system-out>"), {"passed": 1}),
        (case(status="notrun"), {"skipped": 1}),
        (case(result="suppressed"), {"skipped": 1}),
        (case(status="run", result="completed"), {"passed": 1}),
        (case("<flakyFailure><stackTrace/></flakyFailure><flakyError/>"),
         {"passed": 1, "flaky": 1, "reruns": 2}),
        (case("<failure/><rerunFailure/><rerunFailure/>"), {"failed": 1, "reruns": 2}),
        (case("<rerun/>"), {"passed": 1, "flaky": 1, "reruns": 1}),
        (case("<failure/>") + case(), {"passed": 1, "failed": 1, "flaky": 1}),
        (case("<failure/>") + case(name="d"), {"passed": 1, "failed": 1}),
        (case(name="") + case(name=""), {"passed": 2}),
    ],
)  # fmt: skip
def test_a_case_counts_once(inside: str, expected: dict[str, int]) -> None:
    """Whatever results a case carries it is one test: failure before error before skipped."""
    assert counts(suite(inside)) == expected


def test_counts_come_from_the_cases() -> None:
    """What a suite claims of itself does not matter while it lists cases."""
    assert counts(suite(case() + case("<failure/>"), tests=9, failures=0)) == {
        "passed": 1,
        "failed": 1,
    }


@pytest.mark.parametrize("word", ["skipped", "skip", "disabled", "ignored"])
def test_a_suite_without_cases_is_taken_at_its_counts(word: str) -> None:
    """A suite that lists no cases gives its declared counts, flagged."""
    reading = read(suite("", tests=10, failures=2, errors=1, **{word: 3}, time="4.5"))
    (row,) = facts(reading, "test")
    assert (row["passed"], row["failed"], row["errors"], row["skipped"]) == (4, 2, 1, 3)
    assert (row["seconds"], row["quality"]) == (4.5, ["declared-counts"])


def test_declared_counts_that_cannot_be() -> None:
    """More results than tests are refused, not believed."""
    reading = read(suite("", tests=1, failures=5))
    assert [one.code for one in reading.refused] == ["bad-counts"]
    assert reading.tables == {}


def test_a_suite_that_broke() -> None:
    """An error of the suite itself is a test that could not be run, with or without cases."""
    assert counts(suite("<error/>", tests=1, errors=1)) == {"errors": 1}
    assert counts(suite("<error/>")) == {"errors": 1}
    assert counts(suite("<error/>" + case())) == {"passed": 1, "errors": 1}


def test_nested_suites() -> None:
    """Suites in suites have rows of their own; an outer time covers theirs and is not added."""
    inner = suite(case(time="1"), name="inner", time="2").partition("\n")[2]
    xml = f"<testsuites time='99'>{suite(inner + case(time='3'), time='50').partition(chr(10))[2]}"
    reading = read(xml + "</testsuites>")
    rows = facts(reading, "test")
    assert [(row["suite"], row["passed"], row["seconds"]) for row in rows] == [
        ("inner", 1, 2.0),
        ("s", 1, 3.0),
    ]


def test_cases_without_a_suite() -> None:
    """Cases right below the root count."""
    assert counts(f"<testsuites>{case()}{case('<error/>')}</testsuites>") == {
        "passed": 1,
        "errors": 1,
    }


def test_durations() -> None:
    """A negative duration is missing and flagged; thousands have separators."""
    (row,) = facts(read(suite(case(time="-3") + case(time="100"))), "test")
    assert (row["seconds"], row["quality"]) == (100.0, ["bad-duration"])
    (row,) = facts(read(suite(case(), time="2,503.1")), "test")
    assert (row["seconds"], row["quality"]) == (2503.1, [])
    (row,) = facts(read(suite(case())), "test")
    assert row["seconds"] is None


def test_names_and_times() -> None:
    """A package goes before the name once; odd times of a suite are read or flagged."""
    (row,) = facts(read(suite(case(), name="A", package="org.x")), "test")
    assert row["suite"] == "org.x.A"
    (row,) = facts(read(suite(case(), name="org.x.A", package="org.x")), "test")
    assert row["suite"] == "org.x.A"
    (row,) = facts(read(suite(case(), timestamp="2024-03-01T10:00:00 UTC")), "test")
    assert row["at"] == 1709287200
    (row,) = facts(read(suite(case(), timestamp="last week")), "test")
    assert (row["at"], row["quality"]) == (None, ["time-not-read"])


def test_empty_reports_are_understood() -> None:
    """A report of no tests is a row of zeros, or nothing, and never a refusal."""
    assert counts(suite("", tests=0)) == {}
    assert len(facts(read(suite("", tests=0, time="1.5")), "test")) == 1
    reading = read("<testsuites/>")
    assert reading.tables == {} and reading.refused == []


def test_unknown_elements_and_attributes_are_counted() -> None:
    """What no dialect that we know has is counted, wherever it stands."""
    reading = read(suite(case("<mood/>", hat="1") + "<weather/>", shoe="2"))
    assert reading.unknown == {
        "testsuite.shoe": 1,
        "testcase.hat": 1,
        "testcase.<mood>": 1,
        "testsuite.<weather>": 1,
    }


def test_name_spaces_and_comments() -> None:
    """Schema attributes, prefixes, comments and CDATA do not disturb."""
    xml = (
        '<!-- a --><j:testsuite xmlns:j="urn:x" xmlns:xsi="urn:y" xsi:schemaLocation="z" name="s">'
        "<j:testcase name='c'><system-out><![CDATA[<failure/>]]></system-out></j:testcase>"
        "</j:testsuite>"
    )
    reading = read(xml)
    assert facts(reading, "test")[0]["passed"] == 1


def test_encodings() -> None:
    """Latin-1, UTF-16 and UTF-8 with a mark are read as declared."""
    for encoding in ("iso-8859-1", "utf-16", "utf-8-sig"):
        declared = encoding.removesuffix("-sig")
        xml = f'<?xml version="1.0" encoding="{declared}"?><testsuite name="\u00e9">{case()}'
        reading = read((xml + "</testsuite>").encode(encoding))
        assert facts(reading, "test")[0]["suite"] == "\u00e9", encoding


def test_control_characters_of_terminals() -> None:
    """A report with the escape codes that tools print is read, and says that it had them."""
    reading = read(suite(case("<failure>\x1b[31mred\x1b[0m &#27;</failure>")))
    assert facts(reading, "test")[0]["failed"] == 1
    assert reading.unknown == {"xml.control characters": 1}


def test_messages_and_output_are_not_kept() -> None:
    """Nothing of messages, output or names of cases is in the facts."""
    reading = read(suite(case("<failure message='zqx1'>zqx2</failure>", name="zqx3", file="zqx4")))
    assert "zqx" not in repr(reading)


def test_the_same_suite_twice(tmp_path: Path) -> None:
    """A suite that two files report is one; the same name with other cases or time is another."""
    when = "2024-03-01T10:00:00"
    reports = {
        "one": suite(case(), timestamp=when),
        "whole": f"<testsuites>{suite(case(), timestamp=when).partition(chr(10))[2]}</testsuites>",
        "other cases": suite(case(name="d"), timestamp=when),
        "other time": suite(case(), timestamp="2024-03-02T10:00:00"),
        "no time": suite(case()),
        "no time again": suite(case()),
    }
    for name, xml in reports.items():
        (tmp_path / f"{name}.xml").write_text(xml)
    understood = read_paths([tmp_path])
    assert len(understood.tables["test"]) == 5


def test_other_kinds_of_test_reports_are_named() -> None:
    """Reports that are no JUnit XML are refused by what they are."""
    for root, words in (("test-run", "NUnit"), ("assemblies", "xUnit"), ("log", "<log>")):
        (refusal,) = read(f"<{root}/>").refused
        assert refusal.code == "no-facts" and words in refusal.reason
