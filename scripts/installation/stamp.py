"""The note inside `.venv` that says what was installed there, so that a second set-up installs nothing."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

FILE = "rag-app-setup.json"
INPUTS = ("pyproject.toml", "requirements.lock")


@dataclass(frozen=True)
class Stamp:
    """`key` hashes what the installation depends on; `root` is where the checkout stood.

    A stamp left at "installing" is the trace of a set-up that was interrupted while it wrote packages.
    """

    state: Literal["installing", "ready"]
    key: str
    root: str
    extras: tuple[str, ...]
    dev: bool

    def satisfies(self, wanted: Stamp) -> bool:
        """Whether nothing is left to install for `wanted`."""
        same = (self.state, self.key, self.root) == ("ready", wanted.key, wanted.root)
        return same and set(wanted.extras) <= set(self.extras) and self.dev >= wanted.dev

    def joined(self, earlier: Stamp | None) -> Stamp:
        """Also what the earlier set-up installed: `make setup` after `make test` takes nothing away."""
        if earlier is None:
            return self
        extras = tuple(sorted({*self.extras, *earlier.extras}))
        return replace(self, extras=extras, dev=self.dev or earlier.dev)


def wanted(root: Path, python_version: str, extras: tuple[str, ...], dev: bool) -> Stamp:
    """The stamp that a finished set-up of this checkout would leave."""
    digest = hashlib.sha256(python_version.encode())
    for name in INPUTS:
        digest.update((root / name).read_bytes())
    return Stamp("ready", digest.hexdigest(), str(root), tuple(sorted(extras)), dev)


def read(venv: Path) -> Stamp | None:
    """The stamp of this environment; None where there is none that can be read."""
    try:
        fields = json.loads((venv / FILE).read_text())
        return Stamp(**{**fields, "extras": tuple(fields["extras"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def write(venv: Path, stamp: Stamp | None) -> None:
    """Replaces the stamp in one step; None removes it."""
    target = venv / FILE
    if stamp is None:
        target.unlink(missing_ok=True)
        return
    draft = target.with_suffix(".new")
    draft.write_text(json.dumps(asdict(stamp), indent=2))
    draft.replace(target)
