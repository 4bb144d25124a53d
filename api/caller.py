"""Who calls, and the facade they call: what every route depends on."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request

from rag_app.application import ANONYMOUS, Answers, Feedback, Principal


@dataclass(frozen=True, slots=True)
class Caller:
    """The principal of a request and the verbs open to it."""

    principal: Principal
    answers: Answers
    feedback: Feedback


def caller(request: Request) -> Caller:
    application = request.app.state.application
    return Caller(ANONYMOUS, application.answers, application.feedback)
