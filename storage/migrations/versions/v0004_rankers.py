"""Learned rankers, and which of them ranked when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "rankers",
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("created", _TIME, nullable=False),
        sa.Column("cross_encoder", sa.Text, nullable=False),
        sa.Column("parameters", sa.Text, nullable=False),
        sa.Column("questions", sa.Integer, nullable=False),
        sa.Column("metrics", sa.Text, nullable=False),
    )
    op.create_table(
        "ranker_activations",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("moment", _TIME, nullable=False),
        sa.Column("undone", _TIME),
    )
