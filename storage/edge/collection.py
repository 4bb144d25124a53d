"""One collection of the engine: a shard of Qdrant Edge and the schema it was created with."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import qdrant_edge as edge

from storage.edge.translation import (
    to_config,
    to_filter,
    to_payload_index,
    to_points,
    to_query,
    to_vectors,
)
from storage.edge.wire import Message, NumberReader, text_of
from storage.errors import Permanent

_FILLER_BYTES = 8_000_000  # of a log's part, which has 32 MiB; a search waits for as long as one takes
_NOBODY = "ffffffff-ffff-ffff-ffff-ffffffffffff"
_KINDS = {
    edge.PayloadSchemaType.Keyword: "keyword",
    edge.PayloadSchemaType.Integer: "integer",
    edge.PayloadSchemaType.Datetime: "datetime",
}


def _texts(record: edge.Record, names: list[str]) -> dict[str, str]:
    """Dense vectors of a point by name."""
    vectors: Any = record.vector
    return {name: text_of(vectors[name]) for name in names}


class Collection:
    """Opened from its folder.

    `changed` since it was optimized, `unflushed` since it was flushed.
    """

    def __init__(self, folder: Path) -> None:
        self.schema: Message = json.loads((folder / "schema.json").read_text())
        try:
            self._shard = edge.EdgeShard.load(str(folder / "shard"), to_config(self.schema))
        except Exception as error:
            raise Permanent(
                f"The collection {folder.name} in {folder.parent.parent} cannot be read: {error}.",
                "Restore the folder from a backup, or delete it and ingest again.",
            ) from error
        self._logs = folder / "shard" / "wal"
        self.changed = True
        self.unflushed = False

    @staticmethod
    def exists(folder: Path) -> bool:
        return (folder / "schema.json").is_file()

    @staticmethod
    def create(folder: Path, schema: Message) -> None:
        """The schema is written last, so that what a killed creation leaves is no collection."""
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "shard").mkdir(parents=True)
        edge.EdgeShard.create(str(folder / "shard"), to_config(schema)).close()
        unfinished = folder / "schema.json.new"
        unfinished.write_text(json.dumps(schema))
        unfinished.replace(folder / "schema.json")

    @staticmethod
    def destroy(folder: Path) -> None:
        (folder / "schema.json").unlink(missing_ok=True)
        shutil.rmtree(folder)

    @staticmethod
    def rewrite(folder: Path) -> None:
        """Writes parts of a closed collection anew that hold deleted points; may be killed and repeated."""
        schema = json.loads((folder / "schema.json").read_text())
        shard = edge.EdgeShard.load(str(folder / "shard"), to_config(schema, keeps_deleted=False))
        shard.optimize()
        shard.flush()
        shard.close()

    def log_files(self) -> list[int]:
        """Which files hold what was logged so far, by their number on the disk: names change."""
        following = sorted(self._logs.glob("open-*"), key=lambda file: int(file.name.split("-")[1]))[1:]
        return [file.stat().st_ino for file in self._parts() if file not in following]

    def turn_log(self) -> list[int]:
        """Writes what changes nothing, until old parts of the log are full, let go of and deleted.

        Without its log a collection would pass over later changes, so it cannot just be deleted.
        """
        nobody = edge.Filter(must=[edge.HasIdCondition({_NOBODY})])
        filler = {"filler": "0" * _FILLER_BYTES}
        self._shard.update(edge.UpdateOperation.set_payload_by_filter(nobody, filler))
        self._shard.flush()
        return [file.stat().st_ino for file in self._parts()]

    def _parts(self) -> list[Path]:
        """Of the log; the file that counts its first entry stays for good."""
        return [file for file in self._logs.iterdir() if file.name != "first-index"]

    def upsert(self, message: Message, numbers: bytes) -> None:
        points = to_points(message["points"], NumberReader(numbers))
        self._change(edge.UpdateOperation.upsert_points(points))

    def update_vectors(self, message: Message, numbers: bytes) -> None:
        """Of points that exist; the others are passed over."""
        points = to_vectors(message["points"], NumberReader(numbers))
        there = {str(record.id) for record in self._shard.retrieve([p.id for p in points], False, False)}
        self._change(edge.UpdateOperation.update_vectors([p for p in points if str(p.id) in there]))

    def set_payload(self, message: Message) -> None:
        # by filter, because by id one unknown id fails the operation half-way
        chosen = to_filter({"must": [{"has_id": message["ids"]}]})
        assert chosen is not None  # noqa: S101
        self._change(edge.UpdateOperation.set_payload_by_filter(chosen, message["payload"]))

    def delete(self, message: Message) -> None:
        self._change(edge.UpdateOperation.delete_points(message["ids"]))

    def create_payload_index(self, message: Message) -> None:
        kind = to_payload_index(message["kind"])
        self._change(edge.UpdateOperation.create_field_index(message["field"], kind))

    def _change(self, operation: edge.UpdateOperation) -> None:
        """Written to the log, which outlives this process; what outlives the machine is up to `sync`."""
        self._shard.update(operation)
        self.changed = self.unflushed = True

    def sync(self) -> None:
        """Puts the log on the disk. Cheaper than `flush`, whose cost grows with the collection."""
        for log in self._logs.glob("open-*"):
            descriptor = os.open(log, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def flush(self) -> None:
        """Shortens the log that a later start repeats; takes longer the larger the collection."""
        self._shard.flush()

    def query_batch(self, message: Message, numbers: bytes) -> list[list[Any]]:
        reader = NumberReader(numbers)
        queries = [to_query(query, reader) for query in message["queries"]]
        answers = self._shard.query_batch(edge.QueryBatchRequest(queries))
        return [[[str(point.id), point.score, point.payload] for point in points] for points in answers]

    def scroll(self, message: Message) -> list[Any]:
        request = edge.ScrollRequest(
            offset=message["offset"],
            limit=message["limit"],
            filter=to_filter(message["filter"]),
            with_payload=message["with_payload"],
            with_vector=False,
        )
        records, following = self._shard.scroll(request)
        page = [[str(record.id), record.payload] for record in records]
        return [page, None if following is None else str(following)]

    def retrieve(self, message: Message) -> list[Any]:
        names = message["with_vectors"]
        records = self._shard.retrieve(message["ids"], message["with_payload"], names)
        return [[str(record.id), record.payload, _texts(record, names)] for record in records]

    def count(self, message: Message) -> int:
        request = edge.CountRequest(exact=message["exact"], filter=to_filter(message["filter"]))
        return self._shard.count(request)

    def information(self) -> Message:
        found = self._shard.info()
        indexes = {
            name: [_KINDS.get(index.data_type, "text"), index.points]
            for name, index in found.payload_schema.items()
        }
        return {
            "schema": self.schema,
            "points": found.points_count,
            "indexed_vectors": found.indexed_vectors_count,
            "segments": found.segments_count,
            "indexes": indexes,
        }

    def optimize(self) -> None:
        """Removes what was deleted and, in a large store, builds the graph; holds the engine meanwhile."""
        self._shard.optimize()

    def close(self) -> None:
        self._shard.close()
