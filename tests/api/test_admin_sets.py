"""`/api/admin/document-sets` over a real database."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from storage.catalogue import DocumentRecord, Outcome
from tests.api.admin import SET, admin_client


def test_a_set_is_made_shown_changed_and_lies_where_it_is_said_to(admin: TestClient) -> None:
    made = admin.post(SET, json={"name": "handbook", "groups": ["people"], "schedule": "30 2 * * *"})

    assert (made.status_code, made.headers["Location"]) == (201, f"{SET}/handbook")
    assert admin.get(made.headers["Location"]).json() == made.json()
    assert (made.json()["groups"], made.json()["half_life_days"]) == (["people"], 365.0)
    changed = admin.patch(f"{SET}/handbook", json={"half_life_days": None, "glossary": "PTO = paid time off"})
    assert changed.json()["half_life_days"] is None
    assert changed.json()["glossary"] == [["PTO", "paid time off"]]
    assert changed.json()["groups"] == ["people"]  # what was left out stays
    assert admin.patch(f"{SET}/handbook", json={"groups": []}).json()["groups"] == []


@pytest.mark.parametrize(
    "name", ["a/b", "a%2Fb", "100 %", "..a", "?x=1#y", "ü 漢字", "a/generations", "x" * 200]
)
def test_any_printable_name_is_reached(admin: TestClient, name: str) -> None:
    made = admin.post(SET, json={"name": name})

    assert made.status_code == 201
    place = made.headers["Location"]
    assert place == f"{SET}/{quote(name, safe='')}"
    assert admin.get(place).json()["name"] == name
    assert admin.get(f"{place}/generations").json() == {"set": name, "generations": []}
    assert admin.patch(place, json={"description": "x"}).json()["name"] == name


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "name"),
        ({"name": ""}, "cannot be called"),
        ({"name": "."}, "cannot be called"),
        ({"name": ".."}, "cannot be called"),
        ({"name": "x" * 10_000}, "cannot be called"),
        ({"name": "line\nbreak"}, "cannot be called"),
        ({"name": "lone \ud800"}, "cannot be called"),
        ({"name": 7}, "name"),
        ({"name": "a", "colour": "red"}, "colour"),
        ({"name": "a", "folder": "/etc"}, "folder"),
        ({"name": "a", "chunk_tokens": "64"}, "chunk_tokens"),
        ({"name": "a", "chunk_tokens": 1}, "chunk_tokens"),
        ({"name": "a", "chunk_tokens": 10**30}, "chunk_tokens"),
        ({"name": "a", "score_cache": "yes"}, "score_cache"),
        ({"name": "a", "groups": "people"}, "groups"),
        ({"name": "a", "groups": None}, "groups cannot be null"),
        ({"name": "a", "rerank": "sometimes"}, "rerank"),
        ({"name": "a", "schedule": "0 0 30 2 *"}, "schedule"),
        ({"name": "a", "gate_fall": 2}, "fall"),
        ({"name": "a", "gate_gold": "no json"}, "gold questions:1"),
        ({"name": "a", "half_life_days": -1}, "half-life"),
        ([], "dictionary"),
    ],
)
def test_what_cannot_be_is_named_and_makes_nothing(admin: TestClient, body: Any, words: str) -> None:
    response = admin.post(SET, content=json.dumps(body), headers={"Content-Type": "application/json"})

    assert response.status_code == 422
    assert words in response.json()["detail"]
    assert len(response.json()["detail"]) < 1_000
    assert admin.get(SET).json() == {"sets": [], "next_cursor": None}


def test_a_name_is_taken_once(admin: TestClient) -> None:
    assert admin.post(SET, json={"name": "a"}).status_code == 201
    again = admin.post(SET, json={"name": "a"})
    assert (again.status_code, "already" in again.json()["detail"]) == (422, True)


def test_what_is_unknown_is_404_and_too_long_a_name_422(admin: TestClient) -> None:
    for method, path in (
        ("GET", ""),
        ("PATCH", ""),
        ("DELETE", ""),
        ("GET", "/generations"),
        ("GET", "/documents"),
        ("GET", "/duplicates"),
        ("POST", "/rollback"),
        ("GET", "/sources"),
        ("POST", "/sources"),
        ("GET", "/sources/x/files"),
        ("DELETE", "/documents/a.md"),
    ):
        body = (
            {"json": {"name": "s", "kind": "upload"} if path else {}} if method in ("PATCH", "POST") else {}
        )
        response = admin.request(method, f"{SET}/unknown{path}", **body)  # type: ignore[arg-type]
        assert response.status_code == 404, (method, path, response.text)
        assert "'unknown'" in response.json()["detail"]
    too_long = admin.get(f"{SET}/{'x' * 10_000}")
    assert (too_long.status_code, "10,000 characters" in too_long.json()["detail"]) == (422, True)
    assert len(too_long.json()["detail"]) < 300


def test_a_list_is_read_page_by_page(admin: TestClient) -> None:
    names = [f"set {number}" for number in range(5)]
    for name in reversed(names):
        admin.post(SET, json={"name": name})

    found, cursor = [], None
    while True:
        page = admin.get(SET, params={"limit": 2, **({"cursor": cursor} if cursor else {})}).json()
        found.append([one["name"] for one in page["sets"]])
        if (cursor := page["next_cursor"]) is None:
            break
    assert found == [names[:2], names[2:4], names[4:]]
    wrongs: list[dict[str, Any]] = [{"cursor": "x"}, {"limit": 0}, {"limit": 201}, {"limit": "all"}]
    for wrong in wrongs:
        assert admin.get(SET, params=wrong).status_code == 422


def test_documents_are_listed_with_what_became_of_them(
    admin: TestClient, application: SimpleNamespace
) -> None:
    admin.post(SET, json={"name": "a"})
    begun = application.generations.begin("a").generation
    records = [DocumentRecord(f"{n}.md", "r", f"Title {n}", f"/x/{n}.md", 3, language="en") for n in "cab"]
    application.generations.publish("a", begun, records)
    told = [
        Outcome("a.md", "added"),
        Outcome("bad.pdf", "failed", "It is empty."),
        Outcome("gone", "removed"),
    ]
    application.catalogue.record_outcomes("a", told)

    first = admin.get(f"{SET}/a/documents", params={"limit": 3}).json()
    rest = admin.get(f"{SET}/a/documents", params={"cursor": first["next_cursor"]}).json()

    listed = [(d["document"], d["title"], d["chunks"], d["outcome"]) for d in first["documents"]]
    assert listed == [
        ("a.md", "Title a", 3, "added"),
        ("b.md", "Title b", 3, "unchanged"),
        ("bad.pdf", None, 0, "failed"),
    ]
    assert first["documents"][2]["reason"] == "It is empty."
    assert [d["document"] for d in rest["documents"]] == ["c.md"]
    assert rest["next_cursor"] is None
    assert admin.get(f"{SET}/a/duplicates").json() == {"duplicates": []}


def test_generations_are_listed_and_rolled_back(admin: TestClient, application: SimpleNamespace) -> None:
    admin.post(SET, json={"name": "a"})
    for _ in range(2):
        application.generations.publish("a", application.generations.begin("a").generation)

    states = [(g["number"], g["state"]) for g in admin.get(f"{SET}/a/generations").json()["generations"]]
    assert states == [(2, "live"), (1, "kept")]
    assert admin.post(f"{SET}/a/rollback").json() == {"set": "a", "generation": 1, "former": 2}
    assert admin.post(f"{SET}/a/rollback").status_code == 422


def test_another_machine_and_another_site_get_403_before_anything_is_read(
    application: SimpleNamespace,
) -> None:
    with admin_client(application) as client:
        far = client.get(SET, headers={"Host": "evil.example"})
        crossed = client.post(SET, content=b"{", headers={"Origin": "http://evil.example"})
    assert (far.status_code, crossed.status_code) == (403, 403)
    assert far.headers["Content-Type"] == "application/problem+json"
    assert "RAG_APP_SERVER__ADMIN_KEY" in far.json()["detail"]


def test_a_large_body_is_refused(admin: TestClient) -> None:
    assert admin.post(SET, content=b"x" * 1_000_001).status_code == 413
