"""JUnit XML in its dialects: one row of counts for each suite that has cases or counts.

A case counts once however many results it carries: failure before error before skipped. A
suite that lists no cases is taken at its own counts, and says so. Names of cases, messages and
output are not kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .reading import Reading
from .values import duration, moment, text, whole

SUITES = frozenset({"testsuite", "testsuites"})
_RESULTS = {
    "failure": "failed",
    "error": "errors",
    "skipped": "skipped",
    "ignored": "skipped",
    "disabled": "skipped",
}
_FLAKY = frozenset({"flakyFailure", "flakyError"})
_RERUN = frozenset({"rerunFailure", "rerunError", "rerun"})
_INSIDE_CASE = frozenset(
    {
        *_RESULTS,
        *_FLAKY,
        *_RERUN,
        "properties",
        "system-out",
        "system-err",
        "system-output",
        "warning",
    }
)
_INSIDE_SUITE = frozenset(
    {*SUITES, "testcase", "properties", "property", "system-out", "system-err", "error", "failure",
     "skipped", "stackTrace"}
)  # fmt: skip
_NOT_RUN = frozenset({"notrun", "skipped", "disabled", "ignored", "suppressed"})
_SKIP_WORDS = ("skipped", "skip", "skips", "disabled", "ignored")
_SUITE_FIELDS = frozenset(
    {"name", "package", "time", "duration", "timestamp", "tests", "failures", "errors",
     *_SKIP_WORDS, "id", "hostname", "file", "version", "classname", "assertions", "warnings",
     "noNamespaceSchemaLocation", "schemaLocation", "line", "filepath", "failed", "group",
     "xsi", "log", "url", "flakes", "retries"}
)  # fmt: skip
_CASE_FIELDS = frozenset(
    {"name", "classname", "class", "time", "duration", "status", "result", "file", "line",
     "assertions", "id", "timestamp", "hostname", "filepath", "group", "message", "package"}
)  # fmt: skip


@dataclass(slots=True)
class _Suite:
    """One open suite and what its own cases came to."""

    attributes: Mapping[str, str]
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(
        ("passed", "failed", "errors", "skipped", "flaky", "reruns"), 0
    ))  # fmt: skip
    cases: int = 0
    nested: int = 0
    failures: int = 0
    """Errors of the suite itself, outside of any case."""
    seconds: float | None = None
    marks: list[str] = field(default_factory=list)
    failed: set[str] = field(default_factory=set)
    quality: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Case:
    """One open case and the results seen in it."""

    name: str
    attributes: Mapping[str, str]
    results: set[str] = field(default_factory=set)
    flaky: bool = False
    reruns: int = 0


def local(attributes: Mapping[str, str]) -> dict[str, str]:
    """Attributes by their names without name spaces."""
    return {name.rpartition(":")[2]: value for name, value in attributes.items()}


class JUnit:
    """Listens to a report and writes a row for each suite."""

    def __init__(self, reading: Reading, run: Mapping[str, str]) -> None:
        self._reading = reading
        self._run = run
        self._suites: list[_Suite] = []
        self._case: _Case | None = None

    def start(self, path: list[str], attributes: dict[str, str]) -> None:
        """Open a suite or case, or note a result in it."""
        name, parent = path[-1], path[-2] if len(path) > 1 else ""
        if self._case is not None:
            if parent == "testcase":
                self._note(name)
            return
        if name in SUITES:
            self._open(local(attributes), name)
        elif name == "testcase":
            own = local(attributes)
            self._reading.count_unknown("testcase", own.keys() - _CASE_FIELDS)
            classname = own.get("classname") or own.get("class") or ""
            self._case = _Case(f"{classname}\0{own.get('name', '')}", own)
        elif parent in SUITES:
            if name in ("error", "failure"):
                self._suites[-1].failures += 1
            elif name not in _INSIDE_SUITE:
                self._reading.count_unknown(parent, [f"<{name}>"])

    def end(self, path: list[str]) -> None:
        """Close a suite or case."""
        if path[-1] == "testcase" and self._case is not None and path[-2:-1] != ["testcase"]:
            self._count(self._case)
            self._case = None
        elif path[-1] in SUITES and self._case is None:
            self._close(self._suites.pop())

    def words(self, path: list[str], text: str) -> None:
        """Messages and output are not kept."""

    def _open(self, attributes: dict[str, str], name: str) -> None:
        self._reading.recognised = True
        self._reading.count_unknown(name, attributes.keys() - _SUITE_FIELDS)
        if self._suites:
            self._suites[-1].nested += 1
        self._suites.append(_Suite(attributes))

    def _note(self, name: str) -> None:
        case = self._case
        assert case is not None
        if name in _RESULTS:
            case.results.add(_RESULTS[name])
        elif name in _FLAKY:
            case.flaky = True
            case.reruns += 1
        elif name in _RERUN:
            case.reruns += 1
        elif name not in _INSIDE_CASE:
            self._reading.count_unknown("testcase", [f"<{name}>"])

    def _count(self, case: _Case) -> None:
        suite = self._suites[-1]
        status = {case.attributes.get("status", "").lower(),
                  case.attributes.get("result", "").lower()}  # fmt: skip
        if status & _NOT_RUN:
            case.results.add("skipped")
        order = ("failed", "errors", "skipped")
        outcome = next((word for word in order if word in case.results), "passed")
        suite.cases += 1
        suite.counts[outcome] += 1
        suite.counts["reruns"] += case.reruns
        again = case.name in suite.failed and outcome == "passed"
        suite.counts["flaky"] += outcome == "passed" and (case.flaky or again or case.reruns > 0)
        if outcome in ("failed", "errors"):
            suite.failed.add(case.name)
        suite.marks.append(f"{case.name}\0{outcome}")
        written = case.attributes.get("time", case.attributes.get("duration"))
        took = duration(written)
        if took is not None:
            suite.seconds = (suite.seconds or 0.0) + took
        elif written:
            _flag(suite, "bad-duration")

    def _close(self, suite: _Suite) -> None:
        listed = suite.cases > 0 or (not suite.nested and self._declared(suite))
        if not listed and not suite.failures:
            return
        if suite.failures and (suite.cases or not suite.counts["errors"] + suite.counts["failed"]):
            # A suite that broke outside of its cases is one more test that could not be run.
            suite.counts["errors"] += 1
            suite.marks.append("\0errors")
        written = suite.attributes.get("time", suite.attributes.get("duration"))
        own = duration(written)
        if own is None and written:
            _flag(suite, "bad-duration")
        # The time of a suite with suites in it covers them as well, and they have their rows.
        seconds = suite.seconds if own is None or suite.nested else own
        at = moment(suite.attributes.get("timestamp"), suite.quality)
        values: dict[str, Any] = {
            **suite.counts,
            **self._run,
            "suite": _full_name(suite.attributes),
            "at": at,
            "seconds": None if seconds is None else round(seconds, 6),
            "digest": digest(suite.marks),
            "quality": sorted(suite.quality),
        }
        self._reading.add("test", values)

    def _declared(self, suite: _Suite) -> bool:
        """Take the counts that a suite without cases gives; False when it gives none."""
        given = suite.attributes
        tests = whole(given.get("tests"))
        if tests is None:
            return False
        failed = whole(given.get("failures")) or 0
        errors = whole(given.get("errors")) or 0
        skipped = next((n for word in _SKIP_WORDS if (n := whole(given.get(word)))), 0)
        if failed + errors + skipped > tests:
            self._reading.refuse(_full_name(given), "bad-counts", "more results than tests")
            return False
        passed = tests - failed - errors - skipped
        suite.counts |= {"passed": passed, "failed": failed, "errors": errors, "skipped": skipped}
        if tests:
            _flag(suite, "declared-counts")
        return True


def _flag(suite: _Suite, word: str) -> None:
    if word not in suite.quality:
        suite.quality.append(word)


def _full_name(attributes: Mapping[str, str]) -> str:
    """A suite's name, with the package that some tools write apart from it."""
    name, package = text(attributes.get("name")), text(attributes.get("package"))
    return f"{package}.{name}" if package and not name.startswith(package) else name


def digest(marks: list[str]) -> str:
    """16 hexadecimal digits that stand for these cases and results, in any order."""
    joined = "\n".join(sorted(marks)).encode("utf-8", "replace")
    return hashlib.sha256(joined).hexdigest()[:16]
