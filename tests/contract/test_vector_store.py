"""What the index promises, over every vector store that it may stand on."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from numpy.typing import NDArray
from qdrant_client import models

from storage.chunk import Chunk
from storage.errors import InvalidInput, Permanent
from storage.scope import Scope
from storage.sparse import SparseVector
from storage.vector_client import VectorClient
from storage.vector_schema import point_id
from storage.vectors import ChunkIndex, Hit
from tests.contract.conftest import DIMENSION, SERVER_URL, TARGETS

pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect in the local Qdrant")

EAST = np.array([1, 0, 0, 0], dtype=np.float32)
NORTH = np.array([0, 1, 0, 0], dtype=np.float32)
NORTHEAST = np.array([1, 1, 0, 0], dtype=np.float32)
WORD = SparseVector((7,), (1.0,))
NO_WORD = SparseVector((), ())


def chunk(document: str, set_: str = "handbook", groups: tuple[str, ...] = ()) -> Chunk:
    return Chunk(set_, document, 0, f"The text of {document}.", document.title(), groups=groups)


def write(
    index: ChunkIndex,
    chunks: Sequence[Chunk],
    generation: int = 1,
    dense: NDArray[np.float32] = EAST,
    sparse: SparseVector = WORD,
) -> list[str]:
    """All with the same vectors; returns the points' ids."""
    index.write(chunks, np.tile(dense, (len(chunks), 1)), [sparse] * len(chunks), generation)
    return [point_id(one, generation) for one in chunks]


def found(
    index: ChunkIndex, generations: Mapping[str, int], groups: Sequence[str] = (), depth: int = 50
) -> set[str]:
    """The documents that both branches find; they must agree, since all match."""
    dense, sparse = index.search(EAST, WORD, Scope(generations, frozenset(groups)), depth)
    assert {hit.id for hit in dense} == {hit.id for hit in sparse}
    return {one.document_id for one in index.fetch([hit.id for hit in dense]).values()}


def test_ensure_may_be_repeated_and_keeps_what_is_there(index: ChunkIndex) -> None:
    write(index, [chunk("a")])
    index.ensure(DIMENSION)
    assert index.count("handbook", 1) == 1


def test_another_dimension_is_refused_with_both_numbers(index: ChunkIndex) -> None:
    with pytest.raises(Permanent, match=r"4 dimensions, the embedding model makes 8.*Set the former"):
        index.ensure(8)


def test_dense_scores_are_cosines_best_first(index: ChunkIndex) -> None:
    east, north, northeast = chunk("east"), chunk("north"), chunk("northeast")
    index.write([east, north, northeast], np.array([3 * EAST, NORTH, NORTHEAST]), [WORD] * 3, 1)
    dense, _ = index.search(EAST, NO_WORD, Scope({"handbook": 1}, frozenset()), 50)
    assert [hit.id for hit in dense] == [point_id(one, 1) for one in (east, northeast, north)]
    assert [hit.score for hit in dense] == pytest.approx([1.0, math.sqrt(0.5), 0.0], abs=1e-6)


def test_bm25_scores_are_weight_times_rarity(index: ChunkIndex) -> None:
    rare, common, other = chunk("rare"), chunk("common"), chunk("other")
    sparse = [
        SparseVector((1, 2), (1.5, 0.5)),
        SparseVector((2,), (2.0,)),
        SparseVector((3, 2**32 - 1), (1.0, 1.0)),
    ]
    index.write([rare, common, other], np.tile(EAST, (3, 1)), sparse, 1)
    _, hits = index.search(EAST, SparseVector((1, 2), (1.0, 1.0)), Scope({"handbook": 1}, frozenset()), 50)
    rarity_1 = math.log(1 + (3 - 1 + 0.5) / (1 + 0.5))
    rarity_2 = math.log(1 + (3 - 2 + 0.5) / (2 + 0.5))
    assert [hit.id for hit in hits] == [point_id(rare, 1), point_id(common, 1)]
    assert [hit.score for hit in hits] == pytest.approx(
        [1.5 * rarity_1 + 0.5 * rarity_2, 2.0 * rarity_2], rel=1e-5
    )


def test_depth_bounds_each_branch(index: ChunkIndex) -> None:
    write(index, [chunk(f"d{number}") for number in range(9)])
    dense, sparse = index.search(EAST, WORD, Scope({"handbook": 1}, frozenset()), 4)
    assert (len(dense), len(sparse)) == (4, 4)


