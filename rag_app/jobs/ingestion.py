"""A job from its first step to its last: plan, begin, write batch by batch, check, publish."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from rag_app.jobs.planning import Planning
from rag_app.jobs.report import outcomes_of, report_of
from rag_app.jobs.turns import short_turns
from rag_app.jobs.writing import Recorded, Writing
from storage.catalogue import Catalogue, DocumentRecord
from storage.errors import Problem
from storage.generations import Generations
from storage.jobs.documents import JobDocuments
from storage.jobs.job import Lease
from storage.jobs.store import JobStore
from storage.jobs.work import JobWork
from storage.vectors import ChunkIndex

BATCHES_IN_FLIGHT = 5  # some convert and write while two embed
_REMOVED_AT_ONCE = 500

LOG = logging.getLogger(__name__)

BeforePublish = Callable[[str, int, int], None]  # set, live generation, candidate; a Problem stops the switch


class Steps(Protocol):
    """How steps are carried out; one that was finished before a crash may be passed over."""

    def one(self, name: str, function: Callable[[], None]) -> None: ...

    def each(self, name: str, function: Callable[[int], None], count: int, at_once: int) -> None: ...


@dataclass(frozen=True)
class Hooks:
    """What others do about a build: `before_publish` may raise a Problem, and the live generation stays;
    `after_publish` (set) may fail, and is done again the next time."""

    before_publish: Sequence[BeforePublish] = ()
    after_publish: Sequence[Callable[[str], object]] = ()


@dataclass(frozen=True)
class Ingestion:
    """What a job does. Every step may be repeated: what it has done already it finds in SQL."""

    store: JobStore
    work: JobWork
    documents: JobDocuments
    planning: Planning
    writing: Writing
    generations: Generations
    catalogue: Catalogue
    index: ChunkIndex
    hooks: Hooks = Hooks()

    def carry_out(self, lease: Lease, steps: Steps) -> None:
        """To the end, or to the Problem that stops it."""
        steps.one("plan", lambda: self._plan(lease))
        batches = self.store.find(lease.job_id).batches
        steps.one("begin", lambda: self._begin(lease))
        with short_turns():
            steps.each("write", lambda number: self._write(lease, number), batches, BATCHES_IN_FLIGHT)
        steps.one("check", lambda: self._check(lease))
        steps.one("publish", lambda: self._publish(lease))

    def _plan(self, lease: Lease) -> None:
        job = self.store.find(lease.job_id)
        if not job.planned:
            self.planning.plan(lease, job.request)

    def _begin(self, lease: Lease) -> None:
        """A generation of its own, and whatever builds before it left behind undone."""
        job = self.store.find(lease.job_id)
        if job.generation is not None or not self._has_work(lease):
            return
        begun = self.generations.begin(job.set_name)
        for unfinished in begun.undo:
            self.writing.patiently(job.id, partial(self.index.undo, job.set_name, unfinished))
            self.generations.abandon(job.set_name, unfinished)
        self.work.begun(lease, begun.generation, begun.live)

    def _has_work(self, lease: Lease) -> bool:
        job = self.store.find(lease.job_id)
        return bool(job.batches) or next(self.documents.removed(job.id), None) is not None

    def _write(self, lease: Lease, number: int) -> None:
        self.writing.write(lease, self.store.find(lease.job_id), number)

    def _check(self, lease: Lease) -> None:
        """All is written: what is gone from the source is retired, and whoever may object is asked."""
        job = self.store.find(lease.job_id)
        if job.generation is None or not self._has_changed(lease):
            return
        self.work.enter(lease, "checking")
        for ids in _parts(self.documents.removed(job.id)):
            self.writing.guard.check(job.id)
            self.index.retire_documents(job.set_name, ids, job.generation)
        for check in self.hooks.before_publish:
            check(job.set_name, job.live, job.generation)

    def _publish(self, lease: Lease) -> None:
        """The switch and the end of the job in one transaction: after a crash there are both or neither."""
        job = self.store.find(lease.job_id)
        if job.is_finished:
            return
        self.writing.guard.check(job.id)
        documents = self.documents.outcomes(job.id)
        report = report_of(job.set_name, "published", job.generation or 0, documents, job.unchanged)
        if self.planning.sets.find(job.set_name) is not None:
            self.catalogue.record_outcomes(job.set_name, outcomes_of(report))
        if job.generation is None or not self._has_changed(lease):
            self._end_unchanged(lease, job.set_name, job.generation)
            return
        self.work.enter(lease, "publishing")
        self.generations.publish(
            job.set_name,
            job.generation,
            self._records(job.id),
            self.documents.removed(job.id),
            job.request.folder,
            within=partial(self.work.end_within, lease=lease, outcome="published"),
        )
        self._tidy(job.set_name)

    def _tidy(self, set_name: str) -> None:
        for tidy in self.hooks.after_publish:
            try:
                tidy(set_name)
            except Problem as problem:
                LOG.warning("the document set %r is published, but not tidied: %s", set_name, problem)

    def _end_unchanged(self, lease: Lease, set_name: str, generation: int | None) -> None:
        """None of the files could be converted, or none had changed."""
        if generation is not None:
            self.generations.abandon(set_name, generation)
        self.work.end(lease, "unchanged")

    def _has_changed(self, lease: Lease) -> bool:
        return any(
            next(found, None) is not None
            for found in (self.documents.written(lease.job_id), self.documents.removed(lease.job_id))
        )

    def _records(self, job_id: str) -> Iterator[DocumentRecord]:
        return (Recorded.model_validate_json(record).record for record in self.documents.written(job_id))


def _parts(ids: Iterator[str]) -> Iterator[list[str]]:
    part: list[str] = []
    for one in ids:
        part.append(one)
        if len(part) == _REMOVED_AT_ONCE:
            yield part
            part = []
    if part:
        yield part
