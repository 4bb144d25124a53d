"""What documents are compared by, and which are copies or versions of each other."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
)

from storage.columns import CleanText

metadata = MetaData()

# What a document is compared by, with all others of its set; goes with its row.
signatures = Table(
    "signatures",
    metadata,
    Column("set_name", CleanText, primary_key=True),
    Column("document_id", CleanText, primary_key=True),
    Column("from_generation", Integer, primary_key=True),
    Column("signature", LargeBinary, nullable=False),
    Column("compared", Boolean, nullable=False),  # with all that were compared before it
    ForeignKeyConstraint(
        ["set_name", "document_id", "from_generation"],
        ["documents.set_name", "documents.document_id", "documents.from_generation"],
        ondelete="CASCADE",
    ),
)

# Two documents that say nearly the same; goes with the row of either. The other one is the later.
likenesses = Table(
    "likenesses",
    metadata,
    Column("set_name", CleanText, primary_key=True),
    Column("document_id", CleanText, primary_key=True),
    Column("from_generation", Integer, primary_key=True),
    Column("other_id", CleanText, primary_key=True),
    Column("other_from_generation", Integer, primary_key=True),
    Column("likeness", Float, nullable=False),
    Column("superseded", Boolean, nullable=False),  # false: of one day or undated, so none is the later
    ForeignKeyConstraint(
        ["set_name", "document_id", "from_generation"],
        ["documents.set_name", "documents.document_id", "documents.from_generation"],
        ondelete="CASCADE",
    ),
    ForeignKeyConstraint(
        ["set_name", "other_id", "other_from_generation"],
        ["documents.set_name", "documents.document_id", "documents.from_generation"],
        ondelete="CASCADE",
    ),
)
Index(
    "likenesses_by_other",
    likenesses.c.set_name,
    likenesses.c.other_id,
    likenesses.c.other_from_generation,
)
