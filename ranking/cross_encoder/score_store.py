"""Pair scores kept on disk by (model version, question, text), so that measuring twice computes once."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from sqlalchemy import (
    Column,
    Connection,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert

from storage.database import Database, open_database, sqlite_url

_AT_ONCE = 1_000  # parameters of a statement
_metadata = MetaData()

# Pairs of one question are written together and evicted together, so its key is kept once.
_questions = Table(
    "questions",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column("version", Text, nullable=False),
    Column("question", LargeBinary, nullable=False),
    Column("pairs", Integer, nullable=False),
    UniqueConstraint("version", "question"),
    sqlite_autoincrement=True,
)
_scores = Table(
    "scores",
    _metadata,
    Column("question_id", Integer, primary_key=True),
    Column("content", LargeBinary, primary_key=True),
    Column("score", Float, nullable=False),
    sqlite_with_rowid=False,
)


class ScoreStore:
    """An SQLite file of raw logits; safe for several threads and processes.

    Past `limit` pairs (about 60 bytes each) the questions asked first are dropped. A file that is
    damaged or locked raises Permanent or Transient; it may be deleted at any time nobody uses it.
    """

    def __init__(self, path: Path, limit: int = 2_000_000) -> None:
        self._limit = limit
        self._database = open_database(sqlite_url(path), prepare=_create)

    def get_many(self, version: str, question: str, hashes: Sequence[str]) -> dict[str, float]:
        """sha256 of the text (hex) -> score, of those that are known."""
        key = _digest(question)
        contents = [bytes.fromhex(content) for content in hashes]
        query = (
            select(_scores.c.content, _scores.c.score)
            .join(_questions, _questions.c.id == _scores.c.question_id)
            .where(_questions.c.version == version, _questions.c.question == key)
            .where(_scores.c.content.in_(contents))
        )
        with self._database.reading() as connection:
            return {content.hex(): score for content, score in connection.execute(query)}

    def put_many(self, version: str, question: str, scores: Mapping[str, float]) -> None:
        """Keeps `scores` (sha256 of the text, hex -> score), replacing what was known."""
        if not scores:
            return
        with self._database.writing() as connection:
            question_id = _question_id(connection, version, _digest(question))
            rows = [
                {"question_id": question_id, "content": bytes.fromhex(content), "score": score}
                for content, score in scores.items()
            ]
            addition = insert(_scores)
            replacement = addition.on_conflict_do_update(set_={"score": addition.excluded.score})
            connection.execute(replacement, rows)
            pairs = select(func.count()).where(_scores.c.question_id == question_id).scalar_subquery()
            connection.execute(update(_questions).where(_questions.c.id == question_id).values(pairs=pairs))
            self._evict(connection, question_id)

    def forget(self, contents: Collection[str]) -> None:
        """The counts of pairs stay too high for it, which only makes old questions go sooner."""
        hashes = [bytes.fromhex(content) for content in sorted(contents)]
        with self._database.writing() as connection:
            for start in range(0, len(hashes), _AT_ONCE):
                some = hashes[start : start + _AT_ONCE]
                connection.execute(delete(_scores).where(_scores.c.content.in_(some)))

    def close(self) -> None:
        self._database.close()

    def _evict(self, connection: Connection, newest: int) -> None:
        excess = (connection.scalar(select(func.sum(_questions.c.pairs))) or 0) - self._limit
        if excess <= 0:
            return
        oldest = select(_questions.c.id, _questions.c.pairs).where(_questions.c.id != newest)
        for question_id, pairs in connection.execute(oldest.order_by(_questions.c.id)).all():
            connection.execute(delete(_scores).where(_scores.c.question_id == question_id))
            connection.execute(delete(_questions).where(_questions.c.id == question_id))
            excess -= pairs
            if excess <= 0:
                return


def _create(database: Database) -> None:
    with database.writing() as connection:
        _metadata.create_all(connection)


def _question_id(connection: Connection, version: str, question: bytes) -> int:
    key = {"version": version, "question": question}
    connection.execute(insert(_questions).values(**key, pairs=0).on_conflict_do_nothing())
    its_row = _questions.c.version == version, _questions.c.question == question
    return int(connection.execute(select(_questions.c.id).where(*its_row)).scalar_one())


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode(errors="surrogatepass")).digest()
