"""Several sources of one set as one listing: each below its name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ingestion.folder import FolderFile, Listing, Skipped
from storage.errors import Problem


@dataclass(frozen=True, slots=True)
class Read:
    """What came of a source: a listing, or why there is none."""

    name: str
    outcome: Listing | Problem


def joined(sources: Sequence[Read]) -> Listing:
    """A source that failed contributes its place to `unopened`: what came from it stays.

    Of two files that come under one id, the first counts, in the order of `sources`.
    """
    files: dict[str, FolderFile] = {}
    skipped: list[Skipped] = []
    unopened: list[str] = []
    for source in sources:
        if isinstance(source.outcome, Problem):
            unopened.append(source.name)
            skipped.append(_failed(source.name, source.outcome))
            continue
        unopened += (_below(source.name, place) for place in source.outcome.unopened)
        skipped += (
            replace(s, document_id=_below(source.name, s.document_id)) for s in source.outcome.skipped
        )
        skipped += _added(files, _named(source.name, source.outcome.files))
    return Listing(
        files=tuple(files[name] for name in sorted(files)),
        skipped=tuple(sorted(skipped, key=lambda entry: entry.document_id)),
        unopened=tuple(sorted(unopened)),
    )


def _named(source: str, files: Iterable[FolderFile]) -> Iterable[FolderFile]:
    return (replace(file, document_id=_below(source, file.document_id)) for file in files)


def _added(files: dict[str, FolderFile], more: Iterable[FolderFile]) -> list[Skipped]:
    clashes = [file.document_id for file in more if files.setdefault(file.document_id, file) is not file]
    what, remedy = "Another source of the set has a file of that name.", "Rename one of them."
    return [Skipped(name, what, remedy) for name in clashes]


def _below(source: str, document_id: str) -> str:
    return f"{source}/{document_id}" if source else document_id


def _failed(name: str, problem: Problem) -> Skipped:
    what = f"The source could not be read, and what it held stays: {problem.what}"
    return Skipped(name or "(source)", what, problem.remedy)