def test_a_question_without_known_words_has_only_dense_hits(index: ChunkIndex) -> None:
    (only,) = write(index, [chunk("a")])
    scope = Scope({"handbook": 1}, frozenset())
    assert index.search(EAST, NO_WORD, scope, 5) == ([Hit(only, 1.0)], [])
    assert index.search(EAST, SparseVector((99,), (1.0,)), scope, 5)[1] == []


def test_no_set_and_unknown_sets_show_nothing(index: ChunkIndex) -> None:
    write(index, [chunk("a")])
    assert index.search(EAST, WORD, Scope({}, frozenset({"staff"})), 5) == ([], [])
    assert found(index, {"unknown": 1}) == set()


def test_each_set_is_read_at_its_own_generation(index: ChunkIndex) -> None:
    write(index, [chunk("old-a", "a"), chunk("old-b", "b")], generation=1)
    write(index, [chunk("new-a", "a"), chunk("new-b", "b")], generation=2)
    assert found(index, {"a": 1, "b": 2}) == {"old-a", "old-b", "new-b"}
    assert found(index, {"b": 1}) == {"old-b"}


def test_a_generation_under_construction_is_invisible(index: ChunkIndex) -> None:
    kept, gone = write(index, [chunk("kept"), chunk("gone")], generation=1)
    write(index, [chunk("added")], generation=2)
    index.retire([gone], 2)
    assert found(index, {"handbook": 1}) == {"kept", "gone"}
    assert found(index, {"handbook": 2}) == {"kept", "added"}
    assert index.count("handbook", 1) == index.count("handbook", 2) == 2
    assert {id_ for id_, _ in index.scan("handbook", 1)} == {kept, gone}


def test_a_generation_under_construction_moves_no_visible_score(index: ChunkIndex) -> None:
    write(index, [chunk("a"), chunk("b")], sparse=SparseVector((7, 8), (1.0, 2.0)))
    write(index, [chunk("c")], sparse=SparseVector((9,), (1.0,)))
    question = SparseVector((7, 8), (1.0, 1.0))
    scope = Scope({"handbook": 1}, frozenset())
    before = index.search(NORTHEAST, question, scope, 50)
    write(index, [chunk(f"hidden{number}") for number in range(40)], generation=2)
    write(index, [chunk(f"foreign{number}", "another") for number in range(40)])
    assert index.search(NORTHEAST, question, scope, 50) == before


def test_undo_abandons_one_generation_of_one_set(index: ChunkIndex) -> None:
    (kept, gone) = write(index, [chunk("kept"), chunk("gone")], generation=1)
    (foreign,) = write(index, [chunk("foreign", "other")], generation=2)
    write(index, [chunk("added")], generation=2)
    index.retire([gone], 2)
    index.undo("handbook", 2)
    assert {id_ for id_, _ in index.scan("handbook", 2)} == {kept, gone}
    assert {id_ for id_, _ in index.scan("other", 2)} == {foreign}
    index.undo("handbook", 2)
    assert index.count("handbook", 1) == 2


def test_what_was_retired_before_is_not_retired_again(index: ChunkIndex) -> None:
    (gone,) = write(index, [chunk("gone")], generation=1)
    index.retire([gone], 2)
    index.retire([gone], 5)
    assert index.count("handbook", 2) == 0


def test_groups_open_a_document_only_to_their_members(index: ChunkIndex) -> None:
    write(
        index,
        [
            chunk("everyone"),
            chunk("hr", groups=("hr",)),
            chunk("board", groups=("board",)),
            chunk("both", groups=("hr", "board")),
        ],
    )
    seen_by = {groups: found(index, {"handbook": 1}, groups) for groups in ((), ("hr",), ("hr", "board"))}
    assert seen_by[()] == {"everyone"}
    assert seen_by[("hr",)] == {"everyone", "hr", "both"}
    assert seen_by[("hr", "board")] == {"everyone", "hr", "board", "both"}


@pytest.mark.parametrize("group", ["h", "hr ", "HR", "hr,board", "", "None", "null", "[]", "*", "%", "hr*"])
def test_no_other_group_name_opens_a_document(index: ChunkIndex, group: str) -> None:
    write(index, [chunk("secret", groups=("hr", "human resources"))])
    assert found(index, {"handbook": 1}, [group]) == set()


@pytest.mark.parametrize("lost", [[], None])
def test_a_point_that_lost_its_groups_is_seen_by_nobody(
    index: ChunkIndex, client: VectorClient, collection: str, lost: list[str] | None
) -> None:
    (id_,) = write(index, [chunk("secret", groups=("hr",))])
    only = models.Filter(must=[models.HasIdCondition(has_id=[id_])])
    client.set_payload(collection, payload={"groups": lost}, points=only)
    assert found(index, {"handbook": 1}, ["hr"]) == set()


