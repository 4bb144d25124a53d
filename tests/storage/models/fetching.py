"""A process that fetches a model of the test catalogue: CACHE NAME [LABEL BYTES], killed at that progress."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from storage.models import ModelStore
from tests.storage.models.conftest import MODELS


def main(cache: str, name: str, label: str = "", limit: str = "0") -> None:
    def report(done: int, total: int, now: str) -> None:
        if label and now.startswith(label) and done > int(limit):
            os.kill(os.getpid(), signal.SIGKILL)

    ModelStore(Path(cache), models=MODELS).fetch(name, progress=report)


if __name__ == "__main__":
    main(*sys.argv[1:])
