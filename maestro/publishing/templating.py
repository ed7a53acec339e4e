"""The template environment: every value cleaned and escaped by one function, and lean calls.

A page of an entry shows some four hundred values and calls some two hundred macros and functions;
what the template engine does around each of them costs more than the pages themselves.
"""

from __future__ import annotations

from keyword import iskeyword
from typing import Any

from jinja2 import BaseLoader, Environment, StrictUndefined, nodes
from jinja2.compiler import CodeGenerator
from markupsafe import Markup, escape

from .text import clean


def shown(value: Any) -> str:
    """A value of a template as HTML: what is none yet is cleaned and escaped.

    Raises ValueError for None: a page that would show it has to say why there is no value.
    """
    kind = type(value)
    if kind is Markup:
        return value  # type: ignore[no-any-return]
    if kind is str:
        is_plain = value.isascii() and value.isprintable()
        return escape(value if is_plain else clean(value))
    if value is None:
        raise ValueError("a page would show None: say why there is no value")
    return escape(clean(value) if isinstance(value, str) else value)


class _Lean(CodeGenerator):
    """Templates as the plain Python they read like.

    Values leave through :func:`shown` alone, which cleans and escapes, and a call is a call: no
    function of ours asks for the template's context.
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


class _Environment(Environment):
    code_generator_class = _Lean


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
