"""The notebook is clean and runs on every data set."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from components.datasets import names

NOTEBOOK = Path(__file__).parents[2] / "components" / "notebooks" / "first-look.ipynb"


def code_cells() -> list[str]:
    """The source of every code cell."""
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def test_notebook_holds_no_outputs() -> None:
    """The committed notebook is format 4 with named cells, no outputs and no run counts."""
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    identities = [cell["id"] for cell in notebook["cells"]]
    assert len(set(identities)) == len(identities)
    for cell in notebook["cells"]:
        assert cell.get("outputs", []) == []
        assert cell.get("execution_count") is None


@pytest.mark.parametrize("name", names())
def test_notebook_runs(name: str) -> None:
    """All cells run from top to bottom with the name of any data set in the first one."""
    first, *others = code_cells()
    space: dict[str, object] = {}
    for cell in (first.replace("wine-recognition", name), *others):
        exec(compile(ast.parse(cell), str(NOTEBOOK), "exec"), space)
    assert space["table"].name == name
    assert len(space["between"]) == space["frame"].shape[1]
