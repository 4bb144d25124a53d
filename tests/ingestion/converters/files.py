"""Files as the libraries of their formats write them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas


def saved(file: Any) -> bytes:
    """The bytes of a Word document or of a presentation."""
    target = io.BytesIO()
    file.save(target)
    return target.getvalue()


def pdf(draw: Callable[[Any], None], **options: Any) -> bytes:
    """What `draw` draws on A4, in points from the lower left."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4, invariant=1, **options)
    draw(canvas)
    canvas.save()
    return target.getvalue()


def archive(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip file, its members in the order given."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as made:
        for name, content in members.items():
            made.writestr(zipfile.ZipInfo(name, (2026, 3, 4, 5, 6, 0)), content, compress_type=method)
    return target.getvalue()
