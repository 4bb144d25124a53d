"""What a question's words may reach: each set by its own glossary, documents by their dates and types."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from qdrant_client import models

from ranking.okapi import OkapiSource
from ranking.retrieval import CandidateSource
from storage.chunk import Chunk
from storage.encoding.synonyms import Expansion
from storage.errors import Permanent
from storage.scope import Filters, Scope
from storage.sparse import SparseVector
from storage.vector_client import VectorClient
from storage.vectors import ChunkIndex
from tests.contract.conftest import DIMENSION, LEXICAL

pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect in the local Qdrant")

# Three terms each, the average length: a word's weight in its document is then exactly 1.
ASKED = "margin call now"
SYNONYM = "deposit cover now"
OTHER = "lunch menu today"
QUESTION = LEXICAL.encode_question("margin")
WITH_SYNONYM = LEXICAL.encode_question("margin", expansions=[Expansion("margin", ("deposit",))])
A_WORD = 1.25  # by its stem and by its form as written, which are the same here
EAST = np.eye(1, DIMENSION, dtype=np.float32)[0]


def of(set_: str, document: str, text: str, **attributes: Any) -> Chunk:
    return Chunk(set_, document, 0, text, "", **attributes)


def write(index: ChunkIndex, *chunks: Chunk, generation: int = 1) -> None:
    sparse = [LEXICAL.encode_document(chunk.text) for chunk in chunks]
    index.write(chunks, np.tile(EAST, (len(chunks), 1)), sparse, generation)


def rarity(documents: int, holders: int) -> float:
    return A_WORD * math.log(1 + (documents - holders + 0.5) / (holders + 0.5))


def by_words(
    source: CandidateSource, index: ChunkIndex, scope: Scope, depth: int = 9, **expanded: SparseVector
) -> dict[str, float]:
    """Document -> score, in their order."""
    _, hits = source.search(EAST, QUESTION, scope, depth, expanded)
    chunks = index.fetch([hit.id for hit in hits])
    return {chunks[hit.id].document_id: hit.score for hit in hits}


def test_synonyms_of_one_set_find_nothing_in_another(source: CandidateSource, index: ChunkIndex) -> None:
    write(
        index,
        *(of(set_, f"asked {set_}", ASKED) for set_ in "ab"),
        *(of(set_, f"synonym {set_}", SYNONYM) for set_ in "ab"),
        of("b", "other b", OTHER),
    )
    scope = Scope({"a": 1, "b": 1}, frozenset())
    rare = rarity(5, 2)  # over both sets, for each of the two words
    assert by_words(source, index, scope, a=WITH_SYNONYM) == pytest.approx(
        {"asked a": rare, "asked b": rare, "synonym a": 0.7 * rare}, rel=1e-5
    )
    assert set(by_words(source, index, scope, depth=2, a=WITH_SYNONYM)) == {"asked a", "asked b"}
    assert set(by_words(source, index, scope, a=SparseVector((), ()))) == {"asked b"}
    assert by_words(source, index, scope.within("b")) == pytest.approx({"asked b": rarity(3, 1)}, rel=1e-5)


JANUARY, MARCH = (datetime(2026, month, 1, tzinfo=UTC) for month in (1, 3))


@pytest.mark.parametrize(
    ("filters", "documents"),
    [
        (Filters(), {"january", "march", "created", "undated"}),
        (Filters(modified_from=JANUARY), {"january", "march", "created"}),
        (Filters(modified_from=MARCH), {"march"}),
        (Filters(modified_until=JANUARY), {"january", "created"}),
        (Filters(JANUARY, JANUARY), {"january", "created"}),
        (Filters(kinds=frozenset({"pdf"})), {"january", "undated"}),
        (Filters(MARCH, None, frozenset({"pdf", "docx"})), {"march"}),
        (Filters(MARCH, None, frozenset({"pdf"})), set()),
    ],
)
def test_filters_choose_documents_and_move_no_score(
    source: CandidateSource, index: ChunkIndex, filters: Filters, documents: set[str]
) -> None:
    write(
        index,
        of("a", "january", ASKED, modified=JANUARY, kind="pdf"),
        of("a", "march", ASKED, modified=MARCH, created=JANUARY, kind="docx"),
        of("a", "created", ASKED, created=JANUARY, kind="html"),
        of("a", "undated", ASKED, kind="pdf"),
        of("a", "other", OTHER),
    )
    scope = Scope({"a": 1}, frozenset(), filters)
    assert by_words(source, index, scope) == pytest.approx(dict.fromkeys(documents, rarity(5, 4)), rel=1e-5)
    dense, _ = source.search(EAST, QUESTION, scope, 9)
    found = {chunk.document_id for chunk in index.fetch([hit.id for hit in dense]).values()}
    assert found == (documents | {"other"} if filters == Filters() else documents)


def test_what_may_not_be_read_counts_for_rarity_whoever_asks(
    source: CandidateSource, index: ChunkIndex
) -> None:
    write(index, of("a", "open", ASKED), of("a", "secret", ASKED, groups=("board",)), of("a", "c", OTHER))
    scopes = [Scope({"a": 1}, frozenset(groups)) for groups in ((), ("staff", "board"))]
    rare = rarity(3, 2)
    assert by_words(source, index, scopes[0]) == pytest.approx({"open": rare}, rel=1e-5)
    assert by_words(source, index, scopes[1]) == pytest.approx({"open": rare, "secret": rare}, rel=1e-5)


def test_a_generation_under_construction_moves_no_score(source: CandidateSource, index: ChunkIndex) -> None:
    write(index, of("a", "asked", ASKED), of("a", "other", OTHER))
    scope = Scope({"a": 1}, frozenset())
    before = by_words(source, index, scope)
    write(index, *(of("a", f"hidden {n}", ASKED) for n in range(40)), generation=2)
    assert by_words(source, index, scope) == before == pytest.approx({"asked": rarity(2, 1)}, rel=1e-5)
    assert len(by_words(source, index, Scope({"a": 2}, frozenset()), depth=50)) == 41


def test_nothing_is_found_where_there_is_nothing(source: CandidateSource, index: ChunkIndex) -> None:
    assert source.search(EAST, QUESTION, Scope({"none": 1}, frozenset()), 5) == ([], [])
    write(index, of("a", "other", OTHER))
    assert by_words(source, index, Scope({"a": 1}, frozenset())) == {}


def test_too_many_chunks_for_rank_bm25_are_refused(index: ChunkIndex) -> None:
    write(index, *(of("a", f"d{n}", ASKED) for n in range(3)))
    small = OkapiSource(index, LEXICAL, max_chunks=2)
    with pytest.raises(Permanent, match=r"hold 3 passages; rank_bm25 takes 2.*RAG_APP_RANKING__LEXICAL"):
        small.search(EAST, QUESTION, Scope({"a": 1}, frozenset()), 5)


def test_points_of_an_index_that_knew_no_types_are_found_without_a_filter(
    index: ChunkIndex, client: VectorClient, collection: str
) -> None:
    write(index, of("a", "old", ASKED, kind="pdf"), of("a", "new", ASKED, kind="pdf"))
    (id_,) = (one for one, chunk in index.scan("a", 1) if chunk.document_id == "old")
    chosen = models.Filter(must=[models.HasIdCondition(has_id=[id_])])
    client.set_payload(collection, payload={"kind": None}, points=chosen)
    assert set(by_words(index, index, Scope({"a": 1}, frozenset()))) == {"old", "new"}
    only_pdf = Scope({"a": 1}, frozenset(), Filters(kinds=frozenset({"pdf"})))
    assert set(by_words(index, index, only_pdf)) == {"new"}
