"""The first step of a job: its sources against the live documents become a plan, batch by batch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from ingestion.chunk_limits import ChunkLimits
from ingestion.comparison import Comparison, compare
from ingestion.folder import FolderFile, Listing, Skipped
from ingestion.sources.reading import SourceReading
from rag_app.jobs.set_chunking import SetChunking
from storage.catalogue import Catalogue
from storage.document_sets import DocumentSets
from storage.errors import InvalidInput
from storage.jobs.documents import JobDocuments, Planned, PlannedDocument
from storage.jobs.job import Lease, Request
from storage.jobs.quarantine import Held, Quarantine

BATCH_FILES = 16
BATCH_BYTES = 4_000_000  # of files, so that a batch of big ones holds few

FILE: TypeAdapter[FolderFile] = TypeAdapter(FolderFile)
CHANGES = ("added", "changed", "removed")


@dataclass(frozen=True)
class Planning:
    """Reads sources and compares; needs no model, so that a job with nothing to do costs next to nothing.

    `circumstances` name what else decides whether a file can be
    converted: with others, what is in quarantine is tried again.
    """

    documents: JobDocuments
    quarantine: Quarantine
    sets: DocumentSets
    catalogue: Catalogue
    reading: SourceReading
    chunking: SetChunking
    circumstances: str
    half_life_days: float | None

    def check(self, request: Request) -> None:
        """Raises InvalidInput where another folder would silently replace the set's."""
        found = self.sets.find(request.set_name)
        if found and found.folder not in (None, request.folder) and request.folder:
            if request.replace_source:
                return
            raise InvalidInput(
                f"The document set {request.set_name!r} is fed from {found.folder}, and this is "
                f"{request.folder}: what only the former holds would be removed.",
                "Name another set with --set, or give --replace-source.",
            )

    def look(self, request: Request, listing: Listing) -> tuple[list[PlannedDocument], int]:
        """What the job would do with each document, and how many it would leave as they are."""
        live = self.catalogue.documents(request.set_name)
        compared = compare(listing, live, self.chunking.recipe(self.limits(request.set_name)))
        return self._planned(compared, self.quarantine.of(request.set_name)), len(compared.unchanged)

    def read(self, request: Request) -> Listing:
        """All that the set's sources hold now; a folder stands in for the one without a name."""
        folder = Path(request.folder) if request.folder else None
        return self.reading.listing_of(request.set_name, folder)

    def is_fed_from_folder_alone(self, set_name: str) -> bool:
        """Whether nothing else feeds the set than the source without a name."""
        return all(record.name == "" for record in self.reading.records.of(set_name))

    def plan(self, lease: Lease, request: Request, listing: Listing | None = None) -> bool:
        """Keeps the plan, creating the set where there is anything for it; whether anything is to change."""
        self.check(request)
        planned, unchanged = self.look(request, listing or self.read(request))
        if planned and self.sets.find(request.set_name) is None:
            self.sets.create(request.set_name, folder=request.folder, half_life_days=self.half_life_days)
        self.documents.plan(lease, planned, unchanged)
        return any(entry.planned in CHANGES for entry in planned)

    def limits(self, set_name: str) -> ChunkLimits:
        """How the set's documents are cut."""
        return self.chunking.limits(self.sets.find(set_name))

    def held_as(self, revision: str) -> str:
        """What a failure of this revision is filed under in quarantine."""
        return f"{revision} {self.circumstances}"

    def _planned(self, compared: Comparison, held: Mapping[str, Held]) -> list[PlannedDocument]:
        again = {
            document: entry
            for document, entry in held.items()
            if entry.revision == self.held_as(compared.revisions.get(document, ""))
        }
        files = [file for file in compared.to_convert if file.document_id not in again]
        waiting = [file.document_id for file in compared.to_convert if file.document_id in again]
        return [
            *_to_convert(files, compared),
            *(PlannedDocument(document, "removed") for document in compared.removed),
            *(_left_out("skipped", s.document_id, s, compared) for s in compared.skipped),
            *(_left_out("quarantined", document, again[document], compared) for document in waiting),
        ]


def _left_out(planned: Planned, document: str, why: Skipped | Held, compared: Comparison) -> PlannedDocument:
    known = document in compared.known
    return PlannedDocument(document, planned, known, reason=why.reason, remedy=why.remedy)


def _to_convert(files: Sequence[FolderFile], compared: Comparison) -> Iterator[PlannedDocument]:
    for number, part in enumerate(batches(files)):
        for file in part:
            known = file.document_id in compared.known
            yield PlannedDocument(
                file.document_id,
                "changed" if known else "added",
                known,
                number,
                file.size,
                compared.revisions[file.document_id],
                FILE.dump_json(file).decode(),
            )


def batches(files: Sequence[FolderFile]) -> Iterator[tuple[FolderFile, ...]]:
    """A few files each, and few bytes, in order."""
    part: list[FolderFile] = []
    size = 0
    for file in files:
        if part and (len(part) == BATCH_FILES or size + file.size > BATCH_BYTES):
            yield tuple(part)
            part, size = [], 0
        part.append(file)
        size += file.size
    if part:
        yield tuple(part)
