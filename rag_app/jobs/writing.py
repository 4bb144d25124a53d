"""The step that is repeated: a batch of documents through the pipeline, and what became of each of them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, ConfigDict

from ingestion.batch import Batch
from ingestion.minhash import signature
from rag_app.jobs.lease_guard import LeaseGuard
from rag_app.jobs.planning import FILE, Planning
from storage.catalogue import DocumentRecord
from storage.errors import InvalidInput, Problem, Transient
from storage.jobs.documents import Done, JobDocuments, PlannedDocument
from storage.jobs.job import Job, Lease

RETRY_SECONDS = (1.0, 2.0, 4.0, 8.0)  # between the tries of what may succeed later

Result = TypeVar("Result")


class Recorded(BaseModel):
    """A document's record as it is kept until its generation is published."""

    model_config = ConfigDict(frozen=True, ser_json_bytes="base64", val_json_bytes="base64")

    record: DocumentRecord


@dataclass(frozen=True)
class Writing:
    """`pipeline` converts, cuts, encodes and writes a batch."""

    pipeline: Callable[[Batch], Batch]
    documents: JobDocuments
    guard: LeaseGuard
    planning: Planning
    retry_seconds: Sequence[float] = RETRY_SECONDS

    def write(self, lease: Lease, job: Job, number: int) -> None:
        """One batch; nothing where it was done before. Raises Problems that are not one document's own."""
        self.guard.check(lease.job_id)
        planned = self.documents.batch(lease.job_id, number)
        if planned:
            done, embedded = self._done(lease.job_id, job, planned)
            self.guard.check(lease.job_id)
            self.documents.record(lease, planned, done, embedded)

    def _done(self, job_id: str, job: Job, planned: Sequence[PlannedDocument]) -> tuple[list[Done], int]:
        """What became of each document, and how many texts the model had to read for it."""
        try:
            batch = self._through(job_id, job, planned)
            return list(_outcomes(batch, planned, self.planning.held_as)), batch.embedded
        except InvalidInput as problem:
            fault: Exception = problem
        except Problem:
            raise  # of a store or a model: the documents are not to blame
        except Exception as error:
            logging.getLogger(__name__).exception("A batch failed")
            fault = error
        if len(planned) == 1:
            return [_blamed(planned[0], fault, self.planning.held_as)], 0
        each = [self._done(job_id, job, [entry]) for entry in planned]
        return [done for some, _ in each for done in some], sum(embedded for _, embedded in each)

    def _through(self, job_id: str, job: Job, planned: Sequence[PlannedDocument]) -> Batch:
        files = tuple(FILE.validate_json(entry.file or "") for entry in planned)
        limits = self.planning.limits(job.set_name)
        batch = Batch(job.set_name, job.generation or 0, files, limits=limits)
        return self.patiently(job_id, lambda: self.pipeline(batch))

    def patiently(self, job_id: str, function: Callable[[], Result]) -> Result:
        """Again and again, later and later, while it raises Transient; the last one is raised."""
        for seconds in self.retry_seconds:
            try:
                return function()
            except Transient:
                self.guard.check(job_id)
                self.guard.leaving.wait(seconds)
                self.guard.check(job_id)
        return function()


def _outcomes(
    batch: Batch, planned: Sequence[PlannedDocument], held_as: Callable[[str], str]
) -> Iterator[Done]:
    chunks = dict.fromkeys((entry.document_id for entry in planned), 0)
    for chunk in batch.chunks:
        chunks[chunk.document_id] += 1
    entries = {entry.document_id: entry for entry in planned}
    paths = {file.document_id: str(file.path) for file in batch.files}
    for d in batch.documents:
        entry = entries[d.id]
        record = DocumentRecord(
            id=d.id,
            revision=entry.revision,
            title=d.title,
            path=paths[d.id],
            chunks=chunks[d.id],
            modified=d.modified,
            language=d.language,
            links=d.links,
            signature=signature(d.text),
        )
        yield Done(d.id, entry.planned, Recorded(record=record).model_dump_json(), chunks[d.id])
    for failure in batch.failures:
        revision = held_as(entries[failure.document_id].revision)
        yield Done(
            failure.document_id,
            "failed",
            reason=failure.reason,
            remedy=failure.remedy,
            final=failure.final,
            held_as=revision,
        )


def _blamed(entry: PlannedDocument, fault: Exception, held_as: Callable[[str], str]) -> Done:
    what = fault.what if isinstance(fault, Problem) else f"{type(fault).__name__}: {str(fault)[:200]}."
    return Done(
        entry.document_id,
        "failed",
        reason=f"Its passages could not be made: {what}",
        remedy="Save the file anew, or leave it out.",
        held_as=held_as(entry.revision),
    )
