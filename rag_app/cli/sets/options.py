"""`rag-app sets list|show|create|change`: what is decided about a document set."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from rag_app.cli.options import Json
from rag_app.cli.sets.arguments import (
    ChunkTokens,
    Description,
    GateFall,
    Glossary,
    Gold,
    Groups,
    HalfLife,
    Keep,
    MinChunkTokens,
    Name,
    OverlapSentences,
    Rerank,
    Schedule,
    ScoreCache,
    changes_of,
)

if TYPE_CHECKING:
    from rag_app.application import SetOptions

COLUMNS = ["set", "readers", "half-life", "score cache", "glossary"]


def list_sets(as_json: Json = False) -> None:
    """Show every document set with its options.

    Example: rag-app sets list
    """
    import json

    from rag_app.bootstrap import open_application
    from rag_app.cli.output import console, table

    with open_application() as application:
        found = application.sets.all()
    if as_json:
        typer.echo(json.dumps({"sets": [one.model_dump(mode="json") for one in found]}, indent=2))
    elif found:
        console.print(table(COLUMNS, [_row(one) for one in found]))
    else:
        console.print("No document sets yet. Run: rag-app ingest FOLDER")


def show(name: Name, as_json: Json = False) -> None:
    """Show one document set, and its glossary as it was written.

    Example: rag-app sets show handbook
    """
    from rag_app.bootstrap import open_application

    with open_application() as application:
        found, glossary = application.sets.show(name), application.sets.glossary(name)
    _print(found, as_json)
    if glossary and not as_json:
        typer.echo(f"\n{glossary.rstrip()}")


def create(
    name: Name,
    description: Description = None,
    half_life: HalfLife = None,
    groups: Groups = None,
    score_cache: ScoreCache = None,
    glossary: Glossary = None,
    chunk_tokens: ChunkTokens = None,
    min_chunk_tokens: MinChunkTokens = None,
    overlap_sentences: OverlapSentences = None,
    rerank: Rerank = None,
    schedule: Schedule = None,
    keep: Keep = None,
    gold: Gold = None,
    gate_fall: GateFall = None,
    as_json: Json = False,
) -> None:
    """Make a document set with nothing in it yet.

    Example: rag-app sets create handbook --groups staff,managers --half-life 180
    """
    given = dict(locals())
    from rag_app.application import ANONYMOUS
    from rag_app.bootstrap import open_application

    options = changes_of(given)
    with open_application() as application:
        _print(application.sets.create(name, ANONYMOUS, **options), as_json)


def change(
    name: Name,
    description: Description = None,
    half_life: HalfLife = None,
    groups: Groups = None,
    score_cache: ScoreCache = None,
    glossary: Glossary = None,
    chunk_tokens: ChunkTokens = None,
    min_chunk_tokens: MinChunkTokens = None,
    overlap_sentences: OverlapSentences = None,
    rerank: Rerank = None,
    schedule: Schedule = None,
    keep: Keep = None,
    gold: Gold = None,
    gate_fall: GateFall = None,
    as_json: Json = False,
) -> None:
    """Change options of a document set; the others stay. It holds from the next question on.

    That of passages holds from the next ingestion on, which makes them all anew.

    Example: rag-app sets change handbook --half-life 180 --glossary synonyms.txt
    """
    given = dict(locals())
    from rag_app.application import ANONYMOUS
    from rag_app.bootstrap import open_application

    changes = changes_of(given)
    if not changes:
        raise typer.BadParameter("nothing to change: name an option, as in --half-life 180")
    with open_application() as application:
        _print(application.sets.change(name, ANONYMOUS, **changes), as_json)


def _print(found: SetOptions, as_json: bool) -> None:
    from rag_app.cli.output import console, print_json, table

    if as_json:
        print_json(found)
        return
    rows = [*zip(COLUMNS, _row(found), strict=True), *_details(found)]
    console.print(table(["option", "value"], [list(pair) for pair in rows]))


def _row(found: SetOptions) -> list[str]:
    return [
        found.name,
        ", ".join(found.groups) or "everyone",
        "does not age" if found.half_life_days is None else f"{found.half_life_days:g} days",
        "on" if found.score_cache else "off",
        f"{len(found.glossary):,} groups of synonyms" if found.glossary else "none",
    ]


def _details(found: SetOptions) -> list[tuple[str, str]]:
    sizes = found.chunk_tokens, found.min_chunk_tokens, found.overlap_sentences
    tokens, least, overlap = ("default" if value is None else str(value) for value in sizes)
    gate = f"{found.gate_questions} questions, NDCG@5 may fall by {found.gate_fall:.1%}"
    return [
        ("description", found.description or "none"),
        ("passages", f"tokens {tokens}, at least {least}, overlap {overlap}"),
        ("re-ranking", found.rerank or "default"),
        ("schedule", f"{found.schedule}, next at {found.next_run}" if found.schedule else "none"),
        ("generations kept", str(found.kept_generations)),
        ("gate", gate if found.gate_questions else "none"),
    ]
