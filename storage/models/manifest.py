"""What a model from a hub consisted of when it came: nobody pinned it, so its own hashes are kept with it."""

from __future__ import annotations

import json
from pathlib import Path

from storage.models.assembly import sha256_of
from storage.models.catalogue import Model, ModelFile, Part

MANIFEST = "rag-app-manifest.json"


def write_manifest(folder: Path, name: str, commit: str, licence: str) -> None:
    """Hashes every file of `folder` into its manifest."""
    files = {
        path.relative_to(folder).as_posix(): [path.stat().st_size, sha256_of(path)]
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }
    told = {"name": name, "commit": commit, "licence": licence, "files": files}
    (folder / MANIFEST).write_text(json.dumps(told, indent=2))


def manifests(cache: Path) -> list[Model]:
    """The models from hubs that `cache` holds; a folder whose manifest cannot be read is no model."""
    return [model for path in sorted(cache.glob(f"*/{MANIFEST}")) if (model := _read(path))]


def _read(path: Path) -> Model | None:
    try:
        told = json.loads(path.read_text())
        source = f"{told['name']}@{told['commit']}"
        files = tuple(
            ModelFile(file, sha256, (Part(source, file, size, sha256),))
            for file, (size, sha256) in told["files"].items()
        )
        return Model(told["name"], "hub", told["licence"], files)
    except (OSError, ValueError, KeyError, TypeError):
        return None
