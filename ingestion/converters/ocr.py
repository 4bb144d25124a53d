"""Text recognition by tesseract, for PDF files that are mere pictures of their pages."""

from __future__ import annotations

import io
import shutil
import subprocess

import pypdfium2

from ingestion.converters.converted import Converted
from ingestion.converters.failure import ConversionFailed
from ingestion.converters.pdf import opened_pdf
from ingestion.converters.text import paragraphs
from ingestion.document import Block

PROGRAM = "tesseract"
DOTS_PER_INCH, POINTS_PER_INCH = 300, 72
# A page as large as a poster is drawn coarser, not refused.
MAX_PIXELS = 25_000_000


def convert(content: bytes, name: str, languages: str) -> Converted:
    """One paragraph after another, with their pages; `no text layer` where tesseract is missing or fails."""
    program = shutil.which(PROGRAM)
    if program is None:
        raise _failed(name, f"{PROGRAM}, which is set to read it, is not installed", f"Install {PROGRAM}.")
    blocks: list[Block] = []
    with opened_pdf(content, name) as document:
        for number in range(len(document)):
            text = _recognised(program, _picture(document, number), languages, name)
            blocks += (Block(b.kind, b.text, b.level, number + 1) for b in paragraphs(text))
    return Converted(blocks=tuple(blocks))


def _picture(document: pypdfium2.PdfDocument, number: int) -> bytes:
    page = document[number]
    try:
        scale = DOTS_PER_INCH / POINTS_PER_INCH
        pixels = page.get_width() * page.get_height() * scale**2
        scale *= min(1.0, (MAX_PIXELS / max(pixels, 1.0)) ** 0.5)
        target = io.BytesIO()
        page.render(scale=scale, grayscale=True).to_pil().save(target, "PNG")
        return target.getvalue()
    finally:
        page.close()


def _recognised(program: str, picture: bytes, languages: str, name: str) -> str:
    command = [program, "stdin", "stdout", "-l", languages]
    done = subprocess.run(command, input=picture, capture_output=True, check=False)  # noqa: S603
    if done.returncode:
        reason = " ".join(done.stderr.decode(errors="replace").split())[:200]
        raise _failed(
            name, f"{PROGRAM} could not read it: {reason}", "Run text recognition over it elsewhere."
        )
    return done.stdout.decode(errors="replace").replace("\f", "\n")


def _failed(name: str, why: str, remedy: str) -> ConversionFailed:
    return ConversionFailed("no text layer", f"{name} has no text layer, and {why}.", remedy)
