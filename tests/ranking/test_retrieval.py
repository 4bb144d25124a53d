from ranking.fusion import Fused
from ranking.retrieval import candidates_of
from storage.chunk import Chunk


def test_a_candidate_keeps_the_score_of_each_branch_that_found_it() -> None:
    chunks = {name: Chunk("handbook", f"{name}.md", 0, "text", "") for name in "ab"}
    fused = [Fused("a", 0.03, {"dense": 1, "bm25": 1}), Fused("b", 0.01, {"bm25": 2})]

    first, second = candidates_of(fused, chunks, {"dense": {"a": 0.91}, "bm25": {"a": 12.0, "b": 7.5}})

    assert (first.branch_scores, second.branch_scores) == ({"dense": 0.91, "bm25": 12.0}, {"bm25": 7.5})
    assert (first.score, second.score) == (0.03, 0.01)


def test_a_chunk_deleted_since_the_search_is_left_out_and_ranks_close_up() -> None:
    chunks = {"b": Chunk("handbook", "b.md", 0, "text", "")}

    [found] = candidates_of([Fused("a", 0.03, {"dense": 1}), Fused("b", 0.01, {"dense": 2})], chunks, {})

    assert found.ranks == {"dense": 2, "fused": 1}
