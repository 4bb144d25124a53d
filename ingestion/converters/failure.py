"""The one error of conversion: a file that cannot become a document, by a named reason."""

from __future__ import annotations

from typing import Literal

from storage.errors import Permanent

Reason = Literal[
    "empty",
    "encrypted",
    "no text layer",
    "unknown type",
    "corrupt",
    "too large",
    "unreadable",
    "unsafe name",
]

REMEDIES: dict[Reason, str] = {
    "empty": "Fill the file, or leave it out.",
    "encrypted": "Save it without a password.",
    "no text layer": "Run text recognition (OCR) over it and save the result, or let ingestion do so.",
    "unknown type": "Save it as one of those types.",
    "corrupt": "Open it in the program it was made with and save it anew.",
    "too large": "Split the file, or raise the limit.",
    "unreadable": "Give this user the right to read it.",
    "unsafe name": "Pack the archive anew, each file once and below one folder.",
}


class ConversionFailed(Permanent):
    """`reason` names the kind of failure; `what` is the sentence for a person."""

    def __init__(self, reason: Reason, what: str, remedy: str = "") -> None:
        super().__init__(what, remedy or REMEDIES[reason])
        self.reason = reason
