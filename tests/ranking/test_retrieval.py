from ranking.fusion import Fused
from ranking.retrieval import by_place, by_score, candidates_of
from storage.chunk import Chunk
from storage.vectors import Hit


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


def test_rankings_of_models_that_cannot_be_compared_are_merged_place_by_place() -> None:
    one = [Hit("a", 0.9), Hit("b", 0.8), Hit("c", 0.7)]
    other = [Hit("x", 0.2), Hit("b", 0.1)]
    assert [hit.id for hit in by_place([one, other], 9)] == ["a", "x", "b", "c"]
    assert [hit.id for hit in by_place([one, other], 3)] == ["a", "x", "b"]
    assert by_place([one], 2) == one[:2]
    assert by_place([[], other], 2) == other


def test_rankings_of_one_scale_are_merged_by_score() -> None:
    one, other = [Hit("b", 3.0), Hit("c", 1.0)], [Hit("a", 3.0), Hit("d", 2.0)]
    assert [hit.id for hit in by_score([one, other], 3)] == ["a", "b", "d"]
    assert by_score([one], 1) == one[:1]
