from __future__ import annotations

from ingestion.document import Block, Document
from ingestion.grouping import groups
from ingestion.units import Tokenizer

TINY = "the leave policy"  # 3 tokens
LONG = "the manager and the leave policy " * 4  # 24 tokens


def grouped(tokenizer: Tokenizer, *blocks: Block) -> list[tuple[tuple[str, ...], str]]:
    document = Document("d", "Title", blocks)
    return [
        (group.path, document.text[group.units[0].start : group.units[-1].end])
        for group in groups(document, tokenizer, max_tokens=50, min_tokens=10)
    ]


def section(name: str, level: int, text: str) -> tuple[Block, Block]:
    return Block("heading", name, level=level), Block("paragraph", text)


def test_tiny_sections_under_one_heading_share_a_group_with_their_headings(tokenizer: Tokenizer) -> None:
    blocks = (Block("heading", "top", level=1), *section("a", 2, TINY), *section("b", 2, TINY))
    assert grouped(tokenizer, *blocks) == [(("top",), f"a\n\n{TINY}\n\nb\n\n{TINY}")]


def test_a_tiny_introduction_joins_the_tiny_section_below_it(tokenizer: Tokenizer) -> None:
    blocks = (*section("top", 1, TINY), *section("a", 2, TINY))
    assert grouped(tokenizer, *blocks) == [(("top",), f"{TINY}\n\na\n\n{TINY}")]


def test_a_section_of_some_length_stays_alone(tokenizer: Tokenizer) -> None:
    blocks = (*section("a", 1, TINY), *section("b", 1, LONG), *section("c", 1, TINY))
    assert [path for path, _ in grouped(tokenizer, *blocks)] == [("a",), ("b",), ("c",)]


def test_tiny_sections_under_different_headings_stay_apart(tokenizer: Tokenizer) -> None:
    blocks = (
        *section("a", 1, LONG), *section("a1", 2, TINY), *section("b", 1, LONG), *section("b1", 2, TINY)
    )  # fmt: skip
    assert [path for path, _ in grouped(tokenizer, *blocks)] == [("a",), ("a", "a1"), ("b",), ("b", "b1")]


def test_headings_alone_are_text(tokenizer: Tokenizer) -> None:
    names = [Block("heading", name, level=2) for name in ("leave", "approval")]
    assert grouped(tokenizer, Block("heading", "top", level=1), *names) == [(("top",), "leave\n\napproval")]


def test_only_a_sentence_with_a_colon_introduces_a_list(tokenizer: Tokenizer) -> None:
    listed = Block("list", "- leave\n- approval")

    def leading(text: str, following: Block) -> list[bool]:
        document = Document("d", "Title", (Block("paragraph", text), following))
        [group] = groups(document, tokenizer, max_tokens=50, min_tokens=10)
        return [unit.leads for unit in group.units]

    assert leading("The policy. The leave:", listed) == [False, True, False, False]
    assert leading("The leave.", listed) == [False, False, False]
    assert leading("The leave:", Block("paragraph", "approval")) == [False, False]
