"""The engine process as its users meet it: shared, killed, locked out, and in folders that fail it."""

from __future__ import annotations

import fcntl
import json
import os
import select
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from qdrant_client import models

from storage.edge.client import EdgeClient
from storage.edge.settings import EngineSettings
from storage.errors import InvalidInput, NotFound, Permanent, Transient
from tests.storage.conftest import COLLECTION, create, end_engine, points


def test_a_killed_engine_loses_nothing_acknowledged(client: EdgeClient) -> None:
    acknowledged: list[str] = []
    written = threading.Semaphore(0)

    def write() -> None:
        for _ in range(20):
            batch = points(200)
            client.upsert(COLLECTION, points=batch)
            acknowledged.extend(str(point.id) for point in batch)
            written.release()

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        for _ in range(3):
            for _ in range(5):
                assert written.acquire(timeout=30.0)
            os.kill(client.engine_process(), signal.SIGKILL)  # while the next batch is being written
        writing.result()
    kept = {record.id for record in client.retrieve(COLLECTION, ids=acknowledged, with_payload=False)}
    assert len(kept) == 4_000
    assert kept == set(acknowledged)
    assert client.count(COLLECTION).count == 4_000


def test_a_killed_engine_is_replaced_without_the_caller_noticing(client: EdgeClient) -> None:
    client.upsert(COLLECTION, points=points(3))
    first = client.engine_process()
    os.kill(first, signal.SIGKILL)
    assert client.count(COLLECTION).count == 3
    assert client.engine_process() != first


def test_two_processes_share_one_engine(client: EdgeClient, engine: EngineSettings) -> None:
    client.upsert(COLLECTION, points=points(5))
    program = (
        "import sys; from storage.edge.client import EdgeClient\n"
        "from storage.edge.settings import EngineSettings\n"
        "client = EdgeClient(EngineSettings(sys.argv[1]))\n"
        f"print(client.engine_process(), client.count({COLLECTION!r}).count)"
    )
    other = subprocess.run(
        [sys.executable, "-c", program, engine.folder], capture_output=True, text=True, check=True
    )
    assert other.stdout.split() == [str(client.engine_process()), "5"]


def test_many_clients_that_start_at_once_get_one_engine(engine: EngineSettings) -> None:
    processes: list[int] = []
    together = threading.Barrier(6)

    def ask() -> None:
        with closing(EdgeClient(replace(engine, lock_seconds=10.0))) as client:
            together.wait()
            processes.append(client.engine_process())

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(processes) == 6
    assert len(set(processes)) == 1


def test_the_socket_of_a_killed_engine_is_replaced(client: EdgeClient, engine: EngineSettings) -> None:
    end_engine(Path(engine.folder))
    assert (Path(engine.folder) / "engine.sock").exists()
    with closing(EdgeClient(engine)) as later:
        assert later.collection_exists(COLLECTION)


def test_folder_and_socket_are_their_owners_alone(client: EdgeClient, engine: EngineSettings) -> None:
    folder = Path(engine.folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "engine.sock").stat().st_mode) == 0o600
    assert stat.S_IMODE((folder / "engine.log").stat().st_mode) == 0o600


def test_a_folder_too_deep_for_a_socket_path_works(tmp_path: Path) -> None:
    folder = tmp_path / ("deep" * 20) / ("er" * 30)
    with closing(EdgeClient(EngineSettings(str(folder)))) as client:
        create(client)
        client.upsert(COLLECTION, points=points(1))
        assert client.count(COLLECTION).count == 1
    end_engine(folder)


def test_a_foreign_lock_is_named_with_its_process(engine: EngineSettings) -> None:
    folder = Path(engine.folder)
    folder.mkdir()
    with (folder / "engine.lock").open("w") as lock:
        lock.write(str(os.getpid()))
        lock.flush()
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(Transient, match=f"locked by process {os.getpid()}, which does not answer"):
            EdgeClient(replace(engine, lock_seconds=0.2)).collection_exists(COLLECTION)


def test_an_engine_that_hangs_is_named_and_recovers(client: EdgeClient, engine: EngineSettings) -> None:
    process = client.engine_process()
    with closing(EdgeClient(engine, timeout=0.5)) as impatient:
        os.kill(process, signal.SIGSTOP)
        try:
            with pytest.raises(Transient, match=rf"\(process {process}\) has not answered"):
                impatient.count(COLLECTION)
        finally:
            os.kill(process, signal.SIGCONT)
    assert client.count(COLLECTION).count == 0


def test_an_engine_without_clients_ends_and_is_started_again(engine: EngineSettings) -> None:
    with closing(EdgeClient(replace(engine, idle_seconds=0.1))) as client:
        create(client)
        client.upsert(COLLECTION, points=points(2))
        process = client.engine_process()
    ended = os.pidfd_open(process)
    assert _readable(ended, 10.0)
    os.close(ended)
    assert not (Path(engine.folder) / "engine.sock").exists()
    with closing(EdgeClient(engine)) as client:
        assert client.count(COLLECTION).count == 2


def test_sigterm_ends_the_engine_in_order(client: EdgeClient, engine: EngineSettings) -> None:
    client.upsert(COLLECTION, points=points(2))
    ended = os.pidfd_open(client.engine_process())
    end_engine(Path(engine.folder), signal.SIGTERM)
    assert _readable(ended, 10.0)
    os.close(ended)
    assert (Path(engine.folder) / "engine.log").read_text() == ""
    assert client.count(COLLECTION).count == 2


