"""A passage as statements that can be quoted alone: sentences, list items and rows with what they need."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from ingestion.sentences import sentence_spans
from rag_app.generation.citations import MARKER
from storage.chunk import Chunk

MAX_CHARACTERS = 400
ITEM = re.compile(r"\s*(?:[-*•]|\(?\w{1,3}[.)])\s+(?=\S)")
RULE = re.compile(r"[\s|:+=_-]*")
CELLS = " | "
# A sentence that opens with one of these speaks of the one before it.
LEANING = frozenset(
    (
        *("it", "its", "this", "that", "these", "those", "they", "them", "their", "he", "she", "his", "her"),
        *("such", "then", "otherwise", "however", "therefore", "also", "and", "but", "or", "so", "instead"),
        *("both", "neither", "afterwards", "er", "sie", "es", "dies", "diese", "dieser", "dazu", "dann"),
    )
)


@dataclass(frozen=True, slots=True)
class Statement:
    """`text` as it is shown; `own` is the part that is new, without the words it leans on."""

    text: str
    own: str


def statements(chunk: Chunk) -> list[Statement]:
    """In reading order; headings are context and never statements of their own."""
    found: list[Statement] = []
    section, lead_in = (chunk.headings or (chunk.title,))[-1], ""
    blocks = [block.strip() for block in re.split(r"\n\s*\n", chunk.text) if block.strip()]
    for number, (block, following) in enumerate(zip_longest(blocks, blocks[1:], fillvalue="")):
        if block in (chunk.title, *chunk.headings) or _is_heading(block, following):
            section, lead_in = block, ""
            continue
        found += _of_block(block, lead_in or section, is_first=number == 0)
        lead_in = _lead_in(block) or (lead_in if ITEM.match(block) else "")
    return [_bounded(statement) for statement in found if re.search(r"\w", statement.own)]


def _is_heading(block: str, following: str) -> bool:
    """Small sections share a passage, headings and all; of two fragments in a row neither is one."""
    return _is_fragment(block) and bool(following) and not _is_fragment(following)


def _is_fragment(block: str) -> bool:
    return not ("\n" in block or CELLS in block or ITEM.match(block) or block[-1] in ".!?:;,…")


def _of_block(block: str, context: str, *, is_first: bool) -> Iterator[Statement]:
    lines = [line for line in block.splitlines() if not RULE.fullmatch(line)]
    if any(CELLS in line for line in lines):
        yield from _rows([_cells(line) for line in lines], context, is_first=is_first)
        return
    for item in _items(lines):
        marker = ITEM.match(item)
        if marker:
            yield Statement(_joined(context, item[marker.end() :]), item[marker.end() :])
        else:
            yield from _sentences(item, context)
            context = _lead_in(item) or context


def _rows(rows: list[list[str]], context: str, *, is_first: bool) -> Iterator[Statement]:
    """Rows with the names of the columns, where it is sure enough that the first row holds them."""
    header = rows[0] if _has_header(rows, is_first=is_first) else []
    for row in rows[1:] if header else rows:
        named = [f"{name}: {cell}" if name else cell for name, cell in zip(header, row, strict=False) if cell]
        plain = CELLS.join(row)
        shown = "; ".join(named) if len(header) == len(row) else plain
        yield Statement(_joined(context, shown, " – "), plain)


def _has_header(rows: list[list[str]], *, is_first: bool) -> bool:
    """A passage may begin in the middle of a table: then only a first row that looks another is a header."""
    if not is_first or len(rows) < 2:
        return len(rows) > 1
    first, *others = [any(character.isdigit() for cell in row for character in cell) for row in rows]
    return not first and 2 * sum(others) >= len(others)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _items(lines: list[str]) -> list[str]:
    """Lines joined to paragraphs, list items kept apart."""
    items: list[str] = []
    for line in lines:
        if not items or ITEM.match(line):
            items.append(line.strip())
        else:
            items[-1] += f" {line.strip()}"
    return items


def _sentences(paragraph: str, context: str) -> Iterator[Statement]:
    before = ""
    for start, end in sentence_spans(paragraph):
        sentence = paragraph[start:end]
        words = re.findall(r"\w+", sentence)
        if sentence.endswith(":") or not words:
            continue
        if not before and not sentence.endswith((".", "!", "?", "。")):
            yield Statement(_joined(context, sentence), sentence)
        else:
            leans = words[0].casefold() in LEANING and before
            whole = f"{before} {sentence}" if leans else sentence
            yield Statement(whole, whole)
        before = sentence


def _lead_in(block: str) -> str:
    """The words that announce what follows: the last sentence, where it ends in a colon."""
    if not block.rstrip().endswith(":"):
        return ""
    sentences = [block[start:end] for start, end in sentence_spans(block)]
    return " ".join(sentences[-1].split()).rstrip(":") if sentences else ""


def _joined(context: str, text: str, between: str = ": ") -> str:
    return f"{context}{between}{text}" if context else text


def _bounded(statement: Statement) -> Statement:
    """One line of bounded length; a bracketed number of the document must not pass for a citation of ours."""
    text = MARKER.sub(lambda marker: f"{marker[1]}({marker[2]})", " ".join(statement.text.split()))
    if len(text) > MAX_CHARACTERS:
        text = text[:MAX_CHARACTERS].rpartition(" ")[0] + " …"
    return Statement(text, statement.own)
