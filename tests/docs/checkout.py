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
SERVE = re.compile(r"^\.venv/bin/rag-app serve$", re.MULTILINE)
MAKE = re.compile(r"^make ([a-z-]+).*\n", re.MULTILINE)
ADDRESS = "http://127.0.0.1:8000"
CURL_RULES = "silent\nshow-error\nfail-with-body\n"


@dataclass
class Checkout:
    """`served` is the address of the page's server, once the page has started one."""

    root: Path
    environment: Mapping[str, str]
    stack: ExitStack
    served: str = ""
    made: list[str] = field(default_factory=list)

    def run(self, commands: str) -> str:
        """What the commands print; AssertionError with all they said where one fails."""
        self.made += MAKE.findall(commands)
        commands = MAKE.sub("", commands)
        if SERVE.search(commands):
            self._serve()
            commands = SERVE.sub("", commands)
        if ADDRESS in commands:
            assert self.served, f"the page calls {ADDRESS} before it starts a server:\n{commands}"
            commands = commands.replace(ADDRESS, self.served)
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

    def _serve(self) -> None:
        """One server serves all pages: they read the same documents."""
        self.served = self.served or self.stack.enter_context(_serving(self.root, self.environment))


@contextmanager
def _serving(root: Path, environment: Mapping[str, str]) -> Iterator[str]:
    """The address of `rag-app serve` on a free port, stopped at the end."""
    log = root / "serve.log"
    with log.open("wb") as stream:
        command = ["bash", "-c", "exec .venv/bin/rag-app serve --port 0"]
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