def _readable(descriptor: int, timeout: float) -> bool:
    return bool(select.select([descriptor], [], [], timeout)[0])


def test_searches_are_answered_while_many_points_are_written(client: EdgeClient) -> None:
    """While one thread writes 20,000 points, another's searches wait for one slice, not for the whole."""
    writing = threading.Thread(target=lambda: client.upsert(COLLECTION, points=points(20_000)))
    request = models.QueryRequest(query=[1.0, 0.0, 0.0, 0.0], using="dense", limit=10)
    waits: list[float] = []
    sizes: list[int] = []
    writing.start()
    while writing.is_alive():
        start = time.monotonic()
        client.query_batch_points(COLLECTION, requests=[request])
        waits.append(time.monotonic() - start)
        sizes.append(client.count(COLLECTION).count)
    writing.join()
    assert len(set(sizes)) > 20
    assert sorted(waits)[int(len(waits) * 0.95)] < 0.25
    assert client.count(COLLECTION).count == 20_000


def test_a_full_disk_is_told_before_it_kills_and_reading_goes_on(
    client: EdgeClient, engine: EngineSettings
) -> None:
    client.upsert(COLLECTION, points=points(2))
    end_engine(Path(engine.folder))
    free = os.statvfs(engine.folder).f_bavail * os.statvfs(engine.folder).f_frsize
    client.close()
    with closing(EdgeClient(replace(engine, reserve_bytes=2 * free))) as cramped:
        with pytest.raises(Permanent, match=r"disk of .* is full: \d+ MiB free.*Free some space"):
            cramped.upsert(COLLECTION, points=points(1))
        assert cramped.count(COLLECTION).count == 2


def test_a_damaged_collection_is_named_and_others_are_read(
    client: EdgeClient, engine: EngineSettings
) -> None:
    create(client, "sound")
    end_engine(Path(engine.folder))
    for file in (Path(engine.folder) / "collections" / COLLECTION / "shard").rglob("segment.json"):
        file.write_text("not a segment")
    with pytest.raises(Permanent, match=rf"collection {COLLECTION} in .* cannot be read.*backup"):
        client.count(COLLECTION)
    assert client.count("sound").count == 0


def test_a_creation_that_was_killed_leaves_no_collection(client: EdgeClient, engine: EngineSettings) -> None:
    end_engine(Path(engine.folder))
    half = Path(engine.folder) / "collections" / "half"
    (half / "shard" / "segments").mkdir(parents=True)
    assert not client.collection_exists("half")
    create(client, "half")
    assert client.count("half").count == 0


def test_an_engine_that_ends_without_a_word_is_told_with_its_log(
    engine: EngineSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(Permanent, match=rf"ended unexpectedly.*{engine.folder}/engine.log"):
        EdgeClient(engine).collection_exists(COLLECTION)


def test_an_engine_that_does_not_start_in_time_is_told(
    engine: EngineSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = tmp_path / "slow"
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(slow))
    with pytest.raises(Transient, match="did not start within"):
        EdgeClient(engine, timeout=0.2).collection_exists(COLLECTION)


@pytest.mark.parametrize("place", ["/proc/engine", "/dev/null/engine"])
def test_a_folder_that_cannot_be_written_is_named(place: str) -> None:
    with pytest.raises(Permanent, match=rf"cannot use the folder {place}.*set another data folder"):
        EdgeClient(EngineSettings(place)).collection_exists(COLLECTION)


def test_a_collection_that_is_not_there(client: EdgeClient) -> None:
    with pytest.raises(NotFound, match="no collection 'unknown'"):
        client.count("unknown")
    with pytest.raises(InvalidInput, match=r"'\.\./other' cannot name a collection"):
        client.count("../other")


def test_a_vector_of_the_wrong_length_is_refused_and_the_engine_lives(client: EdgeClient) -> None:
    process = client.engine_process()
    wrong = points(1)
    wrong[0].vector = {"dense": [1.0]}
    with pytest.raises(Permanent, match="expected dim: 4, got 1"):
        client.upsert(COLLECTION, points=wrong)
    assert client.engine_process() == process
    assert client.count(COLLECTION).count == 0


@pytest.mark.parametrize("rubbish", [b"GET / HTTP/1.1\r\n\r\n", b"\0\0\0\4\0\0\0\0null", b"\0" * 8])
def test_a_peer_that_speaks_otherwise_is_dropped_alone(
    client: EdgeClient, engine: EngineSettings, rubbish: bytes
) -> None:
    process = client.engine_process()
    with socket.socket(socket.AF_UNIX) as stranger:
        stranger.connect(str(Path(engine.folder) / "engine.sock"))
        stranger.sendall(rubbish)
        assert stranger.recv(100) == b""
    assert client.engine_process() == process


def test_the_engine_does_not_import_the_packages_of_the_current_folder(
    engine: EngineSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trap = tmp_path / "elsewhere" / "storage"
    trap.mkdir(parents=True)
    (trap / "__init__.py").write_text("raise SystemExit('the wrong storage')")
    monkeypatch.chdir(trap.parent)
    with closing(EdgeClient(engine)) as client:
        assert client.collection_exists(COLLECTION) is False


def test_the_engine_imports_little(tmp_path: Path) -> None:
    program = (
        "import sys, json, storage.edge.engine; "
        "print(json.dumps(sorted({'numpy', 'qdrant_client', 'pydantic'} & set(sys.modules))))"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert json.loads(run.stdout) == []
