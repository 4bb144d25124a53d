"""A package index of our own: a folder of small wheels that the real pip finds."""

from __future__ import annotations

import hashlib
import random
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from storage.models import ModelStore
from storage.models.catalogue import Model, ModelFile, Part


def content(seed: int, size: int) -> bytes:
    return random.Random(seed).randbytes(size)


VOCABULARY = content(1, 40_000)
PIECES = [content(2, 3_000_000), content(3, 2_000_000), content(4, 5)]


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def write_wheel(index: Path, name: str, members: Mapping[str, bytes]) -> Path:
    """A wheel of version 1.0 that pip accepts."""
    index.mkdir(parents=True, exist_ok=True)
    path = index / f"{name.replace('-', '_')}-1.0-py3-none-any.whl"
    information = f"{name.replace('-', '_')}-1.0.dist-info"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        for member, data in members.items():
            wheel.writestr(member, data)
        wheel.writestr(f"{information}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        wheel.writestr(
            f"{information}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{information}/RECORD", "")
    return path


def _part(wheel: str, member: str, data: bytes) -> Part:
    return Part(f"{wheel}==1.0", member, len(data), sha256(data))


def _whole(path: str, wheel: str, member: str, data: bytes) -> ModelFile:
    return ModelFile(path, sha256(data), (_part(wheel, member, data),))


SMALL = Model(
    "small",
    "embedder",
    "MIT",
    (
        _whole("model.onnx", "carrier", "carrier/small/model.onnx", PIECES[1]),
        _whole("sub/vocab.txt", "carrier", "carrier/vocab.txt", VOCABULARY),
    ),
    hub="somebody/small",
)
IN_PIECES = Model(
    "in-pieces",
    "language-model",
    "MIT",
    (
        ModelFile(
            "model.gguf",
            sha256(b"".join(PIECES)),
            tuple(_part(f"piece-{n}", f"piece_{n}/{n}.bin", data) for n, data in enumerate(PIECES)),
        ),
    ),
)
MODELS = (SMALL, IN_PIECES)


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder from which alone pip serves; it holds the wheels of MODELS."""
    folder = tmp_path / "index"
    write_wheel(folder, "carrier", {"carrier/small/model.onnx": PIECES[1], "carrier/vocab.txt": VOCABULARY})
    for n, data in enumerate(PIECES):
        write_wheel(folder, f"piece-{n}", {f"piece_{n}/{n}.bin": data})
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def store(cache: Path, index: Path) -> ModelStore:
    return ModelStore(cache, models=MODELS)
