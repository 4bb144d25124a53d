"""pip's failures in the words of what to do next."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

KILLED = (-9, 137)


@dataclass(frozen=True)
class Failure:
    """A failure that pip's output gives away by `pattern`; its first group, if any, fills `what`."""

    pattern: str
    what: str
    remedy: str


# The first that matches wins: a lost connection also ends in "no matching distribution".
KNOWN = (
    Failure(
        r"No space left on device|Disk quota exceeded|Errno 28\b|Errno 122\b",
        "The disk is full.",
        "Free some space and run the same command again; if it is the temporary folder that is small, "
        "name another: export TMPDIR=/a/larger/folder.",
    ),
    Failure(
        r"CERTIFICATE_VERIFY_FAILED|SSLCertVerificationError",
        "The package index showed a certificate that this machine does not trust.",
        "Behind a company proxy, name its certificate: export PIP_CERT=/path/to/company.pem; "
        "also check this machine's clock.",
    ),
    Failure(
        r"\b(401|403|407) (?:Client )?Error|HTTP error (?:401|403|407)",
        "The package index, or a proxy before it, refused the request.",
        "Check PIP_INDEX_URL, HTTPS_PROXY and the credentials in `pip config list`.",
    ),
    Failure(
        r"is not a trusted or secure host",
        "pip ignores the package index because its address is plain http.",
        "Give it as https (PIP_INDEX_URL), or trust that host: export PIP_TRUSTED_HOST=its.name.",
    ),
    Failure(
        r"NewConnectionError|Failed to establish a new connection|Name or service not known"
        r"|NameResolutionError|Temporary failure in name resolution|Network is unreachable|ProxyError"
        r"|ConnectTimeout|ReadTimeout|Read timed out|Connection (?:refused|reset|aborted)|MaxRetryError"
        r"|connection error: |ProtocolError|IncompleteRead|IncompleteDownload|incomplete-download",
        "The package index cannot be reached.",
        "Check the network; behind a proxy set HTTPS_PROXY, for an index of your own PIP_INDEX_URL; then "
        "run the same command again.",
    ),
    Failure(
        r"Permission denied|Errno 13\b|Read-only file system|Errno 30\b",
        "A file could not be written for want of permission.",
        "Run as the owner of this folder; remove a .venv that another user made.",
    ),
    Failure(
        r"DO NOT MATCH THE HASHES|BadZipFile|has an invalid wheel|zlib\.error|Expected sha256",
        "A download arrived damaged.",
        "Run the same command again; if it stays so: .venv/bin/python -m pip cache purge.",
    ),
    Failure(
        r"ResolutionImpossible",
        "pyproject.toml and requirements.lock ask for versions that exclude each other.",
        "Renew the lock: make lock.",
    ),
    Failure(
        r"No matching distribution found for ([^\s()]+)",
        "The package index offers no {} for this machine and this Python.",
        "The lock is made for 64-bit Linux and Python 3.11: try make setup PYTHON=python3.11; an index of "
        "your own must carry that version; PIP_NO_INDEX must not be set.",
    ),
    Failure(
        r"(?:Failed building wheel for|Failed to build) '?([\w.-]+)|metadata-generation-failed",
        "{} has no ready-made wheel for this machine, and building it failed.",
        "Use 64-bit Linux with Python 3.11: make setup PYTHON=python3.11.",
    ),
)


def begun_to_write(output: str) -> bool:
    """Whether pip had touched the environment: it downloads everything first, then installs."""
    return "Installing collected packages:" in output


def explain(output: str, status: int, log: Path) -> tuple[str, str]:
    """What made pip fail, and the remedy; pip's full log is at `log`."""
    output += _unreachable(log)
    where = f"pip's full log: {log}"
    if status in KILLED:
        memory = "Free some memory (about 1 GB is needed) and run the same command again."
        return "pip was killed by the system, most often for want of memory.", f"{memory} {where}"
    for known in KNOWN:
        if found := re.search(known.pattern, output):
            name = next((group for group in found.groups() if group), "A package")
            return known.what.format(name), f"{known.remedy} {where}"
    return f"pip failed with status {status}.", f"Its last words: {_last_words(output)}. {where}"


def _unreachable(log: Path) -> str:
    """What pip tells its log alone: that an index did not answer."""
    if not log.exists():
        return ""
    lines = log.read_text(errors="replace").splitlines()
    return "".join(f"\n{line}" for line in lines if "Could not fetch URL" in line and "404" not in line)


def _last_words(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()] or ["none"]
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    return (errors or lines)[-1].rstrip(".")
