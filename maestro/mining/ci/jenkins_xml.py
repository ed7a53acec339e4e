"""Jenkins' own files: ``build.xml`` of a build's folder and the ``junitResult.xml`` beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .fields import JENKINS_FILE
from .jenkins import asked, branch_name, build_id, cause, ended, in_seconds, read_counts
from .junit import digest
from .reading import Reading
from .values import duration, head, moment, span, text
from .words import COMPLETED, JENKINS_RESULTS, result_of

_MOST_WORDS = 300
_NESTS = ("jobs", "branches", "promotions", "modules", "configurations")
"""Folders of a Jenkins home that hold jobs, or parts of them."""


def place_of(path: str) -> tuple[str, str]:
    """Job and number of the build whose folder a file lies in; empty when its path does not say.

    ``jobs/team/jobs/train/builds/12/build.xml`` is build 12 of ``team/train``.
    """
    parts = path.replace("\\", "/").split("/")[:-1]
    if not parts or not parts[-1].isdecimal():
        return "", ""
    number = parts.pop()
    if not parts or parts.pop() != "builds":
        return "", number
    names: list[str] = []
    while len(parts) > 1 and parts[-2] in _NESTS:
        names.append(parts.pop())
        parts.pop()
    if not names and parts:
        names.append(parts[-1])
    return text("/".join(reversed(names))), number


class Build:
    """Listens to a ``build.xml`` and writes its run."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._fields: dict[str, str] = {}
        self._counts: dict[str, str] = {}
        self._queued: str | None = None
        self._words: list[str] = []
        self._length = 0
        self._revision = {"head": "", "branch": "", "event": ""}

    def start(self, path: list[str], attributes: dict[str, str]) -> None:
        """An element opens; causes show in its name."""
        self._words, self._length = [], 0
        if path[-1].endswith("Cause") and not self._revision["event"]:
            self._revision["event"] = cause(path[-1])

    def words(self, path: list[str], text: str) -> None:
        """Text of fields; only its beginning is of use."""
        if self._length < _MOST_WORDS:
            self._words.append(text[:_MOST_WORDS])
            self._length += len(text)

    def end(self, path: list[str]) -> None:
        """Keep a field of the build, a test count, or the commit that was built."""
        name = path[-1]
        word = "".join(self._words).strip()
        self._words, self._length = [], 0
        if len(path) == 2:
            self._fields.setdefault(name, word)
        elif name in ("failCount", "skipCount", "totalCount") and len(path) == 4:
            self._counts[name] = word
        elif name == "queuingDurationMillis":
            self._queued = word
        elif any(part.endswith("BuildData") for part in path):
            if name == "sha1" and not self._revision["head"]:
                self._revision["head"] = head(word)
            elif name == "name" and not self._revision["branch"]:
                self._revision["branch"] = branch_name(word)
        if len(path) == 1:
            self._finish(name)

    def _finish(self, root: str) -> None:
        fields = self._fields
        if "timestamp" not in fields or not fields.keys() & {"result", "duration", "queueId"}:
            self._reading.refuse("", "no-facts", f"XML without tests or a build: <{root[:60]}>")
            return
        self._reading.count_unknown("build.xml", fields.keys() - JENKINS_FILE)
        quality: list[str] = []
        project, number = place_of(self._reading.path)
        if not number:
            quality.append("no-number")
            number = f"@{text(fields['timestamp'], 20)}"
        id_ = build_id(project, number)
        began = moment(_number(fields["timestamp"]), quality, milliseconds=True)
        started = moment(_number(fields.get("startTime")), quality, milliseconds=True) or began
        result = result_of(self._reading, "build", fields.get("result"), JENKINS_RESULTS)
        took = _number(fields.get("duration")) if result else None
        values = {
            "provider": "jenkins",
            "project": project,
            "id": id_,
            "attempt": 1,
            "name": project,
            "status": COMPLETED if result else "",
            "result": result,
            "created": asked(began, _number(self._queued)),
            "started": started,
            "finished": span(started, ended(started, took), quality),
            "seconds": in_seconds(took),
            **self._revision,
            "quality": quality,
        }
        self._reading.add("run", values)
        if self._counts:
            about = {"provider": "jenkins", "project": project, "run_id": id_, "at": started}
            read_counts(self._counts, about, self._reading)


def _number(word: str | None) -> Any:
    """A whole number as such; any other text as it is, so that it is flagged."""
    plain = (word or "").strip()
    return int(plain) if plain.lstrip("-").isdecimal() and len(plain) < 18 else plain or None


class Tests:
    """Listens to Jenkins' ``junitResult.xml`` and writes a row for each suite."""

    def __init__(self, reading: Reading, run: Mapping[str, str]) -> None:
        self._reading = reading
        self._run = run
        self._suite: dict[str, str] = {}
        self._case: dict[str, str] = {}
        self._cases: list[tuple[str, str]] = []
        self._flaky = 0
        self._seconds: float | None = None
        self._words: list[str] = []

    def start(self, path: list[str], attributes: dict[str, str]) -> None:
        """A suite or case opens."""
        self._words = []
        if path[1:] == ["suites"]:
            self._reading.recognised = True
        elif path[1:] == ["suites", "suite"]:
            self._suite, self._cases, self._flaky, self._seconds = {}, [], 0, None
        elif path[3:] == ["cases", "case"]:
            self._case = {}

    def words(self, path: list[str], text: str) -> None:
        """Text of short fields; output and traces are not kept."""
        if len(self._words) < 4:
            self._words.append(text[:_MOST_WORDS])

    def end(self, path: list[str]) -> None:
        """Keep a field; count a case; write a suite."""
        word = "".join(self._words).strip()
        if path[3:5] == ["cases", "case"]:
            if len(path) == 6:
                self._case[path[-1]] = word
            elif len(path) == 5:
                self._count()
        elif path[1:3] == ["suites", "suite"]:
            if len(path) == 4:
                self._suite[path[-1]] = word
            elif len(path) == 3:
                self._write()
        elif len(path) == 1 and not self._reading.recognised:
            self._reading.refuse("", "no-facts", "XML without tests or a build: <result>")
        self._words = []

    def _count(self) -> None:
        case = self._case
        failed = "errorStackTrace" in case or "errorDetails" in case
        skipped = case.get("skipped") == "true"
        outcome = "failed" if failed else "skipped" if skipped else "passed"
        name = f"{case.get('className', '')}\0{case.get('testName', '')}"
        self._cases.append((name, outcome))
        self._flaky += outcome == "passed" and "flakyFailures" in case
        took = duration(case.get("duration"))
        if took is not None:
            self._seconds = (self._seconds or 0.0) + took

    def _write(self) -> None:
        quality: list[str] = []
        outcomes = [outcome for _, outcome in self._cases]
        seconds = duration(self._suite.get("duration"))
        seconds = self._seconds if seconds is None else seconds
        values = {
            **self._run,
            "suite": text(self._suite.get("name")),
            "at": moment(self._suite.get("timestamp"), quality),
            **{word: outcomes.count(word) for word in ("passed", "failed", "skipped")},
            "flaky": self._flaky,
            "seconds": None if seconds is None else round(seconds, 6),
            "digest": digest([f"{name}\0{outcome}" for name, outcome in self._cases]),
            "quality": quality,
        }
        self._reading.add("test", values)
