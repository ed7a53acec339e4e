"""The documented simulator behind ``maestro demo``: a grown library whose truth is known."""

from .generate import DemoReport, generate
from .history import RunImport
from .library import TRUTH
from .simulator import Options

__all__ = ["TRUTH", "DemoReport", "Options", "RunImport", "generate"]
