"""What the stages ask of the parts they join."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from maestro.engine.cache import Cache
from maestro.pipeline.stages import Stages
from tests.unit.publishing import sample


def test_every_version_that_a_record_lists_gets_an_impact_finding(tmp_path: Path) -> None:
    """Earlier versions that no finished project used are looked at too, and say why not."""
    catalog = sample.write(tmp_path)
    moment = SimpleNamespace(iso="2026-11-21T08:00:00Z", seconds=1_795_248_000, commit="")
    inputs: Any = SimpleNamespace(
        catalog=catalog, settings=catalog.settings, moment=moment, ends={}, data=None
    )
    stages = Stages(cast("Any", inputs), Cache(None), lambda text: None)
    found = {f.subject: f for f in stages.learn(stages.score()) if f.kind == "impact"}
    assert {"churn-features@1.2.0", "churn-features@1.3.0", "customers@2.0.0"} <= set(found)
    assert found["churn-features@1.2.0"].quality == [
        "0 finished projects with a score, at least 30 are needed"
    ]
