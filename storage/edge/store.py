"""All collections of the engine, and which operation of a message goes where."""

from __future__ import annotations

import os
import re
import shutil
import sys
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from storage.edge.collection import Collection
from storage.edge.wire import PROTOCOL, Message, problem_to_message
from storage.errors import InvalidInput, NotFound, Permanent, Problem

READS = frozenset({"hello", "collection_exists", "information", "query_batch", "scroll", "retrieve", "count"})
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}")


class Store:
    """The collections below `folder`, opened at first use. Changes need `reserve_bytes` free on the disk."""

    def __init__(self, folder: Path, reserve_bytes: int) -> None:
        self._folder = folder
        self._reserve_bytes = reserve_bytes
        self._open: dict[str, Collection] = {}
        for leftover in folder.iterdir():
            if not Collection.exists(leftover):
                shutil.rmtree(leftover, ignore_errors=True)

    def answer(self, message: Message, numbers: bytes) -> Message:
        """The reply to one message; what Edge refuses comes back as a Problem."""
        try:
            return {"ok": self._run(message, numbers)}
        except Problem as problem:
            return {"problem": problem_to_message(problem)}
        except Exception as error:  # noqa: BLE001 - Edge raises nothing narrower; it goes to the log and the caller
            traceback.print_exc(file=sys.stderr)
            return {"problem": problem_to_message(self._refusal(error, message["op"]))}

    def _run(self, message: Message, numbers: bytes) -> Any:
        match message["op"]:
            case "hello":
                return {"protocol": PROTOCOL, "pid": os.getpid()}
            case "collection_exists":
                return Collection.exists(self._path(message))
            case "create_collection":
                self._check_disk(self._reserve_bytes)
                return self._create(message)
            case "delete_collection":
                return self._destroy(message)
            case "rewrite":
                self._check_disk(self._reserve_bytes)
                return self._rewrite(message)
            case "upsert" | "update_vectors" | "set_payload" | "create_payload_index" | "turn_log":
                self._check_disk(self._reserve_bytes)
            case "delete":
                self._check_disk(self._reserve_bytes // 4)
        return self._collection_operation(message, numbers)

    def _collection_operation(self, message: Message, numbers: bytes) -> Any:
        collection = self._collection(message)
        if message["op"] == "query_batch":
            return collection.query_batch(message, numbers)
        if message["op"] == "upsert":
            return collection.upsert(message, numbers)
        if message["op"] == "update_vectors":
            return collection.update_vectors(message, numbers)
        if message["op"] == "information":
            return collection.information()
        if message["op"] == "sync":
            return collection.sync()
        if message["op"] == "log_files":
            return collection.log_files()
        if message["op"] == "turn_log":
            return collection.turn_log()
        operations: dict[str, Callable[[Message], Any]] = {
            "scroll": collection.scroll,
            "retrieve": collection.retrieve,
            "count": collection.count,
            "set_payload": collection.set_payload,
            "delete": collection.delete,
            "create_payload_index": collection.create_payload_index,
        }
        return operations[message["op"]](message)

    def _path(self, message: Message) -> Path:
        name: str = message["collection"]
        if not _NAME.fullmatch(name):
            raise InvalidInput(
                f"{name!r} cannot name a collection.", "Use letters, digits, dots, dashes and underscores."
            )
        return self._folder / name

    def _collection(self, message: Message) -> Collection:
        name = message["collection"]
        if name not in self._open:
            path = self._path(message)
            if not Collection.exists(path):
                raise NotFound(
                    f"There is no collection {name!r}.", "Create it, or ingest a document set first."
                )
            self._check_disk(self._reserve_bytes // 4)
            self._open[name] = Collection(path)
        return self._open[name]

    def _create(self, message: Message) -> None:
        path = self._path(message)
        if not Collection.exists(path):
            Collection.create(path, message["schema"])
        elif self._collection(message).schema != message["schema"]:
            raise InvalidInput(f"The collection {message['collection']!r} exists with another schema.")

    def _destroy(self, message: Message) -> bool:
        path = self._path(message)
        opened = self._open.pop(message["collection"], None)
        if opened is not None:
            opened.close()
        existed = Collection.exists(path)
        if existed:
            Collection.destroy(path)
        return existed

    def _rewrite(self, message: Message) -> None:
        """Holds the engine for as long as an optimization does; the next call opens it again."""
        path = self._path(message)
        if not Collection.exists(path):
            return
        opened = self._open.pop(message["collection"], None)
        if opened is not None:
            opened.close()
        Collection.rewrite(path)

    def _check_disk(self, needed: int) -> None:
        """Edge writes through mapped files: on a full disk the process is killed, without an error."""
        disk = os.statvfs(self._folder)
        free = disk.f_bavail * disk.f_frsize
        if free < needed:
            raise Permanent(
                f"The disk of {self._folder.parent} is full: {free // 2**20} MiB free, "
                f"the vector store needs {needed / 2**20:.0f} MiB.",
                "Free some space and repeat; nothing that was written before is lost.",
            )

    def _refusal(self, error: Exception, operation: str) -> Problem:
        if "No space left" in str(error):
            return Permanent(
                f"The disk of {self._folder.parent} is full.",
                "Free some space and repeat; nothing that was written before is lost.",
            )
        kind = InvalidInput if isinstance(error, (ValueError, TypeError, KeyError)) else Permanent
        return kind(f"The embedded vector store refused {operation!r}: {error}.")

    def optimize(self) -> None:
        """For idle times: seconds in a large store, during which nothing is answered."""
        for name, collection in list(self._open.items()):
            if collection.changed:
                collection.changed = False
                self._maintain(partial(self._refresh, name))

    def _refresh(self, name: str) -> None:
        """Opened anew, a shard answers filtered searches in half the time."""
        collection = self._open.pop(name)
        collection.optimize()
        collection.close()
        self._open[name] = Collection(self._folder / name)
        self._open[name].changed = False

    def flush(self) -> None:
        for collection in self._open.values():
            if collection.unflushed:
                collection.unflushed = False
                self._maintain(collection.flush)

    def _maintain(self, duty: Callable[[], None]) -> None:
        """What fails is tried again after the next change: the log has all that was acknowledged."""
        try:
            self._check_disk(self._reserve_bytes // 4)
            duty()
        except Exception:  # noqa: BLE001 - as above, and nobody waits for an answer
            traceback.print_exc(file=sys.stderr)

    @property
    def unflushed(self) -> bool:
        return any(collection.unflushed for collection in self._open.values())

    @property
    def changed(self) -> bool:
        return any(collection.changed for collection in self._open.values())

    def close(self) -> None:
        for collection in self._open.values():
            collection.close()
        self._open.clear()
