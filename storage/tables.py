"""The relational tables as the program uses them; the migrations build them."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
)

from storage.columns import CleanText, UtcDateTime
from storage.likeness_tables import metadata as metadata  # with the tables of that file

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
    Column("description", CleanText, nullable=False),
    Column("chunk_tokens", Integer),  # NULL, as in the next three: the installation's
    Column("min_chunk_tokens", Integer),
    Column("overlap_sentences", Integer),
    Column("rerank", CleanText),
    Column("schedule", CleanText),  # cron in five fields; NULL: ingested when told to
    Column("kept_generations", Integer, nullable=False),  # besides the live one
    Column("gate_gold", CleanText),  # JSON Lines; NULL: nothing gates a switch
    Column("gate_fall", Float, nullable=False),  # the part of NDCG@5 that a new generation may lose
    Column("created", UtcDateTime, nullable=False),
    Column("updated", UtcDateTime, nullable=False),
)

# Of a deleted set: where the generations of one that takes its name go on.
retired_sets = Table(
    "retired_sets",
    metadata,
    Column("name_hash", CleanText, primary_key=True),
    Column("last_generation", Integer, nullable=False),
)


def _set_column() -> Column[str]:
    target = ForeignKey("document_sets.name", ondelete="CASCADE")
    return Column("set_name", CleanText, target, primary_key=True)


# Of the sets that are ingested by the clock: since when due times count.
schedules = Table(
    "schedules",
    metadata,
    _set_column(),
    Column("cron", CleanText, nullable=False),
    Column("since", UtcDateTime, nullable=False),
)


set_groups = Table("set_groups", metadata, _set_column(), Column("group_name", CleanText, primary_key=True))

generations = Table(
    "generations",
    metadata,
    _set_column(),
    Column("number", Integer, primary_key=True),
    Column("begun", UtcDateTime, nullable=False),
    Column("published", UtcDateTime),
    Column("undone", UtcDateTime),
    Column("ended", UtcDateTime),  # when another became live instead; NULL: live, never so, or before 0005
    Column("cleaned", UtcDateTime),  # since then nothing can go back to it
    Column("documents", Integer),  # this and the next as they were at publication
    Column("chunks", Integer),
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
    Column("average_length", Float, nullable=False),  # terms a chunk, the constant in BM25 weights
)

# A document's links as it states them, resolved to ids of its set; they live and go with its row.
links = Table(
    "links",
    metadata,
    Column("set_name", CleanText, primary_key=True),
    Column("document_id", CleanText, primary_key=True),
    Column("from_generation", Integer, primary_key=True),
    Column("target", CleanText, primary_key=True),
    ForeignKeyConstraint(
        ["set_name", "document_id", "from_generation"],
        ["documents.set_name", "documents.document_id", "documents.from_generation"],
        ondelete="CASCADE",
    ),
)
Index("links_by_target", links.c.set_name, links.c.target)

# Answers and pages of search results, as they were shown.
shown = Table(
    "shown",
    metadata,
    Column("id", CleanText, primary_key=True),
    Column("kind", CleanText, nullable=False),  # "answer" or "search"
    Column("question", CleanText, nullable=False),
    Column("question_key", CleanText, nullable=False),
    Column("principal", CleanText, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("answer", CleanText),  # NULL: a search
    Column("refused", Boolean, nullable=False),
    Column("generator", CleanText, nullable=False),
    Column("generations", CleanText, nullable=False),  # this and the next as JSON
    Column("versions", CleanText, nullable=False),
)
Index("shown_by_time", shown.c.at)
Index("shown_by_question", shown.c.question_key, shown.c.principal, shown.c.at)

# A passage as it was shown, kept once however often: what votes are anchored to when chunks change.
quotations = Table(
    "quotations",
    metadata,
    Column("id", CleanText, primary_key=True),
    Column("set_name", CleanText, nullable=False),
    Column("document_id", CleanText, nullable=False),
    Column("text", CleanText, nullable=False),
    Column("start_offset", Integer, nullable=False),
    Column("end_offset", Integer, nullable=False),
)
Index("quotations_by_document", quotations.c.set_name, quotations.c.document_id)


# Where the documents of a set come from; the document ids of a named source begin with its name.
sources = Table(
    "sources",
    metadata,
    _set_column(),
    Column("name", CleanText, primary_key=True),  # "" for the one without a name
    Column("kind", CleanText, nullable=False),
    Column("options", CleanText, nullable=False),  # JSON, without any secret
    Column("state", CleanText, nullable=False),  # JSON: what the last reading found
    Column("requested_by", CleanText, nullable=False),
    Column("created", UtcDateTime, nullable=False),
    Column("updated", UtcDateTime, nullable=False),
    Column("last_read", UtcDateTime),
    Column("last_problem", CleanText),  # NULL: the last reading came to its end
)


def _shown_column() -> Column[str]:
    return Column("shown_id", CleanText, ForeignKey("shown.id", ondelete="CASCADE"), primary_key=True)


def _quotation_column(primary_key: bool) -> Column[str]:
    return Column(
        "quotation_id", CleanText, ForeignKey("quotations.id"), primary_key=primary_key, nullable=False
    )


shown_sources = Table(
    "shown_sources",
    metadata,
    _shown_column(),
    Column("position", Integer, primary_key=True),  # from 1, as the caller saw it
    _quotation_column(primary_key=False),
    Column("chunk_id", CleanText, nullable=False),
    Column("score", Float, nullable=False),
    Column("cited", Boolean, nullable=False),
    Column("signals", CleanText, nullable=False),  # JSON: name -> [raw, normalised, contribution]
)
Index("shown_sources_by_quotation", shown_sources.c.quotation_id)

# Everything that people told us, as they told it; position 0 is the answer as a whole.
feedback = Table(
    "feedback",
    metadata,
    _shown_column(),
    Column("position", Integer, primary_key=True),
    Column("principal", CleanText, primary_key=True),
    Column("kind", CleanText, primary_key=True),  # "vote", "click" or "copy"
    Column("value", Integer, nullable=False),
    Column("comment", CleanText, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
Index("feedback_by_principal", feedback.c.principal, feedback.c.at)
Index("feedback_by_time", feedback.c.at)

# The vote that stands, of each person on each passage for each question; it outlives what was shown.
votes = Table(
    "votes",
    metadata,
    Column("question_key", CleanText, primary_key=True),
    _quotation_column(primary_key=True),
    Column("principal", CleanText, primary_key=True),
    Column("question", CleanText, nullable=False),
    Column("value", Integer, nullable=False),
    Column("weight", Float, nullable=False),
    Column("month", Integer, nullable=False),
)
Index("votes_by_principal", votes.c.principal, votes.c.quotation_id)
Index("votes_by_quotation", votes.c.quotation_id)
Index("votes_by_month", votes.c.month)

# Sums of votes and of expected looks by month, so that a question reads a few rows, not every vote.
tallies = Table(
    "tallies",
    metadata,
    Column("question_key", CleanText, primary_key=True),
    _quotation_column(primary_key=True),
    Column("month", Integer, primary_key=True),
    Column("ups", Float, nullable=False),
    Column("downs", Float, nullable=False),
    Column("looks", Float, nullable=False),
)
Index("tallies_by_quotation", tallies.c.quotation_id)
Index("tallies_by_month", tallies.c.month)

# Who liked an answer that cites a document; the answer is named so that the like can be withdrawn.
praise = Table(
    "praise",
    metadata,
    Column("set_name", CleanText, primary_key=True),
    Column("document_id", CleanText, primary_key=True),
    Column("principal", CleanText, primary_key=True),
    Column("shown_id", CleanText, nullable=False),
)

rankers = Table(
    "rankers",
    metadata,
    Column("version", Integer, primary_key=True),
    Column("created", UtcDateTime, nullable=False),
    Column("cross_encoder", CleanText, nullable=False),  # what it was learned for
    Column("parameters", CleanText, nullable=False),  # JSON
    Column("questions", Integer, nullable=False),  # judged ones that it was learned on
    Column("metrics", CleanText, nullable=False),  # JSON
)

# A stack: the last that is not undone is the one in use; version 0 is the shipped ranker.
ranker_activations = Table(
    "ranker_activations",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("moment", UtcDateTime, nullable=False),
    Column("undone", UtcDateTime),
)
