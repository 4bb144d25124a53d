"""Another embedding model: sets are searched as they were until each is ingested again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rag_app.application import ANONYMOUS, Application
from rag_app.bootstrap import open_application
from rag_app.settings import Models, Settings
from storage.generation_history import GenerationHistory
from storage.models import ModelStore

CARS, LUNCH = "When does the car park open?", "What is for lunch on Friday?"
DIMENSIONS = 128


@pytest.fixture(scope="module")
def small_embedder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The default embedder's first numbers alone: another model, of another dimension."""
    onnx = pytest.importorskip("onnx")
    folder: Path = tmp_path_factory.mktemp("models") / "small embedder"
    defaults = Models()
    shipped = ModelStore(defaults.cache, defaults.offline).resolve(defaults.embedder)
    folder.mkdir()
    shutil.copy(shipped / "tokenizer.json", folder)
    model = onnx.load(shipped / "model.onnx")
    graph, whole = model.graph, model.graph.output[0]
    for name, value in (("starts", 0), ("ends", DIMENSIONS), ("axes", 2)):
        graph.initializer.append(onnx.helper.make_tensor(name, onnx.TensorProto.INT64, [1], [value]))
    graph.node.append(onnx.helper.make_node("Slice", [whole.name, "starts", "ends", "axes"], ["small"]))
    del graph.output[:]
    graph.output.append(onnx.helper.make_tensor_value_info("small", onnx.TensorProto.FLOAT, None))
    onnx.save(model, folder / "model.onnx")
    return folder


@pytest.fixture
def canteen(tmp_path: Path) -> Path:
    folder = tmp_path / "canteen"
    folder.mkdir()
    (folder / "menu.md").write_text("# Menu\n\nOn Friday lunch is fish with potatoes.\n")
    return folder


@contextmanager
def _opened(data_dir: Path, embedder: Path | None = None) -> Iterator[Application]:
    models = Models(embedder=str(embedder)) if embedder else Models()
    with open_application(Settings(data_dir=data_dir, models=models)) as application:
        yield application


def _first(application: Application, question: str) -> str:
    return application.answers.search(question, ANONYMOUS).results[0].document


def _collections(data_dir: Path) -> int:
    """Of chunks."""
    places = (data_dir / "vectors" / "collections").iterdir()
    return sum(
        (place / "schema.json").is_file() and not place.name.endswith("-questions") for place in places
    )


def _clean_up(application: Application, *names: str) -> None:
    """As in an hour."""
    history = application.sets.history
    later = GenerationHistory(history._database, lambda: datetime.now(UTC) + timedelta(hours=1))
    for name in names:
        replace(application.sets.cleaning, history=later).clean_up(name)


def test_sets_move_one_by_one_to_another_embedder(
    tmp_path: Path, folder: Path, canteen: Path, small_embedder: Path
) -> None:
    data = tmp_path / "data"
    with _opened(data) as application:
        for place in (folder, canteen):
            application.documents.ingest(place)
            application.sets.change(place.name, ANONYMOUS, kept_generations=1)
        shown = application.answers.search(CARS, ANONYMOUS)
        application.feedback.give_feedback(shown.id, "up", ANONYMOUS, source=1)

    with _opened(data, small_embedder) as application:
        assert "small embedder@" in application.status().versions.embedder
        assert (_first(application, CARS), _first(application, LUNCH)) == ("parking.md", "menu.md")
        assert len(application.documents.ingest(folder, dry_run=True).changed) == 3

        assert application.documents.ingest(folder).generation == 2

        assert _collections(data) == 2
        assert (_first(application, CARS), _first(application, LUNCH)) == ("parking.md", "menu.md")
        found = application.answers.search(CARS, ANONYMOUS, explained=True).results
        assert len({(result.set, result.document) for result in found}) == len(found) == 4
        assert found[0].explanation is not None
        assert found[0].explanation.signals["feedback"].contribution > 0
        assert application.documents.ingest(folder).outcome == "unchanged"
        application.sets.roll_back("office", ANONYMOUS)
        assert (_first(application, CARS), _first(application, LUNCH)) == ("parking.md", "menu.md")

    with _opened(data) as application:  # whoever goes back finds it all
        assert (_first(application, CARS), _first(application, LUNCH)) == ("parking.md", "menu.md")
        assert application.documents.ingest(folder, dry_run=True).unchanged == 3


def test_what_the_former_embedder_made_goes_with_its_last_generation(
    tmp_path: Path, folder: Path, canteen: Path, small_embedder: Path
) -> None:
    data = tmp_path / "data"
    with _opened(data) as application:
        for place in (folder, canteen):
            application.documents.ingest(place)
            application.sets.change(place.name, ANONYMOUS, kept_generations=0)

    with _opened(data, small_embedder) as application:
        (folder / "badges.txt").write_bytes(b"")  # its former revision stays, as the former embedder made it
        for place in (folder, canteen):
            application.documents.ingest(place)
        _clean_up(application, "office", "canteen")
        assert _collections(data) == 2
        assert "badges.txt" in {
            r.document for r in application.answers.search("lost badge", ANONYMOUS, sets=["office"]).results
        }

        (folder / "badges.txt").write_text("Lost badges are replaced by facilities.\n")
        application.documents.ingest(folder)
        _clean_up(application, "office")

        assert _collections(data) == 1
        assert (_first(application, CARS), _first(application, LUNCH)) == ("parking.md", "menu.md")
