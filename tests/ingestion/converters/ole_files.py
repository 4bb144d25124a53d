"""A writer of OLE files ([MS-CFB]), as small as the tests' messages need it."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

SECTOR = 512
CUTOFF = 4096  # shorter streams would lie in a stream of their own kind, so all are padded to it
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
STORAGE, STREAM, ROOT = 1, 2, 5


@dataclass
class _Entry:
    name: str
    kind: int
    content: bytes = b""
    children: list[int] = field(default_factory=list)
    start: int = END


def ole_file(streams: Mapping[str, bytes]) -> bytes:
    """Streams by name; "storage/stream" lies in a storage. Each has sectors of its own."""
    entries = [_Entry("Root Entry", ROOT)]
    storages = {"": 0}
    for path, content in streams.items():
        folder, _, name = path.rpartition("/")
        if folder not in storages:
            storages[folder] = len(entries)
            entries[0].children.append(len(entries))
            entries.append(_Entry(folder, STORAGE))
        entries[storages[folder]].children.append(len(entries))
        entries.append(_Entry(name, STREAM, content.ljust(CUTOFF, b"\0")))
    sectors: list[bytes] = []
    fat: list[int] = []
    for entry in entries:
        if entry.content:
            entry.start = _put(entry.content, sectors, fat)
    directory = _put(b"".join(_directory_entry(entry, entries) for entry in entries), sectors, fat)
    return _head(directory, len(fat)) + b"".join(sectors) + _fat(fat)


def _put(content: bytes, sectors: list[bytes], fat: list[int]) -> int:
    start, count = len(sectors), -(-len(content) // SECTOR)
    sectors += [content[n * SECTOR : (n + 1) * SECTOR].ljust(SECTOR, b"\0") for n in range(count)]
    fat += [*range(start + 1, start + count), END]
    return start


def _directory_entry(entry: _Entry, entries: list[_Entry]) -> bytes:
    """Siblings hang on each other's right: a tree that is a list."""
    number = entries.index(entry)
    family = next((other.children for other in entries if number in other.children), [])
    place = family.index(number) if family else 0
    right = family[place + 1] if place + 1 < len(family) else FREE
    name = entry.name.encode("utf-16-le") + b"\0\0"
    child = entry.children[0] if entry.children else FREE
    links = struct.pack("<HBBIII", len(name), entry.kind, 1, FREE, right, child)
    return name.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", entry.start, len(entry.content))


def _fat(fat: list[int]) -> bytes:
    table = [*fat, *([FAT] * _fat_sectors(len(fat)))]
    size = _fat_sectors(len(fat)) * SECTOR // 4
    return struct.pack(f"<{size}I", *table, *([FREE] * (size - len(table))))


def _fat_sectors(count: int) -> int:
    sectors = 1
    while sectors * SECTOR // 4 < count + sectors:
        sectors += 1
    return sectors


def _head(directory: int, count: int) -> bytes:
    sectors = _fat_sectors(count)
    numbers = [*range(count, count + sectors)]
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    head += bytes(6) + struct.pack("<IIIIIIIII", 0, sectors, directory, 0, CUTOFF, END, 0, END, 0)
    return head + struct.pack("<109I", *numbers, *([FREE] * (109 - sectors)))
