"""A document as sections: the blocks between two headings, with the path of headings above them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ingestion.document import BLOCK_SEPARATOR, Block, Document


@dataclass(frozen=True, slots=True)
class PlacedBlock:
    """A block and the offset of its first character in the document's text."""

    block: Block
    start: int


@dataclass(frozen=True, slots=True)
class Section:
    """`path` ends with the section's own `heading`; the first section of a document may have none."""

    path: tuple[str, ...]
    heading: PlacedBlock | None
    body: tuple[PlacedBlock, ...]

    @property
    def parent(self) -> tuple[str, ...]:
        return self.path[:-1]


def sections(document: Document) -> list[Section]:
    """In reading order; a heading without a body is left out where the path of the next section has it."""
    found = list(_all_sections(document))
    return [
        section
        for section, following in zip(found, (*found[1:], None), strict=True)
        if section.body or (section.heading and not (following and following.parent == section.path))
    ]


def _all_sections(document: Document) -> Iterator[Section]:
    above: list[tuple[int, str]] = []
    heading: PlacedBlock | None = None
    body: list[PlacedBlock] = []
    offset = 0
    for block in document.blocks:
        placed = PlacedBlock(block, offset)
        offset += len(block.text) + len(BLOCK_SEPARATOR)
        if block.kind != "heading":
            body.append(placed)
            continue
        yield Section(tuple(text for _, text in above), heading, tuple(body))
        heading, body = placed, []
        above = [(level, text) for level, text in above if level < block.level]
        above.append((block.level, block.text))
    yield Section(tuple(text for _, text in above), heading, tuple(body))
