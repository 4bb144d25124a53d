"""The rules of this code base that no linter knows."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = ("api", "benchmarks", "examples", "ingestion", "rag_app", "ranking", "scripts", "storage", "tests")
FILE_LINES = 300
BODY_LINES = 40

# In two parts each, so that this file does not hold what it forbids.
FORBIDDEN = [
    "/" + "work/",
    "/" + "root/",
    "py" + "pi.org",
    "python" + "hosted.org",
    "download.py" + "torch.org",
    "anaconda" + ".org",
]


def _python_files() -> list[Path]:
    return sorted(path for name in SOURCES for path in (ROOT / name).rglob("*.py"))


def _texts() -> Iterator[tuple[Path, str]]:
    """Every file of the repository that is text; hidden folders but `.ci` are not part of it."""
    for path in ROOT.rglob("*"):
        parts = path.relative_to(ROOT).parts
        hidden = any(part.startswith(".") and part not in (".ci", ".env.example") for part in parts)
        if hidden or parts[0] == "dist" or "__pycache__" in parts or not path.is_file():
            continue
        try:
            yield path, path.read_text()
        except UnicodeDecodeError:
            continue


def body_lines(source: str, function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the last, less the docstring, comments and blanks."""
    assert function.end_lineno is not None
    numbers = set(range(function.lineno, function.end_lineno + 1))
    if ast.get_docstring(function) is not None:
        docstring = function.body[0]
        assert docstring.end_lineno is not None
        numbers -= set(range(docstring.lineno, docstring.end_lineno + 1))
    lines = source.splitlines()
    code = (lines[number - 1].strip() for number in numbers)
    return sum(1 for line in code if line and not line.startswith("#"))


def test_body_lines_are_counted_as_the_rule_says() -> None:
    source = 'def f(\n    a: int,\n) -> int:\n    """One\n    two."""\n    # why\n\n    return a\n'
    (function,) = ast.parse(source).body
    assert isinstance(function, ast.FunctionDef)
    assert body_lines(source, function) == 4


@pytest.mark.parametrize("path", _python_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_are_short(path: Path) -> None:
    source = path.read_text()
    assert len(source.splitlines()) <= FILE_LINES, "split it by meaning"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert body_lines(source, node) <= BODY_LINES, f"{node.name} is too long: split it by meaning"


def test_no_file_names_a_path_of_one_machine_or_a_package_registry() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {word}" for path, text in _texts() for word in FORBIDDEN if word in text
    ]
    assert found == []


def test_every_make_target_that_is_written_about_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    mentioned = {
        name
        for page in pages
        for name in re.findall(r"(?:^|`)make ([a-z-]+)", page.read_text(), re.MULTILINE)
    }
    assert mentioned <= targets
    assert {"setup", "demo", "test"} <= mentioned


def test_every_target_but_the_inner_ones_is_explained() -> None:
    lines = re.findall(r"^([a-z-]+):(.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert {name for name, rest in lines if "## " not in rest} == {"dev", "python", "test-models"}
