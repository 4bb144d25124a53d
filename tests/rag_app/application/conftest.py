from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rag_app.application import Application
from rag_app.bootstrap import open_application
from rag_app.settings import Settings, Worker

OpenApplication = Callable[[Path], Application]


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    """An empty application with the real engine, database and models."""
    with open_application(
        Settings(data_dir=tmp_path / "data", worker=Worker(on_demand=False))
    ) as application:
        yield application


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three documents about one invented office."""
    place = tmp_path / "office"
    place.mkdir()
    (place / "parking.md").write_text("# Parking\n\nThe car park opens at 6:30. Visitors park on level 2.\n")
    (place / "coffee.md").write_text(
        "# Coffee\n\nThe coffee machine is descaled every Friday by facilities.\n"
    )
    (place / "badges.txt").write_text("Lost badges are replaced at the front desk for 15 euros.\n")
    return place
