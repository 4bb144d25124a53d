"""Answers by a real language model over HTTP, and by one that dies."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Event

import httpx
import pytest

from rag_app.schemas import Answer
from rag_app.settings import Models
from storage.errors import Permanent
from storage.models import ModelStore
from tests.e2e.processes import rag_app, serving
from tests.language_model import LanguageModel, language_model
from tests.rag_app.generation.scripted_endpoint import counting, delta, events, half, scripted_endpoint

QUESTION = "How long is the warranty of the Rill 300?"
STREAM = {"Accept": "text/event-stream"}
NAME = "smollm2-135m-instruct"


@pytest.fixture(scope="module")
def weights() -> Path:
    try:
        folder = ModelStore(Models().cache, offline=True).resolve(NAME)
    except Permanent:
        pytest.skip(f"the model is not here: rag-app models fetch {NAME}")
    return next(folder.glob("*.gguf"))


@pytest.fixture(scope="module")
def model(weights: Path) -> Iterator[LanguageModel]:
    with language_model(weights) as served:
        yield served


def settings(base_url: str, model: str = "scripted", max_tokens: int = 40) -> dict[str, str]:
    """Few passages and short answers: the model is small, and so is the machine."""
    return {
        "RAG_APP_GENERATION__BASE_URL": base_url,
        "RAG_APP_GENERATION__MODEL": model,
        "RAG_APP_GENERATION__PASSAGES": "2",
        "RAG_APP_GENERATION__CONTEXT_TOKENS": "4096",
        "RAG_APP_GENERATION__MAX_TOKENS": str(max_tokens),
    }


def parsed(lines: Iterator[str]) -> Iterator[tuple[str, dict[str, object]]]:
    """Name and data of each event as its lines arrive."""
    name = ""
    for line in lines:
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))


def test_ask_prints_the_answer_of_a_real_model_with_its_usage(
    knowledge_base: Path, model: LanguageModel
) -> None:
    done = rag_app(
        "ask", QUESTION, "--json", data_dir=knowledge_base, settings=settings(model.base_url, model.model)
    )

    assert done.returncode == 0, done.stderr
    answer = Answer.model_validate_json(done.stdout)
    assert answer.generator == model.model
    assert not answer.refused
    assert answer.answer
    assert len(answer.sources) == 2
    assert answer.usage.prompt_tokens is not None
    assert answer.usage.completion_tokens is not None
    assert answer.usage.prompt_tokens > 200
    assert 0 < answer.usage.completion_tokens <= 40


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed: apt install curl")
def test_curl_is_streamed_the_events_in_their_order(knowledge_base: Path, model: LanguageModel) -> None:
    with serving(knowledge_base, settings(model.base_url, model.model)) as url:
        command = ["curl", "-sSN", f"{url}/api/chat", "-H", "Accept: text/event-stream"]
        command += ["-H", "Content-Type: application/json", "-d", json.dumps({"question": QUESTION})]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)

    received = list(parsed(iter(done.stdout.splitlines())))
    names = [name for name, _ in received]
    assert names[0] == "sources"
    assert set(names[1:-3]) == {"delta"}
    assert len(names[1:-3]) > 3
    assert names[-3:] == ["citations", "usage", "done"]
    text = "".join(str(data["text"]) for name, data in received if name == "delta")
    answer = Answer.model_validate(received[-1][1]["answer"])
    assert answer.answer == text.strip()
    assert received[-3][1]["citations"] == answer.citations
    assert all(1 <= number <= len(answer.sources) for number in answer.citations)
    assert answer.usage.completion_tokens


def test_a_model_that_dies_in_mid_answer_is_an_error_event_and_the_server_goes_on(
    knowledge_base: Path, weights: Path
) -> None:
    with ExitStack() as life:
        served = life.enter_context(language_model(weights))
        with (
            serving(knowledge_base, settings(served.base_url, served.model, max_tokens=2000)) as url,
            httpx.Client(base_url=url, timeout=120) as client,
        ):
            received = []
            question = {"question": QUESTION}
            with client.stream("POST", "/api/chat", json=question, headers=STREAM) as response:
                for event in parsed(response.iter_lines()):
                    received.append(event)
                    if event[0] == "delta":
                        life.close()
            after = client.post("/api/chat", json=question)
            search = client.post("/api/search", json=question)

    assert [name for name, _ in received][:2] == ["sources", "delta"]
    name, error = received[-1]
    assert (name, error["retryable"]) == ("error", True)
    assert served.model in str(error["detail"])
    assert (after.status_code, after.headers["Retry-After"]) == (503, "5")
    assert after.headers["Content-Type"] == "application/problem+json"
    assert "cannot be reached" in after.json()["detail"]
    assert search.status_code == 200


def test_closing_the_connection_in_mid_answer_closes_the_models_too(knowledge_base: Path) -> None:
    gone = Event()
    with (
        scripted_endpoint(counting(gone)) as endpoint,
        serving(knowledge_base, settings(endpoint.base_url)) as url,
        httpx.Client(base_url=url, timeout=60) as client,
    ):
        with client.stream("POST", "/api/chat", json={"question": QUESTION}, headers=STREAM) as response:
            arrived = (name for name, _ in parsed(response.iter_lines()))
            assert next(arrived) == "sources"
            assert next(arrived) == "delta"
            assert not gone.is_set()

        assert gone.wait(30)


def test_a_broken_answer_is_an_error_event_and_garbage_a_problem(knowledge_base: Path) -> None:
    answers = (
        half(delta("The warranty "), delta("lasts ")),
        events("neither JSON nor an answer"),
        events(delta("Three years [1]."), delta(finish="stop")),
    )
    question = {"question": QUESTION}
    with (
        scripted_endpoint(*answers) as endpoint,
        serving(knowledge_base, settings(endpoint.base_url)) as url,
        httpx.Client(base_url=url, timeout=60) as client,
    ):
        broken = list(parsed(iter(client.post("/api/chat", json=question, headers=STREAM).text.splitlines())))
        garbage = client.post("/api/chat", json=question)
        good = client.post("/api/chat", json=question)

    assert broken[-1][0] == "error"
    assert "broke off in the middle" in str(broken[-1][1]["detail"])
    assert "".join(str(data["text"]) for name, data in broken if name == "delta").startswith("The warranty")
    assert garbage.status_code == 500
    assert "RAG_APP_GENERATION__BASE_URL" in garbage.json()["detail"]
    assert good.status_code == 200
    assert Answer.model_validate(good.json()).citations == [1]
