"""Long lists page by page: a page ends with a cursor, which says after what the next one begins."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from typing import TypeVar

from storage.errors import InvalidInput

Entry = TypeVar("Entry")
MAX_CURSOR_CHARACTERS = 8_000


def page_of(
    found: Sequence[Entry], limit: int, key: Callable[[Entry], Sequence[str]]
) -> tuple[list[Entry], str | None]:
    """The first `limit` of what was found, one more having been asked for, and the cursor of the rest."""
    entries = list(found[:limit])
    return entries, cursor(*key(entries[-1])) if len(found) > limit else None


def cursor(*key: str) -> str:
    """Opaque to callers, so that what orders a list may change."""
    return base64.urlsafe_b64encode(json.dumps(key).encode()).rstrip(b"=").decode()


def key_of(given: str | None, parts: int = 1) -> list[str] | None:
    """What `cursor` was made of; None for the first page. Raises InvalidInput."""
    if given is None:
        return None
    try:
        padded = given.encode("ascii") + b"=" * (-len(given) % 4)
        found = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise _no_cursor(given) from error
    if not isinstance(found, list) or len(found) != parts or not all(isinstance(p, str) for p in found):
        raise _no_cursor(given)
    return found


def _no_cursor(given: str) -> InvalidInput:
    return InvalidInput(
        f"There is no cursor {given[:100]!r}.", "Give the `next_cursor` of a page as it is, or none at first."
    )
