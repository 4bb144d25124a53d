"""A sparse vector: distinct 32-bit indices with their weights."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SparseVector:
    """`indices` are distinct and of the same length as `values`; both may be empty."""

    indices: tuple[int, ...]
    values: tuple[float, ...]
