"""One page: asked for under its marks, followed where it was moved to, and kept."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from ingestion.sources.contents import TooLarge
from ingestion.sources.entry import About, Entry
from ingestion.sources.mirror import Mirror
from ingestion.sources.web.client import Client, Refused, Response, Unanswered
from ingestion.sources.web.marks import Marks, content_type, from_text, marks_of, modification
from ingestion.sources.web.pace import Pace
from ingestion.sources.web.page import MAX_BYTES, Links, read_links
from ingestion.sources.web.robots import Robots
from ingestion.sources.web.urls import canonical, page_id
from storage.errors import Problem

MAX_REDIRECTS = 10
TEMPORARY, LASTING = (302, 303, 307), (301, 308)
AWAY = "If it asks for a login, have its owner let this program read it."
PATIENCE_SECONDS = 60.0  # that a server which is busy may ask for
NO_DOCUMENTS = (
    "image/",
    "video/",
    "audio/",
    "font/",
    "text/css",
    "text/javascript",
    "application/javascript",
)


NONE = Links()


@dataclass(frozen=True, slots=True)
class Visit:
    """What became of a page, at its last address.

    "gone" and "elsewhere" have left; "failed" may come back, and until then its former copy `stays`.
    """

    kind: Literal["kept", "known", "gone", "elsewhere", "failed"]
    url: str
    links: Links = NONE
    problem: Problem | None = None
    stays: bool = False


@dataclass(frozen=True)
class Visitor:
    """Pages within `prefix`, one after the other, into `mirror`."""

    client: Client
    robots: Robots
    pace: Pace
    prefix: str
    mirror: Mirror
    now: Callable[[], datetime]

    def visit(self, url: str, changed: datetime | None, done: Collection[str]) -> Visit:
        """`changed` is its day in a sitemap; of the `done` addresses none is asked for again."""
        changed = changed if changed and changed <= self.now() else None
        place, busy = url, False
        for _ in range(MAX_REDIRECTS + 1):
            if not place.startswith(self.prefix) or not self.robots.allows(place):
                return Visit("elsewhere", place)
            if place in done and place != url:
                return Visit("known", place)
            try:
                found = self._ask(place, changed, busy)
            except (Unanswered, Refused, TooLarge) as problem:
                return self._failed(place, problem)
            if isinstance(found, Visit):
                return found
            place, busy = found, found == place
        return self._failed(url, Unanswered(url, f"it is moved on more than {MAX_REDIRECTS} times"))

    def _ask(self, url: str, changed: datetime | None, busy: bool) -> Visit | str:
        """A visit, or the address to ask next: the same again where its server was busy."""
        self.pace.wait()
        former = self.mirror.intact(url)
        with self.client.get(url, _marks(former).conditions()) as response:
            status = response.status
            if status == 304 and former:
                self._describe(former, changed)
                return Visit("kept", url, self._links(former))
            if status in TEMPORARY and former:
                why = Refused(f"{url} is sent on to {_target(response)} for now.", AWAY)
                return self._failed(url, why, (_target(response),))
            if status in (*TEMPORARY, *LASTING):
                return _target(response)
            if status in (404, 410):
                return Visit("gone", url)
            if status in (429, 503) and not busy and (seconds := _asked(response)) is not None:
                self.pace.wait(seconds)
                return url
            if status != 200:
                raise _problem(url, status)
            return self._taken(response, former, changed)

    def _taken(self, response: Response, former: Entry | None, changed: datetime | None) -> Visit:
        if content_type(response.headers).startswith(NO_DOCUMENTS):
            return Visit("elsewhere", response.url)
        length = response.headers.get("content-length", "")
        self.mirror.bounds.check(response.url, int(length) if length.isdecimal() and len(length) < 19 else 0)
        stated = modification(response.headers, self.now())
        about = About(
            page_id(response.url),
            marks_of(response.headers).to_text(),
            modified=changed or stated,
            url=response.url,
            dated=changed is not None,
        )
        entry = self.mirror.write(response.url, response.pieces, about)
        if about.modified is None and former:
            seen = former.about.modified if former.sha256 == entry.sha256 else self.now()
            self.mirror.describe(response.url, replace(about, modified=seen))
        return Visit("kept", response.url, self._links(entry))

    def _failed(self, url: str, problem: Problem, leads_to: tuple[str, ...] = ()) -> Visit:
        """What was found there before still leads on to other pages."""
        former = self.mirror.intact(url)
        pages = self._links(former).pages if former else ()
        return Visit("failed", url, Links((*pages, *leads_to)), problem, stays=former is not None)

    def _describe(self, entry: Entry, changed: datetime | None) -> None:
        if changed:
            self.mirror.describe(entry.locator, replace(entry.about, modified=changed, dated=True))

    def _links(self, entry: Entry) -> Links:
        if not _marks(entry).html:
            return Links()
        with self.mirror.path(entry).open("rb") as stream:
            return read_links(stream.read(MAX_BYTES), entry.locator)


def _marks(entry: Entry | None) -> Marks:
    return from_text(entry.about.revision) if entry else Marks()


def _problem(url: str, status: int) -> Problem:
    if status < 500 and status not in (408, 425, 429):
        return Refused(f"{url} is kept from us: HTTP status {status}.", "Ask the site's owner for access.")
    return Unanswered(url, f"HTTP status {status}")


def _target(response: Response) -> str:
    target = canonical(response.headers.get("location", ""), response.url)
    if target is None:
        raise Unanswered(response.url, "it is moved to what is no address of a page")
    return target


def _asked(response: Response) -> float | None:
    """Seconds of patience that a busy server asks for, if it asks for few."""
    asked = response.headers.get("retry-after", "")
    return float(asked) if asked.isdecimal() and float(asked) <= PATIENCE_SECONDS else None
