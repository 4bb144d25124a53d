"""The compressed RTF of Outlook messages ([MS-OXRTFCP])."""

from __future__ import annotations

import struct

HEAD = struct.Struct("<IIII")
COMPRESSED, UNCOMPRESSED = 0x75465A4C, 0x414C454D
DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "
    b"\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    b"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
SIZE = 4096  # of the dictionary, which is filled on the way
MAX_BYTES = 64 * 1024 * 1024


def unpacked_rtf(content: bytes) -> bytes:
    """What was cut off or damaged ends the text there; b"" where the head is none."""
    if len(content) < HEAD.size:
        return b""
    _, size, kind, _ = HEAD.unpack_from(content)
    body = content[HEAD.size :]
    if kind == UNCOMPRESSED:
        return body[:size]
    return _decompressed(body, min(size, MAX_BYTES)) if kind == COMPRESSED else b""


def _decompressed(body: bytes, size: int) -> bytes:
    window = bytearray(DICTIONARY.ljust(SIZE, b"\0"))
    write, place = len(DICTIONARY), 0
    found = bytearray()
    while place < len(body) and len(found) < size:
        flags = body[place]
        place += 1
        for bit in range(8):
            if flags >> bit & 1:
                if place + 2 > len(body):
                    return bytes(found)
                offset, length = divmod(int.from_bytes(body[place : place + 2], "big"), 16)
                place += 2
                if offset == write:  # the mark of the end
                    return bytes(found)
                run = range(offset, offset + length + 2)
            elif place < len(body):
                window[write] = body[place]
                place += 1
                run = range(write, write + 1)
            else:
                return bytes(found)
            for source in run:
                window[write] = window[source % SIZE]
                found.append(window[write])
                write = (write + 1) % SIZE
    return bytes(found)
