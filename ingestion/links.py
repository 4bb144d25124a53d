"""Links as a document states them, resolved to ids of documents of its set."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

MAX_LINKS = 1_000  # a page of more is an index of everything, and recommends nothing


def resolved_links(hrefs: Iterable[str], document_id: str) -> tuple[str, ...]:
    """Ids below the set's folder, each once, sorted; links to elsewhere and to itself are left out."""
    found = {target for href in hrefs if (target := _target(href, document_id)) is not None}
    return tuple(sorted(found - {document_id})) if len(found) <= MAX_LINKS else ()


def _target(href: str, document_id: str) -> str | None:
    try:
        parts = urlsplit(href.strip())
    except ValueError:
        return None
    if parts.scheme or parts.netloc or not parts.path:
        return None
    path = unquote(parts.path.replace("\\", "/"))
    folder = "" if path.startswith("/") else posixpath.dirname(document_id)
    target = posixpath.normpath(posixpath.join(folder, path.lstrip("/")))
    return None if target in ("", ".") or target.startswith("..") else target
