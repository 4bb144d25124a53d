"""An audit as files in a folder: Markdown beside its charts, and the whole of it as one HTML file."""

from __future__ import annotations

from pathlib import Path

from ranking.audit.audit import Audit
from ranking.audit.charts import charts
from ranking.audit.html import to_html
from ranking.audit.markdown import to_markdown
from storage.errors import Permanent

MARKDOWN = "audit.md"
HTML = "audit.html"


def check_folder(folder: Path) -> None:
    """Makes the folder and writes into it: to be told before a measurement of minutes, not after."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise _unwritable(folder, error) from error


def write(audit: Audit, folder: Path) -> list[Path]:
    """The files written, the reports first; earlier ones of the same name are replaced."""
    drawn = charts(audit)
    text = to_markdown(audit)
    contents = {MARKDOWN: text, HTML: to_html(f"Ranking audit: {audit.report.name}", text, drawn), **drawn}
    try:
        for name, content in contents.items():
            (folder / name).write_text(content, encoding="utf-8")
    except OSError as error:
        raise _unwritable(folder, error) from error
    return [folder / name for name in contents]


def _unwritable(folder: Path, error: OSError) -> Permanent:
    return Permanent(
        f"The folder {folder} cannot be written to ({error.strerror}).", "Name another with --out."
    )
