"""The relational tables as the program uses them; the migrations build them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, MetaData, Table

from storage.columns import CleanText, UtcDateTime

metadata = MetaData()

document_sets = Table(
    "document_sets",
    metadata,
    Column("name", CleanText, primary_key=True),
    Column("live_generation", Integer, nullable=False),  # 0: nothing is published yet
    Column("last_generation", Integer, nullable=False),  # only grows: numbers are never used again
    Column("folder", CleanText),
    Column("half_life_days", Float),  # NULL: documents do not age
    Column("score_cache", Boolean, nullable=False),
    Column("glossary", CleanText, nullable=False),  # as its administrator wrote it
    Column("created", UtcDateTime, nullable=False),
    Column("updated", UtcDateTime, nullable=False),
)


def _set_column() -> Column[str]:
    target = ForeignKey("document_sets.name", ondelete="CASCADE")
    return Column("set_name", CleanText, target, primary_key=True)


set_groups = Table("set_groups", metadata, _set_column(), Column("group_name", CleanText, primary_key=True))

generations = Table(
    "generations",
    metadata,
    _set_column(),
    Column("number", Integer, primary_key=True),
    Column("begun", UtcDateTime, nullable=False),
    Column("published", UtcDateTime),
    Column("undone", UtcDateTime),
)

documents = Table(
    "documents",
    metadata,
    _set_column(),
    Column("document_id", CleanText, primary_key=True),
    Column("from_generation", Integer, primary_key=True),
    Column("until_generation", Integer),  # NULL: not replaced or removed so far
    Column("revision", CleanText, nullable=False),
    Column("title", CleanText, nullable=False),
    Column("path", CleanText, nullable=False),
    Column("modified", UtcDateTime),
    Column("chunks", Integer, nullable=False),
    Column("language", CleanText),  # NULL: ingested before languages were kept
)

# Undoing a build and listing what is live both go by generation.
Index("documents_by_from", documents.c.set_name, documents.c.from_generation)
Index("documents_by_until", documents.c.set_name, documents.c.until_generation)

outcomes = Table(
    "outcomes",
    metadata,
    _set_column(),
    Column("document_id", CleanText, primary_key=True),
    Column("outcome", CleanText, nullable=False),
    Column("reason", CleanText, nullable=False),
)

collections = Table(
    "collections",
    metadata,
    Column("name", CleanText, primary_key=True),
    Column("embedder_version", CleanText, nullable=False),
    Column("dimension", Integer, nullable=False),
    Column("average_length", Float, nullable=False),  # tokens a chunk, the constant in BM25 weights
)
