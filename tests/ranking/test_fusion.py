from hypothesis import given
from hypothesis import strategies as st

from ranking.fusion import fuse, harmonic_mean

rankings = st.dictionaries(
    st.sampled_from(["dense", "bm25", "other"]), st.lists(st.sampled_from("abcdefgh"), unique=True)
)


def test_sums_reciprocal_ranks_and_keeps_each_branch() -> None:
    fused = fuse({"dense": ["a", "b"], "bm25": ["b", "c"]}, depth=10)

    assert [item.id for item in fused] == ["b", "a", "c"]
    assert fused[0].ranks == {"dense": 2, "bm25": 1}
    assert fused[0].score == 1 / 2 + 1 / 1
    assert fused[2].ranks == {"bm25": 2}


def test_ties_go_by_bm25_whatever_the_ids() -> None:
    assert [item.id for item in fuse({"dense": ["a"], "bm25": ["b"]}, depth=10)] == ["b", "a"]
    swapped = {"dense": ["a", "b"], "bm25": ["b", "a"]}
    assert [item.id for item in fuse(swapped, depth=10)] == ["b", "a"]


def test_the_harmonic_mean_is_the_rank_that_gives_the_same_score_in_every_branch() -> None:
    assert harmonic_mean([1, 1], branches=2) == 1.0
    assert harmonic_mean([1], branches=2) == 2.0
    assert harmonic_mean([2, 6], branches=2) == 3.0  # 1/2 + 1/6 = 1/3 + 1/3
    assert harmonic_mean([7], branches=1) == 7.0


def test_depth_cuts_the_tail() -> None:
    assert [item.id for item in fuse({"dense": ["a", "b", "c"]}, depth=2)] == ["a", "b"]


def test_nothing_found_is_nothing_fused() -> None:
    assert fuse({"dense": [], "bm25": []}, depth=5) == []


@given(rankings)
def test_the_order_of_branches_changes_nothing(by_branch: dict[str, list[str]]) -> None:
    backwards = dict(reversed(by_branch.items()))

    assert [item.id for item in fuse(by_branch, 50)] == [item.id for item in fuse(backwards, 50)]


@given(rankings)
def test_first_in_every_branch_is_first(by_branch: dict[str, list[str]]) -> None:
    topped = {branch: ["top", *ids] for branch, ids in by_branch.items()}

    assert [item.id for item in fuse(topped, 50)][:1] == (["top"] if topped else [])
