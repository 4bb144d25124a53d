"""A re-ranker that is away fails no question; scores are kept, but not of sets that forbid it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.routes.metrics import exposition
from rag_app.application import ANONYMOUS, Application
from rag_app.bootstrap import open_application
from rag_app.schemas import Answer
from rag_app.settings import Reranker, Settings
from tests.contract_scorers.rerank_endpoint import Reply, RerankEndpoint, always, rerank_endpoint, scoring

QUESTION = "When does the car park open?"


@pytest.fixture
def endpoint() -> Iterator[RerankEndpoint]:
    with rerank_endpoint(scoring) as endpoint:
        yield endpoint


@pytest.fixture
def application(endpoint: RerankEndpoint, tmp_path: Path, folder: Path) -> Iterator[Application]:
    reranker = Reranker(url=endpoint.url, model="scripted")
    with open_application(Settings(data_dir=tmp_path / "data", reranker=reranker)) as application:
        application.documents.ingest(folder, "office")
        yield application


def _answer(application: Application) -> Answer:
    async def asked() -> Answer:
        return await application.answers.whole(await application.answers.ask(QUESTION, ANONYMOUS))

    return asyncio.run(asked())


def test_while_it_is_away_questions_are_answered_in_fused_order_and_say_so(
    application: Application, endpoint: RerankEndpoint
) -> None:
    endpoint.scripts[:] = [always(Reply(500))]
    found = application.answers.search(QUESTION, ANONYMOUS, explained=True)
    answer = _answer(application)

    for degraded in (found.degraded, answer.degraded):
        assert degraded is not None
        assert degraded.startswith("The passages were not re-ranked: The re-ranker at 127.0.0.1:")
    explanations = [result.explanation for result in found.results]
    assert all(e is not None and e.ranks["ensemble"] == e.ranks["fused"] for e in explanations)
    assert all(e is not None and "cross_encoder" not in e.signals for e in explanations)
    assert "opens at 6:30" in answer.answer
    assert not answer.refused


def test_it_is_left_alone_then_and_the_state_is_told(
    application: Application, endpoint: RerankEndpoint
) -> None:
    endpoint.scripts[:] = [always(Reply(500))]
    for _ in range(6):
        application.answers.search(QUESTION, ANONYMOUS)
    assert len(endpoint.bodies) == 3
    assert application.counters()["reranker_open"] == 1.0
    (check,) = [check for check in application.readiness() if check.name == "cross_encoder"]
    assert check.ready
    assert "answered in fused order: The re-ranker at" in check.detail


def test_a_question_asked_again_asks_nobody_and_answers_though_the_service_is_gone(
    application: Application, endpoint: RerankEndpoint
) -> None:
    first = application.answers.search(QUESTION, ANONYMOUS)
    endpoint.scripts[:] = [always(Reply(500))]
    again = application.answers.search(f"  {QUESTION}\n", ANONYMOUS)
    assert len(endpoint.bodies) == 1
    assert (first.degraded, again.degraded) == (None, None)
    assert [r.score for r in again.results] == pytest.approx([r.score for r in first.results], abs=1e-3)
    counters = application.counters()
    assert (counters["score_cache_hits"], counters["score_cache_misses"]) == (3, 3)
    assert (counters["question_cache_hits"], counters["question_cache_misses"]) == (1, 1)
    lines = exposition(application).decode().splitlines()
    assert {"rag_app_score_cache_hits_total 3.0", "rag_app_reranker_open 0.0"} <= set(lines)


def test_scores_survive_the_re_ingestion_of_what_has_not_changed(
    application: Application, endpoint: RerankEndpoint, folder: Path
) -> None:
    application.answers.search(QUESTION, ANONYMOUS)
    (folder / "coffee.md").write_text("# Coffee\n\nThe coffee machine was replaced.\n")
    application.documents.ingest(folder, "office")
    application.answers.search(QUESTION, ANONYMOUS)
    assert [len(body["documents"]) for body in endpoint.bodies] == [3, 1]


def test_of_a_set_that_forbids_it_no_score_is_kept(
    application: Application, endpoint: RerankEndpoint
) -> None:
    application.sets.change("office", ANONYMOUS, score_cache=False)
    for _ in range(2):
        application.answers.search(QUESTION, ANONYMOUS)
        _answer(application)
    assert [len(body["documents"]) for body in endpoint.bodies].count(3) == 4
    assert application.counters()["score_cache_hits"] == application.counters()["score_cache_misses"] == 0
