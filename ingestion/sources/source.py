"""What every kind of source does, and how a reading tells how far it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from ingestion.folder import Listing

Report = Callable[[str, int, int | None], None]  # what is done, how many of how many (None: nobody knows)


class Source(Protocol):
    def read(self, report: Report) -> Listing:
        """Brings the mirror in line with the source and lists it.

        Transient, Permanent or InvalidInput where it cannot be read to its end; then nothing is removed.
        """
        ...


def no_report(_what: str, _done: int, _total: int | None) -> None:
    """For callers that do not watch."""
