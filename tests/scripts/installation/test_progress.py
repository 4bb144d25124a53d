from __future__ import annotations

import io
from pathlib import Path

import pytest

from scripts.installation.progress import PipReader, StatusLine, count_installed


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        ([], "starting"),
        (["Collecting numpy<3,>=2.1 (from rag-app==0.1.0)"], "looking up numpy<3,>=2.1"),
        (["Processing /wheels/torch-2.13.0-cp311.whl"], "looking up torch"),
        (["  Downloading scipy-1.17.1-cp311.whl (37.2 MB)", "Progress 9300000 of 37200000"],
         "downloading scipy: 25 % of 37 MB"),
        (["  Downloading tqdm-4.70.1-py3.whl (78 kB)", "Progress 0 of 78000"], "downloading tqdm"),
        (["Installing collected packages: a, b, c"], "writing 3 packages"),
    ],
)  # fmt: skip
def test_the_status_says_what_pip_is_busy_with(lines: list[str], status: str) -> None:
    reader = PipReader()
    for line in lines:
        reader.read(line)
    assert reader.status == status


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_log_gets_a_line_at_the_start_and_one_at_the_end() -> None:
    out = io.StringIO()
    line = StatusLine("Installing torch", out)
    line.show("downloading torch")
    line.close("done")
    assert out.getvalue() == "Installing torch ...\nInstalling torch: done (0 s)\n"


def test_a_terminal_gets_one_line_that_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    out = _Terminal()
    line = StatusLine("Installing torch", out)
    line.show("downloading torch: 25 % of 190 MB, and more than fits")
    assert out.getvalue().startswith("\r\x1b[KInstalling torch (0 s): downloading")
    assert len(out.getvalue().removeprefix("\r\x1b[K")) == 39
    line.close("done")
    assert out.getvalue().endswith("\r\x1b[KInstalling torch: done (0 s)\n")


def test_installed_distributions_are_counted(tmp_path: Path) -> None:
    site_packages = tmp_path / "lib/python3.11/site-packages"
    (site_packages / "numpy-2.4.6.dist-info").mkdir(parents=True)
    (site_packages / "numpy").mkdir()
    assert count_installed(tmp_path) == 1
