"""What every reader of CI records promises, whatever the provider."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any, ClassVar

import pytest

from maestro.mining.ci.detect import Options, read_bytes
from maestro.mining.ci.merge import merged
from maestro.mining.ci.reading import CI_KINDS, Reading
from maestro.schema.facts import FACTS, columns

SHA = "c3" * 20
TOKEN = "glpat-" + "A1b2C3d4" * 3
_FIVE = ("2024-03-01T10:00:00Z", "2024-03-01T10:05:00Z")
_STATUSES = {"completed", "in_progress", "queued", "waiting", "pending", "inactive", ""}
_RESULTS = {"success", "failure", "cancelled", "unstable", None}


class ReaderContract:
    """The promises; each reader's class gives a sound file, a broken one, and what is in it."""

    sound: ClassVar[bytes]
    """A file of one thing with a secret in its name."""
    kind: ClassVar[str]
    """The kind of fact that it holds."""
    broken: ClassVar[bytes]
    """The sound record and one that cannot be read."""
    odd: ClassVar[bytes]
    """The sound record with a field named ``zqx`` that nobody knows."""
    path: ClassVar[str] = "any-name.bin"

    def read(self, data: bytes) -> Reading:
        """What the reader makes of bytes."""
        return read_bytes(data, self.path, Options())

    def facts(self, data: bytes) -> list[dict[str, Any]]:
        """The facts of the contract's kind."""
        rows = self.read(data).tables.get(self.kind, [])
        return [dict(zip(columns(self.kind), row, strict=True)) for row in rows]

    def test_known_by_content(self) -> None:
        """A sound file is read under any name and refuses nothing."""
        reading = self.read(self.sound)
        assert reading.refused == []
        assert len(reading.tables[self.kind]) == 1

    def test_rows_fit_their_model(self) -> None:
        """Each row is a legal fact of its kind: the model takes it without conversion."""
        for kind, rows in self.read(self.sound).tables.items():
            assert kind in CI_KINDS
            for row in rows:
                FACTS[kind].model_validate(dict(zip(columns(kind), row, strict=True)))

    def test_one_vocabulary(self) -> None:
        """Status and result are words of ours, and a finished thing has its duration."""
        (found,) = self.facts(self.sound)
        if "status" in found:
            assert found["status"] in _STATUSES and found["result"] in _RESULTS
            assert found["result"] == "failure"
            assert found["finished"] >= (found["started"] or found["created"])

    def test_nothing_is_dropped_silently(self) -> None:
        """What cannot be read is refused by place and reason, and the rest is kept."""
        reading = self.read(self.broken)
        assert reading.refused
        assert all(one.code and one.reason for one in reading.refused)
        assert len(reading.tables.get(self.kind, [])) <= 1

    def test_unknown_fields_are_counted(self) -> None:
        """A field of no known meaning shows in the counts and harms nothing."""
        reading = self.read(self.odd)
        assert len(reading.tables[self.kind]) == 1
        assert sum(count for name, count in reading.unknown.items() if "zqx" in name) == 1

    def test_secrets_are_masked(self) -> None:
        """A token in a name does not reach the facts or the report."""
        assert TOKEN.encode() in self.sound
        reading = self.read(self.sound)
        assert TOKEN not in repr(reading)
        assert "***" in repr(reading.tables[self.kind])

    def test_reading_again_gives_the_same(self) -> None:
        """The same bytes give the same facts, and twice the same thing is one."""
        one, two = self.read(self.sound).tables, self.read(self.sound).tables
        assert one == two
        if self.kind != "test":
            both = merged({self.kind: one[self.kind] + two[self.kind]})
            assert both == merged({self.kind: one[self.kind]})

    @pytest.mark.parametrize("share", [0.25, 0.5, 0.9])
    def test_cut_files_are_refused(self, share: float) -> None:
        """A file that was cut off is refused, or says what of it was."""
        data = self.sound[: int(len(self.sound) * share)]
        reading = self.read(data)
        assert reading.refused or reading.tables.keys() <= {self.kind}

    def test_the_file_is_not_changed_by_its_mark(self) -> None:
        """A byte order mark before the text changes nothing."""
        marked = self.read(b"\xef\xbb\xbf" + self.sound)
        assert marked.tables == self.read(self.sound).tables


def _json(*records: Any) -> bytes:
    return json.dumps(list(records)).encode()


