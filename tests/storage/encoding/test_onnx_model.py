from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from storage.encoding.onnx_model import OnnxModel, printable
from storage.errors import Permanent

REMEDY = r"rag-app models verify.*rag-app models fetch"


def copy(folder: Path, target: Path) -> Path:
    target.mkdir()
    for name in ("model.onnx", "tokenizer.json"):
        shutil.copy(folder / name, target / name)
    return target


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_missing_file_is_named(embedder_folder: Path, tmp_path: Path, name: str) -> None:
    folder = copy(embedder_folder, tmp_path / "model")
    (folder / name).unlink()
    with pytest.raises(Permanent, match=REMEDY) as caught:
        OnnxModel(folder).truncating_tokenizer("longest_first")
    assert str(folder / name) in caught.value.what


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
@pytest.mark.parametrize("size", [0, 1000])
def test_a_damaged_file_is_named_and_nothing_else_is_printed(
    embedder_folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], name: str, size: int
) -> None:
    folder = copy(embedder_folder, tmp_path / "model")
    with (folder / name).open("r+b") as file:
        file.truncate(size)
    with pytest.raises(Permanent, match=REMEDY) as caught:
        OnnxModel(folder).truncating_tokenizer("longest_first")
    assert str(folder / name) in caught.value.what
    assert capfd.readouterr() == ("", "")


def test_the_runtime_keeps_nothing_about_its_user(embedder_folder: Path, tmp_path: Path) -> None:
    script = "import pathlib, sys; from storage.encoding.onnx_model import OnnxModel;"
    script += "OnnxModel(pathlib.Path(sys.argv[1]))"
    environment = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    home = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    command = [sys.executable, "-c", script, str(embedder_folder)]
    subprocess.run(command, check=True, env={**environment, **home})
    assert list(tmp_path.iterdir()) == []


def test_lone_surrogates_are_replaced_one_for_one() -> None:
    assert printable("a\ud800\udfffé\N{GRINNING FACE}") == "a??é\N{GRINNING FACE}"


def test_numbers_that_are_not_finite_are_refused(embedder_folder: Path, tmp_path: Path) -> None:
    shutil.copy(embedder_folder / "tokenizer.json", tmp_path)
    (tmp_path / "model.onnx").write_bytes(logarithm_of_the_negative())
    model = OnnxModel(tmp_path)
    with pytest.raises(Permanent, match=r"model\.onnx cannot be used: .*not finite"):
        model.run(model.tokenizer.encode("text"))


def logarithm_of_the_negative() -> bytes:
    """A model in ONNX form: log(-float(input_ids)), which is no number for any token."""

    def field(number: int, value: bytes | int) -> bytes:
        if isinstance(value, int):
            return bytes([number << 3, value])
        assert len(value) < 128
        return bytes([number << 3 | 2, len(value)]) + value

    def node(kind: bytes, given: bytes, made: bytes, attribute: bytes = b"") -> bytes:
        return field(1, given) + field(2, made) + field(4, kind) + attribute

    def tensor(name: bytes, kind: int) -> bytes:
        shape = field(1, field(2, b"b")) + field(1, field(2, b"s"))
        return field(1, name) + field(2, field(1, field(1, kind) + field(2, shape)))

    to_float = field(5, field(1, b"to") + field(3, 1) + bytes([20 << 3 & 0x7F | 0x80, 1, 2]))
    cast = field(1, node(b"Cast", b"input_ids", b"x", to_float))
    steps = cast + field(1, node(b"Neg", b"x", b"y")) + field(1, node(b"Log", b"y", b"z"))
    graph = steps + field(2, b"g") + field(11, tensor(b"input_ids", 7)) + field(12, tensor(b"z", 1))
    length = bytes([len(graph) & 0x7F | 0x80, len(graph) >> 7])
    return field(1, 8) + bytes([7 << 3 | 2]) + length + graph + field(8, field(1, b"") + field(2, 13))
