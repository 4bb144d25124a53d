"""More options of a document set, what became of its generations, and numbers of sets that are gone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    for name in ("chunk_tokens", "min_chunk_tokens", "overlap_sentences"):
        op.add_column("document_sets", sa.Column(name, sa.Integer))
    for name in ("rerank", "schedule", "gate_gold"):
        op.add_column("document_sets", sa.Column(name, sa.Text))
    op.add_column("document_sets", sa.Column("description", sa.Text, nullable=False, server_default=""))
    op.add_column(
        "document_sets", sa.Column("kept_generations", sa.Integer, nullable=False, server_default="2")
    )
    op.add_column("document_sets", sa.Column("gate_fall", sa.Float, nullable=False, server_default="0.03"))
    for name in ("ended", "cleaned"):
        op.add_column("generations", sa.Column(name, _TIME))
    for name in ("documents", "chunks"):
        op.add_column("generations", sa.Column(name, sa.Integer))
    op.create_table(
        "retired_sets",
        sa.Column("name_hash", sa.Text, primary_key=True),
        sa.Column("last_generation", sa.Integer, nullable=False),
    )
