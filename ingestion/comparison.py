"""What a re-ingestion has to do: the files of now against the documents of the live generation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ingestion.folder import FolderFile, Listing, Skipped
from storage.catalogue import DocumentRecord


@dataclass(frozen=True, slots=True)
class Comparison:
    """Document ids in order; `skipped` ones that were ingested earlier count as unchanged: they stay."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]
    skipped: tuple[Skipped, ...]
    files: Mapping[str, FolderFile]
    revisions: Mapping[str, str]

    @property
    def to_convert(self) -> list[FolderFile]:
        return [self.files[document] for document in sorted((*self.added, *self.changed))]

    @property
    def known(self) -> frozenset[str]:
        """Documents with an earlier revision."""
        return frozenset((*self.changed, *self.unchanged))


def compare(listing: Listing, live: Mapping[str, DocumentRecord], recipe: str) -> Comparison:
    """Reads every file once, for its hash; one that cannot be read is skipped, with the reason.

    `recipe` names how chunks are made: with another one, every document counts as changed. What lay in a
    folder or an archive that cannot be opened any more stays.
    """
    files = {file.document_id: file for file in listing.files}
    revisions: dict[str, str] = {}
    skipped = list(listing.skipped)
    for document, file in files.items():
        try:
            revisions[document] = f"{file.revision()} {recipe}"
        except OSError as error:
            skipped.append(
                Skipped(document, f"It cannot be read: {error.strerror}.", "Mend its permissions.")
            )
    there = revisions.keys() | {entry.document_id for entry in skipped} | set(_below(listing.unopened, live))
    both = revisions.keys() & live.keys()
    changed = {document for document in both if revisions[document] != live[document].revision}
    return Comparison(
        added=tuple(sorted(revisions.keys() - live.keys())),
        changed=tuple(sorted(changed)),
        removed=tuple(sorted(live.keys() - there)),
        unchanged=tuple(sorted(live.keys() & there - changed)),
        skipped=tuple(sorted(skipped, key=lambda entry: entry.document_id)),
        files=files,
        revisions=revisions,
    )


def _below(unopened: Iterable[str], documents: Iterable[str]) -> Iterator[str]:
    places = tuple(f"{place}/" if place else "" for place in unopened)  # "": a source without a name
    return (document for document in documents if document.startswith(places))
