"""Past questions by likeness, over every vector store."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import numpy as np
import pytest

from storage.feedback.questions import QuestionIndex
from storage.vector_client import VectorClient

pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect")
EAST, NORTH = np.array([1.0, 0, 0, 0], np.float32), np.array([0, 1.0, 0, 0], np.float32)


@pytest.fixture
def questions(client: VectorClient) -> Iterator[QuestionIndex]:
    name = f"test-{uuid.uuid4().hex}"
    index = QuestionIndex(client, name)
    yield index
    if index.exists():
        client.delete_collection(name)


def test_before_the_first_vote_there_is_nothing_like_it(questions: QuestionIndex) -> None:
    assert questions.nearest(EAST, {"handbook"}, 10) == {}
    assert not questions.exists()


def test_the_nearest_come_with_their_cosine(questions: QuestionIndex) -> None:
    questions.put([("east", "handbook"), ("north", "handbook")], np.stack([EAST, NORTH]))

    found = questions.nearest(np.array([0.6, 0.8, 0, 0], np.float32), {"handbook"}, 10)

    assert found == {"north": pytest.approx(0.8, abs=1e-5), "east": pytest.approx(0.6, abs=1e-5)}
    assert list(questions.nearest(EAST, {"handbook"}, 1)) == ["east"]


def test_questions_about_other_sets_are_not_seen(questions: QuestionIndex) -> None:
    questions.put([("q1", "secret"), ("q2", "handbook"), ("q2", "secret")], np.stack([EAST] * 3))

    assert set(questions.nearest(EAST, {"handbook"}, 10)) == {"q2"}
    assert set(questions.nearest(EAST, {"handbook", "secret"}, 10)) == {"q1", "q2"}
    assert questions.nearest(EAST, set(), 10) == {}


def test_a_question_put_again_is_still_one(questions: QuestionIndex, client: VectorClient) -> None:
    for _ in range(2):
        questions.put([("q", "handbook")], EAST[None])

    assert client.count(questions.collection).count == 1
