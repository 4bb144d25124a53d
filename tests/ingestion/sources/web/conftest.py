from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from ingestion.folder import Listing
from ingestion.sources.contents import Bounds
from ingestion.sources.limits import SourceLimits
from ingestion.sources.mirror import Mirror
from ingestion.sources.options import WebOptions
from ingestion.sources.source import no_report
from ingestion.sources.web.source import WebSource
from tests.ingestion.sources.web.site_server import NOW, Site, serving

THIS_MACHINE = (ip_network("127.0.0.1/32"),)


@dataclass
class Clock:
    """Seconds that pass only while somebody sleeps."""

    seconds: float = 0.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


@pytest.fixture
def clock() -> Clock:
    return Clock()


Reading = Callable[..., Listing]


@pytest.fixture
def read(site: Site, clock: Clock, tmp_path: Path) -> Reading:
    """Reads the site as its source would, into the same mirror each time."""

    def reading(networks: Any = THIS_MACHINE, each: int = 100_000, **options: Any) -> Listing:
        chosen = WebOptions.model_validate({"url": f"{site.url}/", "delay": 0, **options})
        limits = SourceLimits(networks=networks, timeout_seconds=5.0)
        mirror = Mirror(tmp_path / "mirror", Bounds(each, 1_000_000))
        return WebSource(chosen, mirror, limits, clock, clock.sleep, lambda: NOW).read(no_report)

    return reading


def ids(listing: Listing) -> list[str]:
    return [file.document_id for file in listing.files]
