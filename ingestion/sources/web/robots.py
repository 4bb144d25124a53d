"""What a site asks of programs, in its robots.txt (RFC 9309)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from protego import Protego

from ingestion.sources.web.client import Client, Unanswered
from ingestion.sources.web.urls import canonical, origin
from storage.errors import Transient

MAX_BYTES = 500 * 1024
MAX_REDIRECTS = 5


@dataclass(frozen=True)
class Robots:
    """The rules for `user_agent`."""

    rules: Protego
    user_agent: str

    def allows(self, url: str) -> bool:
        return self.rules.can_fetch(url, self.user_agent)

    @property
    def delay(self) -> float:
        """Seconds that the site wants between two requests."""
        return self.rules.crawl_delay(self.user_agent) or 0.0


def read_robots(client: Client, url: str, user_agent: str) -> Robots:
    """A site without rules allows everything; Transient where it cannot say them now."""
    place = f"{origin(url)}/robots.txt"
    for _ in range(MAX_REDIRECTS + 1):
        with client.get(place) as response:
            if 300 <= response.status < 400:
                place = canonical(response.headers.get("location", ""), place) or place
            elif response.status < 300:
                return Robots(Protego.parse(_text(response.pieces)), user_agent)
            elif response.status < 500 and response.status != 429:
                break
            else:
                raise _unknown(place, f"HTTP status {response.status}")
    return Robots(Protego.parse(""), user_agent)


def _text(pieces: Iterable[bytes]) -> str:
    content = b""
    for piece in pieces:
        content += piece
        if len(content) >= MAX_BYTES:
            break
    return content[:MAX_BYTES].decode("utf-8-sig", errors="replace")


def _unknown(place: str, why: str) -> Transient:
    return Unanswered(place, f"{why}; without it nobody knows what the site allows")
