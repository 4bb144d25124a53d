"""A fresh checkout in which the commands of a page run, as a reader would type them."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.docs.pages import ROOT
from tests.e2e.processes import RUNNING, environment

# What a reader has after `make setup`; the rest of a checkout no page speaks of.
LINKED = (".venv", "examples", "benchmarks", "Makefile", "README.md", "docs")
COPIED = ".env.example"
SERVE = re.compile(r"^\.venv/bin/rag-app (serve|rerank-server)$", re.MULTILINE)
MAKE = re.compile(r"^make ([a-z-]+).*\n", re.MULTILINE)
ADDRESSES = {"serve": "http://127.0.0.1:8000", "rerank-server": "http://127.0.0.1:8001"}
CURL_RULES = "silent\nshow-error\nfail-with-body\n"


@dataclass
class Checkout:
    """`addresses` are those of the page's servers by their commands, once the page has started them."""

    root: Path
    environment: Mapping[str, str]
    stack: ExitStack
    addresses: dict[str, str] = field(default_factory=dict)
    made: list[str] = field(default_factory=list)

    def run(self, commands: str) -> str:
        """What the commands print; AssertionError with all they said where one fails."""
        self.made += MAKE.findall(commands)
        commands = MAKE.sub("", commands)
        for command in SERVE.findall(commands):
            self._serve(command)
        commands = SERVE.sub("", commands)
        for command, address in ADDRESSES.items():
            if address in commands:
                assert command in self.addresses, (
                    f"{address} is called before a server is started:\n{commands}"
                )
                commands = commands.replace(address, self.addresses[command])
        done = subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", commands],
            cwd=self.root,
            env=dict(self.environment),
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, f"{commands}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    @property
    def served(self) -> str:
        """The address of `rag-app serve`."""
        return self.addresses["serve"]

    def _serve(self, command: str) -> None:
        """One server serves all pages: they read the same documents."""
        if command not in self.addresses:
            serving = _serving(self.root, self.environment, command)
            self.addresses[command] = self.stack.enter_context(serving)


@contextmanager
def _serving(root: Path, environment: Mapping[str, str], name: str) -> Iterator[str]:
    """The address of the command on a free port, stopped at the end."""
    log = root / f"{name}.log"
    with log.open("wb") as stream:
        command = ["bash", "-c", f"exec .venv/bin/rag-app {name} --port 0"]
        process = subprocess.Popen(
            command, cwd=root, env=dict(environment), stdout=subprocess.DEVNULL, stderr=stream
        )
    try:
        yield _address(process, log)
    finally:
        process.terminate()
        process.wait(30)


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    while not (found := RUNNING.search(log.read_text())):
        try:
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
        raise AssertionError(f"the server did not start: {log.read_text()}")
    return found[1]


def fresh_checkout(root: Path, stack: ExitStack) -> Checkout:
    """A copy of the repository's layout at `root`, with a data folder of its own and nothing in it."""
    for name in LINKED:
        (root / name).symlink_to(ROOT / name)
    (root / COPIED).write_text((ROOT / COPIED).read_text())
    (root / ".curlrc").write_text(CURL_RULES)
    return Checkout(root, environment(root / "data", {"CURL_HOME": str(root)}), stack)
