"""What feedback costs: reading votes at question time, and recording beside the answer.

    python -m benchmarks.feedback_speed

Ten thousand votes, by as many people on the answers to two thousand questions, in SQLite and the embedded
engine; then a passage with a million votes. Recording is timed as the answer sees it, and as the writer does.
"""

from __future__ import annotations

import tempfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from ranking.candidate import Candidate
from ranking.feedback.influence import expected_looks, vote_weight
from ranking.feedback.recorder import Recorder
from ranking.signals.boost import QuestionContext
from ranking.signals.feedback import Feedback
from storage.chunk import Chunk
from storage.connection import connect
from storage.database import Database, open_database, sqlite_url
from storage.feedback.evidence import Evidence
from storage.feedback.questions import QuestionIndex
from storage.feedback.records import Given, Quotation, Shown, ShownSource, month_of, question_key
from storage.feedback.shown import ShownStore
from storage.feedback.upsert import add_to
from storage.feedback.votes import Votes
from storage.scope import Scope
from storage.tables import tallies

NOW = datetime(2026, 6, 1, tzinfo=UTC)
QUESTIONS, VOTES, DIMENSION, CANDIDATES, SOURCES = 2_000, 10_000, 384, 50, 10
TOPICS = 200  # so that a question has about ten neighbours
WORDS = 180


def main() -> None:
    random = np.random.default_rng(1)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        database = open_database(sqlite_url(place / "votes.db"))
        with closing(connect(None, None, place / "vectors")) as client, closing(database):
            chunks = [_chunk(number) for number in range(CANDIDATES * TOPICS // 10)]
            index = QuestionIndex(client, "questions")
            dense = _cast(database, index, chunks, random)
            boost = Feedback(index, Evidence(database))
            _timed_reading("10,000 votes", boost, chunks, dense)
            _flood(database, chunks[0])
            _timed_reading("and a million on one passage", boost, chunks, dense)
            _timed_recording(database, chunks)


def _chunk(number: int) -> Chunk:
    text = " ".join(f"word{(number * 7 + i * 13) % 5_000}" for i in range(WORDS))
    return Chunk("handbook", f"{number}.md", 0, text, f"Page {number}", end=len(text))


def _vectors(random: np.random.Generator) -> NDArray[np.float32]:
    topics = random.normal(size=(TOPICS, DIMENSION))
    spread = 0.35 * random.normal(size=(QUESTIONS, DIMENSION))
    return (topics[np.arange(QUESTIONS) % TOPICS] + spread).astype(np.float32)


def _shown(id_: str, question: int, chunks: list[Chunk], principal: str, number: int = SOURCES) -> Shown:
    first = question % TOPICS * 10
    sources = []
    for place in range(1, number + 1):
        chunk = chunks[(first + place) % len(chunks)]
        quotation = Quotation(chunk.set, chunk.document_id, chunk.text, chunk.start, chunk.end)
        signals = dict.fromkeys(("cross_encoder", "fused_rank", "freshness"), (1.0, 0.5, 0.1))
        sources.append(ShownSource(place, quotation, str(place), 1.0, True, expected_looks(place), signals))
    return Shown(id_, "answer", f"question {question}", principal, NOW, {"handbook": 1}, {}, sources, "yes")


def _cast(
    database: Database, index: QuestionIndex, chunks: list[Chunk], random: np.random.Generator
) -> NDArray[np.float32]:
    store, votes = ShownStore(database), Votes(database, vote_weight, VOTES)
    for start in range(0, VOTES, 200):
        some = range(start, start + 200)
        store.record(_shown(str(n), n % QUESTIONS, chunks, f"p{n}") for n in some)
        for n in some:
            votes.give(Given(str(n), int(random.integers(1, 6)), f"p{n}", "vote", 1, NOW))
    dense = _vectors(random)
    keys = [(question_key(f"question {q}"), "handbook") for q in range(QUESTIONS)]
    index.put(keys, dense)
    return dense


def _flood(database: Database, chunk: Chunk) -> None:
    quotation = Quotation(chunk.set, chunk.document_id, chunk.text, chunk.start, chunk.end)
    key = {"question_key": question_key("question 0"), "quotation_id": quotation.id}
    sums = {"ups": 1e6, "downs": 0.0, "looks": 1e6}
    with database.writing() as connection:
        add_to(connection, tallies, ["ups", "looks"], [{**key, "month": month_of(NOW), **sums}])


def _timed_reading(
    name: str, boost: Feedback, chunks: list[Chunk], dense: NDArray[np.float32], rounds: int = 300
) -> None:
    scope = Scope({"handbook": 1}, frozenset())
    times, found = [], 0
    for number in range(rounds):
        first = number % TOPICS * 10
        own = [chunks[(first + i) % len(chunks)] for i in range(CANDIDATES)]
        candidates = [Candidate(str(i), chunk, {"fused": i + 1}) for i, chunk in enumerate(own)]
        context = QuestionContext("?", dense[number], scope, NOW, {})
        started = perf_counter()
        signals = boost.measure(candidates, context)
        times.append((perf_counter() - started) * 1000)
        found += sum(signal.raw is not None for signal in signals)
    print(f"{name}: {_quantiles(times)}, {found / rounds:.1f} of {CANDIDATES} candidates with votes")


def _timed_recording(database: Database, chunks: list[Chunk], rounds: int = 500) -> None:
    recorder = Recorder(ShownStore(database), lambda: NOW, timedelta(days=365), timedelta(days=900))
    handed = []
    begun = perf_counter()
    for number in range(rounds):
        shown = _shown(f"timed {number}", number, chunks, "reader")
        started = perf_counter()
        recorder.record(shown)
        handed.append((perf_counter() - started) * 1000)
    recorder.close()
    written = (perf_counter() - begun) * 1000 / rounds
    print(f"recording, as the answer waits for it: {_quantiles(handed)}; as it is written: {written:.2f} ms")


def _quantiles(times: list[float]) -> str:
    p50, p95 = np.percentile(times, [50, 95])
    return f"p50 {p50:.2f} ms, p95 {p95:.2f} ms"


if __name__ == "__main__":
    main()
