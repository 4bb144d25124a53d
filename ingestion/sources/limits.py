"""What a source may cost, and where it may reach: decided by whoever runs the installation."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network


@dataclass(frozen=True, slots=True)
class SourceLimits:
    """`networks` may be reached although their addresses are private; sizes in bytes."""

    max_file_bytes: int = 100_000_000
    max_bytes: int = 10_000_000_000
    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    git_protocols: frozenset[str] = frozenset(("https", "ssh"))
    timeout_seconds: float = 30.0
    git_seconds: float = 3600.0
    user_agent: str = "rag-app"
