"""Both pipelines on one screen: how documents become an index, and how a question becomes a ranking.

    files -> conversion -> chunking -> encoding -> writing                                (a batch at a time)
    question -> encoding -> retrieval -> fusion -> fetching -> reranking -> ensemble      (then generation)

Generation stays outside, so that cancelling a request stops the language model.
"""

from __future__ import annotations

from haystack import Pipeline

from ingestion.batch import BatchEncoding, ChunkWriting
from ingestion.chunking import Chunking
from ingestion.conversion import Conversion
from ranking.ensemble import Ensemble
from ranking.fusion import Fusion
from ranking.reranking import Reranking
from ranking.retrieval import Fetching, HybridRetrieval, QuestionEncoding


def ingestion_pipeline(
    conversion: Conversion, chunking: Chunking, encoding: BatchEncoding, writing: ChunkWriting
) -> Pipeline:
    """One `ingestion.batch.Batch` in at `conversion`, the same enriched out at `writing`."""
    pipeline = Pipeline()
    pipeline.add_component("conversion", conversion)
    pipeline.add_component("chunking", chunking)
    pipeline.add_component("encoding", encoding)
    pipeline.add_component("writing", writing)

    pipeline.connect("conversion.batch", "chunking.batch")
    pipeline.connect("chunking.batch", "encoding.batch")
    pipeline.connect("encoding.batch", "writing.batch")
    return pipeline


def question_pipeline(
    encoding: QuestionEncoding,
    retrieval: HybridRetrieval,
    fetching: Fetching,
    reranking: Reranking,
    ensemble: Ensemble,
) -> Pipeline:
    """The ranked candidates come out at `ensemble`; each stage reports its `seconds`."""
    pipeline = Pipeline()
    pipeline.add_component("encoding", encoding)
    pipeline.add_component("retrieval", retrieval)
    pipeline.add_component("fusion", Fusion())
    pipeline.add_component("fetching", fetching)
    pipeline.add_component("reranking", reranking)
    pipeline.add_component("ensemble", ensemble)

    pipeline.connect("encoding.dense", "retrieval.dense")
    pipeline.connect("encoding.sparse", "retrieval.sparse")
    pipeline.connect("encoding.expanded", "retrieval.expanded")
    pipeline.connect("encoding.beside", "retrieval.beside")
    pipeline.connect("retrieval.rankings", "fusion.rankings")
    pipeline.connect("fusion.fused", "fetching.fused")
    pipeline.connect("retrieval.scores", "fetching.scores")
    pipeline.connect("fetching.candidates", "reranking.candidates")
    pipeline.connect("reranking.candidates", "ensemble.candidates")
    pipeline.connect("encoding.dense", "ensemble.dense")
    return pipeline
