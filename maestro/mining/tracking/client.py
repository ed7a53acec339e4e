"""The program that asks MLflow, in a process of its own.

Nothing of Maestro is imported here and nothing but this file knows MLflow. Its process is started
with an empty environment, an empty home and a folder that is thrown away: no setting of the user
changes what it reads, it reports to nobody, and a token reaches it only when a server is asked.
It reads one JSON request from standard input and writes JSON lines to standard output.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import sys
import warnings
from collections.abc import Iterator
from typing import IO, Any

PAGE = 1000
"""Runs and versions of models asked for at a time."""
_TAGS = ("mlflow.parentRunId", "mlflow.source.git.commit", "param_directions", "numbers")
_MOST_NAMES = 200
_LONGEST = 500


def serve(source: IO[str], sink: IO[str]) -> None:
    """Answer one request: runs of an experiment, then their models, or one line with an error.

    A request has ``path`` (where Python finds packages), ``uri``, ``experiments`` (names; empty:
    all), ``most`` (runs) and, for a server, ``host`` with ``addresses``: no other can be reached.
    """
    request = json.load(source)
    sys.path[:] = request["path"]
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    if request.get("host"):
        _pin(request["host"], request["addresses"])
    try:
        for answer in _answers(request):
            sink.write(json.dumps(answer) + "\n")
    except ModuleNotFoundError as error:
        sink.write(json.dumps({"error": "missing", "words": str(error.name)}) + "\n")
    except Exception as error:
        # Whatever a server or a file makes MLflow raise.
        code = str(getattr(error, "error_code", ""))
        words = {"error": "failed", "code": code, "words": f"{type(error).__name__}: {error}"}
        sink.write(json.dumps({**words, "words": words["words"][:2000]}) + "\n")


def _pin(host: str, addresses: list[str]) -> None:
    """Let only these addresses of one host be found: what was judged is what is asked."""
    ask = socket.getaddrinfo

    def look_up(name: Any, *rest: Any, **named: Any) -> list[Any]:
        """The addresses that were judged, for the one host that may be asked."""
        if str(name).lower().strip("[]") != host:
            raise socket.gaierror(socket.EAI_NONAME, "not the server of this record")
        return [found for address in addresses for found in ask(address, *rest, **named)]

    socket.getaddrinfo = look_up  # type: ignore[assignment]


def _answers(request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    from mlflow.entities import ViewType
    from mlflow.tracking import MlflowClient

    client = MlflowClient(tracking_uri=request["uri"], registry_uri=request["uri"])
    wanted = request["experiments"]
    if wanted:
        found = [(name, client.get_experiment_by_name(name)) for name in wanted]
        missing = [name for name, one in found if one is None or one.lifecycle_stage == "deleted"]
        if missing:
            names = _pages(client.search_experiments, view_type=ViewType.ACTIVE_ONLY)
            known = [one.name for one, _ in zip(names, range(200), strict=False)]
            yield {"error": "experiment", "words": missing[0], "known": known}
            return
        experiments = [one for _, one in found if one is not None]
    else:
        experiments = list(_pages(client.search_experiments, view_type=ViewType.ACTIVE_ONLY))
    left = request["most"]
    names_of = {one.experiment_id: one.name for one in experiments}
    if not names_of:
        return
    runs = _pages(
        client.search_runs,
        experiment_ids=sorted(names_of),
        run_view_type=ViewType.ALL,
        order_by=["attributes.start_time ASC", "attributes.run_id ASC"],
    )
    for run in runs:
        if left == 0:
            yield {"more": True}
            break
        left -= 1
        yield _run(run, names_of)
    yield from _models(client)


def _pages(ask: Any, **named: Any) -> Iterator[Any]:
    token, seen = None, set()
    while True:
        page = ask(max_results=PAGE, page_token=token, **named)
        yield from page
        token = page.token
        # A server that gives the same page for ever must not keep us.
        if not token or token in seen:
            return
        seen.add(token)


def _run(run: Any, names_of: dict[str, str]) -> dict[str, Any]:
    info, data = run.info, run.data
    tags = {k: v for k, v in data.tags.items() if k in _TAGS or k.lower().endswith("state")}
    return {
        "id": info.run_id,
        "experiment": names_of.get(info.experiment_id, ""),
        "name": (info.run_name or "")[:_LONGEST],
        "status": info.status,
        "deleted": info.lifecycle_stage == "deleted",
        "started": info.start_time,
        "finished": info.end_time,
        "tags": {key[:_LONGEST]: str(tags[key])[:_LONGEST] for key in sorted(tags)[:_MOST_NAMES]},
        "params": {
            key[:_LONGEST]: str(data.params[key])[:_LONGEST]
            for key in sorted(data.params)[: _MOST_NAMES + 1]
        },
        # As text: JSON has no NaN.
        "metrics": {
            key[:_LONGEST]: repr(float(data.metrics[key]))
            for key in sorted(data.metrics)[: _MOST_NAMES + 1]
        },
    }


def _models(client: Any) -> Iterator[dict[str, Any]]:
    try:
        for number, one in enumerate(_pages(client.search_model_versions)):
            if number >= 20_000:
                return
            if one.run_id:
                name, version = str(one.name), str(one.version)
                yield {"model": name[:_LONGEST], "version": version[:20], "run": one.run_id}
    except Exception as error:
        # Many servers have no registry, or keep it shut.
        yield {"no_models": f"{type(error).__name__}: {error}"[:_LONGEST]}


if __name__ == "__main__":
    # The answers go where the caller listens; whatever a library prints must not mix with them.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    with answers:
        serve(sys.stdin, answers)
