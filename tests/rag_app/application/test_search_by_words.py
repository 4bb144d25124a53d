"""What words find, from files to results, in the embedded engine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from rag_app.application import ANONYMOUS, Application
from rag_app.bootstrap import open_application
from rag_app.filters import checked_filters
from rag_app.schemas import ExpansionShape, SearchResponse
from rag_app.settings import Settings
from storage.scope import EVERYTHING, Filters

IDENTIFIERS = {
    "error.md": "The pump stops with ERR-1042 when the filter is blocked.",
    "setting.txt": "Set maxRetryCount to three in the gateway.",
    "version.md": "Firmware v2.3.1 mends the clock.",
    "release.md": "The portal runs release 10.4.2 since May.",
    "norm.md": "The plant is certified by ISO/IEC-27001 auditors.",
    "column.md": "Every row has a user_id of nine digits.",
    "mail.md": "Write to jo.lind@example.com about parcels.",
}
PROSE = {
    "collateral.md": "---\nmodified: 2025-02-01\n---\nA collateral top-up is due within one day.",
    "urlaub.md": "Urlaubsanträge stellen die Mitarbeiter im Portal, und der Vorgesetzte genehmigt sie dort.",
}


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    place = tmp_path_factory.mktemp("words")
    for set_, files in {"identifiers": IDENTIFIERS, "prose": PROSE}.items():
        (place / set_).mkdir()
        for name, text in files.items():
            (place / set_ / name).write_text(text)
    with open_application(Settings(data_dir=place / "data")) as application:
        for set_ in ("identifiers", "prose"):
            application.documents.ingest(place / set_)
        yield application


def search(application: Application, question: str, filters: Filters = EVERYTHING) -> SearchResponse:
    return application.answers.search(question, ANONYMOUS, explained=True, rerank="none", filters=filters)


def by_words(response: SearchResponse) -> list[str]:
    """Documents in the order of the BM25 branch."""
    ranks = {
        r.document: r.explanation.ranks["bm25"]
        for r in response.results
        if r.explanation and "bm25" in r.explanation.ranks
    }
    return sorted(ranks, key=ranks.__getitem__)


@pytest.mark.parametrize(
    ("question", "document"),
    [
        *((asked, "error.md") for asked in ("ERR-1042", "err1042", "error 1042", "what does err-1042 mean?")),
        *((asked, "setting.txt") for asked in ("maxRetryCount", "retry count", "max_retry_count", "retries")),
        *((asked, "version.md") for asked in ("v2.3.1", "2.3.1", "version 2.3", "V2.3.1?")),
        *((asked, "release.md") for asked in ("10.4.2", "10.4", "v10.4.2")),
        *((asked, "norm.md") for asked in ("ISO/IEC-27001", "ISO 27001", "iso27001", "IEC 27001")),
        *((asked, "column.md") for asked in ("user_id", "userId", "user ids")),
        *((asked, "mail.md") for asked in ("jo.lind@example.com", "lind", "example.com")),
        *((asked, "urlaub.md") for asked in ("Wie stelle ich einen Urlaubsantrag?", "Urlaubsantrag")),
    ],
)
def test_what_stands_in_a_document_is_found_first(
    application: Application, question: str, document: str
) -> None:
    assert by_words(search(application, question))[:1] == [document]


def test_a_glossary_finds_by_words_that_were_not_asked_and_says_so(application: Application) -> None:
    question = "When must a margin call be met?"
    assert "collateral.md" not in by_words(search(application, question))
    application.sets.change("prose", ANONYMOUS, glossary="margin call = collateral top-up")
    response = search(application, question)
    assert by_words(response)[:1] == ["collateral.md"]
    expected = ExpansionShape(set="prose", phrase="margin call", synonyms=["collateral top-up"])
    assert response.expansions == [expected]
    application.sets.change("prose", ANONYMOUS, glossary="", half_life_days=None)
    application.sets.change("identifiers", ANONYMOUS, glossary="margin call = collateral top-up")
    assert "collateral.md" not in by_words(search(application, question))
    application.sets.change("identifiers", ANONYMOUS, glossary="")


def test_filters_keep_to_dates_and_types(application: Application) -> None:
    texts = search(application, "gateway", checked_filters(types=["text"]))
    assert [result.document for result in texts.results] == ["setting.txt"]
    old = search(application, "gateway", checked_filters(modified_until=date(2025, 12, 31)))
    assert [result.document for result in old.results] == ["collateral.md"]
    assert search(application, "gateway", checked_filters(date(2025, 3, 1), date(2025, 4, 1))).results == []


@pytest.mark.parametrize("question", ["the", "it", "x " * 2_000, "料金 и договор מחיר maxRetryCount"])
def test_odd_questions_are_answered(application: Application, question: str) -> None:
    assert search(application, question).results


def test_rank_bm25_finds_the_same(application: Application, tmp_path: Path) -> None:
    settings = Settings(data_dir=Path(application.data_dir), ranking={"lexical": "rank_bm25"})
    with open_application(settings) as in_memory:
        for question in ("retry count", "ISO 27001", "Wie stelle ich einen Urlaubsantrag?"):
            assert by_words(search(in_memory, question)) == by_words(search(application, question))
