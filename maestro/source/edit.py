"""Edits of one YAML text that keep comments, order, quotes and line ends.

The text is only ever understood by :mod:`maestro.source`; the comment-keeping writer changes
it. Whatever comes out is read again, and an edit that does not read as intended is refused.
"""

from __future__ import annotations

import copy
import difflib
import io
import json
import re
from collections.abc import Sequence
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.resolver import VersionedResolver
from ruamel.yaml.scalarstring import (
    DoubleQuotedScalarString,
    FoldedScalarString,
    LiteralScalarString,
    PlainScalarString,
)

from maestro.errors import PROBLEMS, WRONG_USE, MaestroError

from . import Data, Fault, Unreadable, decode, parse

CODES = {
    "W001": "The file has YAML faults, so it is not edited. Run maestro check and fix them first.",
    "W002": "The edit would not read back as intended, so nothing was written. Edit it by hand.",
    "W003": "There is no such place in the record. Name fields from the outside to the inside.",
}
"""Problem code to what it means and what to do."""

Keys = Sequence[str | int]

_WIDTH = 1 << 20  # lines are never folded: the author's line breaks stay
_FLOW_SIGNS = re.compile(r"[,\[\]{}]")


def read_back(text: str) -> Data | None:
    """What the reader of records makes of ``text``; None when it finds any fault."""
    try:
        data, faults = parse(text.encode("utf-8", "surrogatepass"))
    except Unreadable:
        return None
    return None if faults else data


def quoted(text: str) -> str:
    """``text`` in double quotes, on one line; any text that a record may hold survives."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\x7f")


def scalar(value: str | int | float | bool | None) -> str:
    """One value as YAML on one line, text in quotes exactly when it needs them."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        # The reader knows 1.0e+16, not 1e16.
        plain = repr(value)
        return plain if "e" not in plain or "." in plain else plain.replace("e", ".0e")
    return value if is_plain(value) else quoted(value)


def is_plain(text: str) -> bool:
    """True when ``text`` needs no quotes, neither on a line of its own nor in ``[a, b]``."""
    if not text or len(text) > 1000 or "\n" in text or "\t" in text or _FLOW_SIGNS.search(text):
        return False
    read = read_back(f"k: {text}\nl:\n- {text}\nm: [{text}, {text}]\n")
    return read == {"k": text, "l": [text], "m": [text, text]}


def dump(data: Data) -> str:
    """A record as YAML: one field to a line, lists of plain words in brackets, prose in blocks."""
    lines: list[str] = []
    for key, value in data.items():
        _dump_entry(lines, scalar(key) + ":", value, "")
    text = "\n".join(lines) + "\n"
    if read_back(text) != data:
        raise MaestroError("W002", "the record cannot be written as YAML", "use plainer text")
    return text


def _dump_entry(lines: list[str], head: str, value: Any, indent: str) -> None:
    if isinstance(value, dict) and value:
        lines.append(indent + head)
        for key, item in value.items():
            _dump_entry(lines, scalar(key) + ":", item, indent + "  ")
    elif isinstance(value, list) and value and _is_short(value):
        lines.append(f"{indent}{head} [{', '.join(scalar(item) for item in value)}]")
    elif isinstance(value, list) and value:
        lines.append(indent + head)
        for item in value:
            _dump_item(lines, item, indent + "  ")
    elif isinstance(value, (dict, list)):
        lines.append(f"{indent}{head} {'{}' if isinstance(value, dict) else '[]'}")
    elif isinstance(value, str) and _is_block(value):
        lines.append(f"{indent}{head} |{'' if value.endswith(chr(10)) else '-'}")
        lines.extend(f"{indent}  {line}" if line else "" for line in value.splitlines())
    else:
        lines.append(f"{indent}{head} {scalar(value)}")


def _dump_item(lines: list[str], item: Any, indent: str) -> None:
    """One item of a list: maps start on the line of their dash."""
    inner: list[str] = []
    if isinstance(item, dict) and item:
        for key, value in item.items():
            _dump_entry(inner, scalar(key) + ":", value, indent + "  ")
        inner[0] = f"{indent}- {inner[0][len(indent) + 2 :]}"
    else:
        _dump_entry(inner, "-", item, indent)
    lines.extend(inner)


def _is_short(items: list[Any]) -> bool:
    plain = all(not isinstance(item, (dict, list)) for item in items)
    return plain and sum(len(str(item)) + 2 for item in items) <= 80 and "\n" not in str(items)


