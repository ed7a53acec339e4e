"""Changes of records as findings."""

from __future__ import annotations

import pytest

from maestro.governance.changes import CUT_OFF, Touched, change_findings


@pytest.mark.parametrize(("is_whole", "said"), [(True, []), (False, [CUT_OFF])])
def test_changes_say_when_their_history_is_cut_off(is_whole: bool, said: list[str]) -> None:
    """Of a shallow clone each change says so; of a whole history none does."""
    one = Touched("c0ffee", "2026-11-20T08:00:00Z", "A", "schemas", "x", "catalog/schemas/x.yaml")
    [found] = change_findings([one], as_of="2026-11-21T08:00:00Z", is_whole=is_whole)
    assert (found.label, found.quality) == ("added", said)
