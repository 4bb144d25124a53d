from __future__ import annotations

from pathlib import Path

import pytest

from scripts.installation.failures import begun_to_write, explain

LOG = Path("/project/.cache/setup.log")
RETRIES = "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError()': /simple/x/\n"


@pytest.mark.parametrize(
    ("output", "what"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk"),
        ("SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]", "certificate"),
        ("ERROR: 403 Client Error: Forbidden for url: https://index.example/simple", "refused"),
        ("WARNING: The repository at x is not a trusted or secure host and is ignored", "plain http"),
        (RETRIES + "ERROR: No matching distribution found for x==1", "cannot be reached"),
        ("pip._vendor.urllib3.exceptions.ReadTimeoutError: Read timed out.", "cannot be reached"),
        ("ERROR: Could not install: [Errno 13] Permission denied: '/project/.venv/lib'", "permission"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "damaged"),
        ("ERROR: ResolutionImpossible: for help visit", "exclude each other"),
        ("ERROR: No matching distribution found for torch==2.13.0", "no torch==2.13.0 for this machine"),
        ("ERROR: Failed building wheel for grpcio", "grpcio has no ready-made wheel"),
        ("error: metadata-generation-failed", "A package has no ready-made wheel"),
    ],
)
def test_a_known_failure_is_said_in_words_with_a_remedy_and_the_log(output: str, what: str) -> None:
    said, remedy = explain(output, 1, LOG)
    assert what in said
    assert remedy.endswith(f"pip's full log: {LOG}")
    assert len(remedy) > len(f"pip's full log: {LOG}") + 20


def test_a_pip_killed_for_memory_is_told_so() -> None:
    assert "memory" in explain("Collecting torch", -9, LOG)[0]


def test_an_unknown_failure_shows_the_last_error_and_not_the_last_line() -> None:
    said, remedy = explain("ERROR: The sky fell.\n\n[notice] A new pip is out", 2, LOG)
    assert said == "pip failed with status 2."
    assert remedy.startswith("Its last words: The sky fell. ")


def test_silence_is_no_traceback() -> None:
    assert explain("", 1, LOG)[1].startswith("Its last words: none.")


def test_pip_writes_nothing_before_it_says_so() -> None:
    assert not begun_to_write("Collecting torch\nDownloading torch-2.13.0.whl")
    assert begun_to_write("Collecting torch\nInstalling collected packages: torch")
