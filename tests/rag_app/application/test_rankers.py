from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rag_app.application import Rankers
from ranking import defaults
from ranking.ranker import Ranker
from storage.database import Database, open_database, sqlite_url
from storage.errors import InvalidInput, Permanent
from storage.rankers import RankerRecords

CROSS_ENCODER = "ms-marco-MiniLM-L-12-v2-int8@1225ccd6afd0"
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(sqlite_url(tmp_path / "rag.db"))
    yield opened
    opened.close()


def _rankers(database: Database, cross_encoder: str = CROSS_ENCODER, trust: float | None = None) -> Rankers:
    return Rankers(
        RankerRecords(database, lambda: NOW),
        defaults.ranker_for,
        defaults.calibrated,
        lambda: cross_encoder,
        trust,
    )


def _learned(version: int) -> Ranker:
    relevance = replace(defaults.RELEVANCE, trust=0.35, version=f"learned-{version}")
    return Ranker(relevance, replace(defaults.ENSEMBLE, version=f"learned-{version}"))


def test_the_shipped_ranker_ranks_until_one_was_learned(database: Database) -> None:
    rankers = _rankers(database)
    assert rankers.current() == defaults.ranker_for(CROSS_ENCODER)
    status = rankers.status()
    assert (status.version, status.measured, status.calibrated) == (0, "shipped default", True)


def test_another_process_uses_what_was_learned_from_the_next_question_on(database: Database) -> None:
    learner, server = _rankers(database), _rankers(database)
    assert server.current().relevance.trust == defaults.RELEVANCE.trust
    assert learner.keep(_learned, 40, {}) == 1
    assert server.current() == _learned(1)
    assert server.status().measured == "learned on 40 questions"
    learner.roll_back()
    assert server.current() == defaults.ranker_for(CROSS_ENCODER)


def test_the_trust_of_the_settings_wins_and_says_so(database: Database) -> None:
    rankers = _rankers(database, trust=0.9)
    rankers.keep(_learned, 40, {})
    assert rankers.current().relevance.trust == 0.9
    assert rankers.current().relevance.version == "learned-1, trust 0.9"
    status = rankers.status()
    assert (status.version, status.trust) == (1, 0.9)
    assert status.measured == "learned on 40 questions, trust from RAG_APP_RANKING__TRUST"


def test_a_refusal_threshold_of_the_settings_wins(database: Database) -> None:
    rankers = _rankers(database)
    rankers.keep(lambda version: replace(_learned(version), refusal_threshold=0.2), 40, {})
    assert rankers.current().refusal_threshold == 0.2
    assert replace(rankers, threshold_set=True).current().refusal_threshold is None


def test_a_ranker_of_another_cross_encoder_is_not_used(database: Database) -> None:
    _rankers(database).keep(_learned, 40, {})
    other = _rankers(database, "house-model@ffff")
    assert other.current() == defaults.ranker_for("house-model@ffff")
    assert "ranker 1 was learned for another cross-encoder" in other.status().measured
    assert not other.status().calibrated
    assert [(e.version, e.active, e.usable) for e in other.list().rankers] == [
        (0, False, True),
        (1, True, False),
    ]
    with pytest.raises(InvalidInput, match="house-model@ffff is in use"):
        other.activate(1)


def test_what_another_version_of_the_program_wrote_names_the_way_out(database: Database) -> None:
    records = RankerRecords(database, lambda: NOW)
    records.add(CROSS_ENCODER, lambda _: {"relevance": {"temperature": 2}}, 40, {})
    rankers = _rankers(database)
    with pytest.raises(Permanent, match="Ranker 1 cannot be read") as raised:
        rankers.current()
    assert "rollback" in raised.value.remedy
    rankers.roll_back()
    assert rankers.status().version == 0


def test_the_list_shows_all_and_serialises(database: Database) -> None:
    rankers = _rankers(database)
    rankers.keep(_learned, 40, {"overall": {"before": 0.5, "after": 0.6}})
    entries = json.loads(rankers.list().model_dump_json())["rankers"]
    assert [(e["version"], e["active"], e["questions"]) for e in entries] == [(0, False, 0), (1, True, 40)]
    assert entries[1]["metrics"]["overall"]["after"] == 0.6