def zipped(content: bytes) -> bytes:
    """An archive with one file."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("a.json", content)
    return whole.getvalue()


RUN = {
    "id": 1,
    "name": f"build {TOKEN}",
    "workflow_id": 2,
    "status": "completed",
    "conclusion": "failure",
    "created_at": _FIVE[0],
    "run_started_at": _FIVE[0],
    "updated_at": _FIVE[1],
}
JOB = {
    "id": 1,
    "run_id": 2,
    "runner_id": 3,
    "name": TOKEN,
    "status": "completed",
    "conclusion": "failure",
    "started_at": _FIVE[0],
    "completed_at": _FIVE[1],
}
PIPELINE = {
    "id": 1,
    "project_id": 2,
    "sha": SHA,
    "ref": f"fix-{TOKEN}",
    "status": "failed",
    "started_at": _FIVE[0],
    "finished_at": _FIVE[1],
}
BUILD = {
    "number": 3,
    "url": f"https://ci.example/job/{TOKEN}/3/",
    "timestamp": 1709287200000,
    "duration": 5000,
    "result": "FAILURE",
}
STAGE = {
    "id": "6",
    "name": TOKEN,
    "status": "FAILED",
    "startTimeMillis": 1709287200000,
    "durationMillis": 10,
    "_links": {"self": {"href": "/job/a/3/execution/node/6/wfapi/describe"}},
}


class TestGitHubRuns(ReaderContract):
    """Runs of the Actions API."""

    kind = "run"
    sound = _json(RUN)
    broken = _json(RUN, {**RUN, "id": None})
    odd = _json({**RUN, "zqx": 1})


class TestGitHubJobs(ReaderContract):
    """Jobs of the Actions API."""

    kind = "job"
    sound = _json(JOB)
    broken = _json(JOB, {**JOB, "run_id": {}})
    odd = _json({**JOB, "zqx": 1})


class TestWebhooks(ReaderContract):
    """Payloads of GitHub's webhooks."""

    kind = "run"
    sound = json.dumps({"action": "completed", "workflow_run": RUN}).encode()
    broken = json.dumps({"action": "completed", "workflow_run": {}}).encode()
    odd = json.dumps({"action": "completed", "workflow_run": RUN, "zqx": 1}).encode()


class TestGitLab(ReaderContract):
    """Pipelines of GitLab's API."""

    kind = "run"
    sound = _json(PIPELINE)
    broken = _json(PIPELINE, {**PIPELINE, "id": -1})
    odd = _json({**PIPELINE, "zqx": 1})


class TestGitLabWebhooks(ReaderContract):
    """Payloads of GitLab's webhooks."""

    kind = "run"
    sound = json.dumps({"object_kind": "pipeline", "object_attributes": PIPELINE}).encode()
    broken = json.dumps({"object_kind": "pipeline", "object_attributes": {}}).encode()
    odd = json.dumps(
        {"object_kind": "pipeline", "object_attributes": PIPELINE, "zqx": 1}
    ).encode()  # fmt: skip


class TestZip(ReaderContract):
    """An archive of records."""

    kind = "run"
    sound = zipped(_json(RUN))
    broken = zipped(_json(RUN, {**RUN, "id": None}))
    odd = zipped(_json({**RUN, "zqx": 1}))

    def test_secrets_are_masked(self) -> None:
        """A token in a packed record does not reach the facts or the report."""
        assert TOKEN not in repr(self.read(self.sound))

    def test_the_file_is_not_changed_by_its_mark(self) -> None:
        """A mark belongs before a text, not before an archive: nothing is read, and it is said."""
        assert self.read(b"\xef\xbb\xbf" + self.sound).refused


class TestJenkinsBuilds(ReaderContract):
    """Builds of a Jenkins dump."""

    kind = "run"
    sound = json.dumps({"builds": [BUILD]}).encode()
    broken = json.dumps({"builds": [BUILD, {"number": 4, "url": "x"}]}).encode()
    odd = json.dumps({"builds": [{**BUILD, "zqx": 1}]}).encode()


class TestJenkinsStages(ReaderContract):
    """Stages of Jenkins' workflow API."""

    kind = "job"
    sound = _json(STAGE)
    broken = _json(STAGE, {**STAGE, "id": None})
    odd = _json({**STAGE, "zqx": 1})


class TestJenkinsFiles(ReaderContract):
    """A build's own file in a Jenkins home."""

    kind = "run"
    sound = (
        b"<build><timestamp>1709287200000</timestamp><result>FAILURE</result>"
        b"<duration>5000</duration></build>"
    )
    broken = b"<build><timestamp>1709287200000</timestamp></build>"
    odd = sound.replace(b"</build>", b"<zqx/></build>")
    path = f"jobs/{TOKEN}/builds/3/build.xml"

    def test_secrets_are_masked(self) -> None:
        """A token in the name of a job does not reach the facts."""
        assert TOKEN not in repr(self.read(self.sound).tables)


class TestJUnit(ReaderContract):
    """JUnit XML."""

    kind = "test"
    sound = f'<testsuite name="{TOKEN}"><testcase name="a"/></testsuite>'.encode()
    broken = b'<testsuite name="a"><testcase name="a"/></testsuite'
    odd = b'<testsuite name="a" zqx="1"><testcase name="a"/></testsuite>'


class TestTables(ReaderContract):
    """CSV."""

    kind = "run"
    sound = f"id,name,result,started,finished\n1,{TOKEN},failed,{_FIVE[0]},{_FIVE[1]}\n".encode()
    broken = sound + b"2\n"
    odd = sound.replace(b"finished\n", b"finished,zqx\n").replace(b":05:00Z", b":05:00Z,1")


class TestOwnLines(ReaderContract):
    """Our own JSON lines."""

    kind = "run"
    sound = json.dumps(
        {"id": "1", "attempt": 1, "name": TOKEN, "status": "completed", "result": "failure",
         "created": 1709287200, "started": 1709287200, "finished": 1709287500}
    ).encode() + b"\n"  # fmt: skip
    broken = sound + b'{"id": \n'
    odd = sound.replace(b'{"id"', b'{"zqx": 1, "kind": "run", "id"')
