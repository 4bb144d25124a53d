"""A collection of chunks for each embedding model: a change of model builds beside what is searched.

Points are seen by generation, so a set may lie in two collections at once: what a question reads at its
generations is searched in each with a vector of that collection's own model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from storage.catalogue import Catalogue
from storage.collection_records import CollectionRecord, CollectionRecords
from storage.errors import NotFound
from storage.spanning_client import SpanningClient
from storage.vector_client import VectorClient
from storage.vectors import ChunkIndex

REMEMBERED = 1_000


class ChunkCollections:
    """The collections named `base`, or `base` and the key of an embedder; this process writes to `home`.

    `average_length` is that of collections yet to be made. Safe in several threads.
    """

    def __init__(
        self,
        client: VectorClient,
        records: CollectionRecords,
        catalogue: Catalogue,
        base: str,
        version: str,
        dimension: int,
        average_length: float,
    ) -> None:
        self._client = client
        self._records = records
        self._base = base
        self.home = self._found_or_made(version, dimension, average_length)
        # What a published generation holds never changes; numbers are never used again.
        self._keys = lru_cache(REMEMBERED)(catalogue.embedder_keys)

    def spanning(self, client: VectorClient | None = None) -> VectorClient:
        """A client to which home is all of them; on top of `client`, where that is not the plain one."""
        return SpanningClient(client or self._client, self.home.name, self.others)

    def others(self) -> list[str]:
        """The collections of other embedders."""
        return [record.name for record in self._mine() if record.name != self.home.name]

    def beside(self, generations: Mapping[str, int]) -> frozenset[str]:
        """Those of them that hold what published generations of sets show."""
        keys = frozenset[str]().union(*(self._keys(name, at) for name, at in generations.items()))
        if keys <= {self.home.key}:
            return frozenset()
        names = {record.key: record.name for record in self._mine()}
        shown = {names.get(key, self._base) for key in keys}  # recipes of old end with no key
        return frozenset(shown & set(names.values())) - {self.home.name}

    def source(self, name: str) -> ChunkIndex:
        """To search one of them alone."""
        return ChunkIndex(self._client, name)

    def retire_beside(self, set_name: str, document_ids: Sequence[str], generation: int) -> None:
        """Hides from `generation` on what other embedders made of these documents."""
        for name in self.others():
            if self._client.collection_exists(name):
                self.source(name).retire_documents(set_name, document_ids, generation)

    def embedder(self, name: str) -> str:
        """The version of the model that made its vectors. Raises NotFound."""
        found = self._records.find(name)
        if found is None:
            raise NotFound(f"There is no collection {name!r} any more.", "Ask again.")
        return found.embedder_version

    def occupied(self) -> list[str]:
        """The collections of other embedders that hold something."""
        there = (name for name in self.others() if self._client.collection_exists(name))
        return [name for name in there if self._client.count(name).count > 0]

    def drop_empty(self, names: Sequence[str]) -> list[str]:
        """Deletes those of `names` that hold nothing; returns their names."""
        empty = sorted(set(names) & set(self.others()) - set(self.occupied()))
        for name in empty:
            self._client.delete_collection(name)
            self._client.delete_collection(questions_of(name))
            self._records.remove(name)
        return empty

    def _mine(self) -> list[CollectionRecord]:
        records = self._records.all()
        return [r for r in records if r.name == self._base or r.name == f"{self._base}-{r.key}"]

    def _found_or_made(self, version: str, dimension: int, average_length: float) -> CollectionRecord:
        """The first embedder's collection has the plain name; another's is told by its key."""
        plain = self._records.find(self._base)
        if plain is None:
            made = CollectionRecord(self._base, version, dimension, average_length)
        elif plain.embedder_version == version:
            return plain
        else:
            made = CollectionRecord("", version, dimension, plain.average_length)
            name = f"{self._base}-{made.key}"
            if found := self._records.find(name):
                return found
            made = CollectionRecord(name, version, dimension, plain.average_length)
        self._records.save(made)
        return made


def questions_of(collection: str) -> str:
    """The collection of past questions, encoded by the same embedder."""
    return f"{collection}-questions"
