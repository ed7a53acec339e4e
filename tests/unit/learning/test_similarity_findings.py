"""What is said of likeness: neighbours, near-duplicates, what is shared, and silence."""

from __future__ import annotations

import json
from typing import Any

import pytest

from maestro.learning.alike import (
    DUPLICATE,
    EXPLAINED,
    LEAST,
    NOTHING,
    TOLD,
    similarity_findings,
)
from maestro.schema.details import NOT_ENOUGH
from maestro.schema.findings import Finding

from .likeness import Entry, by_subject, piece, ports, work
from .rows import AS_OF

SAME = "Turns billing events into monthly churn features of customers."


def told(*entries: Entry) -> list[Finding]:
    """Findings about entries and projects."""
    projects = [entry for entry in entries if entry.kind == "projects"]
    others = [entry for entry in entries if entry.kind != "projects"]
    return similarity_findings(projects, others, as_of=AS_OF)


def twins(**of_second: Any) -> tuple[Entry, Entry]:
    """Two pipelines that say the same, the second with more fields."""
    fields: dict[str, Any] = {"description": SAME, "outputs": ports(*"abcdef"), "tags": ["churn"]}
    return piece("churn-features", **fields), piece("leaver-table", **{**fields, **of_second})


def pairs(*entries: Entry) -> list[tuple[str, str, str]]:
    """Near-duplicates as subject, other and label."""
    return [
        (f.subject, f.detail.other.name, f.label)  # type: ignore[union-attr]
        for f in told(*entries)
        if f.kind == "duplicate"
    ]


def test_what_is_shared_is_said_in_words() -> None:
    """A neighbour comes with its score and with class, columns, tags and words in common."""
    one = piece(
        "churn-model",
        "model_templates",
        description="Predicts which customers leave.",
        task="ranking",
        outputs=ports(*"abcde"),
        tags=["churn", "daily"],
    )
    other = piece(
        "leaver-model",
        "model_templates",
        version="2.1.0",
        description="Predicts which customers leave soon.",
        task="ranking",
        outputs=ports(*"abcdf"),
        tags=["churn"],
    )
    finding = by_subject(told(one, other, piece("third")))["churn-model"]
    (alike,) = finding.detail.alike
    assert (alike.name, alike.kind, alike.version) == ("leaver-model", "model_templates", "2.1.0")
    assert sorted(alike.shared) == [
        "1 of 2 tags (churn)",
        "4 of 6 outputs (a, b, c, d)",
        "80 % of the words (customers, leave, predicts)",
        "class ranking",
    ]
    assert alike.parts["class"] == 1 and alike.parts["outputs"] == pytest.approx(4 / 6, abs=1e-4)
    assert finding.value == alike.score and finding.n == 2
    assert [one.ref for one in finding.evidence] == [
        "catalog/model_templates/churn-model.yaml",
        "catalog/model_templates/leaver-model.yaml",
    ]


def test_projects_are_compared_with_ended_ones() -> None:
    """Neighbours of any project are projects that have ended, never itself."""
    fields = {"description": "Finds customers who leave.", "datasets": ["events@1.0.0"]}
    found = by_subject(
        told(
            work("a", **fields),
            work("b", **{**fields, "status": "abandoned"}),
            work("c", **{**fields, "status": "active", "ended": None}, team={"size": 4}),
        )
    )
    assert [one.name for one in found["c"].detail.alike] == ["a", "b"]
    assert [one.name for one in found["a"].detail.alike] == ["b"]
    assert (found["c"].n, found["a"].n) == (2, 1)
    shared = found["c"].detail.alike[0].shared
    assert {"1 of 1 data set (events)", "complexity 5", "teams of 4 and 3"} <= set(shared)


def test_without_others_there_is_no_number() -> None:
    """Nobody to compare with: not enough evidence. Nobody alike: nothing similar, with the best."""
    alone = by_subject(told(piece("a"), work("p", status="active", ended=None)))
    for name in "ap":
        assert alone[name].value is None and alone[name].label == NOT_ENOUGH
        assert alone[name].quality
    found = by_subject(told(piece("a", tags=["x"]), piece("b", tags=["y"])))
    assert found["a"].value is None and found["a"].label == NOTHING
    assert str(LEAST) in found["a"].quality[0]


