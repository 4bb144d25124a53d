"""What an administrator decides about a document set, checked at the door."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any, Literal, TypedDict

from storage.errors import InvalidInput
from storage.glossary import parse_glossary

DEFAULT_HALF_LIFE_DAYS = 365.0
KEPT_GENERATIONS = 2
GATE_FALL = 0.03
# What a passage may be told to measure; wider than any embedding model allows.
BOUNDS = {
    "chunk_tokens": (32, 480),
    "min_chunk_tokens": (0, 480),
    "overlap_sentences": (0, 5),
    "kept_generations": (0, 100),
}
MAX_DESCRIPTION_CHARACTERS = 2_000
_CRON_FIELDS = 5

SetRerank = Literal["full", "none"]


class SetChange(TypedDict, total=False):
    """What is left out stays as it is; None where the installation's own value is to hold.

    `schedule` is cron in five fields, `gate_gold` the text of gold questions, `gate_fall` the part of NDCG@5
    that a new generation may lose on them.
    """

    description: str
    folder: str | None
    groups: Collection[str]
    half_life_days: float | None
    score_cache: bool
    glossary: str
    chunk_tokens: int | None
    min_chunk_tokens: int | None
    overlap_sentences: int | None
    rerank: SetRerank | None
    schedule: str | None
    kept_generations: int
    gate_gold: str | None
    gate_fall: float


DEFAULTS: SetChange = {
    "description": "",
    "folder": None,
    "groups": (),
    "half_life_days": DEFAULT_HALF_LIFE_DAYS,
    "score_cache": True,
    "glossary": "",
    "chunk_tokens": None,
    "min_chunk_tokens": None,
    "overlap_sentences": None,
    "rerank": None,
    "schedule": None,
    "kept_generations": KEPT_GENERATIONS,
    "gate_gold": None,
    "gate_fall": GATE_FALL,
}


def check_name(name: str) -> None:
    """Raises InvalidInput for what cannot name a set; dots alone mean another thing in addresses."""
    if not _is_name(name) or name in (".", ".."):
        raise InvalidInput(
            f"A document set cannot be called {name[:200]!r}.",
            "Use 1 to 200 printable characters, other than . and .. alone.",
        )


def check_options(changes: SetChange, name: str) -> None:
    """Raises InvalidInput for the first value that is impossible; `name` is the set's, for the message."""
    _check_half_life(changes.get("half_life_days"), name)
    for group in changes.get("groups", ()):
        if not _is_name(group):
            raise InvalidInput(
                f"A group cannot be called {group[:200]!r}.", "Use 1 to 200 printable characters."
            )
    parse_glossary(changes.get("glossary", ""))
    _check_description(changes.get("description", ""), name)
    for option, (least, most) in BOUNDS.items():
        _check_number(option, changes.get(option), least, most, name)
    _check_rerank(changes.get("rerank"), name)
    _check_schedule(changes.get("schedule"), name)
    _check_fall(changes.get("gate_fall", GATE_FALL), name)


def _check_half_life(days: float | None, name: str) -> None:
    if days is not None and not 0 < days < float("inf"):
        raise InvalidInput(
            f"The half-life of {name!r} is {days} days.",
            "Give a number of days above 0, or none where documents do not age.",
        )


def _check_description(text: str, name: str) -> None:
    if len(text) > MAX_DESCRIPTION_CHARACTERS:
        raise InvalidInput(
            f"The description of {name!r} has {len(text):,} characters; at most "
            f"{MAX_DESCRIPTION_CHARACTERS:,} are kept.",
            "Shorten it.",
        )


def _check_number(option: str, value: Any, least: int, most: int, name: str) -> None:
    if value is not None and not least <= value <= most:
        raise InvalidInput(f"{option} of {name!r} is {value}.", f"Choose {least} to {most}.")


def _check_rerank(mode: str | None, name: str) -> None:
    if mode not in (None, "full", "none"):
        raise InvalidInput(f"The re-ranking of {name!r} cannot be {mode!r}.", "Choose full or none.")


def _check_fall(fall: float, name: str) -> None:
    if not 0 <= fall <= 1:
        raise InvalidInput(
            f"The fall that {name!r} may have at its gold questions is {fall}.",
            "Choose 0 to 1; 0.03 lets NDCG@5 fall by 3 %.",
        )


def _check_schedule(schedule: str | None, name: str) -> None:
    if schedule is None:
        return
    from croniter import croniter  # late: only for those who change a schedule

    wrong = len(schedule.split()) != _CRON_FIELDS or not croniter.is_valid(schedule)
    if wrong or not _comes(schedule):
        raise InvalidInput(
            f"The schedule of {name!r} cannot be {schedule[:100]!r}.",
            "Give the five fields of cron (minute, hour, day, month, weekday), as in '30 2 * * 1-5'.",
        )


def _comes(schedule: str) -> bool:
    """Whether there is such a day at all: 30 February is none."""
    from croniter import CroniterBadDateError, croniter

    try:
        croniter(schedule, datetime(2026, 1, 1, tzinfo=UTC)).get_next()
    except CroniterBadDateError:
        return False
    return True


def _is_name(text: str) -> bool:
    return bool(text.strip()) and text.isprintable() and len(text) <= 200
