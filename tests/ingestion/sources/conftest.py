from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.sources.contents import Bounds
from ingestion.sources.mirror import Mirror


@pytest.fixture
def mirror(tmp_path: Path) -> Mirror:
    """An empty copy that takes 1,000 bytes a file and 5,000 in all."""
    return Mirror(tmp_path / "mirror", Bounds(each=1_000, all=5_000))
