"""`rag-app status`: what there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag_app.cli.options import Json

if TYPE_CHECKING:
    from rag_app.application import Status


def status(as_json: Json = False) -> None:
    """Show the document sets, what could not be ingested, and which models are in use.

    Example: rag-app status --json
    """
    from rag_app.bootstrap import open_application
    from rag_app.cli.output import print_json

    with open_application() as application:
        found = application.status()
    if as_json:
        print_json(found)
    else:
        _print(found)


def _print(found: Status) -> None:
    from rag_app.cli.output import console, seen, table

    if not found.sets:
        console.print("No documents yet. Run: rag-app ingest FOLDER")
    else:
        rows = [
            [
                s.name,
                f"{s.documents:,}",
                f"{s.chunks:,}",
                str(s.generation),
                f"{s.updated:%Y-%m-%d %H:%M}",
                s.folder or "",
            ]
            for s in found.sets
        ]
        columns = ["set", "documents", "chunks", "generation", "updated", "folder"]
        console.print(table(columns, rows, right=columns[1:4]))
    for document_set in found.sets:
        for document, reason in document_set.failed.items():
            console.print(seen(f"  not ingested: {document_set.name}/{document}: {reason}"), markup=False)
    console.print()
    rows = [
        ["data folder", found.data_dir],
        ["vector store", found.vector_store],
        ["answers by", found.generator],
        ["refusal below", f"{found.refusal_threshold:.3f}"],
        ["ranker", f"version {found.ranker.version}, {found.ranker.measured}"],
        ["trust", f"{found.ranker.trust:g}"],
        ["calibration", "measured" if found.ranker.calibrated else "neutral: this cross-encoder is unknown"],
        *([f"{name} version", version] for name, version in found.versions.model_dump().items()),
    ]
    console.print(table(["what", "value"], rows))
