"""The static API below ``api/v1/``: the same numbers as on the pages, as data.

Every finding stands in the list of its kind, and once more at an address that never moves: in the
document of its record, or of its subject where that is no published record.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any, get_args

from maestro.catalog.load import Entry
from maestro.catalog.spoken import spoken
from maestro.errors import MaestroError
from maestro.publishing.assembly.memory import Later
from maestro.publishing.columns import catalog_columns
from maestro.publishing.library import Shelf, page_of
from maestro.publishing.overviews import planner
from maestro.publishing.pages import Site
from maestro.schema import RECORDS, Finding
from maestro.schema.base import RESERVED, name_fault
from maestro.schema.findings import Kind

from . import feed
from .documents import (
    API_VERSION,
    ROOT,
    SCHEMAS,
    CatalogDocument,
    ChangesDocument,
    Document,
    FindingsDocument,
    IndexDocument,
    ListDocument,
    RecordDocument,
    SearchDocument,
    SubjectDocument,
    schema,
)
from .lists import LISTED, list_of, search_columns
from .openapi import openapi

MOST_CHANGES = 500
"""Changes in one document, some 200 KB."""
MOST_FINDINGS = 1_000
"""Findings in one document, 3 MB at most: what a reader of one page has to hold."""
_PLAIN = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*(?:/[a-z0-9]+(?:[-_][a-z0-9]+)*)*\Z")


_ENCODER = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
)


def documents(shelf: Shelf) -> Iterator[tuple[str, bytes]]:
    """Every document with its site-relative path; the index, which lists them all, comes last."""
    site = Site(shelf, frozenset())
    for path, data in parts(shelf):
        if isinstance(data, Later):
            yield path, data.head.encode() + data.make(site, data.subject)
        else:
            yield path, data


def parts(shelf: Shelf) -> Iterator[tuple[str, bytes | Later]]:
    """The same, where documents of records and findings come as what makes them."""
    head = _head(shelf)
    lead = _lead(Document(**head).model_dump(mode="json"))
    stamp = _lead({"x-maestro": {"api": API_VERSION, "format": _format(), **head}})
    paths = []
    homeless = _homeless(shelf)
    for path, document in chain(_typed(shelf, head), _subjects(homeless, head)):
        paths.append(path)
        place = f"{ROOT}/{path}"
        if isinstance(document, Later):
            yield place, replace(document, path=place, head=lead)
        else:
            yield place, lead.encode() + _rest(_plain(document))
    for path, name, make in _described():
        paths.append(path)
        yield f"{ROOT}/{path}", Later(f"{ROOT}/{path}", name, make, stamp)
    if found := feed.atom(shelf):
        paths.append(feed.FEED)
        yield f"{ROOT}/{feed.FEED}", found
    index = _index(shelf, head, paths, {subject: _place(subject) for subject in homeless})
    yield f"{ROOT}/index.json", lead.encode() + _rest(_plain(index))


def _format() -> int:
    found: int = Document.model_fields["format"].default
    return found


def _text(data: Any) -> str:
    return _ENCODER.encode(data)


def _lead(fields: dict[str, Any]) -> str:
    """What stands first in each document: where it is from. It alone changes with each commit."""
    return f"{_text(fields)[:-1]},"


def _plain(document: Document) -> dict[str, Any]:
    """A document as data, but for what stands first."""
    return document.model_dump(mode="json", exclude=set(Document.model_fields))


def _rest(data: dict[str, Any]) -> bytes:
    """A document after what stands first."""
    return _encoded(_text(data)[1:])


def _encoded(text: str) -> bytes:
    return (text + "\n").encode("utf-8", "replace")


def _head(shelf: Shelf) -> dict[str, Any]:
    return {"commit": shelf.library.commit, "generated_at": shelf.library.generated_at}


_UNSAID: dict[str, Any] = {"commit": "", "generated_at": ""}
"""What a document leaves to its first words."""


def _described() -> Iterator[tuple[str, str, Callable[..., bytes]]]:
    """What describes the other documents: its path, its name and what makes it."""
    for name in SCHEMAS:
        yield f"schemas/{name}.json", name, _schema
    yield "openapi.json", "", _openapi


def _schema(_: Site, name: str) -> bytes:
    return _rest(schema(name))


def _openapi(site: Site, _: str) -> bytes:
    return _rest(openapi(site.shelf.settings.title, site.shelf.library.program))


def _typed(shelf: Shelf, head: dict[str, Any]) -> Iterator[tuple[str, Document | Later]]:
    catalog = shelf.catalog
    found = catalog_columns(shelf)
    whole = CatalogDocument(size=len(found["name"]), columns=found, **head)
    yield "catalog.json", whole
    for kind in LISTED:
        columns = list_of(shelf, kind, whole.columns)
        yield (
            f"lists/{kind}.json",
            ListDocument(kind=kind, size=len(columns["name"]), columns=columns, **head),
        )
    words = search_columns(shelf)
    said = spoken(catalog)
    yield "search.json", SearchDocument(size=len(words["name"]), columns=words, spoken=said, **head)
    groups = (
        ("artifacts", shelf.artifacts),
        ("models", shelf.cards),
        ("projects", list(catalog.projects.values())),
        ("experiments", list(catalog.experiments.values())),
    )
    for folder, entries in groups:
        for entry in entries:
            path = f"{folder}/{_checked(entry.name)}.json"
            yield path, Later(path, entry, _record)
    for kind in sorted(get_args(Kind)):
        yield from _findings(shelf, kind)
    yield "planner.json", planner.document(shelf)
    total = len(shelf.changes)
    for name, following, start in _paged("changes", total, MOST_CHANGES):
        yield name, Later(name, (start, following, total), _some_changes)


def _some_changes(site: Site, subject: tuple[int, str, int]) -> bytes:
    start, following, total = subject
    document = ChangesDocument(total=total, next=following, changes=[], **_UNSAID)
    found = site.shelf.some_changes(start, MOST_CHANGES)
    return _with_findings(site, document, found, "changes")


def _paged(stem: str, count: int, most: int) -> Iterator[tuple[str, str, int]]:
    """Documents of bounded size: the name of each, that of the next one, and where it starts."""
    starts = range(0, count or 1, most)
    names = [f"{stem}{f'-{n}' if n > 1 else ''}.json" for n in range(1, len(starts) + 1)]
    return zip(names, [*names[1:], ""], starts, strict=True)


def _findings(shelf: Shelf, kind: str) -> Iterator[tuple[str, Later]]:
    """The findings of one kind in documents of bounded size, each with the name of the next."""
    for name, following, start in _paged(f"findings/{kind}", shelf.count(kind), MOST_FINDINGS):
        yield name, Later(name, (kind, start, following), _some_findings)


def _some_findings(site: Site, subject: tuple[str, int, str]) -> bytes:
    kind, start, following = subject
    shelf = site.shelf
    document = FindingsDocument(
        kind=kind,
        total=shelf.count(kind),
        next=following,
        findings=[],
        **_UNSAID,
    )
    return _with_findings(site, document, shelf.part(kind, start, MOST_FINDINGS))


def _with_findings(
    site: Site, document: Document, findings: Sequence[Finding], field: str = "findings"
) -> bytes:
    """A document with its findings, put in as text where its empty list of them stands.

    Names are sorted, so nothing that a record says stands before that list.
    """
    texts = []
    for finding in findings:
        text = site.texts.get(finding)
        if text is None:
            text = _text(finding.to_json())
            site.texts.put(finding, text)
        texts.append(text)
    before, empty, after = _text(_plain(document)).partition(f'"{field}":[]')
    return _encoded(f"{before[1:]}{empty[:-1]}{','.join(texts)}]{after}")


def _checked(name: str) -> str:
    """A record's name as a path; every part has passed the rule for names."""
    for part in name.split("/"):
        if fault := name_fault(part):
            raise MaestroError("T004", f"cannot publish: {fault[0]}", fault[1])
    return name


