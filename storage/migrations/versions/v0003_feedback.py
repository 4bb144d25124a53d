"""What was shown, what people said of it, and links between documents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

# Types are written out, never imported: a migration must stay what it was when it ran first.
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_links()
    _create_shown()
    _create_feedback()
    _create_votes()


def _create_links() -> None:
    op.create_table(
        "links",
        sa.Column("set_name", sa.Text, primary_key=True),
        sa.Column("document_id", sa.Text, primary_key=True),
        sa.Column("from_generation", sa.Integer, primary_key=True),
        sa.Column("target", sa.Text, primary_key=True),
        sa.ForeignKeyConstraint(
            ["set_name", "document_id", "from_generation"],
            ["documents.set_name", "documents.document_id", "documents.from_generation"],
            ondelete="CASCADE",
        ),
    )
    op.create_index("links_by_target", "links", ["set_name", "target"])


def _create_shown() -> None:
    op.create_table(
        "shown",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("question_key", sa.Text, nullable=False),
        sa.Column("principal", sa.Text, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("answer", sa.Text),
        sa.Column("refused", sa.Boolean, nullable=False),
        sa.Column("generator", sa.Text, nullable=False),
        sa.Column("generations", sa.Text, nullable=False),
        sa.Column("versions", sa.Text, nullable=False),
    )
    op.create_index("shown_by_time", "shown", ["at"])
    op.create_index("shown_by_question", "shown", ["question_key", "principal", "at"])
    op.create_table(
        "quotations",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("set_name", sa.Text, nullable=False),
        sa.Column("document_id", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("start_offset", sa.Integer, nullable=False),
        sa.Column("end_offset", sa.Integer, nullable=False),
    )
    op.create_index("quotations_by_document", "quotations", ["set_name", "document_id"])
    op.create_table(
        "shown_sources",
        _shown_column(),
        sa.Column("position", sa.Integer, primary_key=True),
        _quotation_column(primary_key=False),
        sa.Column("chunk_id", sa.Text, nullable=False),
        sa.Column("score", sa.Float, nullable=False),
        sa.Column("cited", sa.Boolean, nullable=False),
        sa.Column("signals", sa.Text, nullable=False),
    )
    op.create_index("shown_sources_by_quotation", "shown_sources", ["quotation_id"])


def _create_feedback() -> None:
    op.create_table(
        "feedback",
        _shown_column(),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("principal", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("value", sa.Integer, nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("at", _TIME, nullable=False),
    )
    op.create_index("feedback_by_principal", "feedback", ["principal", "at"])
    op.create_index("feedback_by_time", "feedback", ["at"])
    op.create_table(
        "praise",
        sa.Column("set_name", sa.Text, primary_key=True),
        sa.Column("document_id", sa.Text, primary_key=True),
        sa.Column("principal", sa.Text, primary_key=True),
        sa.Column("shown_id", sa.Text, nullable=False),
    )


def _create_votes() -> None:
    op.create_table(
        "votes",
        sa.Column("question_key", sa.Text, primary_key=True),
        _quotation_column(primary_key=True),
        sa.Column("principal", sa.Text, primary_key=True),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("value", sa.Integer, nullable=False),
        sa.Column("weight", sa.Float, nullable=False),
        sa.Column("month", sa.Integer, nullable=False),
    )
    op.create_index("votes_by_principal", "votes", ["principal", "quotation_id"])
    op.create_index("votes_by_quotation", "votes", ["quotation_id"])
    op.create_index("votes_by_month", "votes", ["month"])
    op.create_table(
        "tallies",
        sa.Column("question_key", sa.Text, primary_key=True),
        _quotation_column(primary_key=True),
        sa.Column("month", sa.Integer, primary_key=True),
        sa.Column("ups", sa.Float, nullable=False),
        sa.Column("downs", sa.Float, nullable=False),
        sa.Column("looks", sa.Float, nullable=False),
    )
    op.create_index("tallies_by_quotation", "tallies", ["quotation_id"])
    op.create_index("tallies_by_month", "tallies", ["month"])


def _shown_column() -> sa.Column[str]:
    return sa.Column("shown_id", sa.Text, sa.ForeignKey("shown.id", ondelete="CASCADE"), primary_key=True)


def _quotation_column(primary_key: bool) -> sa.Column[str]:
    target = sa.ForeignKey("quotations.id")
    return sa.Column("quotation_id", sa.Text, target, primary_key=primary_key, nullable=False)
