"""What a client tells the engine that it starts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """`idle_seconds` without a connection end it; after `rest_seconds` without a message it optimizes.

    `reserve_bytes` stay free on the disk; `lock_seconds` is how long another engine may take to end.
    """

    folder: str
    idle_seconds: float = 60.0
    rest_seconds: float = 15.0
    reserve_bytes: int = 128 * 2**20
    lock_seconds: float = 15.0
