"""Models by their repository on a model hub, where one can be reached."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from shutil import rmtree
from threading import Event, Thread
from typing import Any

from storage.errors import NotFound, Problem, Transient
from storage.models.assembly import Progress
from storage.models.manifest import write_manifest

SECONDS_TO_ANSWER = 3.0

_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*", re.ASCII)
_FOR_OTHERS = re.compile(r"\.(h5|msgpack|ot|mlmodel|tflite|pb)$|^(openvino|onnx|coreml)/|^\.git")
_PICKLED = re.compile(r"\.(bin|pt|pth|pkl|ckpt)$")


def is_repository(name: str) -> bool:
    """Whether `name` has the form `organisation/model`."""
    return _REPOSITORY.fullmatch(name) is not None


def needed(paths: Sequence[str]) -> list[str]:
    """The files to download: none of other frameworks, and no pickles (they run code) beside safetensors."""
    ours = [path for path in paths if not _FOR_OTHERS.search(path)]
    if any(path.endswith(".safetensors") for path in ours):
        ours = [path for path in ours if not _PICKLED.search(path)]
    return ours


def download(repository: str, folder: Path, endpoint: str | None, progress: Progress) -> None:
    """Fills `folder` with the files of `repository` and their manifest, continuing an earlier try.

    Raises NotFound for an unknown or closed repository, Transient within seconds when no hub answers.
    """
    from huggingface_hub import constants, errors

    hub = endpoint or constants.ENDPOINT
    if constants.HF_HUB_OFFLINE or not answers(hub):
        raise _unreachable(repository, hub, "it does not answer")
    try:
        _download(repository, folder, hub, progress)
    except errors.RepositoryNotFoundError as error:
        what = f"The model hub {hub} has no model {repository!r}, or you may not read it."
        raise NotFound(what, "Check the name; for a closed model set HF_TOKEN.") from error
    except (errors.HTTPError, OSError, ValueError, RuntimeError) as error:  # type: ignore[attr-defined]
        if isinstance(error, OSError) and error.errno is not None:  # of the disk here
            raise
        raise _unreachable(repository, hub, error) from error


def answers(hub: str, seconds: float = SECONDS_TO_ANSWER) -> bool:
    """Whether the hub says anything within `seconds`; a blocked name lookup counts too."""
    answered = Event()

    def ask() -> None:
        import httpx

        try:
            httpx.head(hub, timeout=seconds)
        except (httpx.HTTPError, httpx.InvalidURL, OSError):
            return
        answered.set()

    asking = Thread(target=ask, daemon=True)
    asking.start()
    asking.join(seconds)
    return answered.is_set()


def _download(repository: str, folder: Path, hub: str, progress: Progress) -> None:
    from huggingface_hub import HfApi, hf_hub_download

    about = HfApi(endpoint=hub).model_info(repository, timeout=10)
    for path in needed([file.rfilename for file in about.siblings or []]):
        bar = _bar(progress, f"downloading {path}")
        hf_hub_download(repository, path, revision=about.sha, local_dir=folder, endpoint=hub, tqdm_class=bar)
    rmtree(folder / ".cache", ignore_errors=True)
    licence = about.card_data.get("license") if about.card_data else None
    write_manifest(folder, repository, about.sha or "", str(licence or "unknown"))


def _bar(progress: Progress, label: str) -> Any:
    from huggingface_hub.utils.tqdm import tqdm

    class Bar(tqdm):
        """The library's own bar, which draws nothing and reports to `progress`."""

        def __init__(self, *arguments: Any, **options: Any) -> None:
            options["disable"] = True
            super().__init__(*arguments, **options)  # type: ignore[no-untyped-call]

        def update(self, n: float | None = 1) -> None:
            self.n += n or 0
            progress(int(self.n), int(self.total or 0), label)

    return Bar


def _unreachable(repository: str, hub: str, reason: object) -> Problem:
    return Transient(
        f"The model {repository!r} could not be fetched from the model hub {hub}: {reason}.",
        "Check the network and HF_ENDPOINT, or download the model elsewhere and name its folder here.",
    )
