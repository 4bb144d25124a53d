from ranking.audit.depth import first_relevant, recall_by_depth


def test_recall_grows_with_depth_and_counts_what_nobody_found() -> None:
    ranking = {"q1": ["a", "x", "b"], "q2": ["y"], "q3": ["z"]}
    relevant = {"q1": {"a", "b"}, "q2": set[str](), "q3": {"z"}, "q4": {"unasked"}}

    found = dict(recall_by_depth(ranking, relevant))

    assert (found[1], found[2], found[3], found[50]) == (1.5 / 4, 1.5 / 4, 2 / 4, 2 / 4)


def test_the_first_relevant() -> None:
    assert first_relevant(["a", "b", "c"], {"c", "b"}) == 2
    assert first_relevant(["a"], {"b"}) is None
