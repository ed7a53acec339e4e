"""The only place that joins the parts: check, and the batch run with its stages in order."""

from .checking import Checked, check, load_base, open_cache

__all__ = ["Checked", "check", "load_base", "open_cache"]
