"""From settings to the cross-encoder alone, as `rag-app rerank-server` offers it."""

from __future__ import annotations

import rag_app.quiet_imports  # noqa: F401  # isort: skip

from contextlib import ExitStack

from rag_app.application.reranker import Reranker
from rag_app.bootstrap.scorers import open_caches, open_local_scorer
from rag_app.settings import Settings
from ranking.cross_encoder.cached import CachedCrossEncoder
from ranking.cross_encoder.guarded import GuardedCrossEncoder
from storage.inference import InferencePool
from storage.models.assembly import Progress, no_progress


def open_reranker(settings: Settings, *, progress: Progress = no_progress) -> Reranker:
    """The model in this process, whatever RAG_APP_RERANKER__URL says; the caller closes it."""
    with ExitStack() as stack:
        pool = InferencePool(settings.threads)
        stack.callback(pool.close)
        scorer, check = open_local_scorer(settings, pool, progress)
        return Reranker(
            scorer=CachedCrossEncoder(GuardedCrossEncoder(scorer), open_caches(settings, stack)),
            check=check,
            waiting=lambda: pool.waiting,
            max_documents=settings.rerank_server.max_documents,
            close=stack.pop_all().close,
        )
