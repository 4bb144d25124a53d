"""Zip packages (office files, e-books) that nobody vouches for: bounded before anything is unpacked."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from ingestion.converters.failure import ConversionFailed
from ingestion.converters.xml_tree import local, parse_xml

# A package of more than this was made to exhaust memory: a thousand pages are a few megabytes of XML.
MAX_UNPACKED_BYTES = 512 * 1024 * 1024
MAX_MEMBERS = 50_000
# The other methods unpack without a bound at each read, and no office program uses them.
METHODS = frozenset((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
ZIP_ERRORS = (
    zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError, NotImplementedError,
    OverflowError, KeyError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Relation:
    """What a part refers to: `kind` is the last word of the relation's type, `target` a member's name."""

    kind: str
    target: str


class Package:
    """The members of one zip file; raises `corrupt`, `encrypted` or `too large`."""

    def __init__(self, content: bytes, name: str) -> None:
        self._name = name
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
        except ZIP_ERRORS as error:
            raise ConversionFailed("corrupt", f"{name} is a damaged archive: {error}.") from error
        check_members(self._archive.infolist(), name)
        self._names = {info.filename.lower(): info for info in self._archive.infolist()}

    def read(self, member: str) -> bytes | None:
        """None where there is no such member."""
        info = self._names.get(member.lower().lstrip("/"))
        if info is None:
            return None
        try:
            return self._archive.read(info)
        except ZIP_ERRORS as error:
            raise ConversionFailed("corrupt", f"{self._name} is damaged at {member}: {error}.") from error

    def xml(self, member: str, *, recover: bool = False) -> Any:
        """The root element of a member; None where there is no such member."""
        content = self.read(member)
        return None if content is None else parse_xml(content, f"{self._name} ({member})", recover=recover)

    def relations(self, member: str) -> Mapping[str, Relation]:
        """Relations of a part of an Office Open XML package by id; "" are those of the package itself."""
        folder, name = posixpath.split(member)
        root = self.xml(posixpath.join(folder, "_rels", f"{name}.rels"))
        return {
            element.get("Id", ""): Relation(
                kind=element.get("Type", "").rpartition("/")[2],
                target=resolved(folder, element.get("Target", "")),
            )
            for element in (() if root is None else root)
            if local(element) == "Relationship" and element.get("TargetMode") != "External"
        }


def resolved(folder: str, target: str) -> str:
    """The member that `target` means in a part of `folder`."""
    path = unquote(target.partition("#")[0])
    return posixpath.normpath(posixpath.join("/", folder, path)).lstrip("/")


def check_members(members: list[zipfile.ZipInfo], name: str) -> None:
    """Sizes as declared, which bound what `zipfile` unpacks."""
    size = sum(member.file_size for member in members)
    if size > MAX_UNPACKED_BYTES or len(members) > MAX_MEMBERS:
        megabytes = size // 1024**2
        raise ConversionFailed("too large", f"{name} unpacks to {megabytes} MB in {len(members)} parts.")
    if any(member.flag_bits & 1 for member in members):
        raise ConversionFailed("encrypted", f"{name} is encrypted.")
    method = next((member.compress_type for member in members if member.compress_type not in METHODS), None)
    if method is not None:
        raise ConversionFailed("corrupt", f"{name} is packed by an unusual method (number {method}).")
