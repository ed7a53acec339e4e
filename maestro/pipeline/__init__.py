"""The only place that joins the parts: check, and the batch run with its stages in order.

Parts that need git or learning are imported by the commands that use them: checking must
stay quick.
"""

from .checking import WORK, Checked, check, load_base, open_cache

__all__ = ["WORK", "Checked", "check", "load_base", "open_cache"]
