"""Options of a document set: whether scores are cached, and its glossary; the language of a document."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column(
        "document_sets", sa.Column("score_cache", sa.Boolean, nullable=False, server_default=sa.true())
    )
    op.add_column("document_sets", sa.Column("glossary", sa.Text, nullable=False, server_default=""))
    op.add_column("documents", sa.Column("language", sa.Text))
