"""What a `/v1/rerank` service says: scores, or why not. Pure functions of its answer.

Its own words go into the remedy, for the operator's log: they may hold what its users should not read.
"""

from __future__ import annotations

import json
import math
from email.utils import mktime_tz, parsedate_tz
from typing import Any

import numpy as np
from numpy.typing import NDArray

from storage.errors import Permanent, Problem, Transient

TOO_MANY_REQUESTS = 429
TRANSIENT = frozenset((408, 425, TOO_MANY_REQUESTS, 500, 502, 503, 504, 529))
SAID_CHARACTERS = 200
MAX_SCORE = 1e30  # what 32 bits hold, with room

# A probability that a double cannot tell from 0 or 1 has no logit: it counts as the last that has one (36.7).
NEAREST = 2.0**-53

REMEDIES = {
    400: "Check RAG_APP_RERANKER__MODEL, and whether the service takes so many and so long documents.",
    401: "Check RAG_APP_RERANKER__API_KEY.",
    403: "Check RAG_APP_RERANKER__API_KEY, and what it may use.",
    404: "Check RAG_APP_RERANKER__URL and RAG_APP_RERANKER__MODEL.",
    405: "Check RAG_APP_RERANKER__URL: it should lead to a `/v1/rerank`.",
    413: "The service takes less at a time: lower RAG_APP_RANKING__DEPTH.",
}


def read(content: bytes, host: str) -> dict[str, Any]:
    """The answer as an object with a list of `results`."""
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError) as error:  # no JSON, no UTF-8, or a trap
        raise _wrong(host, "something that is no JSON", content) from error
    if not isinstance(answer, dict) or not isinstance(answer.get("results"), list):
        raise _wrong(host, "no list of results", content)
    return answer


def model(answer: dict[str, Any]) -> str | None:
    """What the service calls its model, where it says so."""
    named = answer.get("model")
    return named if isinstance(named, str) and named else None


def scores(answer: dict[str, Any], expected: int, host: str) -> NDArray[np.float64]:
    """Relevance scores (expected,), each finite, in the order in which the documents were sent."""
    results = answer["results"]
    if len(results) != expected:
        raise _wrong(host, f"{len(results)} results for {expected} documents")
    found: dict[int, float] = {}
    for result in results:
        index, score = _result(result, host)
        if not 0 <= index < expected or index in found:
            wrong = "twice" if index in found else f"among {expected} documents"
            raise _wrong(host, f"the index {index} {wrong}")
        found[index] = score
    return np.array([found[index] for index in range(expected)], dtype=np.float64)


def logits(probabilities: NDArray[np.float64], host: str) -> NDArray[np.float64]:
    """The logit of each; Permanent where one is outside 0 to 1."""
    outside = probabilities[(probabilities < 0) | (probabilities > 1)]
    if outside.size:
        raise Permanent(
            f"The re-ranker at {host} gave the relevance score {outside[0]:g}, which is not from 0 to 1.",
            "If it gives raw logits, set RAG_APP_RERANKER__SCORES=logit.",
        )
    inner = np.clip(probabilities, NEAREST, 1.0 - NEAREST)
    found: NDArray[np.float64] = np.log(inner) - np.log1p(-inner)
    return found


def pause(status: int, retry_after: str | None, now: float) -> float | None:
    """Seconds after which the service wants to be asked again; None where it does not say.

    `retry_after` is a number of seconds, or a date, against `now` (seconds since the epoch).
    """
    if status not in (TOO_MANY_REQUESTS, 503) or retry_after is None:
        return None
    try:
        seconds = float(retry_after)
    except ValueError:
        date = parsedate_tz(retry_after)
        seconds = mktime_tz(date) - now if date else math.inf
    return max(seconds, 0.0) if math.isfinite(seconds) else None


def refused(status: int, content: bytes, host: str, wait: float | None) -> Problem:
    """The error for an answer that is not 200."""
    if status == TOO_MANY_REQUESTS:
        later = f" and wants to be asked again in {wait:.0f} s" if wait is not None else ""
        return Transient(f"The re-ranker at {host} was asked too often (429){later}.", _said(content))
    what = f"The re-ranker at {host} answered {status}."
    if status in TRANSIENT:
        return Transient(what, f"Ask again later. {_said(content)}")
    return Permanent(what, f"{REMEDIES.get(status, 'Check RAG_APP_RERANKER__URL.')} {_said(content)}")


def _result(result: Any, host: str) -> tuple[int, float]:
    index = result.get("index") if isinstance(result, dict) else None
    score = result.get("relevance_score") if isinstance(result, dict) else None
    if type(index) is not int or not isinstance(score, int | float) or isinstance(score, bool):
        raise _wrong(host, "a result without index and relevance_score")
    if not abs(score) <= MAX_SCORE:  # so written, it finds NaN, too
        raise _wrong(host, f"the relevance score {str(score)[:20]}, which is no finite number")
    return index, float(score)


def _wrong(host: str, what: str, content: bytes = b"") -> Problem:
    shape = "Check RAG_APP_RERANKER__URL: it should lead to a `/v1/rerank` in Cohere's or Jina's shape."
    return Permanent(f"The re-ranker at {host} gave {what}.", f"{shape} {_said(content)}".strip())


def _said(content: bytes) -> str:
    text = " ".join(content.decode(errors="replace").split())[:SAID_CHARACTERS]
    return f"It said: {text}" if text else ""
