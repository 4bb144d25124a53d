"""Names as sources give them, made into document ids: nothing hidden in them, nothing that climbs."""

from __future__ import annotations

import hashlib
import re
from pathlib import PurePosixPath

from ingestion.hidden import is_passed_over
from storage.errors import InvalidInput

MAX_BYTES = 900  # PostgreSQL indexes no key beyond 2,700; set and source have their names too
CUT_BYTES = 800
LONGEST_EXTENSION = 16
# What a terminal or a page would obey instead of showing.
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
DOTS = {"": "%2F", ".": "%2E", "..": "%2E%2E"}


def document_id(name: str) -> str:
    """The name with "/" between its parts, bounded in length; what is not UTF-8 shows its bytes."""
    readable = name.encode(errors="surrogateescape").decode(errors="backslashreplace")
    seen = UNSEEN.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), readable)
    return _shortened("/".join(DOTS.get(part, part) for part in seen.split("/")))


def is_hidden(name: str) -> bool:
    """Whether any of its parts is hidden, or was left behind by a program."""
    return any(is_passed_over(part) for part in name.split("/") if part not in DOTS)


def checked(name: str) -> str:
    """The name that somebody gives a file; InvalidInput where it is not one to keep as it is."""
    if not name or name != document_id(name) or "\\" in name or is_hidden(name) or not name.isprintable():
        raise InvalidInput(
            f"A file cannot be called {name[:200]!r}.",
            "Give a path such as reports/2026/plan.pdf: no leading /, no .., no backslash, nothing hidden, "
            f"at most {MAX_BYTES} bytes.",
        )
    return name


def _shortened(name: str) -> str:
    content = name.encode()
    if len(content) <= MAX_BYTES:
        return name
    extension = PurePosixPath(name).suffix
    kept = content[:CUT_BYTES].decode(errors="ignore").rstrip("/")
    mark = hashlib.sha256(content).hexdigest()[:16]
    return f"{kept}~{mark}{extension if len(extension.encode()) <= LONGEST_EXTENSION else ''}"
