"""Who calls, and the facade they call: what every route depends on."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request

from rag_app.application import ANONYMOUS, Answers, Principal


@dataclass(frozen=True, slots=True)
class Caller:
    """The principal of a request and the verbs open to it."""

    principal: Principal
    answers: Answers


def caller(request: Request) -> Caller:
    return Caller(ANONYMOUS, request.app.state.application.answers)
