"""Links as a document states them, resolved to ids of documents of its set."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable
from urllib.parse import unquote, urlsplit

from ingestion.sources.web.urls import canonical, origin, page_id

MAX_LINKS = 1_000  # a page of more is an index of everything, and recommends nothing


def resolved_links(hrefs: Iterable[str], document_id: str, url: str | None = None) -> tuple[str, ...]:
    """Ids below the set's folder, each once, sorted; links to elsewhere and to itself are left out.

    Those of a page of a site, at `url`, are addresses: its id tells how those of the site's pages begin.
    """
    is_page = url is not None and document_id.endswith(page_id(url))
    resolve = _by_address(url, document_id) if url and is_page else _by_path(document_id)
    found = {target for href in hrefs if (target := resolve(href)) is not None}
    return tuple(sorted(found - {document_id})) if len(found) <= MAX_LINKS else ()


def _by_address(url: str, document_id: str) -> Callable[[str], str | None]:
    prefix = document_id.removesuffix(page_id(url))

    def resolve(href: str) -> str | None:
        target = canonical(href, url)
        return prefix + page_id(target) if target and origin(target) == origin(url) else None

    return resolve


def _by_path(document_id: str) -> Callable[[str], str | None]:
    def resolve(href: str) -> str | None:
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

    return resolve
