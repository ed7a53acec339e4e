"""Who may import whom, and where each third-party package is at home.

A *part* is a file or a folder directly below ``maestro/``. The rows stand in the order of the
flow; a part may always import itself and ``maestro.__version__``.
"""

GROUND = ("errors", "source")
"""Texts, files and addresses without a word about what records mean."""

_JOINED = (
    *GROUND,
    "settings",
    "repository",
    "schema",
    "engine",
    "catalog",
    "mining",
    "learning",
    "lab",
    "governance",
    "publishing",
    "demo",
)

MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "__init__": (),
    "__main__": ("cli",),
    # ground
    "errors": (),
    "client": (),
    "source": ("errors",),
    "schema": ("errors",),
    "settings": (*GROUND, "schema"),
    # One judge of public addresses for files, object stores and git.
    "repository": GROUND,
    # neighbours that never import each other
    "engine": ("errors",),
    "catalog": (*GROUND, "schema"),
    "mining": (*GROUND, "repository", "schema"),
    "learning": ("errors", "schema"),
    "lab": ("errors", "schema"),
    "governance": ("errors", "schema"),
    # readers of what they made
    "publishing": ("errors", "schema", "catalog"),
    "exchange": (*GROUND, "schema", "catalog"),
    "demo": ("errors", "schema"),
    # joiners
    "pipeline": _JOINED,
    "cli": (*_JOINED, "pipeline", "exchange", "client"),
}
"""Part to the parts it may import."""

HOMES: dict[str, tuple[str, ...]] = {
    # texts, files, addresses
    "yaml": ("source",),
    "ruamel": ("source.edit",),
    "fsspec": ("source.remote", "source.digest"),
    "aiohttp": ("source.remote",),
    "git": ("repository",),
    # records
    "pydantic": ("schema",),
    "pydantic_core": ("schema",),
    "packaging": ("catalog",),  # SPDX expressions
    # facts
    "httpx": ("mining.http",),
    "mlflow": ("mining", "lab"),
    # numbers
    "numpy": ("learning", "lab", "demo"),
    "pandas": ("learning", "lab", "client.values"),  # the client only where it is installed
    "scipy": ("learning", "lab"),
    "sklearn": ("learning", "lab"),
    "threadpoolctl": ("learning",),
    "optuna": ("lab",),
    "shap": ("lab",),
    "lime": ("lab",),
    "statsmodels": ("lab",),
    "skops": ("lab",),
    # running
    "filelock": ("engine",),
    "concurrent": ("engine",),
    "multiprocessing": ("engine",),
    "dask": ("engine",),
    "distributed": ("engine",),
    "opentelemetry": ("engine",),
    # pages
    "jinja2": ("publishing",),
    "markupsafe": ("publishing",),
    "markdown": ("publishing",),
    "nh3": ("publishing",),
    "rjsmin": ("publishing",),
    "mkdocs": ("publishing",),
    "material": ("publishing",),
    # the command line
    "click": ("cli",),
    "rich": ("cli",),
}
"""Package to the only modules, below ``maestro``, that may import it. ``concurrent`` and
``multiprocessing`` come with Python and have a home all the same: only the engine runs things
side by side. The rest of the standard library is free."""

SHARED: dict[str, frozenset[str]] = {
    "pydantic": frozenset({"ValidationError"}),
    "pydantic_core": frozenset({"ErrorDetails"}),
}
"""Names anybody may import from a package that is not at home there: an error that the part
has to catch, and the type of its rows."""

COMPUTED = ("cli",)
"""Parts that may import a module whose name is computed at run time: one part per command."""
