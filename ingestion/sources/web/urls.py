"""Addresses of pages in one canonical form, and the ids that follow from them."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote_to_bytes, urljoin, urlsplit

from ingestion.sources.names import document_id

PORTS = {"http": 80, "https": 443}
LONGEST = 2_000
ESCAPED = re.compile(r"%([0-9A-Fa-f]{2})")
BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
STRIPPED = re.compile(r"[\t\r\n]")
INDEX = "index.html"


def canonical(href: str, base: str = "") -> str | None:
    """Without fragment, dot segments, default port and needless escapes; None for what no page can have.

    An address that holds a name or password is none: it would be stored and logged.
    """
    try:
        parts = urlsplit(urljoin(base, STRIPPED.sub("", href.strip())))
        port, host = parts.port, _ascii(parts.hostname or "")
    except (ValueError, UnicodeError):
        return None
    if parts.scheme not in PORTS or not host or "@" in parts.netloc:
        return None
    place = f"[{host}]" if ":" in host else host
    if port not in (None, PORTS[parts.scheme]):
        place += f":{port}"
    query = f"?{_escaped(parts.query, '/?:@!$&()*+,;=')}" if parts.query else ""
    found = f"{parts.scheme}://{place}{_without_dots(_escaped(parts.path, '/:@!$&()*+,;='))}{query}"
    return found if len(found) <= LONGEST else None


def origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def folder_of(url: str) -> str:
    """The address up to the last "/" of its path: what a site's prefix is by default."""
    return origin(url) + urlsplit(url).path.rpartition("/")[0] + "/"


def page_id(url: str) -> str:
    """The path below the host, readable, with the query; pages whose path ends in "/" are its index."""
    parts = urlsplit(url)
    path = "/".join(_readable(part) for part in parts.path.removeprefix("/").split("/"))
    if not path or path.endswith("/"):
        path += INDEX
    return document_id(f"{path}?{parts.query}" if parts.query else path)


def same_page(one: str, other: str) -> bool:
    """Whether two addresses differ in their query alone."""
    return one.partition("?")[0] == other.partition("?")[0]


def _ascii(host: str) -> str:
    return (
        host.rstrip(".").encode("idna").decode().lower() if not host.isascii() else host.rstrip(".").lower()
    )


def _escaped(text: str, safe: str) -> str:
    whole = BROKEN_ESCAPE.sub("%25", text)
    plain = ESCAPED.sub(lambda found: _unescaped(found[1]), whole)
    return quote(plain, safe=f"{safe}%'")


def _unescaped(digits: str) -> str:
    character = chr(int(digits, 16))
    return character if UNRESERVED.fullmatch(character) else f"%{digits.upper()}"


def _without_dots(path: str) -> str:
    kept: list[str] = []
    parts = path.split("/")[1:] or [""]
    for part in parts:
        if part == "..":
            del kept[-1:]
        elif part != ".":
            kept.append(part)
    if parts[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _readable(part: str) -> str:
    """Unescaped, unless that would add a "/" or be no text."""
    try:
        plain = unquote_to_bytes(part).decode()
    except UnicodeDecodeError:
        return part
    return part if "/" in plain or not plain.isprintable() or plain in ("", ".", "..") else plain
