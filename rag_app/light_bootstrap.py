"""The part of `rag_app.bootstrap` that needs no model: importing that one costs seconds, for Haystack."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from ingestion.chunk_limits import CHUNKING, ChunkLimits
from ingestion.sources.reading import SourceReading
from rag_app import __version__
from rag_app.jobs.ingesting import Ingesting
from rag_app.jobs.jobs import Jobs
from rag_app.jobs.keeping import WorkerKeeper
from rag_app.jobs.planning import Planning
from rag_app.jobs.presence import Presence, Undertaker
from rag_app.jobs.scheduling import Scheduler
from rag_app.jobs.set_chunking import SetChunking
from rag_app.jobs.spawning import WorkerSpawner
from rag_app.settings import Settings, environment_of, load_settings
from rag_app.source_limits import source_limits
from storage.catalogue import Catalogue
from storage.collection_records import embedder_key
from storage.database import Database, open_database, sqlite_url
from storage.document_sets import DocumentSets
from storage.encoding.model_version import version_of
from storage.encoding.terms import ANALYSIS
from storage.errors import Permanent
from storage.jobs.documents import JobDocuments
from storage.jobs.following import Finished
from storage.jobs.quarantine import Quarantine
from storage.jobs.store import JobStore
from storage.jobs.work import JobWork
from storage.jobs.workers import Workers
from storage.models import ModelStore
from storage.principal import Principal
from storage.schedules import Schedules
from storage.sources import Sources

MIRRORS = "sources"  # folder of the data folder: copies of what sources hold

BY_THE_CLOCK = Principal("schedule")


def utc_now() -> datetime:
    return datetime.now(UTC)


def make_data_dir(data_dir: Path) -> None:
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise Permanent(
            f"The data folder {data_dir} cannot be made ({error.strerror}).",
            "Name another with RAG_APP_DATA_DIR.",
        ) from error


def database_url(settings: Settings) -> str:
    configured = settings.database.url
    return configured.get_secret_value() if configured else sqlite_url(settings.data_dir / "rag-app.db")


def open_store(settings: Settings, stack: ExitStack) -> Database:
    database = open_database(database_url(settings))
    stack.callback(database.close)
    return database


@dataclass(frozen=True)
class JobParts:
    """What everything about jobs is made of."""

    store: JobStore
    work: JobWork
    documents: JobDocuments
    workers: Workers
    planning: Planning
    catalogue: Catalogue
    jobs: Jobs
    scheduler: Scheduler
    keeper: WorkerKeeper
    folder: Path  # of workers' locks and log
    lease_seconds: float

    def presence(self, *, takes_jobs: bool = False, lost: Callable[[], None] = lambda: None) -> Presence:
        return Presence(
            self.workers, self.store, self.folder, self.lease_seconds, takes_jobs=takes_jobs, lost=lost
        )

    @contextmanager
    def alone(self, set_name: str, principal: Principal) -> Iterator[None]:
        """Keeps jobs out of a set. Raises Transient, naming it, while there is one."""
        here = self.presence()
        try:
            hold = self.store.hold(set_name, principal.name, here.id)
            try:
                yield
            finally:
                self.store.let_go(hold)
        finally:
            here.close()

    def undertaker(self) -> Undertaker:
        return Undertaker(self.workers, self.folder, time.monotonic)


def job_parts(settings: Settings, database: Database) -> JobParts:
    store = JobStore(database, utc_now, lambda: uuid4().hex[:12])
    documents = JobDocuments(database, utc_now)
    quarantine = Quarantine(database)
    sets, catalogue = DocumentSets(database, utc_now), Catalogue(database)
    folder = settings.data_dir / "workers"
    planning = Planning(
        documents=documents,
        quarantine=quarantine,
        sets=sets,
        catalogue=catalogue,
        reading=SourceReading(
            Sources(database, utc_now), settings.data_dir / MIRRORS, source_limits(settings)
        ),
        chunking=SetChunking(_limits(settings), f"{ANALYSIS}/{CHUNKING}", cache(lambda: _embedder(settings))),
        circumstances=_circumstances(settings),
        half_life_days=settings.ranking.half_life_days,
    )
    waiting = Jobs(
        store, documents, Finished(database), quarantine, sets, catalogue, planning, _leave_it, utc_now
    )
    scheduler = Scheduler(Schedules(database, utc_now), partial(_start_scheduled, waiting), utc_now)
    spawner = WorkerSpawner(folder, environment_of(settings, os.environ), store)
    ensure = spawner.ensure if settings.worker.on_demand else _leave_it
    return JobParts(
        store=store,
        work=JobWork(database, utc_now),
        documents=documents,
        workers=Workers(database, utc_now),
        planning=planning,
        catalogue=catalogue,
        scheduler=scheduler,
        keeper=WorkerKeeper(store, scheduler, ensure),
        jobs=replace(waiting, ensure_worker=ensure),
        folder=folder,
        lease_seconds=settings.worker.lease_seconds,
    )


@dataclass(frozen=True)
class Desk:
    """What commands need that load no model."""

    jobs: Jobs
    ingesting: Ingesting


@contextmanager
def open_desk(settings: Settings | None = None) -> Iterator[Desk]:
    """Opens the database alone."""
    settings = settings or load_settings()
    make_data_dir(settings.data_dir)
    with ExitStack() as stack:
        parts = job_parts(settings, open_store(settings, stack))
        yield Desk(
            jobs=parts.jobs,
            ingesting=Ingesting(
                jobs=parts.jobs,
                work=parts.work,
                planning=parts.planning,
                catalogue=parts.catalogue,
                undertaker=parts.undertaker(),
                presence=parts.presence,
            ),
        )


def _embedder(settings: Settings) -> str:
    """The key of the embedder that the settings name, as it has when it is loaded; 0.1 s."""
    name = settings.models.embedder
    folder = ModelStore(settings.models.cache, settings.models.offline).resolve(name)
    return embedder_key(version_of(name, folder))


def _limits(settings: Settings) -> ChunkLimits:
    bounds = settings.ingestion
    return ChunkLimits(bounds.chunk_tokens, bounds.min_chunk_tokens, bounds.overlap_sentences)


def _circumstances(settings: Settings) -> str:
    told = f"{__version__} {settings.ingestion.model_dump_json()}"
    return sha256(told.encode()).hexdigest()[:16]


def _start_scheduled(jobs: Jobs, set_name: str, key: str) -> None:
    """For a worker to take that is there, or that the server starts."""
    jobs.start(set_name, BY_THE_CLOCK, idempotency_key=key)


def _leave_it() -> None:
    """Workers are deployed on their own."""
