from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest

from storage.database import Database
from storage.errors import NotFound
from storage.rankers import RankerRecords


@pytest.fixture
def records(database: Database, now: Callable[[], datetime]) -> RankerRecords:
    return RankerRecords(database, now)


def _add(records: RankerRecords, trust: float = 0.5) -> int:
    return records.add(
        "l12@abc", lambda version: {"name": f"v{version}", "trust": trust}, 40, {"overall": 0.1}
    )


def test_before_anything_was_learned_the_shipped_one_is_in_use(records: RankerRecords) -> None:
    assert (records.active(), records.all()) == (0, [])
    with pytest.raises(NotFound, match="nothing was before"):
        records.roll_back()


def test_what_was_learned_is_kept_whole_and_in_use(records: RankerRecords) -> None:
    assert _add(records, 0.7) == 1
    record = records.find(1)
    assert records.active() == 1
    assert record.parameters == {"name": "v1", "trust": 0.7}
    assert (record.cross_encoder, record.questions, record.metrics) == ("l12@abc", 40, {"overall": 0.1})
    assert records.all() == [record]


def test_rolling_back_goes_the_whole_way_in_the_order_of_use(records: RankerRecords) -> None:
    _add(records)
    _add(records)
    records.activate(1)
    assert [records.active(), *(records.roll_back() for _ in range(3))] == [1, 2, 1, 0]
    with pytest.raises(NotFound):
        records.roll_back()


def test_after_a_rollback_another_version_may_follow(records: RankerRecords) -> None:
    _add(records)
    _add(records)
    records.roll_back()
    assert _add(records) == 3
    assert records.roll_back() == 1


def test_putting_into_use_what_is_in_use_changes_nothing(records: RankerRecords) -> None:
    _add(records)
    records.activate(1)
    assert records.roll_back() == 0


def test_the_shipped_one_can_be_chosen_again(records: RankerRecords) -> None:
    _add(records)
    records.activate(0)
    assert records.active() == 0
    assert records.roll_back() == 1


@pytest.mark.parametrize("version", [2, -1])
def test_an_unknown_version_is_named(records: RankerRecords, version: int) -> None:
    _add(records)
    for ask in (records.find, records.activate):
        with pytest.raises(NotFound, match=f"version {version}"):
            ask(version)
    assert records.active() == 1


def test_two_that_learn_at_once_get_versions_of_their_own(records: RankerRecords) -> None:
    def learn(_: int) -> int:
        return _add(records)

    with ThreadPoolExecutor(4) as pool:
        versions = sorted(pool.map(learn, range(4)))
    assert versions == [1, 2, 3, 4]
    names: list[Mapping[str, Any]] = [record.parameters for record in records.all()]
    assert [named["name"] for named in names] == ["v1", "v2", "v3", "v4"]
