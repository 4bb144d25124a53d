"""What ingestion found: a candidate's document has a later version, be it among the candidates or not.

It is told, and moves no rank: how far a version steps back is decided between passages that say the same.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Set
from typing import Protocol

from ranking.candidate import Candidate
from storage.scope import Scope

Keys = Collection[tuple[str, str]]


class Superseding(Protocol):
    """(set, document) -> the documents of its set that supersede it, the newest first."""

    def newer(self, of: Keys) -> Mapping[tuple[str, str], list[str]]: ...


class Readable(Protocol):
    """Those of a set's documents that `scope` may read."""

    def readable_documents(self, set: str, document_ids: Collection[str], scope: Scope) -> Set[str]: ...  # noqa: A002


class NewerVersions:
    """Costs one query in SQL, and where it finds something one of the index."""

    def __init__(self, superseding: Superseding, index: Readable) -> None:
        self._superseding = superseding
        self._index = index

    def of(self, candidates: Sequence[Candidate], scope: Scope) -> Mapping[tuple[str, str], str]:
        """(set, document) -> its newest version that the asker may read, whatever the question's filters."""
        found = self._superseding.newer({(c.chunk.set, c.chunk.document_id) for c in candidates})
        readable = {
            set_name: self._index.readable_documents(
                set_name, {id_ for key, ids in found.items() if key[0] == set_name for id_ in ids}, scope
            )
            for set_name in {key[0] for key in found}
        }
        allowed = {key: [id_ for id_ in ids if id_ in readable[key[0]]] for key, ids in found.items()}
        return {key: ids[0] for key, ids in allowed.items() if ids}
