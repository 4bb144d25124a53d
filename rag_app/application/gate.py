"""The gate before a switch: the set's gold questions, asked of the live generation and of the candidate."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from pydantic import BaseModel, ConfigDict, Field

from rag_app.application.answers import Answers
from ranking.evaluation.evaluation_set import EvaluationSet
from ranking.evaluation.gold import parse_gold
from ranking.evaluation.metrics import Ranking, Relevance, mean, measure
from ranking.evaluation.passages import passage_relevance
from storage.chunk import Chunk
from storage.encoding.vocabulary import Vocabulary
from storage.errors import NotFound, Permanent, Transient
from storage.scope import Scope
from storage.vectors import ChunkIndex

METRIC = "NDCG@5"
NAMED = 5  # questions in a message; the report has all
ROUNDING = 1e-9

Values = Mapping[str, float]  # question id -> NDCG@5


class GateQuestion(BaseModel):
    """A question that is answered worse than before."""

    model_config = ConfigDict(frozen=True)

    id: str
    question: str
    level: str = Field(description="By document or by passage")
    before: float = Field(description="This and after: NDCG@5")
    after: float


class GateLevel(BaseModel):
    """All questions, by document or by passage."""

    model_config = ConfigDict(frozen=True)

    name: str
    questions: int
    before: float = Field(description="This and after: mean NDCG@5")
    after: float
    fall: float = Field(description="As a part of before; below 0 where it rose")


class GateReport(BaseModel):
    """Whether a candidate may become live; without gold questions, or with nothing live, it may."""

    model_config = ConfigDict(frozen=True)

    set: str
    live: int
    candidate: int
    passed: bool
    allowed_fall: float
    levels: list[GateLevel]
    fallen: list[GateQuestion] = Field(description="The greatest fall first")


@dataclass(frozen=True)
class Gate:
    """Asks by the path of every question, and records nothing.

    `others` names the collections of other embedding models: a change of model is gated, too.
    """

    answers: Answers
    index: ChunkIndex
    others: Callable[[], Collection[str]] = tuple

    def check(self, set_name: str, live: int, candidate: int) -> GateReport:
        """Raises NotFound, or Transient where passages cannot be ranked as they would be."""
        found = self.answers.sets.find(set_name)
        if found is None:
            raise NotFound(f"There is no document set {set_name!r}.", "See `rag-app sets list`.")
        levels: dict[str, tuple[Values, Values]] = {}
        gold = None
        if found.gate_gold and live > 0:
            gold = parse_gold(found.gate_gold, "the gold questions")
            before, after = (self._measured(set_name, at, gold, live) for at in (live, candidate))
            levels = _levels(gold, before, after)
        return _report(set_name, live, candidate, found.gate_fall, levels, gold)

    def stop(self, set_name: str, live: int, candidate: int) -> None:
        """Raises Permanent, naming the questions, where the candidate may not become live."""
        report = self.check(set_name, live, candidate)
        if report.passed:
            return
        fallen = "; ".join(
            f"{q.id} {q.question[:80]!r} {q.before:.2f} -> {q.after:.2f} by {q.level}"
            for q in report.fallen[:NAMED]
        )
        more = len(report.fallen) - NAMED
        means = ", ".join(
            f"{level.before:.3f} -> {level.after:.3f} by {level.name}" for level in report.levels
        )
        raise Permanent(
            f"The gold questions of {set_name!r} keep generation {candidate} from becoming live: "
            f"NDCG@5 {means}. Fallen: {fallen}{f'; and {more} more' if more > 0 else ''}.",
            f"See `rag-app sets gate {set_name}`; correct the documents or the questions, or allow a greater "
            f"fall with `rag-app sets change {set_name} --gate-fall`, and ingest again.",
        )

    def _measured(self, set_name: str, generation: int, gold: EvaluationSet, live: int) -> _Measured:
        labelled = sorted({document for question in gold.answerable for document in question.labels})
        chunks = dict(self.index.chunks_of(set_name, generation, labelled))
        vocabulary = self._vocabulary(set_name, live, chunks)
        scope = Scope({set_name: generation}, frozenset(), beside=frozenset(self.others()))
        chunk_ids: dict[str, list[str]] = {}
        documents: dict[str, list[str]] = {}
        for question in gold.answerable:
            ranking = self.answers.rank_within(question.text, scope, self.answers.as_asked, vocabulary)
            if ranking.degraded:
                raise Transient(ranking.degraded, "Ingest again when the cross-encoder works.")
            chunk_ids[question.id] = [candidate.id for candidate in ranking.candidates]
            documents[question.id] = list(dict.fromkeys(c.chunk.document_id for c in ranking.candidates))
        return _Measured(chunk_ids, documents, passage_relevance(gold.answerable, chunks).grades)

    def _vocabulary(self, set_name: str, live: int, chunks: Mapping[str, Chunk]) -> Vocabulary:
        """The live generation's, and what the candidate's documents speak: it is not catalogued yet."""
        known = self.answers.vocabularies.of({set_name: live})
        return replace(known, languages=known.languages | {chunk.language for chunk in chunks.values()})


@dataclass(frozen=True, slots=True)
class _Measured:
    """Final orders by question, of chunks and of documents; `passages` are the relevant chunks."""

    chunks: Ranking
    documents: Ranking
    passages: Relevance


def _levels(gold: EvaluationSet, before: _Measured, after: _Measured) -> dict[str, tuple[Values, Values]]:
    """By passage, the questions whose words either generation holds: those of a lost document count as 0."""
    labels = {question.id: question.labels for question in gold.answerable}
    levels = {"document": (_ndcg(before.documents, labels), _ndcg(after.documents, labels))}
    founded = [q.id for q in gold.answerable if q.id in before.passages or q.id in after.passages]
    if founded:
        levels["passage"] = (
            _ndcg(before.chunks, {key: before.passages.get(key, {}) for key in founded}),
            _ndcg(after.chunks, {key: after.passages.get(key, {}) for key in founded}),
        )
    return levels


def _ndcg(ranking: Ranking, relevance: Relevance) -> Values:
    return measure(ranking, relevance)[METRIC]


def _report(
    set_name: str,
    live: int,
    candidate: int,
    allowed: float,
    values: Mapping[str, tuple[Values, Values]],
    gold: EvaluationSet | None,
) -> GateReport:
    levels = [_level(name, before, after) for name, (before, after) in values.items()]
    texts = {question.id: question for question in gold.questions} if gold else {}
    fallen = [
        GateQuestion(id=key, question=texts[key].text, level=name, before=before[key], after=after[key])
        for name, (before, after) in values.items()
        for key in before
        if after[key] < before[key] - ROUNDING
    ]
    return GateReport(
        set=set_name,
        live=live,
        candidate=candidate,
        passed=all(level.fall <= allowed + ROUNDING for level in levels),
        allowed_fall=allowed,
        levels=levels,
        fallen=sorted(fallen, key=lambda question: question.after - question.before),
    )


def _level(name: str, before: Values, after: Values) -> GateLevel:
    means = mean(before.values()), mean(after.values())
    fall = (means[0] - means[1]) / means[0] if means[0] > 0 else 0.0
    return GateLevel(name=name, questions=len(before), before=means[0], after=means[1], fall=fall)
