"""Whether the disk can hold the environment, asked before the downloads and not after them."""

from __future__ import annotations

import shutil
from pathlib import Path

from storage.errors import Permanent

# Megabytes of .venv on Linux with the CPU build of torch, measured by `du -sm .venv` after each set-up.
BASE, TORCH, DEVELOPMENT = 650, 1050, 320
DOWNLOADS = 300  # wheels wait in the temporary folder while they are unpacked


def needed_megabytes(extras: tuple[str, ...], dev: bool) -> int:
    """What a fresh environment takes while it is made."""
    return BASE + DOWNLOADS + (TORCH if "torch" in extras else 0) + (DEVELOPMENT if dev else 0)


def check_space(folder: Path, extras: tuple[str, ...], dev: bool) -> None:
    """Permanent where `folder`'s disk has too little left for a fresh environment."""
    free = shutil.disk_usage(folder).free // 1_000_000
    needed = needed_megabytes(extras, dev)
    if free < needed:
        less = " Without torch it is less: make setup EXTRAS=" if "torch" in extras else ""
        raise Permanent(
            f"The disk of {folder} has {free} MB left; the set-up needs {needed} MB.",
            f"Free {needed - free} MB, or move this folder to a larger disk.{less}",
        )
