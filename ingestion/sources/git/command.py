"""The git program, kept from asking, from running anything, and from going where it may not."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from storage.errors import Permanent, Transient

# A repository may bring none of these, and what the user's own settings have of them is not for us.
OFF = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.pager=cat",
    "fetch.recurseSubmodules=false",
    "submodule.recurse=false",
    "http.followRedirects=false",
    "gc.autoDetach=false",
    "maintenance.auto=false",
    "protocol.ext.allow=never",
)
# How the operator lets this program into repositories.
KEPT_VARIABLES = (
    "GIT_SSH_COMMAND",
    "GIT_SSH",
    "GIT_ASKPASS",
    "GIT_SSL_CAINFO",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_SYSTEM",
)
SECRET = re.compile(r"(?<=://)[^/@\s]+@")
PIECE_BYTES = 1 << 20
GONE = re.compile(
    r"not found|does not exist|couldn't find|does not appear to be a git repository|no such", re.IGNORECASE
)
DENIED = re.compile(
    r"authentication|permission denied|could not read (username|password)|403|401", re.IGNORECASE
)


class Git:
    """Commands in the bare repository `place`; each ends after `seconds` at the latest."""

    def __init__(
        self, place: Path, protocols: Sequence[str], seconds: float, settings: Sequence[str] = ()
    ) -> None:
        self.place = place
        self._seconds = seconds
        self._environment = _environment(protocols)
        self._settings = [part for setting in (*OFF, *settings) for part in ("-c", setting)]

    def run(self, *arguments: str) -> bytes:
        """What the command prints. Transient or Permanent where it fails, with what git said."""
        command = self._command(arguments)
        with _started(command, self._environment) as process:
            try:
                output, complaint = process.communicate(timeout=self._seconds)
            except subprocess.TimeoutExpired as error:
                raise _too_slow(arguments, self._seconds) from error
        if process.returncode != 0:
            raise problem(arguments, complaint)
        return output

    @contextmanager
    def reading(self, *arguments: str) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
        """A command that answers while it is asked: its input and its output."""
        with _started(self._command(arguments), self._environment) as process:
            if process.stdin is None or process.stdout is None:
                raise Permanent("git has no pipes.")
            yield process.stdin, process.stdout

    def _command(self, arguments: Sequence[str]) -> list[str]:
        return ["git", f"--git-dir={self.place}", *self._settings, *arguments]


def problem(arguments: Sequence[str], complaint: bytes) -> Permanent | Transient:
    """What git said, without names and passwords in addresses."""
    lines = SECRET.sub("", complaint.decode(errors="replace")).strip().splitlines()
    said = " ".join(line for line in lines if not line.startswith("hint:"))[-400:]
    what = f"git {arguments[0]} failed: {said or 'it said nothing'}"
    if DENIED.search(said):
        return Permanent(what, "Let git's credential helper or an SSH key of this user open the repository.")
    if GONE.search(said):
        return Permanent(what, "Check the address, the branch, and that this user may read the repository.")
    return Transient(what, "Check the network, and read the source again.")


@contextmanager
def _started(command: Sequence[str], environment: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """In a group of its own, which ends as a whole: git starts programs that would outlive it."""
    try:
        process = subprocess.Popen(  # noqa: S603 - no shell, and no argument that git could take for an option
            command,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if "cat-file" not in command else subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise Permanent(f"git cannot be started: {error.strerror}.", "Install git.") from error
    with process:
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def _environment(protocols: Sequence[str]) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    own |= {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    own.setdefault("GIT_SSH_COMMAND", "ssh -oBatchMode=yes -oConnectTimeout=30")
    own.setdefault("GIT_ASKPASS", "")
    return {
        **own,
        "GIT_ALLOW_PROTOCOL": ":".join(protocols),
        "GIT_TERMINAL_PROMPT": "0",
        "SSH_ASKPASS": "",
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GCM_INTERACTIVE": "never",
        "LC_ALL": "C",
    }


def _too_slow(arguments: Sequence[str], seconds: float) -> Transient:
    return Transient(
        f"git {arguments[0]} took longer than {seconds:.0f} s.",
        "Raise RAG_APP_SOURCES__GIT_SECONDS, or name a smaller repository.",
    )
