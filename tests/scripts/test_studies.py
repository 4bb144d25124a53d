from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from scripts.studies import ROOT, Unusable, below, choose, renewed, studies_of

PAGE = """# Page

```sh
# no heading
```

### Sizes

<!-- begin: python -m benchmarks.sizes --data DATA/one -->
old
<!-- end -->

between

<!-- begin slow: rag-app evaluate --data DATA -->
<!-- end -->
"""
SIZES, EVALUATION = "python -m benchmarks.sizes --data DATA/one", "rag-app evaluate --data DATA"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    written = tmp_path / "page.md"
    written.write_text(PAGE)
    return written


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "data" / "one").mkdir(parents=True)
    return tmp_path / "data"


def test_a_page_says_what_is_printed_where(page: Path) -> None:
    found = [(study.command, study.slow, study.level) for study in studies_of(page)]
    assert found == [(SIZES, False, 3), (EVALUATION, True, 3)]


def test_slow_studies_run_only_when_asked_for(page: Path, data: Path) -> None:
    assert [study.command for study in choose([page], data, "", slow=False)] == [SIZES]
    assert [study.command for study in choose([page], data, "", slow=True)] == [SIZES, EVALUATION]
    assert [study.command for study in choose([page], data, "evaluate", slow=True)] == [EVALUATION]


def test_without_its_data_nothing_runs(page: Path, data: Path) -> None:
    with pytest.raises(Unusable, match="make studies DATA="):
        choose([page], None, "", slow=False)
    with pytest.raises(Unusable, match=r"no folder .*elsewhere/one\. Nothing was run"):
        choose([page], data.parent / "elsewhere", "", slow=False)
    with pytest.raises(Unusable, match=r"chosen by 'other'.*\n.*sizes.*\n.*\(slow\)"):
        choose([page], data, "other", slow=False)


def test_only_commands_of_ours_are_run(page: Path, data: Path) -> None:
    page.write_text("<!-- begin: rm -r DATA -->\n<!-- end -->\n")
    with pytest.raises(Unusable, match=r"asks for 'rm -r DATA' in a study"):
        choose([page], data, "", slow=False)


def test_what_a_study_prints_replaces_what_stood_there(page: Path, data: Path) -> None:
    asked: list[Sequence[str]] = []

    def printing(arguments: Sequence[str]) -> str:
        asked.append(arguments)
        return "## New\n\n| 1 |\n"

    for study in choose([page], data, "sizes", slow=False) * 2:
        assert renewed(study, data, printing)
    assert asked == [[sys.executable, "-m", "benchmarks.sizes", "--data", str(data / "one")]] * 2
    shown = f"<!-- begin: {SIZES} -->\n\n```text\n{SIZES}\n```\n\n#### New\n\n| 1 |\n\n<!-- end -->"
    assert page.read_text() == PAGE.replace(f"<!-- begin: {SIZES} -->\nold\n<!-- end -->", shown)


def test_of_several_commands_the_last_is_shown(page: Path) -> None:
    page.write_text("<!-- begin: rag-app ingest a && rag-app evaluate --gold b -->\n<!-- end -->\n")
    [study] = studies_of(page)
    assert renewed(study, None, lambda arguments: " ".join(arguments[1:]))
    shown = page.read_text()
    assert "\n\nevaluate --gold b\n\n<!-- end -->" in shown
    assert "\ningest a" not in shown


def test_a_study_that_fails_leaves_its_figures(page: Path, data: Path) -> None:
    def failing(arguments: Sequence[str]) -> str:
        raise subprocess.CalledProcessError(3, arguments)

    [study] = choose([page], data, "sizes", slow=False)
    assert not renewed(study, data, failing)
    assert page.read_text() == PAGE


def test_headings_keep_their_order_below_the_pages_own() -> None:
    assert below("# a\n\n## b\n\ntext # c\n", 2) == "### a\n\n#### b\n\ntext # c"
    assert below("no heading\n", 2) == "no heading"


def test_every_study_of_the_documentation_can_be_run(tmp_path: Path) -> None:
    found = [study for page in sorted((ROOT / "docs").glob("*.md")) for study in studies_of(page)]
    assert found
    for study in found:
        for arguments in (step for step in study.steps(tmp_path) if step[1] == "-m"):
            assert (ROOT / f"{arguments[2].replace('.', '/')}.py").is_file(), study.command
