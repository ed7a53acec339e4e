"""The facts of one source on disk: JSON lines, a gzip member for each increment.

The first line names the layout, the source and the columns (:class:`StoreHead`). A line of
rows is ``[kind, [column, ...]]``: values of one column beside each other pack far better than
rows (:mod:`.columns`). Each member ends with a line that holds the cursor and a digest chained
to the one before, so that a cut, damaged, swapped or foreign store is noticed; what is noticed
is mined again. The store may be deleted at any time.

Beside it lies a mark: the cursor, and a digest of the store's bytes. While both agree nothing
has to be unpacked to know where the store stands, and rows are read when they are counted.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from maestro.schema.facts import StoreHead, columns

from .base import Facts, Increment, Miner, Row, Tables
from .columns import link, packed, unpack

ROWS_PER_LINE = 4096
MAX_MEMBERS = 32
"""Increments after which the store is written anew as one; many small ones pack badly."""
_CHUNK = 1 << 18
_LEVEL = 4
"""Of zlib: 6 per cent larger than the usual 6, for half of its time (three histories)."""


class _Damaged(Exception):
    """What follows cannot be trusted."""


@dataclass(slots=True)
class _State:
    """What a store was found to hold: everything up to its last whole member."""

    cursor: str = ""
    tables: Tables | None = field(default_factory=dict)
    """None when they were not read yet."""
    moment: int | None = None
    digest: str = ""
    members: int = 0
    end: int = 0
    """Bytes of the file that can be trusted."""


def refresh(path: Path, miner: Miner) -> Facts:
    """All facts of ``miner``'s source: what ``path`` holds, and what is new, which is added.

    A store that is absent, of another version, damaged or of another source is mined again;
    one that cannot be written costs time in the next run and changes nothing else. What was
    written can be released from memory: rows are unpacked again when they are asked for.
    """
    head = _head(miner)
    content = _content(path)
    state = _marked(path, head, content) or _read(content, head)
    found = miner.mine(state.cursor)
    fresh = sum(len(rows) for rows in found.tables.values())
    if found.cursor == state.cursor and not found.whole:
        if state.tables is not None and state.end == len(content):
            _mark(path, head, state, content)
        load = partial(_tables, content, head)
        return Facts(state.cursor, state.tables, moment=state.moment, load=load)
    try:
        if found.whole or not state.members or state.members >= MAX_MEMBERS:
            tables = found.tables if found.whole else _joined(_known(state, content, head), found)
            whole = replace(found, tables=tables, gone=frozenset(), whole=True)
            content = _write(path, head, whole)
        else:
            content = _append(path, head, state, found, content)
    except OSError:
        tables = found.tables if found.whole else _joined(_known(state, content, head), found)
        return Facts(found.cursor, tables, fresh, moment=found.moment)
    rows = found.tables if found.whole else None
    load = partial(_tables, content, head)
    return Facts(found.cursor, rows, fresh, moment=found.moment, load=load)


def _head(miner: Miner) -> StoreHead:
    tables = {kind: columns(kind) for kind in miner.kinds}
    return StoreHead(source=miner.source, key=miner.key, tables=tables)


def _joined(known: Tables, found: Increment) -> Tables:
    tables = {}
    for kind, rows in known.items():
        kept = [row for row in rows if row[0] not in found.gone] if found.gone else list(rows)
        tables[kind] = kept + found.tables.get(kind, [])
    return tables


def _known(state: _State, content: bytes, head: StoreHead) -> Tables:
    return _tables(content, head) if state.tables is None else state.tables


def _tables(content: bytes, head: StoreHead) -> Tables:
    return _read(content, head).tables or {}


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _write(path: Path, head: StoreHead, increment: Increment) -> bytes:
    content, name = _member(increment, "", head.model_dump_json())
    _replace(path, content)
    state = _State(increment.cursor, None, increment.moment, name, 1, len(content))
    _mark(path, head, state, content)
    return content


def _append(
    path: Path, head: StoreHead, state: _State, increment: Increment, before: bytes
) -> bytes:
    # A run killed in here leaves a member without its end, which the next run cuts off.
    member, name = _member(increment, state.digest)
    with open(path, "r+b") as file:
        file.truncate(state.end)
        file.seek(state.end)
        file.write(member)
    content = before[: state.end] + member
    after = _State(increment.cursor, None, increment.moment, name, state.members + 1, len(content))
    _mark(path, head, after, content)
    return content


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _mark_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.mark")


def _mark(path: Path, head: StoreHead, state: _State, content: bytes) -> None:
    said = {
        "head": head.model_dump(mode="json"),
        "cursor": state.cursor,
        "moment": state.moment,
        "digest": state.digest,
        "members": state.members,
        "bytes": hashlib.sha256(content).hexdigest(),
    }
    with contextlib.suppress(OSError):
        _replace(_mark_path(path), _line({**said, "mark": _sealed(said)}))


def _sealed(said: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _marked(path: Path, head: StoreHead, content: bytes) -> _State | None:
    # What the mark says of these very bytes; None when it is absent, old or damaged.
    if not content:
        return None
    try:
        said = json.loads(_mark_path(path).read_bytes())
        if said.pop("mark") != _sealed(said) or said["head"] != head.model_dump(mode="json"):
            return None
        if said["bytes"] != hashlib.sha256(content).hexdigest():
            return None
        words = (said["cursor"], None, said["moment"], said["digest"], said["members"])
    except (OSError, ValueError, TypeError, LookupError, AttributeError):
        return None
    return _State(*words, end=len(content))


def _member(increment: Increment, before: str, first: str = "") -> tuple[bytes, str]:
    digest = hashlib.sha256(before.encode())
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, 31)
    packed = []
    for line in _lines(increment, first):
        digest.update(line)
        packed.append(packer.compress(line))
    name = digest.hexdigest()[:32]
    last = {
        "cursor": increment.cursor,
        "moment": increment.moment,
        "gone": sorted(increment.gone),
        "digest": name,
    }
    packed += [packer.compress(_line(last)), packer.flush()]
    return b"".join(packed), name


def _lines(increment: Increment, first: str) -> Iterator[bytes]:
    if first:
        yield first.encode() + b"\n"
    places = {row[0]: place for place, row in enumerate(increment.tables.get("commit", []))}
    for kind, rows in increment.tables.items():
        for start in range(0, len(rows), ROWS_PER_LINE):
            listed = list(zip(*rows[start : start + ROWS_PER_LINE], strict=True))
            yield _line([kind, packed(kind, listed, start, places)])


def _line(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _read(content: bytes, head: StoreHead) -> _State:
    state = _State(tables={kind: [] for kind in head.tables})
    names: dict[str, str] = {}
    while state.end < len(content):
        try:
            _read_member(content, state, head, names)
        except (_Damaged, zlib.error, ValueError, TypeError, LookupError):
            break
    return state


def _read_member(content: bytes, state: _State, head: StoreHead, names: dict[str, str]) -> None:
    digest = hashlib.sha256(state.digest.encode())
    unpacker = zlib.decompressobj(31)
    new: Tables = {kind: [] for kind in head.tables}
    ids: list[str] = []
    last: dict[str, Any] | None = None
    for number, line in enumerate(_unpacked(unpacker, content, state.end)):
        if last is not None:
            raise _Damaged
        if number == 0 and state.members == 0:
            if StoreHead.model_validate_json(line) != head:
                raise _Damaged
        elif line.startswith(b"{"):
            last = json.loads(line)
            continue
        else:
            kind, listed = json.loads(line)
            if len(listed) != len(head.tables[kind]):
                raise _Damaged
            unpack(kind, listed, ids)
            new[kind] += _rows(listed, names)
        digest.update(line)
    if last is None or not unpacker.eof or last["digest"] != digest.hexdigest()[:32]:
        raise _Damaged
    link(new.get("commit", []), ids)
    found = Increment(last["cursor"], new, frozenset(last["gone"]))
    state.tables = _joined(state.tables or {}, found)
    state.cursor, state.moment, state.digest = found.cursor, last["moment"], last["digest"]
    state.members += 1
    state.end = len(content) - len(unpacker.unused_data)


def _unpacked(unpacker: Any, content: bytes, start: int) -> Iterator[bytes]:
    rest = b""
    view = memoryview(content)[start:]
    while not unpacker.eof:
        chunk = unpacker.unconsumed_tail or view[:_CHUNK]
        if not unpacker.unconsumed_tail:
            view = view[_CHUNK:]
        if not chunk:
            raise _Damaged
        lines = (rest + unpacker.decompress(chunk, 4 * _CHUNK)).split(b"\n")
        rest = lines.pop()
        for line in lines:
            yield line + b"\n"
    if rest:
        raise _Damaged


def _rows(listed: list[list[Any]], names: dict[str, str]) -> list[Row]:
    # The same few ids, people and paths stand in thousands of rows: keep one text of each.
    shared = [
        [names.setdefault(value, value) if type(value) is str else value for value in column]
        for column in listed
    ]
    return list(zip(*shared, strict=True))
