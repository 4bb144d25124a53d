"""What chunk size, overlap and the text shown to the cross-encoder do to search by passage.

    python -m benchmarks.chunk_study --data DATA
    python -m benchmarks.chunk_study --data DATA --part reranked --sizes 300/150/0 400/300/0
    python -m benchmarks.chunk_study --data DATA --part texts

DATA holds the data sets `companies` and `handbook_qa`. A size is tokens at most / preferred least /
sentences repeated. The questions are the same for every size; one whose quotation no passage holds counts
as zero. Larger passages hold a quotation more easily and show the reader more: so each size also tells what
its best five passages cost, and how often one that holds the quotation stands in the first 1,000 tokens.
`reranked` and `texts` ask a fixed sample and read the best 20 of each question: the cross-encoder takes long.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.chunk_corpora import Corpus, Passages, Searcher, read_corpus
from benchmarks.clock import table
from ingestion.chunk_limits import ChunkLimits
from rag_app.settings import load_settings
from ranking import defaults
from ranking.cross_encoder.cached import CachedCrossEncoder
from ranking.cross_encoder.onnx import OnnxCrossEncoder
from ranking.cross_encoder.score_store import ScoreStore
from ranking.evaluation.metrics import mean, measure, oracle
from ranking.evaluation.passages import passage_relevance
from ranking.evaluation.significance import paired_bootstrap
from ranking.reranking import CrossEncoder
from storage.chunk import Chunk
from storage.inference import InferencePool
from storage.models import ModelStore

SETS = ("companies", "handbook_qa")
SIZES = (
    *("300/150/0", "200/40/0", "200/150/0", "200/200/0", "300/40/0", "300/300/0"),
    *("400/150/0", "400/300/0", "400/400/0", "450/300/0", "450/450/0"),
    *("300/150/1", "300/150/2", "300/150/3", "300/300/2", "400/400/2"),
)
BUDGET = 1000  # tokens that a reader takes in
READ = 5  # passages that go into an answer
SAMPLE = 40  # questions of each set that the cross-encoder is asked
RERANKED = 20  # candidates of each that it reads
SEED = 20_260_101
Text = Callable[[Chunk], str]
TEXTS: Mapping[str, Text] = {
    "text alone": lambda chunk: chunk.text,
    "title": lambda chunk: _headed((chunk.title,), chunk.text),
    "last heading": lambda chunk: _headed(chunk.headings[-1:], chunk.text),
    "title and last heading": lambda chunk: _headed((chunk.title, *chunk.headings[-1:]), chunk.text),
    "title and heading path": lambda chunk: chunk.contextual_text,
}


@dataclass
class Found:
    """One size on one set: values by question of every measure, in the questions' order."""

    values: dict[str, Mapping[str, float]] = field(default_factory=dict)
    chunks: int = 0
    tokens: float = 0.0  # a passage, title and headings included
    cost: float = 0.0  # of the five passages read
    unheld: int = 0

    def mean(self, name: str) -> float:
        return mean(self.values[name].values())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--part", choices=("bm25", "fused", "reranked", "texts"), default="bm25")
    parser.add_argument("--sizes", nargs="*", help="default: a list for `first`, the set size for the others")
    arguments = parser.parse_args()
    settings = load_settings()
    bounds = settings.ingestion
    shipped = f"{bounds.chunk_tokens}/{bounds.min_chunk_tokens}/{bounds.overlap_sentences}"
    sizes = arguments.sizes or (SIZES if arguments.part in ("bm25", "fused") else (shipped,))
    pool = InferencePool(settings.threads)
    models = ModelStore(settings.models.cache)
    searcher = Searcher(
        settings.models.embedder, models.resolve(settings.models.embedder), pool, settings.data_dir
    )
    corpora = [read_corpus(arguments.data / name) for name in SETS]
    if arguments.part in ("bm25", "fused"):
        print(first_stage_table(corpora, searcher, sizes, arguments.part == "fused"))
    else:
        name = settings.models.cross_encoder
        store = ScoreStore(settings.data_dir / "pair-scores.db")
        scorer = CachedCrossEncoder(OnnxCrossEncoder(name, models.resolve(name), pool), store)
        texts = (
            TEXTS
            if arguments.part == "texts"
            else {"title and heading path": TEXTS["title and heading path"]}
        )
        print(reranked_table(corpora, searcher, scorer, sizes, texts))
        store.close()
    pool.close()


