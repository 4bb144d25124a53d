"""Jobs, workers, what became of each document, and quarantine."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "workers",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("pid", sa.Integer, nullable=False),
        sa.Column("takes_jobs", sa.Boolean, nullable=False),
        sa.Column("beats", sa.Integer, nullable=False),
        sa.Column("lease_seconds", sa.Float, nullable=False),
        sa.Column("started", _TIME, nullable=False),
        sa.Column("seen", _TIME, nullable=False),
    )
    _create_jobs()
    _create_job_documents()
    op.create_table(
        "quarantine",
        sa.Column(
            "set_name", sa.Text, sa.ForeignKey("document_sets.name", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("document_id", sa.Text, primary_key=True),
        sa.Column("revision", sa.Text, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("held", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("remedy", sa.Text, nullable=False),
        sa.Column("since", _TIME, nullable=False),
        sa.Column("job_id", sa.Text, nullable=False),
    )


def _create_jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("set_name", sa.Text, nullable=False),
        sa.Column("holds", sa.Text, unique=True),
        sa.Column("idempotency_key", sa.Text, unique=True),
        sa.Column("request", sa.Text, nullable=False),
        sa.Column("requested_by", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("cancelling", sa.Boolean, nullable=False),
        sa.Column("created", _TIME, nullable=False),
        sa.Column("started", _TIME),
        sa.Column("finished", _TIME),
        sa.Column("worker", sa.Text),
        sa.Column("fence", sa.Integer, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("fruitless", sa.Integer, nullable=False),
        sa.Column("taken", _TIME),
        _count("bytes_at_take"),
        sa.Column("planned", sa.Boolean, nullable=False),
        _count("batches"),
        sa.Column("generation", sa.Integer),
        _count("live"),
        _count("total_documents"),
        _count("documents"),
        _count("total_bytes"),
        _count("bytes"),
        _count("chunks"),
        _count("unchanged"),
        sa.Column("outcome", sa.Text),
        sa.Column("problem", sa.Text),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("remedy", sa.Text, nullable=False),
    )
    op.create_index("jobs_by_state", "jobs", ["state", "created"])
    op.create_index("jobs_by_set", "jobs", ["set_name", "created"])


def _create_job_documents() -> None:
    op.create_table(
        "job_documents",
        sa.Column("job_id", sa.Text, sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("document_id", sa.Text, primary_key=True),
        sa.Column("planned", sa.Text, nullable=False),
        sa.Column("kept", sa.Boolean, nullable=False),
        sa.Column("batch", sa.Integer),
        _count("bytes"),
        sa.Column("revision", sa.Text, nullable=False),
        sa.Column("file", sa.Text),
        sa.Column("outcome", sa.Text),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("remedy", sa.Text, nullable=False),
        sa.Column("record", sa.Text),
        _count("chunks"),
    )
    op.create_index("job_documents_by_batch", "job_documents", ["job_id", "batch"])
    op.create_index("job_documents_by_outcome", "job_documents", ["job_id", "outcome"])


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False)
