"""What a new revision of a document keeps of the former: untouched points, and vectors of unchanged texts.

A point that would be written as it stands is left alone. Where the same text stands elsewhere in its
document now, or the document's dates, groups or pages have changed, readers of the former generation must
go on seeing the former point: a new one is written, with the vector of the old one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from storage.chunk import Chunk
from storage.standing import StandingPoint
from storage.vector_schema import point_id


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of the chunks and points of some documents; all but `new` and `donors` are ids of points.

    `new`: positions of the chunks to write; `donors`: content hash -> a point with the same dense vector.
    """

    new: tuple[int, ...] = ()
    donors: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    retired: tuple[str, ...] = ()
    restored: tuple[str, ...] = ()
    leftover: tuple[str, ...] = ()


def plan(chunks: Sequence[Chunk], standing: Sequence[StandingPoint], lexical: str, generation: int) -> Plan:
    """`standing` are the points of the chunks' documents.

    It may hold traces of an earlier attempt at `generation`, which then are kept, restored or `leftover`.
    """
    same = {
        point.chunk: point
        for point in standing
        if point.lexical == lexical and point.content_hash == point.chunk.content_hash
    }
    new = tuple(row for row, chunk in enumerate(chunks) if chunk not in same)
    kept = {same[chunk].id for chunk in chunks if chunk in same}
    written = {point_id(chunks[row], generation) for row in new}
    return Plan(
        new=new,
        donors={point.content_hash: point.id for point in standing},
        retired=tuple(
            p.id for p in standing if p.from_generation < generation < p.until and p.id not in kept
        ),
        restored=tuple(p.id for p in standing if p.until == generation and p.id in kept),
        leftover=tuple(
            p.id for p in standing if p.from_generation == generation and p.id not in kept | written
        ),
    )
