from __future__ import annotations

import re

import pytest

from ingestion.code import part_starts


def parts(text: str) -> list[str]:
    """First lines of the parts."""
    lines = [match.span() for match in re.finditer(r"[^\s][^\n]*", text)]
    return [text[slice(*lines[number])] for number in part_starts(text, lines)]


def test_a_blank_line_begins_a_part() -> None:
    assert parts("a = 1\nb = 2\n\nc = 3\n   \nd = 4") == ["a = 1", "c = 3", "d = 4"]


def test_a_definition_begins_a_part_with_what_is_attached_above_it() -> None:
    text = "import os\n@cached\n# why\ndef first():\n    return 1\nclass Second:\n    def third(self): ..."
    assert parts(text) == ["import os", "@cached", "class Second:", "def third(self): ..."]


@pytest.mark.parametrize(
    "definition",
    [
        "export async function load() {",
        "func (s *Server) Run() error {",
        "pub(crate) fn run() -> u8 {",
        "public static void main(String[] args) {",
        "CREATE TABLE people (",
        "create or replace function f() returns int",
        "private readonly List<int> Items() {",
    ],
)
def test_definitions_of_many_languages(definition: str) -> None:
    assert parts(f"x\n{definition}\ny") == ["x", definition]


@pytest.mark.parametrize("line", ["define = 1", "classes.append(1)", "public = 3;", "return functional"])
def test_other_lines_do_not(line: str) -> None:
    assert parts(f"x\n{line}") == ["x"]


def test_nothing_has_no_parts() -> None:
    assert part_starts("", []) == []
