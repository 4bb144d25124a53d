"""By what a page is known again: the marks that its server gave it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

SKEW = timedelta(hours=1)  # as much as a clock may err without being called wrong
GENERATED = timedelta(seconds=5)  # a page as old as its answer was made for it


@dataclass(frozen=True, slots=True)
class Marks:
    """ETag and Last-Modified as they were sent; `html`: whether it has links."""

    etag: str = ""
    modified: str = ""
    html: bool = False

    def conditions(self) -> dict[str, str]:
        """Headers that ask for the page only if it has changed."""
        found = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: value for name, value in found.items() if value}

    def to_text(self) -> str:
        return json.dumps(asdict(self))


def from_text(text: str) -> Marks:
    return Marks(**json.loads(text))


def marks_of(headers: Mapping[str, str]) -> Marks:
    return Marks(
        etag=headers.get("etag", ""),
        modified=headers.get("last-modified", ""),
        html=content_type(headers) in ("text/html", "application/xhtml+xml"),
    )


def content_type(headers: Mapping[str, str]) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def modification(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """Last-Modified, unless it lies ahead or is the time of the answer itself, by the server's own clock.

    Where that clock is wrong, what counts is how long before its answer it puts the change.
    """
    stated = _date(headers.get("last-modified"))
    answered = _date(headers.get("date")) or now
    if stated is None or stated >= answered - GENERATED:
        return None
    return stated if abs(answered - now) < SKEW else now - (answered - stated)


def _date(text: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
