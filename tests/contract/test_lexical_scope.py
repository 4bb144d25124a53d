"""What a question's words may reach: each set by its own glossary, documents by their dates and types."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import numpy as np
import pytest
from qdrant_client import models

from storage.chunk import Chunk
from storage.scope import Filters, Scope
from storage.sparse import SparseVector
from storage.vector_client import VectorClient
from storage.vectors import ChunkIndex
from tests.contract.conftest import DIMENSION

pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect in the local Qdrant")

ASKED, SYNONYM, OTHER = (SparseVector((term,), (1.0,)) for term in (1, 2, 3))
BOTH = SparseVector((1, 2), (1.0, 0.5))
EAST = np.eye(1, DIMENSION, dtype=np.float32)[0]


def write(index: ChunkIndex, *chunks: tuple[Chunk, SparseVector]) -> None:
    dense = np.tile(EAST, (len(chunks), 1))
    index.write([chunk for chunk, _ in chunks], dense, [sparse for _, sparse in chunks], 1)


def found(index: ChunkIndex, scope: Scope, depth: int = 9, **expanded: SparseVector) -> dict[str, float]:
    """Document -> score by words, in their order."""
    _, hits = index.search(EAST, ASKED, scope, depth, expanded)
    chunks = index.fetch([hit.id for hit in hits])
    return {chunks[hit.id].document_id: hit.score for hit in hits}


def of(set_: str, document: str, **attributes: object) -> Chunk:
    return Chunk(set_, document, 0, document, document, **attributes)  # type: ignore[arg-type]


def test_synonyms_of_one_set_find_nothing_in_another(index: ChunkIndex) -> None:
    write(
        index,
        (of("a", "asked a"), ASKED),
        (of("a", "synonym a"), SYNONYM),
        (of("b", "asked b"), ASKED),
        (of("b", "synonym b"), SYNONYM),
        (of("b", "other b"), OTHER),
    )
    rarity = math.log(1 + (5 - 2 + 0.5) / (2 + 0.5))  # over both sets, for each of the two terms
    scope = Scope({"a": 1, "b": 1}, frozenset())
    assert found(index, scope, a=BOTH) == pytest.approx(
        {"asked a": rarity, "asked b": rarity, "synonym a": 0.5 * rarity}, rel=1e-5
    )
    assert set(found(index, scope, depth=2, a=BOTH)) == {"asked a", "asked b"}
    assert set(found(index, scope, a=SparseVector((), ()))) == {"asked b"}


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
    index: ChunkIndex, filters: Filters, documents: set[str]
) -> None:
    write(
        index,
        (of("a", "january", modified=JANUARY, kind="pdf"), ASKED),
        (of("a", "march", modified=MARCH, created=JANUARY, kind="docx"), ASKED),
        (of("a", "created", created=JANUARY, kind="html"), ASKED),
        (of("a", "undated", kind="pdf"), ASKED),
        (of("a", "other"), OTHER),
    )
    rarity = math.log(1 + (5 - 4 + 0.5) / (4 + 0.5))
    hits = found(index, Scope({"a": 1}, frozenset(), filters))
    assert hits == pytest.approx(dict.fromkeys(hits, rarity), rel=1e-5)
    assert set(hits) == documents
    dense, _ = index.search(EAST, ASKED, Scope({"a": 1}, frozenset(), filters), 9)
    everything = documents | {"other"} if filters == Filters() else documents
    assert {index.fetch([hit.id])[hit.id].document_id for hit in dense} == everything


def test_what_may_not_be_read_counts_for_rarity_whoever_asks(index: ChunkIndex) -> None:
    write(
        index, (of("a", "open"), ASKED), (of("a", "secret", groups=("board",)), ASKED), (of("a", "c"), OTHER)
    )
    rarity = math.log(1 + (3 - 2 + 0.5) / (2 + 0.5))
    assert found(index, Scope({"a": 1}, frozenset())) == pytest.approx({"open": rarity}, rel=1e-5)
    board = found(index, Scope({"a": 1}, frozenset({"board"})))
    assert board == pytest.approx({"open": rarity, "secret": rarity}, rel=1e-5)


def test_points_of_an_index_that_knew_no_types_are_read_and_found_without_a_filter(
    index: ChunkIndex, client: VectorClient, collection: str
) -> None:
    write(index, (of("a", "old", kind="pdf"), ASKED), (of("a", "new", kind="pdf"), ASKED))
    (id_,) = (one for one, chunk in index.scan("a", 1) if chunk.document_id == "old")
    client.set_payload(
        collection, payload={"kind": None}, points=models.Filter(must=[models.HasIdCondition(has_id=[id_])])
    )
    assert set(found(index, Scope({"a": 1}, frozenset()))) == {"old", "new"}
    only_pdf = Scope({"a": 1}, frozenset(), Filters(kinds=frozenset({"pdf"})))
    assert set(found(index, only_pdf)) == {"new"}
