"""Since when the due times of a set's schedule count; those that stand now count from their last change."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "schedules",
        sa.Column(
            "set_name",
            sa.Text,
            sa.ForeignKey("document_sets.name", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("cron", sa.Text, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
    )
    op.execute(
        "INSERT INTO schedules (set_name, cron, since) "
        "SELECT name, schedule, updated FROM document_sets WHERE schedule IS NOT NULL"
    )
