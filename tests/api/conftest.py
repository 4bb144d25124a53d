from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from fastapi.testclient import TestClient

from tests.api.admin import admin_client, administered


@pytest.fixture
def application(tmp_path: Path) -> Iterator[SimpleNamespace]:
    with administered(tmp_path) as application:
        yield application


@pytest.fixture
def admin(application: SimpleNamespace) -> Iterator[TestClient]:
    with admin_client(application) as client:
        yield client
