"""A folder that someone carried here: wheels and bare files, recognised by size and sha256."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO

from storage.errors import InvalidInput
from storage.models.assembly import Progress, sha256_of
from storage.models.catalogue import Model, ModelFile, Part
from storage.models.wheels import open_member

_TELLING = 1_000_000  # bytes; models have smaller files, such as vocabularies, in common


class Bundle:
    """Where in a folder the bytes of models lie, however the files there are named."""

    def __init__(self, folder: Path, models: Iterable[Model], progress: Progress) -> None:
        if not folder.is_dir():
            raise InvalidInput(f"There is no folder {folder}.", "Name one that holds wheels or model files.")
        self._models = tuple(models)
        self._bare = self._recognise(folder, progress)
        self._wheels: dict[Part, Path] = {}
        for wheel in sorted(folder.rglob("*.whl")):
            self._look_into(wheel)

    def complete(self) -> list[tuple[Model, list[ModelFile]]]:
        """Models of which all is here, their files made of the parts that are."""
        return [
            (model, [self._as_found(file) for file in model.files])
            for model in self._models
            if all(map(self._has, model.files))
        ]

    def incomplete(self) -> dict[str, list[str]]:
        """Models that are here in part: their names, each with the wheels that it lacks."""
        lacking: dict[str, list[str]] = {}
        for model in self._models:
            parts = [part for file in model.files for part in file.parts if part.size >= _TELLING]
            absent = [part.wheel for part in parts if not self._has_part(part)]
            if not all(map(self._has, model.files)) and len(absent) < len(parts):
                lacking[model.name] = list(dict.fromkeys(absent)) or list(model.wheels)
        return lacking

    @contextmanager
    def open(self, part: Part) -> Iterator[IO[bytes]]:
        """The bytes of `part`, from the file or the wheel that holds them."""
        if part.sha256 in self._bare:
            with self._bare[part.sha256].open("rb") as source:
                yield source
            return
        wheel = self._wheels[part]
        try:
            with open_member(wheel, part) as source:
                yield source
        except (zipfile.BadZipFile, zlib.error) as error:
            raise _damaged(wheel, error) from error

    def _recognise(self, folder: Path, progress: Progress) -> dict[str, Path]:
        files = [file for model in self._models for file in model.files]
        known = {file.size for file in files} | {part.size for file in files for part in file.parts}
        found = {}
        for path in sorted(folder.rglob("*")):
            if path.is_file() and (size := path.stat().st_size) in known:
                progress(0, size, f"checking {path.name}")
                found[sha256_of(path)] = path
        return found

    def _look_into(self, wheel: Path) -> None:
        try:
            with zipfile.ZipFile(wheel) as archive:
                sizes = {member.filename: member.file_size for member in archive.infolist()}
        except zipfile.BadZipFile as error:
            raise _damaged(wheel, error) from error
        for part in (part for model in self._models for file in model.files for part in file.parts):
            if sizes.get(part.member) == part.size:
                self._wheels[part] = wheel

    def _has_part(self, part: Part) -> bool:
        return part.sha256 in self._bare or part in self._wheels

    def _has(self, file: ModelFile) -> bool:
        return file.sha256 in self._bare or all(map(self._has_part, file.parts))

    def _as_found(self, file: ModelFile) -> ModelFile:
        if file.sha256 not in self._bare:
            return file
        return replace(file, parts=(Part("the folder", file.path, file.size, file.sha256),))


def _damaged(wheel: Path, error: Exception) -> InvalidInput:
    return InvalidInput(f"The wheel {wheel} is damaged: {error}.", "Copy it again, or take it out of there.")
