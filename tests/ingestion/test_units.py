from __future__ import annotations

from typing import Literal

import pytest

from ingestion.document import Block
from ingestion.sections import PlacedBlock
from ingestion.units import GRAIN_CHARACTERS, Tokenizer, units_of

Kind = Literal["paragraph", "list", "table", "code"]


def texts(kind: Kind, text: str, tokenizer: Tokenizer, max_tokens: int = 200) -> list[str]:
    units = units_of(PlacedBlock(Block(kind, text), 0), tokenizer, max_tokens)
    return [text[unit.start : unit.end] for unit in units]


def test_offsets_are_those_of_the_document(tokenizer: Tokenizer) -> None:
    units = units_of(PlacedBlock(Block("paragraph", "One. Two.", page=7), 100), tokenizer, 200)
    assert [(unit.start, unit.end, unit.page, unit.opens_block) for unit in units] == [
        (100, 104, 7, True),
        (105, 109, 7, False),
    ]


def test_cost_is_the_number_of_tokens(tokenizer: Tokenizer) -> None:
    (unit,) = units_of(PlacedBlock(Block("paragraph", "the leave policy"), 0), tokenizer, 200)
    assert unit.cost == 3


@pytest.mark.parametrize("kind", ["table", "code"])
def test_a_table_that_fits_is_whole_and_else_cut_between_rows(kind: Kind, tokenizer: Tokenizer) -> None:
    text = "\n".join(["the | leave | policy"] * 20)  # 5 tokens a row
    assert texts(kind, text, tokenizer) == [text]
    assert texts(kind, text, tokenizer, max_tokens=99) == text.split("\n")


def test_rows_further_down_carry_the_row_that_names_their_columns(tokenizer: Tokenizer) -> None:
    table = "\n".join(["leave | days", *["policy | 12"] * 40])
    (whole,) = units_of(PlacedBlock(Block("table", table), 0), tokenizer, 300)
    first, *rows = units_of(PlacedBlock(Block("table", table), 0), tokenizer, 50)
    assert (whole.header, first.header, first.leads) == ("", "", True)
    assert {row.header for row in rows} == {"leave | days"}


def test_a_header_as_long_as_a_chunk_is_not_repeated(tokenizer: Tokenizer) -> None:
    table = "\n".join(
        [" | ".join(f"policy {'s' * n}" for n in range(1, 9)), *["a | b | c | d | e | f | g | h"] * 9]
    )
    assert {unit.header for unit in units_of(PlacedBlock(Block("table", table), 0), tokenizer, 50)} == {""}


def test_code_that_is_too_long_is_cut_into_its_parts(tokenizer: Tokenizer) -> None:
    one = "def leave(days):\n    return days"
    two = "\n".join(["class Policy:", *["    days = 12"] * 12])
    text = f"{one}\n\n{two}\n{one}"
    assert texts("code", text, tokenizer) == [text]
    made = texts("code", text, tokenizer, max_tokens=40)
    assert made == [one, *two.replace("    ", "").split("\n"), one]


def test_the_further_lines_of_an_item_stay_with_it(tokenizer: Tokenizer) -> None:
    assert texts("list", "- one\n  more of it\n- two\n  - deep\n3. three", tokenizer) == [
        "- one\n  more of it",
        "- two",
        "- deep",
        "3. three",
    ]


def test_an_oversized_sentence_is_cut_at_its_clauses(tokenizer: Tokenizer) -> None:
    parts = texts("paragraph", "the leave policy, " * 20 + "the end", tokenizer, max_tokens=16)
    assert all(part.endswith("policy,") for part in parts[:-1])
    assert all(len(tokenizer.token_offsets(part)) <= 16 for part in parts)


@pytest.mark.parametrize(
    "text", ["x" * 100_000, "休" * 20_000, "0123456789abcdef" * 5_000, "е\u0301" * 20_000]
)
def test_text_without_spaces_is_cut_all_the_same(text: str, tokenizer: Tokenizer) -> None:
    parts = texts("paragraph", text, tokenizer, max_tokens=50)
    assert "".join(parts) == text
    assert all(len(part) <= 50 * GRAIN_CHARACTERS for part in parts)
    assert not any(part.startswith("\u0301") for part in parts)


def test_blank_text_has_no_units(tokenizer: Tokenizer) -> None:
    assert texts("paragraph", " \n ", tokenizer) == texts("code", "\n", tokenizer) == []
