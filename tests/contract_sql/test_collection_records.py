from __future__ import annotations

from storage.collection_records import CollectionRecord, CollectionRecords
from storage.database import Database


def test_a_record_is_kept_by_name_and_replaced(database: Database) -> None:
    records = CollectionRecords(database)
    assert records.find("chunks") is None
    first = CollectionRecord("chunks", "bge-small@68807e3f", 384, 171.25)
    other = CollectionRecord("other", "bge-small@68807e3f", 384, 90.0)
    for record in (first, other):
        records.save(record)
    assert records.find("chunks") == first
    replaced = CollectionRecord("chunks", "bge-small@68807e3f", 384, 180.5)
    records.save(replaced)
    assert (records.find("chunks"), records.find("other")) == (replaced, other)
