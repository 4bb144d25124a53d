"""Document sets with their generations, documents and readers; vector collections."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# Types are written out, never imported: a migration must stay what it was when it ran first.
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "document_sets",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("live_generation", sa.Integer, nullable=False),
        sa.Column("last_generation", sa.Integer, nullable=False),
        sa.Column("folder", sa.Text),
        sa.Column("half_life_days", sa.Float),
        sa.Column("created", _TIME, nullable=False),
        sa.Column("updated", _TIME, nullable=False),
    )
    op.create_table("set_groups", _set_column(), sa.Column("group_name", sa.Text, primary_key=True))
    op.create_table(
        "generations",
        _set_column(),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("begun", _TIME, nullable=False),
        sa.Column("published", _TIME),
        sa.Column("undone", _TIME),
    )
    _create_documents()
    op.create_table(
        "collections",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("embedder_version", sa.Text, nullable=False),
        sa.Column("dimension", sa.Integer, nullable=False),
        sa.Column("average_length", sa.Float, nullable=False),
    )


def _create_documents() -> None:
    op.create_table(
        "documents",
        _set_column(),
        sa.Column("document_id", sa.Text, primary_key=True),
        sa.Column("from_generation", sa.Integer, primary_key=True),
        sa.Column("until_generation", sa.Integer),
        sa.Column("revision", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("modified", _TIME),
        sa.Column("chunks", sa.Integer, nullable=False),
    )
    op.create_index("documents_by_from", "documents", ["set_name", "from_generation"])
    op.create_index("documents_by_until", "documents", ["set_name", "until_generation"])
    op.create_table(
        "outcomes",
        _set_column(),
        sa.Column("document_id", sa.Text, primary_key=True),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )


def _set_column() -> sa.Column[str]:
    target = sa.ForeignKey("document_sets.name", ondelete="CASCADE")
    return sa.Column("set_name", sa.Text, target, primary_key=True)
