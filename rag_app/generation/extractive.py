"""Answers without a language model: the best sentences of the passages, word for word and cited."""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rag_app.generation.generator import Piece
from rag_app.generation.quotation import Quotation, quoted
from rag_app.generation.refusal import REFUSAL
from rag_app.generation.statements import statements
from ranking.candidate import Candidate
from storage.encoding.terms import STOP_WORDS, TermAnalyser
