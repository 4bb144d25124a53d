"""The pages that a site's sitemap lists."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from ingestion.sources.web.client import Client, Unanswered
from ingestion.sources.web.frontier import Target
from ingestion.sources.web.pace import Pace
from ingestion.sources.web.sitemap import MAX_BYTES, Sitemap, parse_sitemap
from ingestion.sources.web.urls import canonical
from storage.errors import InvalidInput

MAX_REDIRECTS = 5
MAX_SITEMAPS = 1_000


def listed_pages(client: Client, pace: Pace, url: str) -> Iterator[Target]:
    """Of the sitemap and all that it names. Transient or InvalidInput where one cannot be read."""
    waiting, seen = deque([url]), {url}
    while waiting:
        sitemap = _read(client, pace, waiting.popleft())
        for place, changed in sitemap.pages:
            if page := canonical(place):
                yield Target(page, 0, changed)
        fresh = {further for found in sitemap.sitemaps if (further := canonical(found, url))} - seen
        waiting.extend(sorted(fresh))
        seen.update(fresh)
        if len(seen) > MAX_SITEMAPS:
            raise InvalidInput(f"{url} names more than {MAX_SITEMAPS:,} sitemaps.", "Give one of those.")


def _read(client: Client, pace: Pace, url: str) -> Sitemap:
    place = url
    for _ in range(MAX_REDIRECTS + 1):
        pace.wait()
        with client.get(place) as response:
            if response.status == 200:
                return parse_sitemap(_content(response.pieces, place), place)
            if response.status in (404, 410):
                raise InvalidInput(f"There is no sitemap {place}.", "Check its address.")
            if not 300 <= response.status < 400:
                raise Unanswered(place, f"HTTP status {response.status}")
            place = canonical(response.headers.get("location", ""), place) or place
    raise Unanswered(url, f"it is moved on more than {MAX_REDIRECTS} times")


def _content(pieces: Iterator[bytes], place: str) -> bytes:
    content = bytearray()
    for piece in pieces:
        content += piece
        if len(content) > MAX_BYTES:
            raise InvalidInput(f"{place} has more than {MAX_BYTES:,} bytes.", "Split the sitemap.")
    return bytes(content)
