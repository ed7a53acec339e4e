"""Advice on planned and active projects, from all that a run has found."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from maestro.learning.advice import READ, advice_findings, sources_of
from maestro.schema.findings import Finding
from maestro.schema.learned import SimilarityDetail

if TYPE_CHECKING:
    from .stages import Stages


def reported(stages: Stages, found: Iterable[Finding]) -> list[Finding]:
    """What the report says of ``found``, and advice from both."""
    made = stages.report()
    return made + advice(stages, [*found, *made])


def advice(stages: Stages, found: Iterable[Finding]) -> list[Finding]:
    """Findings of the kinds ``recommendation`` and ``recommender``, remembered by content."""
    if stages.is_behind and (last := stages.before("advice")) is not None:
        return last  # It looks at what is behind, so it is behind, too.
    catalog = stages.inputs.catalog
    read, alike = [], {}
    for finding in found:
        if finding.kind in READ:
            read.append(finding.to_json())
        elif isinstance(finding.detail, SimilarityDetail):
            alike[finding.detail.path] = finding.detail.alike
    entries = (*catalog.entries.values(), *catalog.projects.values())
    parts = [
        [[entry.path, entry.digest, entry.prose] for entry in entries],
        [record.model_dump(mode="json") for record in (catalog.owners, catalog.taxonomy)],
        read,
        {path: [one.model_dump() for one in near] for path, near in alike.items()},
    ]
    sources = sources_of(catalog, read)
    return stages.cached(
        "advice", parts, lambda: advice_findings(sources, alike, as_of=stages.as_of)
    )
