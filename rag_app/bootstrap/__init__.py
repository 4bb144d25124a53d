"""The only place that chooses classes: from settings to an open application."""

from __future__ import annotations

import rag_app.quiet_imports  # noqa: F401  # isort: skip

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from rag_app.application import Application, Duplicates, Learning, Quality
from rag_app.application.sources import Sources
from rag_app.bootstrap.chunks import open_chunks
from rag_app.bootstrap.documents import document_path
from rag_app.bootstrap.feedback import feedback_path
from rag_app.bootstrap.models import open_embedder
from rag_app.bootstrap.questions import open_rankers, question_path
from rag_app.bootstrap.scorers import MEGABYTE, Scorers, open_scorers
from rag_app.bootstrap.sets import open_sets
from rag_app.bootstrap.stores import (
    make_data_dir,
    open_store,
    open_vectors,
)
from rag_app.jobs.ingestion import Hooks
from rag_app.light_bootstrap import job_parts
from rag_app.settings import Settings, load_settings
from storage.document_sets import DocumentSets
from storage.encoding.dense import DenseEncoder
from storage.encoding.question_cache import CachedQuestionEncoder
from storage.inference import InferencePool
from storage.models.assembly import Progress, no_progress
from storage.vectors import ChunkIndex

QUESTION_MEGABYTES = 16  # of question vectors, 1.7 kB each


def open_application(
    settings: Settings | None = None,
    *,
    pair_scores: Path | None = None,
    progress: Progress = no_progress,
) -> Application:
    """Opens what the settings describe, fetching models that are missing; the caller closes it.

    With `pair_scores`, the cross-encoder's scores are kept in that file: for evaluation, not for users.
    """
    with ExitStack() as stack:
        return _open(settings or load_settings(), pair_scores, progress, stack)


def _open(settings: Settings, pair_scores: Path | None, progress: Progress, stack: ExitStack) -> Application:
    make_data_dir(settings.data_dir)
    pool = InferencePool(settings.threads)
    stack.callback(pool.close)
    dense = open_embedder(settings, pool, progress)
    scorers = open_scorers(settings, pool, progress, stack, pair_scores)
    database = open_store(settings, stack)
    parts = job_parts(settings, database)
    stack.callback(parts.keeper.close)
    vectors = open_vectors(settings, stack)
    chunks = open_chunks(settings, database, vectors, dense, pool)
    index, sets, catalogue = chunks.index, parts.planning.sets, parts.catalogue
    questions = CachedQuestionEncoder(dense, QUESTION_MEGABYTES * MEGABYTE)
    feedback = feedback_path(settings, database, vectors, chunks, questions, stack)
    rankers = open_rankers(settings, database, lambda: scorers.cached.version)
    answers = question_path(settings, sets, catalogue, chunks, questions, scorers, feedback, rankers)
    timed = scorers.forgetful()
    uncached = question_path(settings, sets, catalogue, chunks, dense, timed, feedback, rankers)
    administered = open_sets(settings, database, sets, vectors, chunks, answers, scorers, feedback, parts)
    hooks = Hooks((administered.gating.stop,), (administered.clean_up,))
    documents = document_path(settings, database, parts, vectors, chunks, dense, stack, hooks)
    return Application(
        documents=documents,
        sets=administered,
        sources=Sources(parts.planning.reading),
        jobs=parts.jobs,
        keep_worker=parts.keeper.start,
        duplicates=Duplicates(sets, feedback.likenesses),
        answers=answers,
        quality=Quality(answers, uncached, index, lambda: scorers.cached.looked_up),
        feedback=feedback.feedback,
        learning=Learning(answers, index, rankers, feedback.feedback.votes, catalogue),
        rankers=rankers,
        data_dir=str(settings.data_dir),
        vector_store=settings.qdrant.url or "embedded",
        dependencies=_dependencies(index, dense, sets, scorers),
        counters=lambda: _counters(scorers, questions),
        close=stack.pop_all().close,
    )


def _dependencies(
    index: ChunkIndex, dense: DenseEncoder, sets: DocumentSets, scorers: Scorers
) -> dict[str, Callable[[], object]]:
    return {
        "vector_store": lambda: index.ensure(dense.dimension),
        "database": sets.half_lives,
        "embedder": lambda: _works(dense),
        "cross_encoder": scorers.check,
    }


def _works(dense: DenseEncoder) -> str | None:
    dense.encode_question("ready?")
    return dense.replaced


def _counters(scorers: Scorers, questions: CachedQuestionEncoder) -> dict[str, float]:
    return {
        "score_cache_hits": scorers.cached.looked_up,
        "score_cache_misses": scorers.cached.computed,
        "question_cache_hits": questions.hits,
        "question_cache_misses": questions.misses,
        "reranker_open": float(scorers.uncached.state != "closed"),
    }