def test_at_most_five_neighbours() -> None:
    """No more than the five nearest are named, ties by name."""
    found = by_subject(told(*(piece(f"p-{letter}", description=SAME) for letter in "hgfedcba")))
    assert [one.name for one in found["p-d"].detail.alike] == ["p-a", "p-b", "p-c", "p-e", "p-f"]


def test_a_near_duplicate_is_told_once() -> None:
    """A pair is one finding about the alphabetically later, with the other and what is shared."""
    one, other = twins()
    assert pairs(one, other, piece("third")) == [("leaver-table", "churn-features", TOLD)]
    (finding,) = (f for f in told(other, one) if f.kind == "duplicate")
    assert finding.value == 1 and finding.detail.path == one.path  # type: ignore[union-attr]
    assert "6 of 6 outputs (a, b, c, d, e, ...)" in finding.detail.other.shared  # type: ignore[union-attr]


def test_the_younger_one_is_the_subject() -> None:
    """By their histories the first of the pair is the younger: it is the one told of."""
    old, new = ({"history": [{"version": "0.1.0", "date": f"202{n}-01-01"}]} for n in (3, 5))
    first, second = twins(**old)
    first = piece("churn-features", **{**_fields(first), **new})
    assert pairs(first, second) == [("churn-features", "leaver-table", TOLD)]


def _fields(entry: Entry) -> dict[str, Any]:
    record: dict[str, Any] = entry.record.model_dump(mode="json", exclude_unset=True)
    return record


def test_a_reason_is_heard() -> None:
    """Who says why both stand there is told so."""
    assert pairs(*twins(reason="For the region without monthly billing."))[0][2] == EXPLAINED


def test_replacements_versions_and_other_kinds_are_no_duplicates() -> None:
    """What replaces the other, is a version of it by name, or is of another kind is none."""
    assert pairs(*twins(status="deprecated", replaced_by="churn-features@1.0.0")) == []
    first, second = twins()
    fields = _fields(first)
    assert pairs(piece("table-v1", **fields), piece("table-v2", **fields)) == []
    assert pairs(piece("table", **fields), piece("table-2", **fields)) == []
    assert pairs(first, piece("leaver-table", "pipelines", **fields)) == []
    assert len(pairs(first, second)) == 1


def test_the_threshold_decides() -> None:
    """Six of seven outputs and the same words are a near-duplicate, half of them are not."""
    near = twins(outputs=ports(*"abcdefg"))
    far = twins(outputs=ports(*"abcxyz"))
    assert len(pairs(*near)) == 1 and pairs(*far) == []
    assert by_subject(told(*near), "duplicate")["leaver-table"].value >= DUPLICATE


def test_many_copies_do_not_flood() -> None:
    """Of one entry at most five near-duplicates are told."""
    copies = [piece(f"copy-{letter}", description=SAME) for letter in "abcdefghij"]
    found = pairs(*copies)
    assert max(sum(1 for s, _, _ in found if s == name) for name, _, _ in found) == 5


def test_hostile_columns_are_cut() -> None:
    """Names of any length end in one short line."""
    names = ["y" * 190, "<script>", "| = |"]
    one, other = (piece(n, description=SAME, outputs=ports(*names)) for n in ("aa", "bb"))
    (finding,) = (f for f in told(one, other) if f.kind == "duplicate")
    for words in finding.detail.other.shared:  # type: ignore[union-attr]
        assert words.isprintable() and len(words) < 300


def test_the_same_bytes_in_any_order() -> None:
    """The order of the library changes no byte of the findings, and neither does a second run."""
    entries = [
        piece(f"p{n}", description=SAME[: 20 + n], outputs=ports(*"abcdef"[: 1 + n % 6]))
        for n in range(20)
    ]
    entries += [work(f"w{n}", complexity=1 + n % 9) for n in range(12)]
    texts = {
        json.dumps([finding.to_json() for finding in told(*order)])
        for order in (entries, entries[::-1], entries[7:] + entries[:7], entries)
    }
    assert len(texts) == 1


def test_findings_survive_storage() -> None:
    """A finding read back from plain data is the same finding."""
    for finding in told(*twins(), work("a"), work("b")):
        assert Finding.model_validate(finding.to_json()).to_json() == finding.to_json()