def first_stage_table(
    corpora: Sequence[Corpus], searcher: Searcher, sizes: Sequence[str], embedded: bool
) -> str:
    """All questions in fused order, or in that of BM25; differences are from the first size."""
    rows = []
    base: list[Found] = []
    for size in sizes:
        found = [first_stage(corpus, searcher, size, embedded) for corpus in corpora]
        base = base or found
        rows.append(
            (
                size.replace("/", " / "),
                sum(f.chunks for f in found),
                f"{mean(f.tokens for f in found):.0f}",
                f"{mean(f.cost for f in found):.0f}",
                " ".join(str(f.unheld) for f in found),
                *(
                    " ".join(f"{f.mean(name):.3f}" for f in found)
                    for name in ("NDCG@5", "Recall@20", "oracle", "budget")
                ),
                _difference(found, base, "NDCG@5"),
                _difference(found, base, "budget"),
            )
        )
        print(*rows[-1], file=sys.stderr)
        if embedded:
            searcher.save()
    heads = (
        *("most / least / repeated", "passages", "tokens each", f"tokens of {READ}", "not held"),
        *("NDCG@5", "Recall@20", "oracle NDCG@5", f"in {BUDGET:,} tokens"),
        *(f"NDCG@5 against {sizes[0]}", f"in {BUDGET:,} tokens against {sizes[0]}"),
    )
    counts = ", ".join(f"{corpus.name} {len(corpus.questions)} questions" for corpus in corpora)
    return f"{counts}; two figures are of {' and '.join(c.name for c in corpora)}\n\n{table(heads, rows)}"


def first_stage(corpus: Corpus, searcher: Searcher, size: str, embedded: bool) -> Found:
    passages = searcher.passages(corpus, limits(size), embedded)
    found = {question.id: searcher.fused(passages, question.text) for question in corpus.questions}
    return judged(corpus, passages, found)


def judged(corpus: Corpus, passages: Passages, ranking: Mapping[str, Sequence[str]]) -> Found:
    judgement = passage_relevance([q for q in corpus.questions if q.id in ranking], passages.chunks)
    grades = judgement.grades
    found = Found(dict(measure(ranking, grades)))
    found.values["oracle"] = measure(oracle(ranking, grades), grades)["NDCG@5"]
    found.values["budget"] = {
        key: float(any(id_ in held for id_ in _affordable(ranking[key], passages.tokens)))
        for key, held in grades.items()
    }
    found.chunks = len(passages.chunks)
    found.tokens = mean(passages.tokens.values())
    found.cost = mean(sum(passages.tokens[id_] for id_ in ids[:READ]) for ids in ranking.values())
    found.unheld = len(judgement.unheld)
    return found


