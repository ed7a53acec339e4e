"""The site generator, MkDocs Material, run in a closed environment; its output is kept by content.

The generator sees our words only, so its output changes when a guide, the theme or the pinned
versions change, and not when a record does.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from maestro.errors import MaestroError, shorten

from .assets import THEME, read_tree
from .docs import DocsTree, config_text
from .slim import slim
from .stubs import STUBS
from .swap import remove
from .tree import plain_file

_PACKAGES = ("mkdocs", "mkdocs-material", "Markdown", "Pygments", "pymdown-extensions", "Jinja2")
_UNUSED = ("assets/javascripts/lunr/", "sitemap.xml")
"""Parts of the output nobody needs: other languages' search, and a sitemap that names stubs."""
_MAX_EPOCH = 2**32 - 1
_TIMEOUT_SECONDS = 600


def key_of(docs: DocsTree) -> str:
    """The content key of everything the generator reads, and of the generator itself."""
    whole = hashlib.sha256(
        f"shells 2\0{config_text(docs.config)}\0".replace(str(THEME), "").encode()
    )
    for package in _PACKAGES:
        whole.update(f"{package} {installed(package)}\0".encode())
    for folder, files in _sources(docs):
        for path, data in sorted(files.items()):
            whole.update(f"{folder}/{path}\0{len(data)}\0".encode() + data)
    return whole.hexdigest()


def _sources(docs: DocsTree) -> Iterator[tuple[str, Mapping[str, bytes]]]:
    yield "docs", docs.files
    for folder in ("overrides", "search"):
        yield folder, read_tree(THEME / folder)
    code = Path(__file__).with_name("slim.py")
    yield "program", {code.name: code.read_bytes()}


def installed(package: str) -> str:
    """The version of an installed package, or "none"."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"


def build_shells(docs: DocsTree, docs_folder: Path, work: Path, epoch: int) -> tuple[Path, bool]:
    """The folder with the generator's output, and whether it was there already.

    The docs tree is written to ``docs_folder``. Raises MaestroError when the generator fails.
    """
    write_docs(docs, docs_folder)
    kept = work / "shells"
    key = key_of(docs)
    found = kept / key
    if not kept.is_dir():
        remove(kept)
    kept.mkdir(parents=True, exist_ok=True)
    is_whole = _is_whole(found)
    for old in kept.iterdir():
        if old != found or not is_whole:
            with suppress(OSError):
                remove(old)
    if is_whole:
        return found / "site", True
    # The generator of a build that was killed may still be writing: into a folder of its own.
    fresh = kept / f"{key}.{os.getpid()}"
    fresh.mkdir(exist_ok=True)
    settings = dict(docs.config) | {
        "docs_dir": str(docs_folder.resolve()),
        "site_dir": str((fresh / "site").resolve()),
    }
    file = fresh / "mkdocs.yml"
    file.write_text(config_text(settings), encoding="utf-8")
    _run(file, fresh, epoch)
    _trim(fresh / "site")
    slim(fresh / "site", [stub.path.removesuffix(".md") + ".html" for stub in STUBS.values()])
    (fresh / "whole.json").write_text(json.dumps(_digests(fresh / "site")), encoding="utf-8")
    fresh.rename(found)
    return found / "site", False


def write_docs(docs: DocsTree, folder: Path) -> None:
    """Make ``folder`` hold exactly the docs tree; files that are right already stay untouched."""
    try:
        _update(docs, folder)
    except OSError:
        # A file where a folder belongs, or the other way round: nothing of it is of worth.
        remove(folder)
        _update(docs, folder)


def _update(docs: DocsTree, folder: Path) -> None:
    for path, data in docs.files.items():
        target = folder / path
        if target.is_symlink() or not target.is_file() or target.read_bytes() != data:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink(missing_ok=True)
            target.write_bytes(data)
    for path in list(walk(folder)):
        if path not in docs.files:
            (folder / path).unlink()


def walk(folder: Path) -> Iterator[str]:
    """Relative paths of all files below ``folder``, sorted; links are not followed."""
    for place, folders, names in os.walk(folder, followlinks=False):
        folders.sort()
        for name in sorted(names):
            yield (Path(place) / name).relative_to(folder).as_posix()


def epoch_of(seconds: float | None) -> int:
    """Seconds since 1970 in the range that gzip headers and the generator can hold."""
    return min(max(int(seconds or 0), 0), _MAX_EPOCH)


def _run(config: Path, folder: Path, epoch: int) -> None:
    environment = {
        "PATH": os.defpath,
        "HOME": str(folder.resolve()),
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        "SOURCE_DATE_EPOCH": str(epoch),
    }
    command = [sys.executable, "-P", "-m", "mkdocs", "build", "--clean", "-f", str(config)]
    try:
        done = subprocess.run(  # noqa: S603 - constants and a path of ours
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_TIMEOUT_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise MaestroError("T002", "the site generator did not run", str(error)[:200]) from None
    if done.returncode:
        said = (done.stderr + done.stdout).decode("utf-8", "replace")
        wrong = [line for line in said.splitlines() if "error" in line.lower()] or [said[-300:]]
        raise MaestroError(
            "T002",
            f"the site generator failed: {shorten(wrong[-1], 200)}",
            f"look at the pages in site/, then run mkdocs build -f {config}",
        )


def _trim(site: Path) -> None:
    for path in list(walk(site)):
        if path.endswith(".map") or path.startswith(_UNUSED):
            (site / path).unlink()


def _digests(site: Path) -> dict[str, str]:
    return {p: hashlib.sha256(_bytes(site / p)).hexdigest() for p in walk(site)}


def _bytes(path: Path) -> bytes:
    with open(path, "rb", opener=plain_file) as file:
        return file.read()


def _is_whole(folder: Path) -> bool:
    """Whether the kept output is complete and undamaged."""
    try:
        wanted = json.loads(_bytes(folder / "whole.json"))
        return bool(wanted) and wanted == _digests(folder / "site")
    except (OSError, ValueError):
        return False
