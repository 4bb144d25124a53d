"""What a question sees, against a plain model of it, through random histories of writes and undos."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.chunk import Chunk
from storage.scope import Scope
from storage.sparse import SparseVector
from storage.vector_schema import NEVER, point_id
from storage.vectors import ChunkIndex
from tests.contract.conftest import DIMENSION

pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect in the local Qdrant")

GENERATIONS = st.integers(1, 4)
GROUPS = st.frozensets(st.sampled_from(["hr", "board", "it"]))
WORD = SparseVector((7,), (1.0,))
numbers = count()


@dataclass
class Model:
    """Every point with its interval, as plain values."""

    chunks: dict[str, Chunk] = field(default_factory=dict)
    intervals: dict[str, tuple[int, int]] = field(default_factory=dict)

    def undo(self, set_: str, generation: int) -> None:
        for id_ in [one for one in self.intervals if self.chunks[one].set == set_]:
            first, until = self.intervals[id_]
            if first == generation:
                del self.intervals[id_]
            elif until == generation:
                self.intervals[id_] = (first, NEVER)

    def seen(self, scope: Scope) -> set[str]:
        return {
            id_
            for id_, (first, until) in self.intervals.items()
            if first <= scope.generations.get(self.chunks[id_].set, 0) < until
            and (not self.chunks[id_].groups or scope.groups & set(self.chunks[id_].groups))
        }


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_question_sees_what_the_model_sees(index: ChunkIndex, data: st.DataObject) -> None:
    example = next(numbers)
    sets = [f"a{example}", f"b{example}"]
    model = Model()
    for step in range(data.draw(st.integers(1, 6))):
        generation, set_ = data.draw(GENERATIONS), data.draw(st.sampled_from(sets))
        match data.draw(st.sampled_from(["write", "write", "retire", "undo"])):
            case "write":
                groups = tuple(sorted(data.draw(GROUPS)))
                chunk = Chunk(set_, f"document {step}", step, f"text {step}", "Title", groups=groups)
                index.write([chunk], np.ones((1, DIMENSION), np.float32), [WORD], generation)
                model.chunks[point_id(chunk, generation)] = chunk
                model.intervals[point_id(chunk, generation)] = (generation, NEVER)
            case "retire":
                chosen = [id_ for id_ in model.intervals if data.draw(st.booleans())]
                index.retire(chosen, generation)
                for id_ in chosen:
                    first, until = model.intervals[id_]
                    model.intervals[id_] = (first, generation if until == NEVER else until)
            case "undo":
                index.undo(set_, generation)
                model.undo(set_, generation)
    pinned = {set_: data.draw(GENERATIONS) for set_ in data.draw(st.sets(st.sampled_from(sets)))}
    scope = Scope(pinned, data.draw(GROUPS))
    dense, sparse = index.search(np.ones(DIMENSION, np.float32), WORD, scope, 50)
    assert {hit.id for hit in dense} == {hit.id for hit in sparse} == model.seen(scope)
