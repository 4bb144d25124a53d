"""Nothing leaves the machine, with the models in their cache: neither from Python nor from native code."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import EXAMPLES
from tests.e2e.everyday_use import everyday_use

GUARD = Path(__file__).with_name("network_guard")
ROOT = Path(__file__).parents[2]
FOLDER = EXAMPLES / "knowledge_base" / "people"

# In a network of its own with no way out, the kernel counts every attempt to leave: name lookups, too.
NOWHERE = """
ip link set lo up
"$@"
status=$?
cat /proc/net/snmp /proc/net/snmp6
exit $status
"""
SEND = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('198.51.100.7', 9))"


def _telemetry_as_shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    """No opt-out of the environment helps: ours must be in the code."""
    for name in [name for name in os.environ if "TELEMETRY" in name or name.startswith("HF_")]:
        monkeypatch.delenv(name)


def test_the_guard_sees_who_leaves(tmp_path: Path) -> None:
    log = tmp_path / "log"
    attempts = "import socket\nfor try_ in (lambda: socket.create_connection(('198.51.100.7', 443)), "
    attempts += "lambda: socket.getaddrinfo('eu.posthog.com', 443)):\n"
    attempts += "    try: try_()\n    except ConnectionRefusedError: pass\n"
    environment = {**os.environ, "PYTHONPATH": str(GUARD), "NETWORK_GUARD_LOG": str(log)}

    subprocess.run([sys.executable, "-c", attempts], env=environment, check=True, timeout=60)
    subprocess.run(
        [sys.executable, "-c", SEND], env=environment, check=False, timeout=60, capture_output=True
    )

    said = [line.split(maxsplit=1) for line in log.read_text().splitlines()]
    assert [what for what, _ in said] == ["getaddrinfo", "getaddrinfo", "sendto"]


def test_no_python_code_tries_to_leave(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _telemetry_as_shipped(monkeypatch)
    log = tmp_path / "log"
    guarded = {"PYTHONPATH": str(GUARD), "NETWORK_GUARD_LOG": str(log)}

    everyday_use(tmp_path, FOLDER, guarded)

    assert not log.exists(), log.read_text()


def test_no_library_keeps_its_telemetry(monkeypatch: pytest.MonkeyPatch) -> None:
    _telemetry_as_shipped(monkeypatch)
    asked = (
        "import rag_app.bootstrap, haystack.telemetry._telemetry as t, huggingface_hub.constants as h;"
        "print(t.telemetry, h.HF_HUB_DISABLE_TELEMETRY)"
    )

    done = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True, timeout=120, cwd=ROOT
    )

    assert done.stdout.split() == ["None", "True"]


def _attempts(counters: str) -> int:
    """Packets that found no way, over IPv4 and IPv6, in what the kernel's tables tell."""
    names, values = (line.split() for line in counters.splitlines() if line.startswith("Ip:"))
    ipv6 = dict(line.split() for line in counters.splitlines() if line.startswith("Ip6"))
    return int(values[names.index("OutNoRoutes")]) + int(ipv6.get("Ip6OutNoRoutes", 0))


@pytest.fixture
def nowhere() -> list[str]:
    """A command line that runs what follows it in an empty network, then prints the kernel's counters."""
    run = ["unshare", "-n", "sh", "-c", NOWHERE, "sh"]
    if not shutil.which("unshare") or not shutil.which("ip"):
        pytest.skip("unshare and ip are not installed: apt install util-linux iproute2")
    tried = subprocess.run([*run, "true"], capture_output=True, text=True, timeout=60, check=False)
    if tried.returncode:
        pytest.skip(f"only root may make a network ({tried.stderr.strip()})")
    assert _attempts(tried.stdout) == 0
    return run


def test_the_kernel_counts_who_leaves(nowhere: list[str]) -> None:
    done = subprocess.run([*nowhere, sys.executable, "-c", SEND], capture_output=True, text=True, check=False)

    assert "Network is unreachable" in done.stderr
    assert _attempts(done.stdout) == 1


def test_no_native_code_tries_to_leave(
    nowhere: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _telemetry_as_shipped(monkeypatch)
    command = [*nowhere, sys.executable, "-m", "tests.e2e.everyday_use", str(tmp_path), str(FOLDER)]

    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=300, check=False)

    assert done.returncode == 0, done.stderr
    assert _attempts(done.stdout) == 0
