"""The questions that gained and lost the most against embeddings alone, each with why."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from ranking.audit.depth import first_relevant
from ranking.candidate import Candidate
from ranking.counterfactual import ranked_without, removable
from ranking.ensemble import Order
from ranking.evaluation.evaluation_set import Question
from ranking.evaluation.report import Level
from ranking.evaluation.segments import HEADLINE
from ranking.explanation import Explanation, explain, summary
from ranking.ranker import Ranker

SHOWN_STAGES = ("bm25", "dense", "fused", "cross_encoder", "ensemble")
_NAMES = {
    "bm25": "BM25",
    "dense": "embeddings",
    "fused": "both fused",
    "cross_encoder": "the re-ranker",
    "ensemble": "the ensemble",
}


@dataclass(frozen=True, slots=True)
class Case:
    """A question, NDCG@5 before and after, rank of its first relevant passage by stage, and why."""

    question: Question
    before: float
    after: float
    ranks: Mapping[str, int | None]
    why: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Final:
    """A question's final ranking, with what decided it."""

    candidates: Sequence[Candidate]
    ranker: Ranker
    order: Order


def most_changed(level: Level, number: int) -> tuple[list[str], list[str]]:
    """Ids of the `number` questions that gained the most, and of those that lost the most."""
    after, before = level.stages["ensemble"].values[HEADLINE], level.stages["dense"].values[HEADLINE]
    change = {question: after[question] - before[question] for question in after}
    by_change = sorted(change, key=lambda question: (-change[question], question))
    gained = [question for question in by_change[:number] if change[question] > 0]
    lost = [question for question in reversed(by_change[-number:]) if change[question] < 0]
    return gained, lost


def case_of(
    question: Question,
    level: Level,
    stages: Mapping[str, Mapping[str, Sequence[str]]],
    relevant: Collection[str],
    final: Final,
) -> Case:
    """`stages`: stage -> question id -> chunk ids, best first."""
    ranks = {
        stage: first_relevant(stages[stage][question.id], relevant)
        for stage in SHOWN_STAGES
        if stage in stages
    }
    return Case(
        question,
        level.stages["dense"].values[HEADLINE][question.id],
        level.stages["ensemble"].values[HEADLINE][question.id],
        ranks,
        why(ranks, bool(relevant), _without(final, relevant)),
        _evidence(final, relevant),
    )


def why(ranks: Mapping[str, int | None], held: bool, without: Mapping[str, int | None]) -> str:
    """`ranks`: of the first relevant passage by stage; `without`: its final rank without each signal."""
    if not held:
        return "No single passage holds the words that answer it: chunking cut them apart."
    final, fused = ranks["ensemble"], ranks["fused"]
    if final is None or fused is None:
        return "Nothing relevant is among the candidates: retrieval missed it, and no order can mend that."
    told = ", ".join(f"{_NAMES[stage]} {rank or 'not at all'}" for stage, rank in ranks.items())
    others = {name: rank for name, rank in without.items() if rank is not None and rank != final}
    if not others:
        return f"Rank of the first relevant passage: {told}. No single signal decides it."
    before = ranks.get("dense")
    rose = before is None or final < before
    name = (max if rose else min)(others, key=lambda signal: (others[signal], signal))
    if (others[name] > final) != rose:
        return f"Rank of the first relevant passage: {told}. No single signal decides it."
    return f"Rank of the first relevant passage: {told}. Without {name} it would be {others[name]}."


def _without(final: Final, relevant: Collection[str]) -> dict[str, int | None]:
    return {
        name: first_relevant(
            [c.id for c in ranked_without(final.candidates, name, final.ranker, final.order)], relevant
        )
        for name in removable(final.candidates)
    }


def _evidence(final: Final, relevant: Collection[str]) -> tuple[str, ...]:
    """The passage on top, and the first relevant one where that is another, each explained in a line."""
    explained = list(zip(final.candidates, explain(final.candidates, final.ranker, final.order), strict=True))
    first = next((pair for pair in explained if pair[0].id in relevant), None)
    shown = [pair for pair in (*explained[:1], first) if pair is not None]
    told = [_told(candidate, explanation, relevant) for candidate, explanation in shown]
    return tuple(dict.fromkeys(told))


def _told(candidate: Candidate, explanation: Explanation, relevant: Collection[str]) -> str:
    mark = "relevant" if candidate.id in relevant else "not labelled as relevant"
    return f"{candidate.chunk.document_id}, {mark}: {summary(explanation)}"
