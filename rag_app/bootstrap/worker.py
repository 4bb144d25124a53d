"""From settings to a worker: what ingestion needs, and no cross-encoder."""

from __future__ import annotations

import rag_app.quiet_imports  # noqa: F401  # isort: skip

import os
import signal
from collections.abc import Callable
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from types import FrameType

from filelock import FileLock, Timeout
from sqlalchemy import make_url

from rag_app.application.cleaning import Cleaning
from rag_app.application.gate import Gate
from rag_app.bootstrap.chunks import Chunks, open_chunks
from rag_app.bootstrap.documents import document_path
from rag_app.bootstrap.feedback import feedback_path
from rag_app.bootstrap.models import open_embedder
from rag_app.bootstrap.questions import open_rankers, question_path
from rag_app.bootstrap.scorers import MEGABYTE, open_scorers
from rag_app.bootstrap.stores import (
    make_data_dir,
    open_store,
    open_vectors,
    utc_now,
)
from rag_app.jobs.durable import STEPS, DurableQueue
from rag_app.jobs.ingestion import Hooks
from rag_app.jobs.spawning import demand_lock
from rag_app.jobs.worker import Performance, Worker
from rag_app.light_bootstrap import JobParts, database_url, job_parts
from rag_app.settings import Settings
from storage.database import Database, sqlite_url
from storage.encoding.dense import DenseEncoder
from storage.encoding.question_cache import CachedQuestionEncoder
from storage.generation_history import GenerationHistory
from storage.inference import InferencePool
from storage.jobs.store import JobStore
from storage.models.assembly import no_progress
from storage.vector_client import VectorClient

LOST_LEASE = 75  # EX_TEMPFAIL: whoever supervises starts it anew


def run_worker(
    settings: Settings,
    *,
    on_demand: bool = False,
    ready: Callable[[], None] = lambda: None,
    steps: str = STEPS,
) -> None:
    """Works until it is told to leave (SIGTERM, Ctrl-C) or, on demand, until it has been idle for a while.

    At once where it was started on demand and such a one lives already. `steps` names the version of what
    a job does. Raises Problems of the set-up.
    """
    make_data_dir(settings.data_dir)
    folder = settings.data_dir / "workers"
    folder.mkdir(exist_ok=True)
    lock = demand_lock(folder) if on_demand else None
    try:
        if lock:
            lock.acquire()
    except Timeout:
        ready()
        return
    with ExitStack() as stack:
        if on_demand:  # to the very end, when everything is closed: a backup waits for it
            stack.enter_context(FileLock(folder / "on-demand.process"))
        _work(settings, lock, ready, steps, stack)


def _work(
    settings: Settings, lock: FileLock | None, ready: Callable[[], None], steps: str, stack: ExitStack
) -> None:
    database = open_store(settings, stack)
    parts = job_parts(settings, database)
    vectors = open_vectors(settings, stack)
    vectors.collection_exists(settings.qdrant.collection)  # the engine is started before we are nice
    os.nice(settings.worker.nice)
    pool = InferencePool(settings.worker.threads or settings.threads)
    stack.callback(pool.close)
    dense = open_embedder(settings, pool, no_progress)
    chunks = open_chunks(settings, database, vectors, dense, pool)
    hooks = _hooks(settings, database, parts, vectors, chunks, dense, pool, stack)
    documents = document_path(settings, database, parts, vectors, chunks, dense, stack, hooks)
    here = parts.presence(takes_jobs=True, lost=lambda: os._exit(LOST_LEASE))
    stack.callback(here.close)
    performance = Performance(here, parts.store, parts.work, documents.ingestion_for(here))
    queue = DurableQueue(_queue_url(settings), here.id, performance.perform, settings.worker.jobs, steps)
    stack.callback(queue.close)
    _leave_when_told(here.guard.leaving.set)
    idle_seconds = settings.worker.idle_seconds if lock else None
    ready()
    Worker(
        performance, parts.undertaker(), idle_seconds, lambda: _may_leave(lock, parts.store), parts.scheduler
    ).run(queue)
    here.guard.leaving.set()
    performance.wait()


def _may_leave(lock: FileLock | None, store: JobStore) -> bool:
    """First it is made plain that nobody lives here, then the queue is looked at: no job is left alone."""
    if lock is None:
        return False
    lock.release()
    if not store.queued():
        return True
    try:
        lock.acquire()
    except Timeout:  # another one was started meanwhile
        return True
    return False


def _hooks(
    settings: Settings,
    database: Database,
    parts: JobParts,
    client: VectorClient,
    chunks: Chunks,
    dense: DenseEncoder,
    pool: InferencePool,
    stack: ExitStack,
) -> Hooks:
    """A gate asks its questions as users do: the cross-encoder is loaded for the first set that has one."""

    @cache
    def gate() -> Gate:
        scorers = open_scorers(settings, pool, no_progress, stack)
        questions = CachedQuestionEncoder(dense, MEGABYTE)
        feedback = feedback_path(settings, database, client, chunks, questions, stack)
        rankers = open_rankers(settings, database, lambda: scorers.cached.version)
        sets, catalogue = parts.planning.sets, parts.catalogue
        answers = question_path(settings, sets, catalogue, chunks, questions, scorers, feedback, rankers)
        return Gate(answers, chunks.index, chunks.collections.others)

    def stop(set_name: str, live: int, candidate: int) -> None:
        found = parts.planning.sets.find(set_name)
        if found is not None and found.gate_gold and live > 0:
            gate().stop(set_name, live, candidate)

    collections, history = chunks.collections, GenerationHistory(database, utc_now)
    cleaning = Cleaning(chunks.index, history, collections.occupied, collections.drop_empty)
    return Hooks((stop,), (cleaning.clean_up,))


def _queue_url(settings: Settings) -> str:
    """Beside our own tables: in a file of its own, or in our PostgreSQL in a schema of its own."""
    url = make_url(database_url(settings))
    if url.get_backend_name() == "sqlite":
        return sqlite_url(Path(url.database or "").with_name("rag-app-queue.db"))
    return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def _leave_when_told(leave: Callable[[], None]) -> None:
    def told(_number: int, _frame: FrameType | None) -> None:
        leave()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, told)
