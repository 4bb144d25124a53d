"""A web site as a source of documents."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from ingestion.folder import Listing, Skipped
from ingestion.sources.limits import SourceLimits
from ingestion.sources.mirror import Mirror
from ingestion.sources.options import WebOptions
from ingestion.sources.source import Report
from ingestion.sources.web.client import Client
from ingestion.sources.web.frontier import Frontier, Target
from ingestion.sources.web.listed import listed_pages
from ingestion.sources.web.pace import Pace
from ingestion.sources.web.reading import Reading, other_address
from ingestion.sources.web.robots import Robots, read_robots
from ingestion.sources.web.urls import page_id
from ingestion.sources.web.visit import Visit, Visitor
from storage.errors import InvalidInput


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class WebSource:
    """Pages within a prefix, by a sitemap or by their links; `clock` and `sleep` count seconds."""

    options: WebOptions
    mirror: Mirror
    limits: SourceLimits
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], datetime] = utc_now

    def read(self, report: Report) -> Listing:
        """A page that is gone leaves; one that fails stays as it was. Where limits end it, nothing leaves."""
        limits = self.limits
        client = Client(limits.networks, limits.timeout_seconds, limits.user_agent, self.clock)
        try:
            with self.mirror.alone():
                reading = self._walk(client, report)
                met = self.mirror.entries.keys() - reading.gone
                kept = met if reading.is_partial else met & reading.kept
                if not kept:
                    raise _empty(self.options.url, reading)
                self.mirror.finish(kept)
                return self.mirror.listing(reading.skipped)
        finally:
            client.close()

    def _walk(self, client: Client, report: Report) -> Reading:
        options = self.options
        pace = Pace(options.delay, options.max_seconds, self.clock, self.sleep)
        pace.wait()
        robots = read_robots(client, options.url, self.limits.user_agent)
        pace.delay = max(options.delay, robots.delay)
        frontier = Frontier(options.scope, options.max_depth)
        self._begin(frontier, client, pace, robots)
        visitor = Visitor(client, robots, pace, options.scope, self.mirror, self.now)
        reading = Reading()
        while (target := frontier.next()) is not None:
            if self._is_enough(reading, pace):
                break
            if target.url not in reading.done:
                visit = visitor.visit(target.url, target.changed, reading.done)
                reading.note(target, visit)
                self._go_on(frontier, target, visit)
                report("pages", len(reading.done), len(reading.done) + frontier.waiting)
        reading.cut = reading.cut or ("max_depth" if frontier.deeper else "")
        if reading.cut:
            reading.is_partial = True
            reading.skipped.append(_cut(options, reading.cut))
        return reading

    def _begin(self, frontier: Frontier, client: Client, pace: Pace, robots: Robots) -> None:
        options = self.options
        if options.sitemap:
            frontier.add(listed_pages(client, pace, options.sitemap))
        elif not robots.allows(options.url):
            raise InvalidInput(
                f"The site's robots.txt does not allow {options.url} to be read.",
                "Ask its owner to allow it.",
            )
        else:
            frontier.add([Target(options.url)])

    def _is_enough(self, reading: Reading, pace: Pace) -> bool:
        if len(reading.kept) >= self.options.max_pages:
            reading.cut = "max_pages"
        elif pace.is_over:
            reading.cut = "max_seconds"
        return bool(reading.cut)

    def _go_on(self, frontier: Frontier, target: Target, visit: Visit) -> None:
        if stated := other_address(visit):
            frontier.add([Target(stated, target.depth, target.changed)])
        if not self.options.sitemap:
            frontier.add(Target(url, target.depth + 1) for url in visit.links.pages)


def _cut(options: WebOptions, limit: str) -> Skipped:
    """Told like a document that was left out, so that whoever reads the report knows."""
    return Skipped(
        page_id(options.url),
        f"The site has more pages than {limit} ({getattr(options, limit)}) lets in.",
        f"Raise {limit}, or narrow the prefix.",
    )


def _empty(url: str, reading: Reading) -> InvalidInput:
    why = f" ({reading.skipped[0].reason})" if reading.skipped else ""
    return InvalidInput(f"{url} leads to no pages{why}.", "Check url, prefix and sitemap.")
