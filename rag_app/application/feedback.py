"""The verbs of feedback: say something of what was shown, and read what was said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rag_app.questions import CONTROL
from rag_app.schemas import FeedbackKind, FeedbackLine, FeedbackReceipt
from ranking.feedback.recorder import Recorder
from storage.errors import InvalidInput
from storage.feedback.questions import QuestionIndex
from storage.feedback.records import WHOLE_ANSWER, Event, Given, question_key
from storage.feedback.votes import Said, Votes
from storage.principal import Principal

VALUES: dict[FeedbackKind, tuple[Event, int]] = {
    "up": ("vote", 1),
    "down": ("vote", -1),
    "withdraw": ("vote", 0),
    "click": ("click", 1),
    "copy": ("copy", 1),
}
SETTLE_SECONDS = 5.0  # what was answered a moment ago may still wait to be written


class QuestionEncoder(Protocol):
    def encode_question(self, text: str) -> NDArray[np.float32]: ...


@dataclass(frozen=True)
class Feedback:
    """Safe to share by threads."""

    recorder: Recorder
    votes: Votes
    questions: QuestionIndex
    encoder: QuestionEncoder
    clock: Callable[[], datetime]
    max_comment_characters: int

    def give_feedback(
        self,
        shown_id: str,
        kind: FeedbackKind,
        principal: Principal,
        *,
        source: int | None = None,
        comment: str = "",
    ) -> FeedbackReceipt:
        """On an answer as a whole, or on the source of that number; the last word counts.

        Raises InvalidInput, NotFound for what was not shown to this principal, Transient.
        """
        event, value = VALUES[kind]
        said = self._checked(comment)
        if source is not None and source < 1:
            raise InvalidInput(f"There is no source {source}.", "Sources count from 1.")
        self.recorder.settle(SETTLE_SECONDS)
        question, sets = self.votes.question(shown_id, principal.name)
        position = WHOLE_ANSWER if source is None else source
        given = Given(shown_id, position, principal.name, event, value, self.clock(), said)
        replaced = self.votes.give(given)
        if event == "vote" and value and source is not None:
            keys = [(question_key(question), set_) for set_ in sets]
            self.questions.put(keys, np.stack([self.encoder.encode_question(question)] * len(keys)))
        return FeedbackReceipt(id=shown_id, source=source, kind=kind, replaced=replaced)

    def export(self, since: datetime | None = None) -> Iterator[FeedbackLine]:
        """Everything that stands, oldest first."""
        return (_line(said) for said in self.votes.said(since))

    def restore_questions(self) -> int:
        """Puts the questions voted on into a collection that lacks them, as after a change of embedder."""
        missing = [] if self.questions.exists() else self.votes.questions()
        if missing:
            dense = np.stack([self.encoder.encode_question(question) for _, question, _ in missing])
            self.questions.put([(key, set_) for key, _, set_ in missing], dense)
        return len(missing)

    def _checked(self, comment: str) -> str:
        if len(comment) > self.max_comment_characters:
            raise InvalidInput(
                f"The comment has {len(comment):,} characters; at most "
                f"{self.max_comment_characters:,} are kept.",
                "Shorten it.",
            )
        return CONTROL.sub(" ", comment).strip()


def _line(said: Said) -> FeedbackLine:
    kinds: dict[tuple[str, int], FeedbackKind] = {
        (event, value): kind for kind, (event, value) in VALUES.items()
    }
    return FeedbackLine(
        id=said.shown_id,
        source=said.position or None,
        kind=kinds[said.kind, said.value],
        principal=said.principal,
        at=said.at,
        question=said.question,
        comment=said.comment,
        set=said.set,
        document=said.document,
        text=said.text,
    )
