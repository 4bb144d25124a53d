"""Prints the figures of `docs/` anew: `python -m scripts.studies --data DIR`.

A page says itself what is printed where:

    <!-- begin: python -m benchmarks.chunk_study --data DATA --part bm25 -->
    <!-- end -->

Between the two, each study writes its command and what it prints; DATA in it is DIR, the folder of the data
sets. Commands may follow each other with `&&`: shown is what the last one prints. A study that begins with
`<!-- begin slow:` takes long and runs with `--slow` alone. One that fails leaves its figures as they were.
What is ingested goes to `.studies/`; of the caller's settings only those of models are used.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.demo import demo_environment

ROOT = Path(__file__).resolve().parents[1]
PLACE = "DATA"
STUDY = re.compile(r"<!-- begin(?P<slow> slow)?: (?P<command>[^\n]+?) -->\n.*?<!-- end -->", re.DOTALL)
HEADING = re.compile(r"^(#+) ", re.MULTILINE)
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)

Run = Callable[[Sequence[str]], str]


class Unusable(Exception):
    """The message names what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Study:
    """One place of a page; `command` as it is shown, `level` that of the heading above it."""

    page: Path
    command: str
    slow: bool
    level: int

    def steps(self, data: Path) -> list[list[str]]:
        """The arguments of each command to run."""
        return [self._arguments(command, data) for command in self.command.split(" && ")]

    def _arguments(self, command: str, data: Path) -> list[str]:
        """This installation's own Python and `rag-app`, which alone are run."""
        words = [re.sub(rf"^{PLACE}(?=/|$)", str(data), word) for word in shlex.split(command)]
        programs = Path(sys.executable).parent
        if words[:2] == ["python", "-m"] and words[2:] and words[2].startswith("benchmarks."):
            return [sys.executable, *words[1:]]
        if words[:1] == ["rag-app"]:
            return [str(programs / "rag-app"), *words[1:]]
        raise Unusable(
            f"{self.page.name} asks for {command!r} in a study. "
            "It must be `python -m benchmarks...` or `rag-app ...`."
        )

    def data_sets(self, data: Path) -> list[Path]:
        """The folders of DATA that it reads."""
        words = shlex.split(self.command)
        return [data / word.removeprefix(PLACE).lstrip("/") for word in words if word.split("/")[0] == PLACE]


def main() -> int:
    """0, or 1 where a study failed; it has said why itself."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, help="the folder of the data sets")
    parser.add_argument("--only", default="", help="those whose command holds this text")
    parser.add_argument("--slow", action="store_true", help="also those that take an hour or more")
    arguments = parser.parse_args()
    pages = sorted((ROOT / "docs").glob("*.md"))
    try:
        chosen = choose(pages, arguments.data, arguments.only, arguments.slow)
        failed = [study.command for study in chosen if not renewed(study, arguments.data, run)]
    except Unusable as problem:
        print(problem, file=sys.stderr)
        return 1
    print(f"{len(chosen) - len(failed)} of {len(chosen)} studies printed their figures anew.")
    return 1 if failed else 0


def choose(pages: Sequence[Path], data: Path | None, only: str, slow: bool) -> list[Study]:
    """Raises Unusable before anything ran: without data, or where nothing is chosen."""
    found = [study for page in pages for study in studies_of(page)]
    chosen = [study for study in found if only in study.command and (slow or not study.slow)]
    if not chosen:
        known = "\n".join(f"  {study.command}{'  (slow)' * study.slow}" for study in found)
        raise Unusable(f"No study is chosen by {only!r}. There are:\n{known}")
    reading = any(study.data_sets(Path()) for study in chosen)
    if data is None and reading:
        raise Unusable("The studies read data sets. Name their folder: make studies DATA=../data")
    missing = {place for study in chosen for place in study.data_sets(data or Path()) if not place.is_dir()}
    if missing:
        raise Unusable(f"There is no folder {', '.join(map(str, sorted(missing)))}. Nothing was run.")
    for study in chosen:
        study.steps(data or Path())
    return chosen


def studies_of(page: Path) -> Iterator[Study]:
    text = page.read_text()
    for match in STUDY.finditer(text):
        above = HEADING.findall(FENCED.sub("", text[: match.start()]))
        yield Study(page, match["command"], bool(match["slow"]), len(above[-1]) if above else 0)


def renewed(study: Study, data: Path | None, run: Run) -> bool:
    """Whether the study ran; its page then holds what it printed."""
    print(study.command, flush=True)
    try:
        printed = [run(arguments) for arguments in study.steps(data or Path())][-1]
    except subprocess.CalledProcessError as failure:
        print(f"  failed with status {failure.returncode}; its figures stay as they were.", file=sys.stderr)
        return False
    begin = f"<!-- begin{' slow' * study.slow}: {study.command} -->"
    block = f"{begin}\n\n```text\n{study.command}\n```\n\n{below(printed, study.level)}\n\n<!-- end -->"
    text = study.page.read_text()
    end = text.index("<!-- end -->", text.index(begin)) + len("<!-- end -->")
    study.page.write_text(text[: text.index(begin)] + block + text[end:])
    return True


def below(printed: str, level: int) -> str:
    """Its headings moved below one of `level`, the highest right below it."""
    shift = level + 1 - min(map(len, HEADING.findall(printed)), default=level + 1)
    return HEADING.sub(lambda match: "#" * (len(match[1]) + shift) + " ", printed.strip())


def run(arguments: Sequence[str]) -> str:
    """What it prints; its progress and its complaints go to the terminal."""
    environment = demo_environment(os.environ, ROOT / ".studies")
    return subprocess.run(
        arguments, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


if __name__ == "__main__":
    sys.exit(main())
