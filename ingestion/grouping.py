"""Which sections share chunks: only tiny neighbours under one heading."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ingestion.document import Document
from ingestion.sections import PlacedBlock, Section, sections
from ingestion.units import Tokenizer, Unit, units_of

COLONS = (":", "：")
INTRODUCED = ("list", "table", "code")


@dataclass(frozen=True, slots=True)
class Group:
    """One section or several tiny ones: `path` heads all `units`, `lead` is the heading line above them."""

    path: tuple[str, ...]
    parent: tuple[str, ...]
    lead: tuple[Unit, ...]
    units: tuple[Unit, ...]

    @property
    def cost(self) -> int:
        return sum(unit.cost for unit in self.units)


def groups(document: Document, tokenizer: Tokenizer, max_tokens: int, min_tokens: int) -> Iterator[Group]:
    """In reading order; sections below `min_tokens` that follow each other under one heading become one."""
    current: Group | None = None
    for section in sections(document):
        following = _group(section, tokenizer, max_tokens)
        if current is None:
            current = following
            continue
        joined = _joined(current, following, max_tokens, min_tokens)
        if joined is None:
            yield current
        current = joined or following
    if current is not None:
        yield current


def _group(section: Section, tokenizer: Tokenizer, max_tokens: int) -> Group:
    def units(blocks: tuple[PlacedBlock, ...]) -> tuple[Unit, ...]:
        found: list[Unit] = []
        lead_in = False
        for placed in blocks:
            if found and placed.block.kind in INTRODUCED and lead_in:
                found[-1] = replace(found[-1], leads=True)
            found += units_of(placed, tokenizer, max_tokens)
            lead_in = placed.block.kind == "paragraph" and placed.block.text.endswith(COLONS)
        return tuple(found)

    lead = units((section.heading,)) if section.heading else ()
    if not section.body:  # a heading alone is a passage of its own
        return Group(section.parent, section.parent, (), lead)
    return Group(section.path, section.parent, lead, units(section.body))


def _joined(before: Group, after: Group, max_tokens: int, min_tokens: int) -> Group | None:
    """The headings inside a joined group are part of its text; `path` is what both stand under."""
    units = (*before.units, *after.lead, *after.units)
    if before.path != after.parent:
        units = (*before.lead, *units)
    tiny = before.cost < min_tokens and after.cost < min_tokens
    if not tiny or after.parent not in (before.path, before.parent):
        return None
    if sum(unit.cost for unit in units) > max_tokens:
        return None
    if before.path == after.parent:
        return Group(before.path, before.parent, before.lead, units)
    return Group(before.parent, before.parent, (), units)
