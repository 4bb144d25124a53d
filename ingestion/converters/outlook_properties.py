"""The properties of an Outlook message ([MS-OXMSG]): a stream for each text, a table of numbers."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import olefile

UNICODE, ANSI, BINARY, TIME, INTEGER = 0x001F, 0x001E, 0x0102, 0x0040, 0x0003
CODE_PAGES = (0x3FFD, 0x3FDE)
TABLE = "__properties_version1.0"
# The table's own head is longest in a message that stands in no other.
HEAD_BYTES = {"": 32, "attachment": 8, "message": 24}
ENTRY = struct.Struct("<HHI8s")
EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


@contextmanager
def opened(stream: io.BytesIO) -> Iterator[Storage]:
    """The message itself. Raises OSError where the file is no OLE file."""
    with olefile.OleFileIO(stream) as file:
        yield Storage(file, ())


@dataclass(frozen=True)
class Storage:
    """A message, or an attachment of one, at `path` in the file."""

    file: olefile.OleFileIO
    path: tuple[str, ...]

    def text(self, number: int) -> str:
        """ "" where there is none."""
        content = self._stream(number, UNICODE)
        if content is not None:
            return content.decode("utf-16-le", errors="replace").rstrip("\0")
        content = self._stream(number, ANSI)
        return "" if content is None else content.decode(self._code_page(), errors="replace").rstrip("\0")

    def content(self, number: int) -> bytes:
        return self._stream(number, BINARY) or b""

    def moment(self, number: int) -> datetime | None:
        value = self._fixed().get((number, TIME))
        try:
            return EPOCH + timedelta(microseconds=value // 10) if value else None
        except OverflowError:
            return None

    def storages(self, prefix: str) -> Iterator[Storage]:
        """Those directly below this one, in order."""
        depth = len(self.path)
        names = {
            entry[depth]
            for entry in self.file.listdir(streams=False, storages=True)
            if len(entry) == depth + 1 and tuple(entry[:depth]) == self.path
        }
        for name in sorted(name for name in names if name.startswith(prefix)):
            yield Storage(self.file, (*self.path, name))

    def storage(self, name: str) -> Storage | None:
        path = [*self.path, name]
        return Storage(self.file, tuple(path)) if self.file.exists(path) else None

    def _code_page(self) -> str:
        fixed = self._fixed()
        number = next((fixed[key, INTEGER] for key in CODE_PAGES if (key, INTEGER) in fixed), 1252)
        codec = {65001: "utf-8", 20127: "ascii", 28591: "latin-1"}.get(number, f"cp{number & 0xFFFFFFFF}")
        try:
            "".encode(codec)
        except LookupError:
            return "cp1252"
        return codec

    def _fixed(self) -> dict[tuple[int, int], int]:
        """(number, type) -> value."""
        path = [*self.path, TABLE]
        if not self.file.exists(path):
            return {}
        table = self.file.openstream(path).read()
        last = self.path[-1] if self.path else ""
        place = "attachment" if last.startswith("__attach") else "message" if last else ""
        entries = table[HEAD_BYTES[place] :]
        whole = entries[: len(entries) // ENTRY.size * ENTRY.size]
        return {
            (number, kind): int.from_bytes(value[:4] if kind == INTEGER else value, "little")
            for kind, number, _, value in ENTRY.iter_unpack(whole)
        }

    def _stream(self, number: int, kind: int) -> bytes | None:
        path = [*self.path, f"__substg1.0_{number:04X}{kind:04X}"]
        if not self.file.exists(path) or self.file.get_type(path) != olefile.STGTY_STREAM:
            return None
        content: bytes = self.file.openstream(path).read()
        return content
