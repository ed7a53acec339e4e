"""The template environment: every value cleaned and escaped by one function, and lean calls.

A page of an entry shows some four hundred values and calls some two hundred macros and functions;
what the template engine does around each of them costs more than the pages themselves.
"""

from __future__ import annotations

import re
from keyword import iskeyword
from typing import Any

from jinja2 import BaseLoader, Environment, StrictUndefined, nodes
from jinja2.compiler import CodeGenerator, Frame, MacroRef
from jinja2.runtime import Macro
from jinja2.utils import missing
from markupsafe import Markup, escape

from .text import clean

_MARKS = re.compile("[&<>\"']").search


def shown(value: Any) -> str:
    """A value of a template as HTML: what is none yet is cleaned and escaped.

    Raises ValueError for None: a page that would show it has to say why there is no value.
    """
    kind = type(value)
    if kind is Markup:
        return value  # type: ignore[no-any-return]
    if kind is str:
        text: str = value if value.isascii() and value.isprintable() else clean(value)
        # Most have nothing to escape, and an object of markup for each would cost more than that.
        return escape(text) if _MARKS(text) else text
    if value is None:
        raise ValueError("a page would show None: say why there is no value")
    return escape(clean(value) if isinstance(value, str) else value)


class _Lean(CodeGenerator):
    """Templates as the plain Python they read like.

    Values leave through :func:`shown` alone, which cleans and escapes. A call is a call, for no
    function of ours asks for the template's context; a dot is a dot, so an item of a mapping is
    asked for in brackets.
    """

    def _output_child_pre(self, node: Any, frame: Any, finalize: Any) -> None:
        self.write("environment.finalize(")

    def _output_child_post(self, node: Any, frame: Any, finalize: Any) -> None:
        self.write(")")

    def visit_Call(self, node: nodes.Call, frame: Any, forward_caller: bool = False) -> None:
        """A call of a macro or function; the rare forms by the engine's own rules."""
        is_rare = forward_caller or node.dyn_args or node.dyn_kwargs
        if is_rare or any(iskeyword(word.key) for word in node.kwargs):
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.write("(")
        self.visit(node.node, frame)
        self.write(")(")
        for word in node.args:
            self.visit(word, frame)
            self.write(", ")
        for named in node.kwargs:
            self.write(f"{named.key}=")
            self.visit(named.value, frame)
            self.write(", ")
        self.write(")")

    def visit_Getattr(self, node: nodes.Getattr, frame: Any) -> None:
        """An attribute, which has to be there."""
        if iskeyword(node.attr):
            super().visit_Getattr(node, frame)
            return
        self.write("(")
        self.visit(node.node, frame)
        self.write(f").{node.attr}")

    def macro_def(self, macro_ref: MacroRef, frame: Frame) -> None:
        """A macro of ours: the engine's own one looks for each of its words by name."""
        self.write("environment.")
        super().macro_def(macro_ref, frame)


class _Macro(Macro):
    def __call__(self, *words: Any, **named: Any) -> str:
        """The macro with its words in their order; the rare forms by the engine's own rules."""
        lacks = self._argument_count - len(words)
        is_rare = self.catch_kwargs or self.catch_varargs or self.caller
        if named or is_rare or lacks < 0:
            return super().__call__(*words, **named)
        return Markup(self._func(*words, *(missing,) * lacks))  # noqa: S704 - shown() made it


class _Environment(Environment):
    code_generator_class = _Lean
    Macro = _Macro


def made_environment(loader: BaseLoader) -> Environment:
    """Autoescape on, unknown names refused, every text cleaned."""
    return _Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=shown,
        # The program's own files do not change while it runs; looking each time costs.
        auto_reload=False,
    )
