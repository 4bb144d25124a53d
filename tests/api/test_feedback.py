"""`POST /api/feedback` over a facade that knows one answer."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from rag_app.application import ANONYMOUS, Application, Principal
from rag_app.problems import NotFound, Transient
from rag_app.schemas import FeedbackKind, FeedbackReceipt


class _Feedback:
    def __init__(self) -> None:
        self.given: list[tuple[Any, ...]] = []

    def give_feedback(
        self, shown_id: str, kind: FeedbackKind, principal: Principal, *, source: int | None, comment: str
    ) -> FeedbackReceipt:
        if shown_id != "known":
            raise NotFound(f"There is no answer {shown_id!r} that was shown to you.")
        if comment == "again and again":
            raise Transient("That is too often.")
        self.given.append((shown_id, kind, principal, source, comment))
        return FeedbackReceipt(id=shown_id, source=source, kind=kind, replaced=False)


@pytest.fixture
def feedback() -> _Feedback:
    return _Feedback()


@pytest.fixture
def client(feedback: _Feedback) -> Iterator[TestClient]:
    application = SimpleNamespace(answers=None, feedback=feedback, close=lambda: None)
    with TestClient(create_app(cast(Application, application))) as client:
        yield client


def test_a_thumb_on_a_source_is_taken_down(client: TestClient, feedback: _Feedback) -> None:
    response = client.post("/api/feedback", json={"id": "known", "kind": "up", "source": 2, "comment": "yes"})

    assert response.status_code == 200
    assert response.json() == {"id": "known", "source": 2, "kind": "up", "replaced": False}
    assert feedback.given == [("known", "up", ANONYMOUS, 2, "yes")]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"id": "unknown", "kind": "up"}, 404),
        ({"id": "known", "kind": "down", "comment": "again and again"}, 503),
        ({"id": "known", "kind": "sideways"}, 422),
        ({"id": "known"}, 422),
        ({"kind": "up"}, 422),
        ({"id": "known", "kind": "up", "source": "first"}, 422),
        ({"id": "known", "kind": "up", "principal": "bob"}, 422),
        ({"id": "x" * 101, "kind": "up"}, 422),
    ],
)
def test_what_cannot_be_taken_down_is_told(client: TestClient, body: dict[str, Any], status: int) -> None:
    response = client.post("/api/feedback", json=body)

    assert response.status_code == status
    assert response.json()["status"] == status
