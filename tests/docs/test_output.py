from __future__ import annotations

import pytest

from tests.docs.output import differences, missing_lines


@pytest.mark.parametrize(
    ("shown", "printed", "missing"),
    [
        ("1 added", "12 added\n", []),
        ("score +0.17  x", "score -3.2 x", []),
        ("b\na", "a\nb", ["a"]),
        ("a\n...\nc", "a\nb\nc", []),
        ("the rule ...", "the rule of today", []),
        ("the rule", "the rule of today", ["the rule"]),
        ("another", "the rule", ["another"]),
    ],
)
def test_lines_are_looked_for_in_their_order_figures_aside(
    shown: str, printed: str, missing: list[str]
) -> None:
    assert missing_lines(shown, printed) == missing


@pytest.mark.parametrize(
    ("shown", "printed", "found"),
    [
        ({"a": 1}, {"a": 2.5}, []),
        ({"a": 1}, {"a": "x"}, [".a: float, not str"]),
        ({"a": None}, {"a": "x"}, []),
        ({"a": 1}, {"b": 1}, [".a: not printed", ".b: not shown"]),
        ({"l": [{"a": 1}]}, {"l": [{"a": 1}, {"a": 2}]}, []),
        ({"l": [{"b": 1}]}, {"l": [{"a": 1}]}, [".l[].b: not printed", ".l[].a: not shown"]),
        ({"generations": {"a": 1}}, {"generations": {"a": 1, "b": 1}}, []),
        ({"generations": {"c": 1}}, {"generations": {"a": 1}}, [".generations.c: not printed"]),
    ],
)
def test_shapes_are_compared_by_keys_and_kinds(shown: object, printed: object, found: list[str]) -> None:
    assert differences(shown, printed) == found
