"""The int8 ONNX cross-encoder as a torch model again, for GPUs, for fine-tuning, and to compare with."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from storage.errors import Permanent

if TYPE_CHECKING:
    from onnx import GraphProto

TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt")
HEAD_WIDTH = 32  # of every MiniLM and BERT of this family; a graph does not say it
QUANTISED = "_quantized"


def save_dequantised(folder: Path, target: Path) -> Path:
    """Writes to `target` what sentence-transformers loads as the BERT of `folder`'s `model.onnx`.

    Weights are (q - zero point) * scale, so their logits differ from the int8 model's by its rounding of
    activations alone: some tenths on the shipped model. Raises Permanent where the file is another thing.
    """
    from transformers import BertForSequenceClassification
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # type: ignore[no-untyped-call]
    weights = dequantised(folder / "model.onnx")
    model = BertForSequenceClassification(_configuration(weights, folder))
    _fill(model, weights)
    model.save_pretrained(target)
    for name in TOKENIZER_FILES:
        if (folder / name).is_file():
            shutil.copyfile(folder / name, target / name)
    return target


def dequantised(file: Path) -> dict[str, NDArray[np.float32]]:
    """Every parameter by the name that transformers gives it, (out, in) where it multiplies."""
    import onnx
    from google.protobuf.message import DecodeError

    try:
        graph = onnx.load(str(file)).graph
    except (OSError, DecodeError) as error:
        raise Permanent(f"{file} is no ONNX model ({error}).", "Name a folder that holds one.") from error
    tensors = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in graph.initializer}
    weights = {name: values for name, values in tensors.items() if name.startswith(("bert.", "classifier."))}
    found = {name: values for name, values in weights.items() if name.endswith((".weight", ".bias"))}
    for name in (name for name in weights if name.endswith(QUANTISED) and "embeddings" in name):
        found[name.removesuffix(QUANTISED)] = _real(tensors, name)
    for parameter, name in _multiplied(graph):
        found[parameter] = _real(tensors, name).T
    return found


def _multiplied(graph: GraphProto) -> list[tuple[str, str]]:
    """Parameter and quantised tensor of each product: the node's name is the path of its module."""
    return [
        (f"{node.name.strip('/').rpartition('/')[0].replace('/', '.')}.weight", node.input[1])
        for node in graph.node
        if node.op_type == "MatMulInteger" and node.input[1].endswith(QUANTISED)
    ]


def _real(tensors: dict[str, NDArray[Any]], name: str) -> NDArray[np.float32]:
    stem = name.removesuffix(QUANTISED)
    scale, zero = tensors[f"{stem}_scale"], tensors[f"{stem}_zero_point"]
    real: NDArray[np.float32] = (tensors[name].astype(np.float32) - zero.astype(np.float32)) * scale
    return real


def _configuration(weights: dict[str, NDArray[np.float32]], folder: Path) -> Any:
    from transformers import BertConfig

    words = weights.get("bert.embeddings.word_embeddings.weight")
    if words is None:
        raise Permanent(
            f"{folder / 'model.onnx'} holds no quantised BERT.", "Name the shipped cross-encoder."
        )
    layers = {name.split(".")[3] for name in weights if name.startswith("bert.encoder.layer.")}
    return BertConfig(
        vocab_size=words.shape[0],
        hidden_size=words.shape[1],
        num_hidden_layers=len(layers),
        num_attention_heads=words.shape[1] // HEAD_WIDTH,
        intermediate_size=weights["bert.encoder.layer.0.intermediate.dense.bias"].shape[0],
        max_position_embeddings=weights["bert.embeddings.position_embeddings.weight"].shape[0],
        id2label={0: "relevance"},
    )


def _fill(model: Any, weights: dict[str, NDArray[np.float32]]) -> None:
    import torch

    state = {name: torch.from_numpy(np.array(values)) for name, values in weights.items()}
    missing, unexpected = model.load_state_dict(state, strict=False)
    missing = [name for name in missing if not name.endswith("position_ids")]
    if missing or unexpected:
        raise Permanent(
            f"The ONNX model does not fit BERT: it lacks {missing[:3]}, and has {unexpected[:3]} beyond it.",
            "Only the shipped cross-encoder and its relatives can be dequantised.",
        )
