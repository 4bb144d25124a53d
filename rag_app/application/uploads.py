"""Files that are handed over, several at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO

from pydantic import BaseModel, ConfigDict, Field

from rag_app.application.sources import Sources, UploadedFile
from rag_app.cursors import key_of, page_of
from storage.errors import InvalidInput

MOST_FILES = 1_000


class RefusedFile(BaseModel):
    """A file that was not taken, why, and what to do."""

    model_config = ConfigDict(frozen=True)

    name: str
    reason: str
    remedy: str


class UploadReport(BaseModel):
    """What became of the files of one request."""

    model_config = ConfigDict(frozen=True)

    files: list[UploadedFile]
    refused: list[RefusedFile]


class FilePage(BaseModel):
    """Files that were handed over, by name."""

    model_config = ConfigDict(frozen=True)

    files: list[UploadedFile]
    next_cursor: str | None = Field(description="For the next page; null: this is the last")


@dataclass(frozen=True)
class Uploads:
    """Files of sources of kind upload."""

    sources: Sources

    def take(self, set_name: str, source: str, form: Iterable[tuple[str, BinaryIO]]) -> UploadReport:
        """Each file for itself: one that is refused keeps no other out.

        Raises NotFound, InvalidInput where no file came, and whatever reading the form raises.
        """
        self.sources.files(set_name, source)  # that it can take files at all is known before one is read
        taken: list[UploadedFile] = []
        refused: list[RefusedFile] = []
        for name, stream in form:
            if len(taken) + len(refused) == MOST_FILES:
                raise InvalidInput(f"More than {MOST_FILES:,} files came at a time.", "Send the rest apart.")
            try:
                taken.append(self.sources.upload(set_name, source, name, stream))
            except InvalidInput as problem:
                refused.append(RefusedFile(name=name[:200], reason=problem.what, remedy=problem.remedy))
        if not taken and not refused:
            raise InvalidInput("The form holds no file.", "Send files, as in: curl -F 'file=@plan.pdf' URL")
        return UploadReport(files=taken, refused=refused)

    def page(self, set_name: str, source: str, cursor: str | None, limit: int) -> FilePage:
        """By name. Raises NotFound, or InvalidInput for another kind of source."""
        after = key_of(cursor)
        found = [one for one in self.sources.files(set_name, source) if not after or one.name > after[0]]
        some, next_cursor = page_of(found[: limit + 1], limit, lambda one: (one.name,))
        return FilePage(files=some, next_cursor=next_cursor)
