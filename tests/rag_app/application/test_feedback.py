"""Feedback through the facade: from what was shown to the next ranking."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from rag_app.application import ANONYMOUS, Application, Principal
from rag_app.bootstrap import open_application
from rag_app.schemas import SearchResponse, Source
from rag_app.settings import Ingestion, Ranking, Settings
from storage.database import open_database, sqlite_url
from storage.errors import InvalidInput, NotFound
from storage.feedback.shown import ShownStore

QUESTION = "When does the car park open?"
LIKE_IT = "When does the car park open in the morning?"
PARKING = (
    "# Parking\n\n## Hours\n\nThe car park of the Sheffield site opens at half past six and closes at nine "
    "in the evening on every working day.\n\n## Visitors\n\nVisitors park on level two of the same building "
    "and show their ticket at the gate when they leave the site again.\n"
)


def _settings(data_dir: Path, chunk_tokens: int = 300) -> Settings:
    return Settings(
        data_dir=data_dir,
        ingestion=Ingestion(chunk_tokens=chunk_tokens, min_chunk_tokens=min(150, chunk_tokens)),
        ranking=Ranking(rerank="none"),
    )


def _asked(application: Application, question: str = QUESTION) -> SearchResponse:
    return application.answers.search(question, ANONYMOUS, explained=True)


def _feedback(source: Source) -> float:
    assert source.explanation is not None
    return source.explanation.signals["feedback"].contribution


def _of(response: SearchResponse, document: str) -> Source:
    return next(source for source in response.results if source.document == document)


def test_a_vote_lifts_its_passage_for_this_question_and_for_one_like_it(tmp_path: Path, folder: Path) -> None:
    with open_application(_settings(tmp_path / "data")) as application:
        application.documents.ingest(folder)
        first = _asked(application)
        parking = _of(first, "parking.md")
        assert _feedback(parking) == 0.0

        receipt = application.feedback.give_feedback(first.id, "up", ANONYMOUS, source=parking.number)

        assert (receipt.id, receipt.source, receipt.replaced) == (first.id, parking.number, False)
        same, like = _asked(application), _asked(application, LIKE_IT)
        assert _feedback(_of(same, "parking.md")) > _feedback(_of(like, "parking.md")) > 0
        assert _feedback(_of(same, "coffee.md")) == 0.0
        other = _asked(application, "Who descales the coffee machine?")
        assert {_feedback(source) for source in other.results} == {0.0}


def test_votes_survive_chunks_of_another_size_and_reopening(tmp_path: Path) -> None:
    place = tmp_path / "office"
    place.mkdir()
    (place / "parking.md").write_text(PARKING)
    with open_application(_settings(tmp_path / "data")) as application:
        application.documents.ingest(place)
        first = _asked(application)
        [whole] = first.results
        application.feedback.give_feedback(first.id, "up", ANONYMOUS, source=1)
        lifted = _feedback(_asked(application).results[0])
    with open_application(_settings(tmp_path / "data", chunk_tokens=32)) as application:
        application.documents.ingest(place)
        pieces = _asked(application).results
        assert len(pieces) > 1
        assert all(len(piece.text) < len(whole.text) for piece in pieces)
        assert all(0 < _feedback(piece) < lifted for piece in pieces)


def test_an_answer_is_recorded_with_what_was_shown(tmp_path: Path, folder: Path) -> None:
    with open_application(_settings(tmp_path / "data")) as application:
        application.documents.ingest(folder)

        async def answered() -> str:
            events = await application.answers.ask(QUESTION, ANONYMOUS)
            return (await application.answers.whole(events)).id

        id_ = asyncio.run(answered())
    database = open_database(sqlite_url(tmp_path / "data" / "rag-app.db"))
    record = ShownStore(database).find(id_)
    database.close()

    assert record is not None
    assert (record.kind, record.question, record.principal) == ("answer", QUESTION, "anonymous")
    assert [source.position for source in record.sources] == list(range(1, len(record.sources) + 1))
    assert record.sources[0].signals.keys() >= {"fused_rank", "freshness", "feedback", "authority"}
    assert record.versions["ensemble"] == "ensemble-3"


def test_what_cannot_be_is_refused(application: Application, folder: Path) -> None:
    application.documents.ingest(folder)
    shown = application.answers.search(QUESTION, ANONYMOUS, rerank="none", limit=1, offset=1)
    give = application.feedback.give_feedback

    with pytest.raises(NotFound):
        give("no-such-answer", "up", ANONYMOUS)
    with pytest.raises(NotFound, match="shown to you"):
        give(shown.id, "up", Principal("bob"))
    with pytest.raises(NotFound, match="no source 1"):
        give(shown.id, "up", ANONYMOUS, source=1)
    with pytest.raises(InvalidInput, match="count from 1"):
        give(shown.id, "up", ANONYMOUS, source=0)
    with pytest.raises(InvalidInput, match=r"2,001 characters"):
        give(shown.id, "down", ANONYMOUS, comment="x" * 2001)
    assert give(shown.id, "up", ANONYMOUS, source=2).source == 2


def test_a_vote_on_a_document_that_is_gone_is_kept_and_harms_nothing(tmp_path: Path, folder: Path) -> None:
    with open_application(_settings(tmp_path / "data")) as application:
        application.documents.ingest(folder)
        shown = _asked(application)
        gone = _of(shown, "parking.md").number
        (folder / "parking.md").unlink()
        application.documents.ingest(folder)

        application.feedback.give_feedback(shown.id, "up", ANONYMOUS, source=gone)

        assert "parking.md" not in {source.document for source in _asked(application).results}
        [line] = application.feedback.export()
        assert (line.kind, line.document, line.source) == ("up", "parking.md", gone)


def test_questions_voted_on_are_put_into_a_new_collection(tmp_path: Path, folder: Path) -> None:
    settings = _settings(tmp_path / "data")
    with open_application(settings) as application:
        application.documents.ingest(folder)
        shown = _asked(application)
        application.feedback.give_feedback(shown.id, "up", ANONYMOUS, source=1)
    renamed = settings.model_copy(update={"qdrant": settings.qdrant.model_copy(update={"collection": "b"})})
    with open_application(renamed) as application:
        dense = application.feedback.encoder.encode_question(QUESTION)
        [likeness] = application.feedback.questions.nearest(dense, {"office"}, 5).values()
        assert likeness == pytest.approx(1.0, abs=1e-3)
