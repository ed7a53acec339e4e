"""Jenkins: api/json dumps, wfapi stages, build.xml trees, its own test results."""

from __future__ import annotations

from pathlib import Path

import pytest

from maestro.mining.ci.files import read_paths
from maestro.mining.ci.jenkins import cause
from maestro.mining.ci.jenkins_xml import place_of

from .payloads import SHA, build, facts, only, read

TEN = 1709287200
BUILD_XML = """<?xml version='1.1' encoding='UTF-8'?>
<flow-build plugin="workflow-job@1">
  <actions>
    <hudson.model.CauseAction>
      <causeBag class="linked-hash-map">
        <entry><hudson.triggers.TimerTrigger_-TimerTriggerCause/><int>1</int></entry>
      </causeBag>
    </hudson.model.CauseAction>
    <hudson.plugins.git.util.BuildData>
      <lastBuild><revision>
        <sha1>{sha}</sha1>
        <branches><hudson.plugins.git.Branch><name>refs/remotes/origin/main</name>
        </hudson.plugins.git.Branch></branches>
      </revision></lastBuild>
    </hudson.plugins.git.util.BuildData>
    <hudson.tasks.junit.TestResultAction>
      <failCount>1</failCount><skipCount>2</skipCount><totalCount>9</totalCount>
    </hudson.tasks.junit.TestResultAction>
  </actions>
  <queueId>4</queueId>
  <timestamp>1709287200123</timestamp>
  <startTime>1709287201000</startTime>
  <result>{result}</result>
  <duration>{duration}</duration>
  <description>a control character: &#x1b;</description>
</flow-build>
"""


def build_xml(result: str = "ABORTED", duration: str = "61500") -> str:
    """A ``build.xml`` as a pipeline job writes it."""
    return BUILD_XML.format(sha=SHA, result=result, duration=duration)


def test_a_build_of_a_dump() -> None:
    """Job and number come from the address, the end from start and duration."""
    found = only(build(), "run")
    assert (found["project"], found["id"]) == ("team/train all", "team/train all#12")
    assert (found["status"], found["result"]) == ("completed", "unstable")
    assert (found["started"], found["seconds"]) == (TEN + 0.123, 61.5)
    assert found["finished"] == TEN + 61.623


def test_when_a_build_was_asked_for() -> None:
    """A build's times begin as it leaves the queue; only the Metrics plugin tells the wait."""
    assert only(build(), "run")["created"] is None
    waited = {"_class": "jenkins.metrics.impl.TimeInQueueAction", "queuingDurationMillis": 5123}
    found = only(build(actions=[{}, None, waited]), "run")
    assert (found["created"], found["started"]) == (TEN - 5, TEN + 0.123)
    waited["queuingDurationMillis"] = -1
    assert only(build(actions=[waited]), "run")["created"] is None
    told = "<jenkins.metrics.impl.TimeInQueueAction><queuingDurationMillis>5123"
    told += "</queuingDurationMillis></jenkins.metrics.impl.TimeInQueueAction></actions>"
    found = only(build_xml().replace("</actions>", told), "run")
    assert (found["created"], found["started"]) == (TEN - 5, TEN + 1)


def test_a_running_build_has_no_end() -> None:
    """While it builds, a duration of 0 is no duration and there is no result."""
    found = only(build(building=True, result=None, duration=0), "run")
    assert (found["status"], found["result"]) == ("in_progress", None)
    assert found["finished"] is None and found["seconds"] is None


def test_a_long_build_keeps_its_duration() -> None:
    """Three weeks are a legal duration."""
    assert only(build(duration=21 * 86_400_000), "run")["seconds"] == 21 * 86_400


def test_jobs_and_folders_of_a_dump() -> None:
    """Builds are found in jobs in folders; those without times are refused, with the remedy."""
    dump = {
        "_class": "hudson.model.Hudson",
        "jobs": [{"name": "team", "jobs": [{"name": "x", "builds": [build(), build(number=13)]}]}],
    }
    assert len(facts(read(dump), "run")) == 2
    (refusal,) = read({"builds": [{"number": 1, "url": "https://ci.example/job/x/1/"}]}).refused
    assert refusal.where == "builds[0]" and "tree=builds" in refusal.reason


def test_actions_of_a_build() -> None:
    """Commit, branch, cause and test counts stand in the actions."""
    actions = [
        {"_class": "a", "causes": [{"_class": "hudson.model.Cause$UserIdCause"}]},
        {"lastBuiltRevision": {"SHA1": SHA, "branch": [{"name": "origin/main", "SHA1": SHA}]}},
        {"failCount": 1, "skipCount": 2, "totalCount": 9, "urlName": "testReport"},
        {},
        None,
    ]
    reading = read(build(actions=actions))
    (run,) = facts(reading, "run")
    assert (run["head"], run["branch"], run["event"]) == (SHA, "main", "user")
    (tests,) = facts(reading, "test")
    assert (tests["passed"], tests["failed"], tests["skipped"]) == (6, 1, 2)
    assert (tests["run_id"], tests["quality"]) == (run["id"], ["declared-counts"])


