"""What documents are compared by, and which are copies or versions of each other."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "signatures",
        *_document(),
        sa.Column("signature", sa.LargeBinary, nullable=False),
        sa.Column("compared", sa.Boolean, nullable=False),
        _its_row("document_id", "from_generation"),
    )
    op.create_table(
        "likenesses",
        *_document(),
        sa.Column("other_id", sa.Text, primary_key=True),
        sa.Column("other_from_generation", sa.Integer, primary_key=True),
        sa.Column("likeness", sa.Float, nullable=False),
        sa.Column("superseded", sa.Boolean, nullable=False),
        _its_row("document_id", "from_generation"),
        _its_row("other_id", "other_from_generation"),
    )
    op.create_index("likenesses_by_other", "likenesses", ["set_name", "other_id", "other_from_generation"])


def _document() -> list[sa.Column[object]]:
    return [
        sa.Column("set_name", sa.Text, primary_key=True),
        sa.Column("document_id", sa.Text, primary_key=True),
        sa.Column("from_generation", sa.Integer, primary_key=True),
    ]


def _its_row(document: str, generation: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["set_name", document, generation],
        ["documents.set_name", "documents.document_id", "documents.from_generation"],
        ondelete="CASCADE",
    )
