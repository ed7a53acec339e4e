"""Data as script files: what a page's script reads when the page was opened from disk, too.

A browser refuses to fetch a file that lies beside a page on disk, but it loads it as a script.
"""

from __future__ import annotations

import json
import re
from typing import Any

from maestro.publishing.text import clean

_RARE = re.compile(r'\\[bfru]|"__proto__"')
"""An escaped control character, or something that looks like one or like a prototype's name."""
_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def assigned(name: str, data: Any) -> bytes:
    """A script that keeps ``data`` under a name of the page; ``name`` is a word of ours."""
    return f"self.{name} = {_literal(data)};\n".encode("utf-8", "replace")


def called(name: str, data: Any) -> bytes:
    """A script that hands ``data`` to a function of the page; ``name`` is a word of ours."""
    return f"{name}({_literal(data)});\n".encode("utf-8", "replace")


def _literal(data: Any) -> str:
    """``data`` as a literal that is inert wherever it may be pasted, in a fixed order."""
    text = _text(data)
    # One look at the whole finds what only rare texts hold: then each text is cleaned by itself.
    text = _text(_cleaned(data)) if _RARE.search(text) else clean(text)
    for mark, escape in _ESCAPES.items():
        text = text.replace(mark, escape)
    return text


def _text(data: Any) -> str:
    return json.dumps(
        data, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    )


def _cleaned(data: Any) -> Any:
    """``data`` with every text cleaned as on a page; a key that names a prototype is refused."""
    if isinstance(data, str):
        return clean(data)
    if isinstance(data, dict):
        if "__proto__" in data:
            raise ValueError("a key named __proto__ would change what the object is")
        return {key: _cleaned(value) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [_cleaned(value) for value in data]
    return data
