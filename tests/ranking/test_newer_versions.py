from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime

import numpy as np

from ranking.candidate import Candidate, Signal
from ranking.ensemble import Ensemble, EnsembleWeights
from ranking.newer_versions import NewerVersions
from storage.chunk import Chunk
from storage.scope import Scope

SCOPE = Scope({"handbook": 3}, frozenset({"staff"}))
Keys = Collection[tuple[str, str]]


class Recorded:
    def __init__(self, found: Mapping[tuple[str, str], list[str]]) -> None:
        self._found = found

    def newer(self, of: Keys) -> Mapping[tuple[str, str], list[str]]:
        return {key: ids for key, ids in self._found.items() if key in of}


class Open:
    """An index in which only `documents` may be read; counts how often it is asked."""

    def __init__(self, *documents: str) -> None:
        self._documents = set(documents)
        self.asked = 0

    def readable_documents(self, set: str, document_ids: Collection[str], scope: Scope) -> set[str]:  # noqa: A002
        assert (set, scope) == ("handbook", SCOPE)
        self.asked += 1
        return self._documents & {*document_ids}


def candidate(document: str, relevance: float = 1.0) -> Candidate:
    chunk = Chunk("handbook", document, 0, f"What {document} says.", "")
    return Candidate(document, chunk, {"fused": 1}, {"cross_encoder": Signal(relevance, 0.5, relevance)})


def test_the_newest_version_that_may_be_read_is_told() -> None:
    recorded = Recorded({("handbook", "2022"): ["2026", "2025", "2024"], ("handbook", "x"): ["y"]})
    found = NewerVersions(recorded, Open("2025", "2024")).of([candidate("2022"), candidate("2020")], SCOPE)
    assert found == {("handbook", "2022"): "2025"}


def test_nobody_is_told_of_a_document_that_they_may_not_read() -> None:
    versions = NewerVersions(Recorded({("handbook", "2022"): ["2026"]}), Open())
    assert versions.of([candidate("2022")], SCOPE) == {}


def test_the_index_is_asked_only_where_something_was_found() -> None:
    index = Open("2026")
    NewerVersions(Recorded({}), index).of([candidate("2022")], SCOPE)
    assert index.asked == 0


def test_the_ensemble_tells_and_moves_no_rank() -> None:
    candidates = [candidate("2022", relevance=2.0), candidate("parking")]
    weights = EnsembleWeights(bound=1.0, boosts={}, version="test")

    def ranked(ensemble: Ensemble) -> list[Candidate]:
        outputs = ensemble.run(
            candidates, "?", np.zeros(2, np.float32), SCOPE, datetime(2026, 1, 1, tzinfo=UTC), {}, weights
        )
        found: list[Candidate] = outputs["candidates"]
        return found

    told = ranked(Ensemble((), NewerVersions(Recorded({("handbook", "2022"): ["2026"]}), Open("2026"))))
    silent = ranked(Ensemble(()))
    assert [one.superseded_by for one in told] == ["2026", None]
    assert [(one.id, one.score, one.ranks) for one in told] == [(c.id, c.score, c.ranks) for c in silent]
