"""Workers that share PostgreSQL, as on several machines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract_sql.conftest import new_database, postgresql
from tests.rag_app.jobs.installation import Installation, kill

__all__ = ["postgresql"]


@pytest.fixture
def installation(tmp_path: Path, postgresql: Any) -> Iterator[Installation]:
    made = Installation(tmp_path / "shared", new_database(postgresql))
    yield made
    made.close()


def test_of_two_workers_the_one_that_dies_is_succeeded_by_the_other(installation: Installation) -> None:
    installation.fill(96)
    first, second = installation.start_worker(), installation.start_worker()
    job = installation.submit()
    before = installation.wait(job, lambda status: status.documents > 0)
    with installation.desk() as desk:
        at_work = {record.id: record.pid for record in desk.ingesting.undertaker.alive()}[str(before.worker)]
    kill(first if first.pid == at_work else second)

    after = installation.finished(job)

    assert (after.state, after.outcomes, after.takes) == ("succeeded", {"added": 96}, 2)
    assert after.worker != before.worker
    records, _ = installation.live()
    assert len(records) == 96