def _is_block(text: str) -> bool:
    """True for several lines that a block keeps exactly."""
    lines = text.removesuffix("\n").split("\n")
    whole = len(lines) > 1 or text.endswith("\n")
    return (
        whole
        and not text.endswith("\n\n")
        and not lines[0].startswith((" ", "\t"))
        and all(line == line.rstrip() for line in lines)
        and bool(lines[0] and lines[-1])
        and "\r" not in text
    )


class Document:
    """One YAML text under edit: change values by path, then :meth:`render`."""

    def __init__(self, data: bytes) -> None:
        """Take the bytes of a record; raises MaestroError W001 when it has YAML faults."""
        faults: list[Fault] = []
        try:
            self.text = decode(data)
            self._intended, faults = parse(data)
        except Unreadable as unreadable:
            faults = unreadable.faults
        if faults:
            first = faults[0]
            message = f"not edited: line {first.line} {first.message}"
            hint = first.hint or "run maestro check"
            raise MaestroError("W001", message, hint, exit_code=PROBLEMS)
        text = self.text.replace("\r\n", "\n")
        self._yaml = _writer(text)
        try:
            self._tree = self._yaml.load(text)
            self._plain = self._emit()
        except (YAMLError, ValueError):
            raise _not_as_intended() from None

    @property
    def data(self) -> Data:
        """A copy of what the record will say."""
        return copy.deepcopy(self._intended)

    def set(self, keys: Keys, value: Any) -> None:
        """Put ``value`` (plain data) at ``keys``; maps on the way are made where they lack.

        A list takes a new item at the position after its last. Raises MaestroError W003 when
        the way leads through something that is neither map nor list.
        """
        if not keys:
            raise _no_place(keys)
        _put(self._intended, keys, copy.deepcopy(value), dict)
        _put(self._tree, keys, _node(value), CommentedMap)

    def delete(self, keys: Keys) -> None:
        """Take away the field or item at ``keys``; raises MaestroError W003 when there is none."""
        for tree in (self._intended, self._tree):
            parent = _walk(tree, keys[:-1])
            if not keys or not _has(parent, keys[-1]):
                raise _no_place(keys)
            del parent[keys[-1]]

    def render(self) -> bytes:
        """The new text, proven to read as intended; raises MaestroError W002 when it does not."""
        new = self._emit()
        if new == self._plain:
            return self.text.encode("utf-8")
        for text in (_carry_over(self.text, self._plain, new), new):
            if _same(read_back(text), self._intended):
                return text.encode("utf-8")
        raise _not_as_intended()

    def _emit(self) -> str:
        stream = io.StringIO()
        self._yaml.dump(self._tree, stream)
        return stream.getvalue()


def _not_as_intended() -> MaestroError:
    message = "the edit would not read back as intended"
    return MaestroError("W002", message, "edit the file by hand")


def _same(found: Any, wanted: Any) -> bool:
    """Equal in value, type and order: 1, 1.0 and true are three different things in a record."""
    if type(found) is not type(wanted):
        return False
    if isinstance(found, dict):
        return list(found) == list(wanted) and all(_same(found[k], wanted[k]) for k in found)
    if isinstance(found, list):
        return len(found) == len(wanted) and all(map(_same, found, wanted))
    return bool(found == wanted)


class _AllText(VersionedResolver):
    """Takes every plain word for text, so that 1.10, dates and numbers are written as they stand.

    What they mean is the reader's business alone.
    """

    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
        """The tag of a node."""
        if kind is ScalarNode:
            return self.DEFAULT_SCALAR_TAG
        return super().resolve(kind, value, implicit)


def _writer(text: str) -> Any:
    """The comment-keeping writer, set to the text's own indentation."""
    yaml = YAML(typ="rt")
    yaml.Resolver = _AllText
    yaml.preserve_quotes = True
    yaml.width = _WIDTH
    yaml.allow_unicode = True
    mapping, sequence, offset = _indentation(text)
    yaml.indent(mapping=mapping, sequence=sequence, offset=offset)
    return yaml


def _indentation(text: str) -> tuple[int, int, int]:
    """Steps of maps, of lists, and of the dash within a list's step, as the text has them."""
    step = next((len(m[1]) for m in re.finditer(r"^[^\s#-][^\n]*:[ ]*\n( +)[^\s-]", text, re.M)), 2)
    dash = next((len(m[1]) for m in re.finditer(r"^[^\s#-][^\n]*:[ ]*\n( *)- ", text, re.M)), 2)
    return step, dash + 2, dash


