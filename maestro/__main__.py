"""``python -m maestro`` is the ``maestro`` command."""

from maestro.cli.main import run

run()
