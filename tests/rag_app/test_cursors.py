from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_app.cursors import cursor, key_of, page_of
from storage.errors import InvalidInput


@given(st.lists(st.text(), min_size=1, max_size=3))
def test_a_cursor_leads_back_to_its_key(key: list[str]) -> None:
    assert key_of(cursor(*key), len(key)) == key


@pytest.mark.parametrize(
    "given", ["", "x", "é", "W10", "eyJhIjoxfQ", cursor("a", "b"), "A" * 9_999, "W1tbW1s"]
)
def test_what_is_no_cursor_is_refused(given: str) -> None:
    with pytest.raises(InvalidInput, match="next_cursor"):
        key_of(given)


def test_a_page_has_a_cursor_only_where_more_follows() -> None:
    def key(entry: str) -> tuple[str]:
        return (entry,)

    assert page_of(["a", "b", "c"], 2, key) == (["a", "b"], cursor("b"))
    assert page_of(["a", "b"], 2, key) == (["a", "b"], None)
    assert page_of([], 2, key) == ([], None)
    assert key_of(None) is None