def _homeless(shelf: Shelf) -> dict[str, list[Finding]]:
    """Findings that stand in no record's document, by their subject."""
    catalog = shelf.catalog
    homes = {*catalog.entries, *catalog.projects, *catalog.experiments}
    for entry in catalog.entries.values():
        homes.update(f"{entry.name}@{version}" for version in entry.versions)
    found: dict[str, list[Finding]] = {}
    for finding in shelf.library.findings:
        if finding.subject not in homes:
            found.setdefault(finding.subject, []).append(finding)
    return dict(sorted(found.items()))


def _subjects(
    homeless: dict[str, list[Finding]], head: dict[str, Any]
) -> Iterator[tuple[str, Document]]:
    for subject, findings in homeless.items():
        found = [finding.to_json() for finding in findings]
        yield _place(subject), SubjectDocument(subject=subject, findings=found, **head)


def _place(subject: str) -> str:
    """The document of a subject: under its own name, or under its digest when that is no name."""
    is_name = _PLAIN.match(subject) and len(subject) <= 150 and not subject.startswith("x-")
    if is_name and RESERVED.isdisjoint(subject.split("/")):
        return f"subjects/{subject.replace('/', '--')}.json"
    digest = hashlib.sha256(subject.encode("utf-8", "surrogatepass")).hexdigest()
    return f"subjects/x-{digest[:32]}.json"


def _index(
    shelf: Shelf, head: dict[str, Any], paths: list[str], subjects: dict[str, str]
) -> IndexDocument:
    catalog = shelf.catalog
    counts = {kind: 0 for kind in RECORDS if kind not in ("owners", "taxonomy", "settings")}
    groups = (catalog.entries, catalog.projects, catalog.experiments, catalog.channels)
    for group in (*groups, catalog.policies):
        for entry in group.values():
            counts[entry.kind] = counts.get(entry.kind, 0) + 1
    return IndexDocument(
        title=shelf.settings.title,
        description=shelf.settings.description or "",
        program=shelf.library.program,
        simulated=shelf.settings.simulated,
        counts=counts,
        documents=sorted(paths),
        subjects=subjects,
        **head,
    )


def _record(site: Site, entry: Entry) -> bytes:
    shelf = site.shelf
    document = RecordDocument(
        kind=entry.kind,
        name=entry.name,
        title=entry.title,
        path=entry.path,
        page=page_of(entry.kind, entry.name),
        digest=entry.digest,
        record=entry.record.model_dump(mode="json", by_alias=True),
        prose=entry.prose,
        findings=[],
        **_UNSAID,
    )
    return _with_findings(site, document, shelf.about(entry))