def test_the_groups_of_a_set_do_not_reach_into_another(index: ChunkIndex) -> None:
    write(index, [chunk("a", "a", ("hr",)), chunk("b", "b", ("hr",))])
    assert found(index, {"a": 1}, ["hr"]) == {"a"}


def test_chunks_come_back_as_they_went_in(index: ChunkIndex) -> None:
    full = Chunk(
        set="Händbuch",
        document_id="a/b c.pdf#\u2603",
        ordinal=3,
        text='Zeile 1\nLine "2"\t\U0001f600',
        title="",
        headings=("One", "Two"),
        page=4,
        start=10,
        end=2**40,
        created=datetime(2024, 2, 29, 23, 59, 59, 123456, tzinfo=UTC),
        modified=datetime(2025, 1, 1, tzinfo=UTC),
        groups=("hr", "board"),
        language="de",
        kind="csv",
        header="Plan | Price",
    )
    bare = Chunk("Händbuch", "bare", 0, "", "")
    ids = write(index, [full, bare])
    assert index.fetch(ids) == dict(zip(ids, [full, bare], strict=True))


def test_unknown_ids_are_left_out_and_passed_over(index: ChunkIndex) -> None:
    (known,) = write(index, [chunk("a")])
    unknown = point_id(chunk("b"), 1)
    assert list(index.fetch([unknown, known])) == [known]
    assert index.fetch([]) == {}
    index.retire([unknown, known], 2)
    assert index.count("handbook", 2) == 0
    index.delete([unknown, known])
    assert index.count("handbook", 1) == 0


def test_writing_again_changes_nothing(index: ChunkIndex) -> None:
    first = write(index, [chunk("a"), chunk("b")])
    assert write(index, [chunk("a"), chunk("b")]) == first
    assert index.count("handbook", 1) == 2


def test_more_points_than_a_page_or_a_request(index: ChunkIndex) -> None:
    ids = write(index, [replace(chunk("long"), ordinal=number) for number in range(600)])
    assert sorted(id_ for id_, _ in index.scan("handbook", 1)) == sorted(ids)
    index.retire(ids[:300], 2)
    assert (index.count("handbook", 1), index.count("handbook", 2)) == (600, 300)
    index.undo("handbook", 2)
    assert index.count("handbook", 2) == 600
    index.delete(ids[:299])
    assert index.count("handbook", 1) == 301


def test_a_deleted_set_takes_no_other_with_it(index: ChunkIndex) -> None:
    write(index, [chunk("a", "a"), chunk("b", "b")], generation=1)
    write(index, [chunk("c", "a")], generation=2)
    index.delete_set("a")
    assert (index.count("a", 1), index.count("a", 2), index.count("b", 1)) == (0, 0, 1)


def test_vectors_that_are_not_finite_are_refused_by_name(index: ChunkIndex) -> None:
    dense = np.array([EAST, NORTH])
    dense[1, 2] = np.nan
    with pytest.raises(InvalidInput, match="'b' holds numbers that are not finite"):
        index.write([chunk("a"), chunk("b")], dense, [WORD] * 2, 1)
    assert index.count("handbook", 1) == 0


def test_as_many_vectors_as_chunks(index: ChunkIndex) -> None:
    with pytest.raises(InvalidInput, match="1 chunks came with 2 dense and 1 sparse"):
        index.write([chunk("a")], np.array([EAST, NORTH]), [WORD], 1)


def test_a_group_cannot_open_a_document_to_everyone(index: ChunkIndex) -> None:
    with pytest.raises(InvalidInput, match="'secret' names a group '\\*'"):
        write(index, [chunk("secret", groups=("hr", "*"))])


@pytest.mark.skipif(SERVER_URL not in os.environ, reason=f"no Qdrant server: {SERVER_URL} is not set")
def test_this_suite_ran_over_a_real_server() -> None:
    assert "server" in TARGETS


def test_retiring_a_document_hides_what_earlier_generations_wrote_of_it(index: ChunkIndex) -> None:
    write(index, [chunk("gone"), chunk("stays")], generation=1)
    write(index, [replace(chunk("gone"), text="rewritten")], generation=2)
    index.retire_documents("handbook", ["gone"], 2)
    assert found(index, {"handbook": 1}) == {"gone", "stays"}
    assert {one.text for _, one in index.scan("handbook", 2)} == {"rewritten", "The text of stays."}
