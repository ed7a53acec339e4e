"""Changes of records as findings."""

from __future__ import annotations

import pytest

from maestro.governance.changes import CUT_OFF, Touched, change_findings, version_in


@pytest.mark.parametrize(("is_whole", "said"), [(True, []), (False, [CUT_OFF])])
def test_changes_say_when_their_history_is_cut_off(is_whole: bool, said: list[str]) -> None:
    """Of a shallow clone each change says so; of a whole history none does."""
    one = Touched("c0ffee", "2026-11-20T08:00:00Z", "A", "schemas", "x", "catalog/schemas/x.yaml")
    [found] = change_findings([one], as_of="2026-11-21T08:00:00Z", is_whole=is_whole)
    assert (found.label, found.quality) == ("added", said)


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("version: 1.2.0\n", "1.2.0"),
        ("title: a\nversion: '1.10.0-rc.1'  # soon\r\nowner: b\n", "1.10.0-rc.1"),
        ('"version": "0.1.0"\n', "0.1.0"),
        ("version:\t2.0.0", "2.0.0"),
        ("  version: 1.2.0\n", ""),
        ("history:\n  - version: 1.0.0\n", ""),
        ("version: 1.2\n", ""),
        ("version: v1.2.0\n", ""),
        ("version: 1.2.0 or so\n", ""),
        ("version: 1.2.0\nversion: 1.3.0\n", ""),
        ("versions: 1.2.0\n", ""),
        ("{version: 1.2.0}\n", ""),
        ("version: \u0661.2.0\n", ""),
        ("version: <b>\n", ""),
        ("", ""),
    ],
)
def test_the_version_of_an_earlier_record_is_plain_to_see(text: str, version: str) -> None:
    """One line that begins with the field and holds a version; anything else is not known."""
    assert version_in(text.encode()) == version
