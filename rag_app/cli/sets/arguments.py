"""Arguments and options that the commands over document sets share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from storage.set_options import SetChange

Name = Annotated[str, typer.Argument(help="The document set.", show_default=False)]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
Description = Annotated[str | None, typer.Option(help="What it holds, for those who choose sets.")]
HalfLife = Annotated[
    str | None,
    typer.Option(metavar="DAYS|none", help="Days until freshness has halved; none: it does not age."),
]
Groups = Annotated[
    str | None, typer.Option(metavar="A,B", help="Groups that may read it; '' opens it to everyone.")
]
ScoreCache = Annotated[
    bool | None,
    typer.Option(
        "--score-cache/--no-score-cache",
        help="Keep the cross-encoder's scores of its passages, or not.",
        show_default=False,
    ),
]
Glossary = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Replaces the glossary; an empty file empties it.")
]
ChunkTokens = Annotated[
    str | None, typer.Option(metavar="N|default", help="A passage's largest size, 32 to 480 tokens.")
]
MinChunkTokens = Annotated[
    str | None, typer.Option(metavar="N|default", help="Sections below it may share a passage, 0 to 480.")
]
OverlapSentences = Annotated[
    str | None, typer.Option(metavar="N|default", help="Sentences repeated between passages, 0 to 5.")
]
Rerank = Annotated[
    str | None, typer.Option(metavar="full|none|default", help="Whether the cross-encoder re-ranks it.")
]
Schedule = Annotated[
    str | None, typer.Option(metavar="CRON|none", help="When it is ingested again, as in '30 2 * * *'.")
]
Keep = Annotated[int | None, typer.Option(metavar="N", help="Earlier generations kept for a rollback.")]
Gold = Annotated[
    str | None,
    typer.Option(metavar="FILE|none", help="Gold questions (JSON Lines) that a new generation must pass."),
]
GateFall = Annotated[
    float | None,
    typer.Option(metavar="PART", help="What NDCG@5 may fall by on them; 0.03 is 3 %."),
]


def changes_of(given: dict[str, Any]) -> SetChange:
    """What the options of a command line say, by the names of `SetChange`; what was not given is left out."""
    said = {name: value for name, value in given.items() if value is not None}
    changes: dict[str, Any] = {to: said[name] for to, name in _SAME.items() if name in said}
    for name in ("chunk_tokens", "min_chunk_tokens", "overlap_sentences"):
        if name in said:
            changes[name] = _number(said[name])
    if "half_life" in said:
        changes["half_life_days"] = _days(said["half_life"])
    if "groups" in said:
        changes["groups"] = (
            [part.strip() for part in said["groups"].split(",")] if said["groups"].strip() else []
        )
    if "glossary" in said:
        changes["glossary"] = _text(said["glossary"], "glossary")
    if "rerank" in said:
        changes["rerank"] = None if said["rerank"] == "default" else said["rerank"]
    if "schedule" in said:
        changes["schedule"] = _unless_none(said["schedule"])
    if "gold" in said:
        path = _unless_none(said["gold"])
        changes["gate_gold"] = None if path is None else _text(Path(path), "file of gold questions")
    return changes  # type: ignore[return-value]  # the store checks every value


_SAME = {
    "description": "description",
    "score_cache": "score_cache",
    "kept_generations": "keep",
    "gate_fall": "gate_fall",
}


def _unless_none(text: str) -> str | None:
    return None if text.strip().lower() == "none" else text


def _number(text: str) -> int | None:
    if text.strip().lower() == "default":
        return None
    try:
        return int(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is neither a whole number nor default") from error


def _days(text: str) -> float | None:
    if text.strip().lower() == "none":
        return None
    try:
        return float(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is neither a number of days nor none") from error


def _text(path: Path, what: str) -> str:
    from storage.errors import InvalidInput

    try:
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise InvalidInput(
            f"The {what} {path} cannot be read: {error.strerror}.", "Check its name and permissions."
        ) from error
    except UnicodeDecodeError as error:
        raise InvalidInput(
            f"The {what} {path} is not text in UTF-8 (byte {error.start}).", "Save it as UTF-8."
        ) from error