def _node(value: Any) -> Any:
    """Plain data as the writer's own kinds, in the style of :func:`dump`."""
    if isinstance(value, dict):
        made = CommentedMap()
        for key, item in value.items():
            made[key if is_plain(key) else DoubleQuotedScalarString(key)] = _node(item)
        return made
    if isinstance(value, list):
        items = CommentedSeq(_node(item) for item in value)
        if _is_short(value):
            items.fa.set_flow_style()
        return items
    if isinstance(value, str) and not is_plain(value):
        return LiteralScalarString(value) if _is_block(value) else DoubleQuotedScalarString(value)
    # The writer lends new plain text the quotes of the old: right for text, wrong for 1 or true.
    return value if isinstance(value, str) else PlainScalarString(scalar(value))


def _put(tree: Any, keys: Keys, value: Any, make_map: Any) -> None:
    here = tree
    for index, key in enumerate(keys[:-1]):
        if isinstance(here, dict) and isinstance(key, str) and not _is_holder(here.get(key)):
            if here.get(key) not in (None, ""):
                raise _no_place(keys[: index + 1])
            here[key] = make_map()
        here = _walk(here, (key,))
    last = keys[-1]
    if isinstance(here, list) and last == len(here):
        here.append(value)
    elif _has(here, last) or (isinstance(here, dict) and isinstance(last, str)):
        if type(value) is str and isinstance(here, CommentedMap) and _is_in_block(here.get(last)):
            value = PlainScalarString(value)
        here[last] = value
    else:
        raise _no_place(keys)


def _is_holder(value: Any) -> bool:
    return isinstance(value, (dict, list))


def _is_in_block(value: Any) -> bool:
    return isinstance(value, (LiteralScalarString, FoldedScalarString))


def _has(parent: Any, key: str | int) -> bool:
    if isinstance(parent, dict):
        return key in parent
    return isinstance(parent, list) and isinstance(key, int) and 0 <= key < len(parent)


def _walk(tree: Any, keys: Keys) -> Any:
    for key in keys:
        if not _has(tree, key):
            raise _no_place(keys)
        tree = tree[key]
    return tree


def _no_place(keys: Keys) -> MaestroError:
    shown = ".".join(str(key) for key in keys)[:120] or "the record itself"
    hint = "name the fields from the outside to the inside"
    return MaestroError(
        "W003", f'there is no place "{shown}" in the record', hint, exit_code=WRONG_USE
    )


def _carry_over(text: str, before: str, after: str) -> str:
    """``text`` with the changes that lead from ``before`` to ``after``, line by line.

    ``before`` is how the writer spells the unchanged text: where it would touch lines that
    nobody asked to change, the author's own lines stay, with their line ends.
    """
    own = text.splitlines(keepends=True)
    end = "\r\n" if own and own[0].endswith("\r\n") else "\n"
    old = before.splitlines(keepends=True)
    new = [line.replace("\n", end) for line in after.splitlines(keepends=True)]
    old_ends = [line.replace("\n", end) for line in old]
    in_own = _pairs(old, [line.replace("\r\n", "\n") for line in own])
    in_new = _pairs(old_ends, new)
    in_own[len(old)], in_new[len(old)] = len(own), len(new)
    result: list[str] = []
    last, last_own, last_new = -1, -1, -1
    for line in sorted(in_own.keys() & in_new.keys()):
        here, there = in_own[line], in_new[line]
        result += _carry_gap(
            own[last_own + 1 : here], old_ends[last + 1 : line], new[last_new + 1 : there]
        )
        result += own[here : here + 1]
        last, last_own, last_new = line, here, there
    return "".join(result)


def _carry_gap(own: list[str], old: list[str], new: list[str]) -> list[str]:
    """The same between two lines that are alike in all three."""
    if old == new:
        return own
    if len(own) != len(old):
        return new
    # As many lines: the writer spells them differently, one for one.
    result: list[str] = []
    for tag, low, high, new_low, new_high in _matcher(old, new).get_opcodes():
        result += own[low:high] if tag == "equal" else new[new_low:new_high]
    return result


def _pairs(one: list[str], other: list[str]) -> dict[int, int]:
    """Line numbers of ``one`` to those of the same lines in ``other``, both ascending."""
    blocks = _matcher(one, other).get_matching_blocks()
    return {start + step: there + step for start, there, size in blocks for step in range(size)}


def _matcher(one: list[str], other: list[str]) -> difflib.SequenceMatcher[str]:
    return difflib.SequenceMatcher(None, one, other, autojunk=False)