def reranked_table(
    corpora: Sequence[Corpus],
    searcher: Searcher,
    scorer: CrossEncoder,
    sizes: Sequence[str],
    texts: Mapping[str, Text],
) -> str:
    """The same sample for every row; differences of the ensemble are from the last row's."""
    found: dict[tuple[str, str], dict[str, list[Found]]] = {}
    for size in sizes:
        for name, text in texts.items():
            stages: dict[str, list[Found]] = {"fused": [], "cross_encoder": [], "ensemble": []}
            for corpus in corpora:
                for stage, of_stage in reranked(corpus, searcher, scorer, size, text).items():
                    stages[stage].append(of_stage)
            found[size, name] = stages
            print(
                size,
                name,
                *(f"{stage} {one.mean('NDCG@5'):.3f}" for stage, each in stages.items() for one in each),
                file=sys.stderr,
            )
    base = list(found.values())[-1]["ensemble"]
    rows = [
        (
            size.replace("/", " / "),
            name,
            *(" ".join(f"{f.mean('NDCG@5'):.3f}" for f in of_stage) for of_stage in stages.values()),
            " ".join(f"{f.mean('budget'):.3f}" for f in stages["ensemble"]),
            _difference(stages["ensemble"], base, "NDCG@5"),
            _difference(stages["ensemble"], base, "budget"),
        )
        for (size, name), stages in found.items()
    ]
    heads = (
        *("most / least / repeated", "what the cross-encoder reads", "fused", "cross-encoder", "ensemble"),
        *(f"ensemble in {BUDGET:,} tokens", "NDCG@5 against the last", "in tokens against the last"),
    )
    sampled = " and ".join(f"{SAMPLE} questions of {corpus.name}" for corpus in corpora)
    return f"NDCG@5 by passage, best {RERANKED} of {sampled}\n\n{table(heads, rows)}"


def reranked(
    corpus: Corpus, searcher: Searcher, scorer: CrossEncoder, size: str, text: Text
) -> dict[str, Found]:
    passages = searcher.passages(corpus, limits(size))
    random = np.random.default_rng(SEED)
    chosen = [corpus.questions[n] for n in random.permutation(len(corpus.questions))[:SAMPLE]]
    rankings: dict[str, dict[str, list[str]]] = {"fused": {}, "cross_encoder": {}, "ensemble": {}}
    for question in chosen:
        ids = searcher.fused(passages, question.text)[:RERANKED]
        logits = scorer.score(question.text, [text(passages.chunks[id_]) for id_ in ids]).tolist()
        model, trust = defaults.RELEVANCE, defaults.RELEVANCE.trust
        relevance = [
            trust * model.cross_encoder_log_odds(raw) + (1 - trust) * model.rank_log_odds(rank)
            for rank, raw in enumerate(logits, start=1)
        ]
        rankings["fused"][question.id] = ids
        rankings["cross_encoder"][question.id] = _sorted(ids, logits)
        rankings["ensemble"][question.id] = _sorted(ids, relevance)
    return {stage: judged(corpus, passages, ranking) for stage, ranking in rankings.items()}


def limits(size: str) -> ChunkLimits:
    most, least, repeated = map(int, size.split("/"))
    return ChunkLimits(most, least, repeated)


def _sorted(ids: Sequence[str], scores: Sequence[float]) -> list[str]:
    return [ids[place] for place in sorted(range(len(ids)), key=lambda place: -scores[place])]


def _affordable(ids: Sequence[str], tokens: Mapping[str, int]) -> Sequence[str]:
    """The first passages that fit in the budget; the first one always does."""
    spent = np.cumsum([tokens[id_] for id_ in ids])
    return ids[: max(1, int(np.searchsorted(spent, BUDGET, side="right")))]


def _difference(found: Sequence[Found], base: Sequence[Found], name: str) -> str:
    """Over the questions of all sets together."""
    if found is base:
        return ""
    pairs = [
        (f.values[name][key], b.values[name][key])
        for f, b in zip(found, base, strict=True)
        for key in b.values[name]
    ]
    column = np.array([[ours - theirs] for ours, theirs in pairs])
    [interval] = paired_bootstrap(column, np.random.default_rng(SEED))
    mark = " *" if interval.clear else ""
    return f"{interval.difference:+.3f} [{interval.low:+.3f}, {interval.high:+.3f}]{mark}"


def _headed(parts: Sequence[str], text: str) -> str:
    path = " > ".join(dict.fromkeys(part for part in parts if part))
    return f"{path}\n{text}" if path else text


if __name__ == "__main__":
    main()
