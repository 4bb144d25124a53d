from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.docs.checkout import Checkout, fresh_checkout


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """A checkout whose data folder holds the examples, as every page but the first takes for granted."""
    with ExitStack() as stack:
        made = fresh_checkout(tmp_path_factory.mktemp("checkout"), stack)
        made.run(".venv/bin/rag-app ingest examples/knowledge_base --set examples")
        yield made
