from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from time import process_time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.batch import Batch
from ingestion.chunk_limits import SPECIAL_TOKENS, ChunkLimits
from ingestion.chunking import Chunking, chunk
from ingestion.document import Block, Document
from ingestion.units import Tokenizer
from storage.errors import InvalidInput

WORDS = st.sampled_from(
    (
        *("the", "leave", "Policy", "days.", "manager!", "3.5", "e.g.", "休暇。", "x" * 150, "\n", "|", "-"),
        *("\n\n", "def f(x):", "\ndef", "\n@f", "\n- ", "| a | b", "\n|", "\r\n", "\u2028", "\u00a0"),
        *("e\u0301", "\U0001f469\u200d\U0001f52c", "\u0645\u0631\u062d\u0628\u0627", "\u200b", "İ"),
    )
)
TEXT = st.lists(WORDS | st.text(max_size=4), max_size=80).map(" ".join).map(str.strip)
KIND = st.sampled_from(["heading", "paragraph", "list", "table", "code"])
BLOCKS = st.lists(
    st.builds(
        lambda kind, text, level: Block(kind, text, level=level if kind == "heading" else 0),
        KIND,
        TEXT,
        st.integers(1, 6),
    ),
    max_size=15,
)
LIMITS = st.builds(
    ChunkLimits,
    max_tokens=st.integers(20, 200),
    min_tokens=st.integers(0, 20),
    overlap_sentences=st.integers(0, 2),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(blocks=BLOCKS, limits=LIMITS, title=st.sampled_from(["Title", "", "long title " * 60]))
def test_chunks_are_exact_bounded_and_complete(
    tokenizer: Tokenizer, blocks: list[Block], limits: ChunkLimits, title: str
) -> None:
    document = Document("d", title, tuple(blocks))
    chunks = chunk(document, "set", tokenizer, limits)
    assert [made.ordinal for made in chunks] == list(range(len(chunks)))
    for made in chunks:
        assert made.text == document.text[made.start : made.end] == made.text.strip() != ""
        assert made.header in ("", *document.text.split("\n"))
        assert made.header == "" or document.text.index(made.header) < made.start
        assert (
            len(tokenizer.token_offsets(made.contextual_text)) + SPECIAL_TOKENS
            <= limits.max_contextual_tokens
        )
    covered = {place for made in chunks for place in range(made.start, made.end)}
    offset = 0
    for block in blocks:
        if block.kind != "heading":
            places = range(offset, offset + len(block.text))
            assert all(place in covered or document.text[place].isspace() for place in places)
        offset += len(block.text) + 2


def test_a_chunk_carries_what_is_known_of_its_document(tokenizer: Tokenizer) -> None:
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    blocks = (Block("heading", "Leave", level=1), Block("paragraph", "Ask the manager.", page=3))
    document = Document("a/b.pdf", "Policy", blocks, moment, moment, "Ann", "en", ("people",))
    (made,) = chunk(document, "handbook", tokenizer, ChunkLimits())
    assert (made.set, made.document_id, made.title, made.headings) == (
        "handbook",
        "a/b.pdf",
        "Policy",
        ("Leave",),
    )
    assert (made.page, made.start, made.created, made.modified) == (3, 7, moment, moment)
    assert (made.groups, made.language, made.text) == (("people",), "en", "Ask the manager.")


def test_a_section_is_not_mixed_with_the_next(tokenizer: Tokenizer) -> None:
    sentence = "the manager and the leave policy days. " * 8
    blocks = [Block("heading", "A", level=1), Block("paragraph", sentence.strip())]
    blocks += [Block("heading", "B", level=1), Block("paragraph", sentence.strip())]
    made = chunk(Document("d", "T", tuple(blocks)), "s", tokenizer, ChunkLimits(200, 40))
    assert [one.headings for one in made] == [("A",), ("B",)]


def test_chunks_overlap_by_whole_sentences(tokenizer: Tokenizer) -> None:
    text = " ".join(f"The leave policy {number}." for number in range(40))
    made = chunk(Document("d", "T", (Block("paragraph", text),)), "s", tokenizer, ChunkLimits(60, 0, 1))
    assert len(made) > 2
    for before, after in pairwise(made):
        assert after.start < before.end
        assert before.text.endswith(text[after.start : before.end])
        assert text[after.start : before.end].count(".") == 1


def test_a_document_without_text_has_no_chunks(tokenizer: Tokenizer) -> None:
    assert chunk(Document("d", "T", ()), "s", tokenizer, ChunkLimits()) == []
    assert chunk(Document("d", "T", (Block("paragraph", " \n"),)), "s", tokenizer, ChunkLimits()) == []


def test_parts_of_a_table_repeat_its_header(tokenizer: Tokenizer) -> None:
    rows = [f"policy {number} | {number}" for number in range(60)]
    blocks = (Block("paragraph", "The leave:"), Block("table", "\n".join(["Policy | Days", *rows])))
    first, *others = chunk(Document("d", "Leave", blocks), "s", tokenizer, ChunkLimits(100))
    assert (first.header, first.text.split("\n")[:3]) == ("", ["The leave:", "", "Policy | Days"])
    assert len(others) > 2
    for made in others:
        assert made.contextual_text.startswith("Leave\nPolicy | Days\npolicy ")


def test_a_definition_is_not_torn_where_it_fits(tokenizer: Tokenizer) -> None:
    functions = [f"def leave_{n}(days):\n    the = days + {n}\n    return the" for n in range(20)]
    document = Document("d", "T", (Block("code", "\n\n".join(functions)),))
    made = chunk(document, "s", tokenizer, ChunkLimits(100))
    assert len(made) > 3
    for one in made:
        assert set(one.text.split("\n\n")) <= set(functions)


def test_headings_alone_can_be_found(tokenizer: Tokenizer) -> None:
    blocks = tuple(
        Block("heading", text, level=level) for text, level in [("leave", 1), ("approval", 2), ("days", 1)]
    )
    found = " ".join(
        made.contextual_text for made in chunk(Document("d", "T", blocks), "s", tokenizer, ChunkLimits())
    )
    assert all(word in found for word in ("leave", "approval", "days"))


def test_a_heading_of_many_words_leaves_room_for_the_text(tokenizer: Tokenizer) -> None:
    blocks = (Block("heading", "the leave policy " * 300, level=1), Block("paragraph", "Ask the manager."))
    (made,) = chunk(Document("d", "the leave policy " * 12, blocks), "s", tokenizer, ChunkLimits())
    assert made.text == "Ask the manager."
    assert made.title


@pytest.mark.parametrize(
    "text", ["x" * 1_000_000, "the leave policy " * 60_000, "休暇" * 100_000, "a\n" * 200_000]
)
def test_a_megabyte_on_one_line_takes_linear_time(text: str, tokenizer: Tokenizer) -> None:
    started = process_time()
    made = chunk(Document("d", "T", (Block("paragraph", text.strip()),)), "s", tokenizer, ChunkLimits())
    assert len(made) > 100
    assert process_time() - started < 20


def test_impossible_limits_name_what_is_possible() -> None:
    with pytest.raises(InvalidInput, match=r"max_tokens is 600\. Choose 16 to 494\."):
        ChunkLimits(max_tokens=600)
    with pytest.raises(InvalidInput, match="min_tokens is 600"):
        ChunkLimits(min_tokens=600)
    with pytest.raises(InvalidInput, match="overlap_sentences is -1"):
        ChunkLimits(overlap_sentences=-1)


def test_the_stage_chunks_every_document_of_the_batch(tokenizer: Tokenizer) -> None:
    documents = tuple(Document(name, name, (Block("paragraph", "The policy."),)) for name in ("a", "b"))
    batch = Batch("set", 1, files=(), documents=documents)
    made = Chunking(tokenizer, ChunkLimits()).run(batch)["batch"]
    assert [(one.set, one.document_id, one.ordinal) for one in made.chunks] == [
        ("set", "a", 0),
        ("set", "b", 0),
    ]
