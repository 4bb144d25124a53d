"""The verbs of administrators over where the documents of a set come from."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from pydantic import BaseModel, ConfigDict, Field

from ingestion.sources.entry import Entry
from ingestion.sources.erasure import erase
from ingestion.sources.mirror import Mirror
from ingestion.sources.opening import open_mirror
from ingestion.sources.options import parse_options
from ingestion.sources.reading import SourceReading
from ingestion.sources.upload import UploadSource
from storage.errors import InvalidInput
from storage.principal import ANONYMOUS, Principal
from storage.sources import Kind, SourceRecord


class SourceShape(BaseModel):
    """Where documents of a set come from."""

    model_config = ConfigDict(frozen=True)

    set: str
    name: str = Field(description="Ids of its documents begin with it; empty: they have no prefix")
    kind: Kind
    options: dict[str, Any]
    documents: int | None = Field(description="Found by the last complete reading")
    bytes: int | None
    last_read: datetime | None
    last_problem: str | None = Field(description="Why the last reading did not come to its end")
    requested_by: str
    created: datetime
    updated: datetime


class SourceList(BaseModel):
    """The sources of a set by name."""

    model_config = ConfigDict(frozen=True)

    set: str
    sources: list[SourceShape]


class UploadedFile(BaseModel):
    """A file as it was handed over."""

    model_config = ConfigDict(frozen=True)

    name: str
    bytes: int
    sha256: str
    uploaded: datetime
    modified: datetime | None


@dataclass(frozen=True)
class Sources:
    """Sources by set; ingestion reads them by `reading`, and an administrator decides what they are."""

    reading: SourceReading

    def all(self, set_name: str) -> list[SourceShape]:
        """Of a set, by name; none for an unknown set."""
        return [_shape(record) for record in self.reading.records.of(set_name)]

    def listed(self, set_name: str) -> SourceList:
        """Raises NotFound."""
        self.reading.records.check_set(set_name)
        return SourceList(set=set_name, sources=self.all(set_name))

    def show(self, set_name: str, name: str) -> SourceShape:
        """Raises NotFound."""
        return _shape(self.reading.records.get(set_name, name))

    def add(
        self,
        set_name: str,
        name: str,
        kind: str,
        options: Mapping[str, Any],
        principal: Principal = ANONYMOUS,
    ) -> SourceShape:
        """Its documents come with the next ingestion. Raises NotFound or InvalidInput."""
        checked = parse_options(kind, options).model_dump(exclude_defaults=True)
        return _shape(self.reading.records.add(set_name, name, kind, checked, principal.name))

    def change(
        self, set_name: str, name: str, options: Mapping[str, Any], principal: Principal = ANONYMOUS
    ) -> SourceShape:
        """What is left out stays as it is; None sets an option back. Raises NotFound or InvalidInput."""
        record = self.reading.records.get(set_name, name)
        merged = {key: value for key, value in {**record.options, **options}.items() if value is not None}
        checked = parse_options(record.kind, merged).model_dump(exclude_defaults=True)
        return _shape(self.reading.records.change(set_name, name, checked, principal.name))

    def remove(self, set_name: str, name: str) -> None:
        """Its documents leave with the next ingestion; its copy, and what was uploaded, goes at once."""
        self.reading.records.get(set_name, name)
        self._mirror(set_name, name).remove()
        self.reading.records.remove(set_name, name)

    def upload(
        self, set_name: str, source: str, name: str, stream: BinaryIO, modified: datetime | None = None
    ) -> UploadedFile:
        """Streamed to disk, in full or not at all. Raises NotFound, InvalidInput or Transient."""
        entry = self._uploads(set_name, source).receive(name, stream, modified)
        return _uploaded(entry)

    def files(self, set_name: str, source: str) -> list[UploadedFile]:
        """What was uploaded, by name. Raises NotFound, InvalidInput for another kind of source."""
        return [_uploaded(entry) for entry in self._uploads(set_name, source).files()]

    def delete_file(self, set_name: str, source: str, name: str) -> None:
        """Its documents leave with the next ingestion. Raises NotFound."""
        self._uploads(set_name, source).delete(name)

    def erase(self, set_name: str, document: str) -> str | None:
        """Takes a document out of the copies; returns where it still is, None where it is nowhere.

        Raises Transient while that source is being read.
        """
        for record in self.reading.records.of(set_name):
            if record.kind == "folder" or not document.startswith(f"{record.name}/"):
                continue
            mirror = self._mirror(set_name, record.name)
            return erase(mirror, document.removeprefix(f"{record.name}/"), record.kind == "upload")
        return None

    def erase_all(self, set_name: str) -> None:
        """Deletes every copy that is kept of a set's sources. Raises Transient while one is being read."""
        for record in self.reading.records.of(set_name):
            self._mirror(set_name, record.name).remove()
        shutil.rmtree(self.reading.mirror(set_name, "").parent, ignore_errors=True)

    def _mirror(self, set_name: str, name: str) -> Mirror:
        return open_mirror(self.reading.mirror(set_name, name), self.reading.limits)

    def _uploads(self, set_name: str, source: str) -> UploadSource:
        record = self.reading.records.get(set_name, source)
        if record.kind != "upload":
            raise InvalidInput(
                f"The source {source!r} of {set_name!r} is of kind {record.kind}.",
                "Add one of kind upload, and hand the file to that.",
            )
        return UploadSource(self._mirror(set_name, source))


def _shape(record: SourceRecord) -> SourceShape:
    return SourceShape(
        set=record.set,
        name=record.name,
        kind=record.kind,
        options=dict(record.options),
        documents=record.state.get("documents"),
        bytes=record.state.get("bytes"),
        last_read=record.last_read,
        last_problem=record.last_problem,
        requested_by=record.requested_by,
        created=record.created,
        updated=record.updated,
    )


def _uploaded(entry: Entry) -> UploadedFile:
    return UploadedFile(
        name=entry.locator,
        bytes=entry.size,
        sha256=entry.sha256,
        uploaded=datetime.fromisoformat(entry.about.revision),
        modified=entry.about.modified,
    )
