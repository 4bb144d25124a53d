"""`rag-app worker`: the process that works on jobs."""

from __future__ import annotations

from typing import Annotated

import typer


def worker(
    on_demand: Annotated[
        bool, typer.Option("--on-demand", help="Detach, and leave when nothing has been to do for a while.")
    ] = False,
) -> None:
    """Work on ingestion jobs, in turn, at low priority; start several, on several machines, for more at once.

    Nothing needs to start it in an installation of its own: `rag-app ingest` and `rag-app serve` do, unless
    RAG_APP_WORKER__ON_DEMAND is false.

    Example: rag-app worker
    """
    import logging
    import os

    from rag_app.jobs.spawning import tell
    from storage.errors import Problem

    if on_demand and os.fork():  # whoever started it has no child to bury
        os._exit(0)
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.WARNING)
    logging.getLogger("rag_app.worker").setLevel(logging.INFO)
    try:
        from rag_app.bootstrap.worker import run_worker
        from rag_app.settings import load_settings

        run_worker(load_settings(), on_demand=on_demand, ready=lambda: tell(None))
    except Problem as problem:
        if on_demand:
            tell(problem)
        raise