def test_stages() -> None:
    """A pipeline run of wfapi brings its stages; a null status and a missing start are legal."""
    flow = {
        "_links": {"self": {"href": "/job/app/3/wfapi/describe"}},
        "id": "3",
        "name": "#3",
        "status": "SUCCESS",
        "startTimeMillis": 1709287200000,
        "endTimeMillis": 1709287260500,
        "durationMillis": 60500,
        "queueDurationMillis": 900,
        "stages": [
            {"id": "6", "name": "Build", "status": "SUCCESS",
             "startTimeMillis": 1709287200000, "durationMillis": 1500},
            {"id": "7", "name": "Ship", "status": "NOT_EXECUTED",
             "startTimeMillis": 0, "durationMillis": 0},
            {"id": "8", "name": "Odd", "status": None, "startTimeMillis": 1709287200000},
        ],
    }  # fmt: skip
    reading = read([flow])
    assert reading.refused == []
    (run,) = facts(reading, "run")
    assert (run["id"], run["finished"], run["seconds"]) == ("app#3", TEN + 60.5, 60.5)
    assert (run["created"], run["started"]) == (None, TEN)
    first, second, third = facts(reading, "job")
    assert (first["id"], first["run_id"]) == ("app#3/6", "app#3")
    assert (first["finished"], first["result"]) == (TEN + 1.5, "success")
    assert (second["result"], second["started"]) == ("skipped", None)
    assert (third["status"], third["result"], third["finished"]) == ("", None, None)


def test_a_build_xml() -> None:
    """A build's own file of XML 1.1 is read; its folder says which build it is."""
    reading = read(build_xml(), "home/jobs/team/jobs/train/builds/12/build.xml")
    assert reading.refused == []
    (run,) = facts(reading, "run")
    assert (run["project"], run["id"]) == ("team/train", "team/train#12")
    assert (run["status"], run["result"]) == ("completed", "cancelled")
    assert (run["created"], run["started"]) == (None, TEN + 1)
    assert (run["finished"], run["seconds"]) == (TEN + 62.5, 61.5)
    assert (run["head"], run["branch"], run["event"]) == (SHA, "main", "timer")
    (tests,) = facts(reading, "test")
    assert (tests["passed"], tests["failed"], tests["skipped"]) == (6, 1, 2)


def test_a_build_xml_without_its_folder() -> None:
    """Without a number the time names the build, and the row says so."""
    found = facts(read(build_xml(), "copy.xml"), "run")[0]
    assert found["id"] == "#@1709287200123"
    assert found["quality"] == ["no-number"]


def test_a_bad_duration_of_a_build() -> None:
    """A negative duration is missing; nothing else is lost."""
    found = facts(read(build_xml("SUCCESS", "-5"), "jobs/x/builds/1/build.xml"), "run")[0]
    assert found["finished"] is None and found["seconds"] is None
    assert found["result"] == "success"


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("jobs/a/builds/5/build.xml", ("a", "5")),
        ("x/y/jobs/f/jobs/a/builds/5/build.xml", ("f/a", "5")),
        ("jobs/multi/branches/feature%2Fx/builds/2/build.xml", ("multi/feature%2Fx", "2")),
        ("train/builds/7/build.xml", ("train", "7")),
        ("7/build.xml", ("", "7")),
        ("build.xml", ("", "")),
        ("reports/build.xml", ("", "")),
    ],
)
def test_places_of_builds(path: str, place: tuple[str, str]) -> None:
    """Folders of a Jenkins home name the job and the number."""
    assert place_of(path) == place


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("hudson.model.Cause_-UserIdCause", "user"),
        ("hudson.model.Cause$UpstreamCause", "upstream"),
        ("hudson.triggers.SCMTrigger$SCMTriggerCause", "scm"),
        ("jenkins.branch.BranchEventCause", "branchevent"),
        ("", ""),
        (None, ""),
    ],
)
def test_causes(name: str | None, word: str) -> None:
    """What set a build off is the short name of Jenkins' class."""
    assert cause(name) == word


RESULT_XML = """<?xml version='1.0' encoding='UTF-8'?>
<result plugin="junit@1"><suites><suite><file>x</file><name>pkg.A</name>
<duration>0.5</duration><timestamp>2024-03-01T10:00:00</timestamp>
<cases>
<case><duration>0.1</duration><className>A</className><testName>a</testName>
<skipped>false</skipped><failedSince>0</failedSince></case>
<case><duration>0.1</duration><className>A</className><testName>b</testName>
<skipped>true</skipped></case>
<case><duration>0.3</duration><className>A</className><testName>c</testName>
<skipped>false</skipped><errorStackTrace>trace</errorStackTrace>
<errorDetails>why</errorDetails></case>
</cases></suite><suite><name>empty</name><cases/></suite></suites></result>
"""


def test_the_report_goes_before_the_build_s_own_counts(tmp_path: Path) -> None:
    """A build with its report beside it has its tests once, from the report."""
    folder = tmp_path / "jobs" / "a" / "builds" / "5"
    folder.mkdir(parents=True)
    (folder / "build.xml").write_text(build_xml())
    (folder / "junitResult.xml").write_text(RESULT_XML)
    understood = read_paths([tmp_path])
    assert understood.refused == []
    rows = understood.tables["test"]
    assert [row[2:9] for row in rows] == [
        ("a#5", "pkg.A", TEN, 1, 1, 0, 1),
        ("a#5", "empty", None, 0, 0, 0, 0),
    ]


def test_branches_of_a_dump_without_addresses() -> None:
    """Builds of the branches of one job are told apart although the tree names no addresses."""
    short = {"timestamp": 1709287200123, "duration": 5, "result": "SUCCESS"}
    branches = [
        {"name": "main", "builds": [{"number": 1, **short}]},
        {"name": "feature%2Fx", "builds": [{"number": 1, **short}]},
    ]
    dump = {"fullName": "team/train", "jobs": branches}
    assert [row["id"] for row in facts(read(dump), "run")] == [
        "team/train/main#1",
        "team/train/feature%2Fx#1",
    ]
    dump = {"url": "https://ci.example/job/team/", "jobs": branches}
    assert facts(read(dump), "run")[0]["project"] == "team/main"
    job = {"name": "train", "builds": [{"number": 1, **short}]}
    assert only(job, "run")["id"] == "train#1"
