"""The command line: each command a thin shell over the application facade."""

from __future__ import annotations

import os
import sys

INTERRUPTED = 130


def main() -> None:
    """Runs a command; Ctrl-C ends it in silence, a reader who leaves early too."""
    try:
        _run()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:  # whoever read our output has read enough: `rag-app search ... | head -3`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _run() -> None:
    """A Problem becomes a sentence on stderr and a status: 2 bad input, 1 all else."""
    from rag_app.cli.commands import cli
    from rag_app.cli.output import complain
    from storage.errors import InvalidInput, NotFound, Problem

    try:
        cli()
    except Problem as problem:
        complain(problem)
        sys.exit(2 if isinstance(problem, InvalidInput | NotFound) else 1)
