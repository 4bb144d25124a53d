"""What a mirror knows of one document of its source."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

DATES = ("modified", "created")


@dataclass(frozen=True, slots=True)
class About:
    """What the source says of a document: `revision` is its own mark (ETag, object id)."""

    document_id: str
    revision: str
    modified: datetime | None = None
    created: datetime | None = None
    author: str | None = None
    url: str | None = None
    dated: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A document as it was fetched; `locator` is its name at the source: address, key or path."""

    locator: str
    sha256: str
    size: int
    about: About


def to_json(entry: Entry) -> str:
    about = {
        key: value.isoformat() if isinstance(value, datetime) else value
        for key, value in asdict(entry.about).items()
    }
    return json.dumps({"locator": entry.locator, "sha256": entry.sha256, "size": entry.size, "about": about})


def from_json(line: Any) -> Entry | None:
    """None for what is no entry: written by another version, or torn."""
    try:
        known = {field.name for field in fields(About)}
        about = {key: value for key, value in line["about"].items() if key in known}
        for key in DATES:
            about[key] = datetime.fromisoformat(about[key]) if about.get(key) else None
        return Entry(line["locator"], line["sha256"], line["size"], About(**about))
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
