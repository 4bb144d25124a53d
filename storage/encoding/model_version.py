"""The name under which the vectors of a model are kept apart, without loading it."""

from __future__ import annotations

from pathlib import Path

from storage.models.assembly import sha256_of

HASH_CHARACTERS = 12


def short_hash(file: Path) -> str:
    """Names the weights: the first hexadecimal digits of the file's sha256."""
    return sha256_of(file)[:HASH_CHARACTERS]


def version_of(name: str, folder: Path) -> str:
    """That of the model in `folder`, a model called `name`."""
    return f"{name}@{short_hash(folder / 'model.onnx')}"
