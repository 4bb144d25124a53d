"""The tables of jobs, beside those of `storage.tables`; the migrations build them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, ForeignKey, Index, Integer, Table

from storage.columns import CleanText, UtcDateTime
from storage.tables import metadata


def _count(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False)


# A process that works on jobs. `beats` only grows while it lives: whoever sees it stand still for
# `lease_seconds` by its own clock may take over, so that clocks need not agree.
workers = Table(
    "workers",
    metadata,
    Column("id", CleanText, primary_key=True),
    Column("host", CleanText, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("takes_jobs", Boolean, nullable=False),  # not those that brought their own
    Column("beats", Integer, nullable=False),
    Column("lease_seconds", Float, nullable=False),
    Column("started", UtcDateTime, nullable=False),
    Column("seen", UtcDateTime, nullable=False),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", CleanText, primary_key=True),
    Column("set_name", CleanText, nullable=False),
    Column("holds", CleanText, unique=True),  # the set's name until the job has ended: one job a set
    Column("idempotency_key", CleanText, unique=True),
    Column("request", CleanText, nullable=False),  # JSON
    Column("requested_by", CleanText, nullable=False),
    Column("state", CleanText, nullable=False),
    Column("stage", CleanText, nullable=False),
    Column("cancelling", Boolean, nullable=False),
    Column("created", UtcDateTime, nullable=False),
    Column("started", UtcDateTime),
    Column("finished", UtcDateTime),
    Column("worker", CleanText),
    Column("fence", Integer, nullable=False),  # grows at each take: what was written under another is refused
    Column("attempt", Integer, nullable=False),
    Column("fruitless", Integer, nullable=False),  # takes in a row that finished no batch
    Column("taken", UtcDateTime),
    _count("bytes_at_take"),
    Column("planned", Boolean, nullable=False),
    _count("batches"),
    Column("generation", Integer),
    _count("live"),
    _count("total_documents"),
    _count("documents"),
    _count("total_bytes"),
    _count("bytes"),
    _count("chunks"),
    _count("unchanged"),
    Column("outcome", CleanText),
    Column("problem", CleanText),  # Transient, Permanent, InvalidInput or NotFound
    Column("reason", CleanText, nullable=False),
    Column("remedy", CleanText, nullable=False),
)
Index("jobs_by_state", jobs.c.state, jobs.c.created)
Index("jobs_by_set", jobs.c.set_name, jobs.c.created)

# What a job does with each document that it touches, and what became of it; unchanged ones have no row.
job_documents = Table(
    "job_documents",
    metadata,
    Column("job_id", CleanText, ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("document_id", CleanText, primary_key=True),
    Column("planned", CleanText, nullable=False),
    Column("kept", Boolean, nullable=False),  # an earlier revision is there
    Column("batch", Integer),
    _count("bytes"),
    Column("revision", CleanText, nullable=False),
    Column("file", CleanText),  # JSON: what to convert
    Column("outcome", CleanText),  # NULL: not done yet
    Column("reason", CleanText, nullable=False),
    Column("remedy", CleanText, nullable=False),
    Column("record", CleanText),  # JSON: the document as it goes into the catalogue
    _count("chunks"),
)
Index("job_documents_by_batch", job_documents.c.job_id, job_documents.c.batch)
Index("job_documents_by_outcome", job_documents.c.job_id, job_documents.c.outcome)

# Documents that failed; while `held`, that revision is not tried again.
quarantine = Table(
    "quarantine",
    metadata,
    Column("set_name", CleanText, ForeignKey("document_sets.name", ondelete="CASCADE"), primary_key=True),
    Column("document_id", CleanText, primary_key=True),
    Column("revision", CleanText, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("held", Boolean, nullable=False),
    Column("reason", CleanText, nullable=False),
    Column("remedy", CleanText, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("job_id", CleanText, nullable=False),
)
