"""The demonstration: `python -m scripts.demo` runs the commands that a user would type, and shows them.

Its documents are kept in `.demo/`. Neither the reader's own settings nor a server of theirs is touched: only
settings of models and of the language model are taken from the environment, and `.env` is not read.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TAKEN = ("RAG_APP_MODELS__", "RAG_APP_GENERATION__", "RAG_APP_THREADS")
INTERRUPTED = 130


def main() -> int:
    """0 when all went well, else the status of the command that failed; it has said why itself."""
    data = ROOT / ".demo"
    data.mkdir(exist_ok=True)
    environment = demo_environment(os.environ, data)
    try:
        for arguments in commands(ROOT / "examples"):
            status = _run(arguments, environment, data)
            if status:
                return status
    except KeyboardInterrupt:
        print("\nInterrupted. make demo continues where it was.", file=sys.stderr)
        return INTERRUPTED
    command = f"RAG_APP_DATA_DIR={data.name} .venv/bin/rag-app"
    print(f'\nAsk your own: {command} ask "..."    Chat over HTTP: {command} serve')
    return 0


def commands(examples: Path) -> list[list[str]]:
    """What is typed after `rag-app`: models, documents, then each question."""
    lines = (examples / "demo_questions.txt").read_text().splitlines()
    questions = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    first = [["models", "fetch"], ["ingest", str(examples / "knowledge_base"), "--set", "examples"]]
    return [*first, *(["ask", question] for question in questions)]


def demo_environment(environment: Mapping[str, str], data: Path) -> dict[str, str]:
    """The caller's environment with a data folder of the demonstration's own."""
    kept = {
        name: value
        for name, value in environment.items()
        if not name.startswith("RAG_APP_") or name.startswith(TAKEN)
    }
    return {**kept, "RAG_APP_DATA_DIR": str(data)}


def _run(arguments: Sequence[str], environment: Mapping[str, str], folder: Path) -> int:
    shown = shlex.join(argument.replace(f"{ROOT}/", "") for argument in arguments)
    print(f"\n\N{HEAVY RIGHT-POINTING ANGLE QUOTATION MARK ORNAMENT} rag-app {shown}", flush=True)
    return subprocess.run(
        [str(ROOT / ".venv/bin/rag-app"), *arguments], cwd=folder, env=environment
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
