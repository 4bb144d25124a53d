"""The verbs of administrators over document sets: options, generations, and what goes for good."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Unpack, cast

from rag_app.application.anchoring import Anchoring, AnchorReport
from rag_app.application.cleaning import Cleaning
from rag_app.application.erasing import Erasing
from rag_app.application.gate import Gate, GateReport
from rag_app.application.set_shapes import (
    CleanedUp,
    Erased,
    GenerationList,
    RolledBack,
    SetDocumentPage,
    SetOptions,
    SetPage,
    generation_entry,
    set_document,
    set_options,
)
from rag_app.cursors import key_of, page_of
from ranking.evaluation.gold import parse_gold
from storage.catalogue import Catalogue
from storage.document_sets import DocumentSet, DocumentSets
from storage.errors import InvalidInput, NotFound
from storage.generation_history import GenerationHistory
from storage.generations import Generations
from storage.principal import Principal
from storage.set_options import SetChange

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sets:
    """Options hold from the next question on, those of chunks from the next ingestion on.

    `alone` keeps ingestions out of a set, or raises Transient while one is in.
    """

    sets: DocumentSets
    catalogue: Catalogue
    generations_of: Generations
    history: GenerationHistory
    cleaning: Cleaning
    erasing: Erasing
    anchoring: Anchoring
    gating: Gate
    alone: Callable[[str, Principal], AbstractContextManager[None]]
    half_life_days: float | None
    now: Callable[[], datetime]

    def all(self) -> list[SetOptions]:
        """By name."""
        return [self._options(found) for found in self.sets.all()]

    def page(self, cursor: str | None = None, limit: int = 50) -> SetPage:
        """The same a page at a time. Raises InvalidInput for what is no cursor."""
        after = key_of(cursor)
        found = self.sets.page(after[0] if after else None, limit + 1)
        some, next_cursor = page_of(found, limit, lambda one: (one.name,))
        return SetPage(sets=[self._options(one) for one in some], next_cursor=next_cursor)

    def documents(self, name: str, cursor: str | None = None, limit: int = 50) -> SetDocumentPage:
        """What questions find in the set, and what was not taken, a page at a time. Raises NotFound."""
        self._found(name)
        after = key_of(cursor)
        found = self.catalogue.page(name, after[0] if after else None, limit + 1)
        some, next_cursor = page_of(found, limit, lambda one: (one.document,))
        return SetDocumentPage(
            set=name, documents=[set_document(one) for one in some], next_cursor=next_cursor
        )

    def show(self, name: str) -> SetOptions:
        """Raises NotFound."""
        return self._options(self._found(name))

    def glossary(self, name: str) -> str:
        """The text as it was given. Raises NotFound."""
        return self._found(name).glossary

    def create(self, name: str, principal: Principal, **options: Unpack[SetChange]) -> SetOptions:
        """A set with nothing in it. Raises InvalidInput where the name is taken or a value impossible."""
        _check_gold(options)
        chosen = cast(SetChange, {"half_life_days": self.half_life_days, **options})
        created = self.sets.create(name, **chosen)
        logger.info("%s created the document set %r", principal.name, name)
        return self._options(created)

    def change(self, name: str, principal: Principal, **changes: Unpack[SetChange]) -> SetOptions:
        """What is left out stays as it is. Raises NotFound, or InvalidInput and changes nothing."""
        _check_gold(changes)
        changed = self.sets.change(name, **changes)
        logger.info("%s changed %s of the document set %r", principal.name, ", ".join(changes), name)
        return self._options(changed)

    def delete(self, name: str, principal: Principal) -> Erased:
        """The set with all that rests on it, for good. Raises NotFound, or Transient while it is ingested."""
        self._found(name)
        with self.alone(name, principal):
            erased = self.erasing.delete(name)
        logger.warning("%s deleted the document set %r", principal.name, name)
        return erased

    def purge(self, name: str, document: str, principal: Principal) -> Erased:
        """A document from everything. Raises NotFound, or Transient: while the set is ingested, for one."""
        self._found(name)
        with self.alone(name, principal):
            erased = self.erasing.purge(name, document)
        logger.warning("%s purged a document from the document set %r", principal.name, name)
        return erased

    def generations(self, name: str) -> GenerationList:
        """Raises NotFound."""
        live = self._found(name).live_generation
        entries = [generation_entry(record, live) for record in self.history.of(name)]
        return GenerationList(set=name, generations=entries[::-1])

    def roll_back(self, name: str, principal: Principal) -> RolledBack:
        """Back to the generation before. Raises NotFound, or InvalidInput where it is not there any more."""
        former = self._found(name).live_generation
        now_live = self.generations_of.roll_back(name)
        logger.warning("%s rolled the document set %r back to %d", principal.name, name, now_live)
        return RolledBack(set=name, generation=now_live, former=former)

    def clean_up(self, name: str) -> CleanedUp:
        """As after each publication; at any time, beside readers and ingestions. Raises NotFound."""
        return self.cleaning.clean_up(name)

    def compact(self) -> None:
        """Writes the stores anew, as after a purge that could not. Raises Transient while they are read."""
        self.erasing.write_anew()

    def anchors(self, name: str, generation: int | None = None) -> AnchorReport:
        """Votes, gold labels and links without a passage, by default of the live one. Raises NotFound."""
        return self.anchoring.check(name, generation)

    def gate(self, name: str) -> GateReport:
        """The unpublished generation against the live one, or this against itself. Raises NotFound."""
        live = self._found(name).live_generation
        records = self.history.of(name)
        begun = [r.number for r in records if r.number > live and not (r.published or r.undone)]
        return self.gating.check(name, live, max(begun, default=live))

    def _options(self, found: DocumentSet) -> SetOptions:
        gold = parse_gold(found.gate_gold, "the gold questions") if found.gate_gold else None
        return set_options(found, len(gold.answerable) if gold else 0, self.now())

    def _found(self, name: str) -> DocumentSet:
        found = self.sets.find(name)
        if found is None:
            raise NotFound(f"There is no document set {name!r}.", "See `rag-app sets list`.")
        return found


def _check_gold(changes: SetChange) -> None:
    text = changes.get("gate_gold")
    if text is None:
        return
    if not parse_gold(text, "the gold questions").answerable:
        raise InvalidInput(
            "None of the gold questions has an answer.",
            "A gate needs questions that the documents answer, with the documents that do.",
        )
