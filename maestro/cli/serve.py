"""The command that shows the site and follows every change: serve."""

from __future__ import annotations

import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from maestro.errors import MaestroError

from .build import overrides
from .options import root_option
from .output import count_problems, plural, safe, say

if TYPE_CHECKING:
    from maestro.pipeline.building import Built, Options

_REST_SECONDS = 0.5
"""How long a deletion that is at work has to come to its end."""


class Overtaken(Exception):
    """A change came while something was at work that nobody waits for."""


class Serving:
    """The builds of one server, and what they leave for one another."""

    def __init__(self, root: Path) -> None:
        from maestro.pipeline.kept import Kept

        from .reference import reference_pages
        from .server import Builds, Watch

        self.root, self.builds, self.watch = root, Builds(), Watch(root)
        self._kept = Kept()
        self._pages = cache(reference_pages)

    def show(self) -> Built | None:
        """Show a change at once, with what was learned last; None when it cannot be built."""
        return self._run(is_draft=True)

    def follow(self, shown: Built | None) -> None:
        """Show what the change means for all that is learned, unless the next one comes first."""
        if not shown or not shown.is_behind:
            return
        started = time.monotonic()
        code = self._whole_run()
        if code:
            self._run(is_draft=False)  # It says why.
        elif code == 0:
            say(f"with what was learned: {time.monotonic() - started:.1f} s", err=True)
            self.builds.announce()
            self.prepare(with_pages=False)

    def prepare(self, *, with_pages: bool) -> None:
        """Load what the next change will ask for, while nobody waits; a change goes first."""
        from maestro.pipeline import building

        options = self._options(is_draft=True)
        # What is wrong will be said of the change that it holds up.
        with suppress(Exception):
            building.prepare(self.root, options, self._give_way, with_pages=with_pages)

    def _whole_run(self) -> int | None:
        """The exit code of a run in another process; None when a change came meanwhile."""
        from .ahead import whole_run
        from .server import PAUSE_SECONDS

        with whole_run(self.root) as process:
            while process.poll() is None:
                if self.watch.has_news():
                    return None
                time.sleep(PAUSE_SECONDS)
        return process.returncode

    def _give_way(self, _: str) -> None:
        """Between stages that nobody waits for: a change that came meanwhile goes first."""
        if self.watch.has_news():
            raise Overtaken

    def _options(self, *, is_draft: bool) -> Options:
        from maestro.pipeline import building

        return building.Options(
            is_draft=is_draft, overrides=overrides(), pages=self._pages, kept=self._kept
        )

    def _built(self, *, is_draft: bool) -> Built:
        """Build once, and once more when the work folder was deleted meanwhile, as it may be."""
        from maestro.engine.lock import was_deleted
        from maestro.pipeline import building
        from maestro.pipeline.checking import WORK

        options = self._options(is_draft=is_draft)
        go_on = (lambda _: None) if is_draft else self._give_way
        try:
            return building.build(self.root, options, go_on)
        except (OSError, MaestroError) as error:
            # The generator of pages says in its own words that its files are gone.
            if isinstance(error, MaestroError) and not was_deleted(self.root / WORK):
                raise
            time.sleep(_REST_SECONDS)
            return building.build(self.root, options, go_on)

    def _run(self, *, is_draft: bool) -> Built | None:
        """Build once and say how it went; what went wrong is said and waits for a change."""
        started = time.monotonic()
        try:
            done = self._built(is_draft=is_draft)
        except Overtaken:
            return None
        except MaestroError as error:
            say(f"{error.code}: {safe(error.message)}; the site stays as it was", err=True)
            say(f"    {safe(error.hint)}", err=True)
            self.builds.say(safe(f"{error.code}: {error.message}; {error.hint}"[:2000]))
            return None
        except Exception as error:  # a fault of ours: the next change may mend it
            what = safe(f"{type(error).__name__}: {error}"[:300])
            say(f"this is our fault: {what}; the site stays as it was", err=True)
            self.builds.say(f"this is our fault: {what}")
            return None
        self.builds.say("")
        errors = plural(count_problems(done.problems)["error"], "error")
        later = "; what was learned follows" if done.is_behind else ""
        say(f"built in {time.monotonic() - started:.1f} s, {errors}{later}", err=True)
        if done.fresh:
            self.builds.announce()
        return done


@click.command("serve", epilog="Example: maestro serve --port 8000")
@root_option
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
def serve_command(root: Path, port: int) -> int:
    """Show the site on this machine and rebuild it whenever a record or page changes.

    Pages that are open in a browser load again when the site was built anew: at once with the
    change, and again when what is learned from all records has been computed anew. When a change
    cannot be built they say why.
    """
    from maestro.pipeline import building

    from .server import serve_folder

    building.refuse_elsewhere(root)  # A folder that leads elsewhere is not served either.
    serving = Serving(root)
    shown = serving.show()
    with serve_folder(root / building.SITE, port, serving.builds) as address:
        say(f"{address}  (stop with Ctrl-C)")
        if shown and not shown.fresh:
            serving.prepare(with_pages=True)
        while True:
            serving.follow(shown)
            serving.watch.wait()
            shown = serving.show()
