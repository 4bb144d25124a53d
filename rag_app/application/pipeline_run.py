"""Running a Haystack pipeline so that a stage's own Problem arrives, not Haystack's wrapping of it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from haystack import Pipeline
from haystack.core.errors import PipelineRuntimeError

from ingestion.batch import Batch
from storage.errors import Problem

# It would warn of every input of a failed run that it cannot put into a snapshot, which nobody asked for.
logging.getLogger("haystack.utils.base_serialization").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class BatchPipeline:
    """The ingestion pipeline as a function of a batch."""

    pipeline: Pipeline

    def __call__(self, batch: Batch) -> Batch:
        result: Batch = run(self.pipeline, {"conversion": {"batch": batch}}, {"writing"})["writing"]["batch"]
        return result


def run(pipeline: Pipeline, inputs: dict[str, Any], outputs_of: set[str]) -> Mapping[str, Any]:
    """Outputs by component, of `outputs_of` and of the last."""
    try:
        return pipeline.run(inputs, include_outputs_from=outputs_of)
    except PipelineRuntimeError as error:
        if isinstance(error.__cause__, Problem):
            raise error.__cause__ from error
        raise
