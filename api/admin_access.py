"""Who may administer, until people can sign in: this machine alone, or whoever holds the key."""

from __future__ import annotations

import hmac
import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from fastapi import Request

from api.errors import Forbidden

READING = ("GET", "HEAD", "OPTIONS")
OWN = ("same-origin", "none")  # what Sec-Fetch-Site says of our own pages, and of people who type an address
# What a proxy adds: whoever called it is not this machine.
FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")
REMEDY = (
    "Call it on the server's own machine at a loopback address, such as http://127.0.0.1:8000, or set "
    "RAG_APP_SERVER__ADMIN_KEY and send it in the header Authorization as Bearer KEY."
)


@dataclass(frozen=True, slots=True)
class AdminAccess:
    """`host` is the address that the server listens on. With a `key`, only the key opens."""

    host: str
    key: str | None = None

    def check(self, request: Request) -> None:
        """Raises Forbidden, with the remedy."""
        if self.key is not None:
            if not _is_key(request, self.key):
                raise Forbidden(
                    "The administrator's key is missing or wrong.",
                    "Send the value of RAG_APP_SERVER__ADMIN_KEY in the header Authorization as Bearer KEY.",
                )
            return
        if reason := self._foreign(request) or _cross_site(request):
            raise Forbidden(f"Without a key only this machine administers, and {reason}.", REMEDY)

    def _foreign(self, request: Request) -> str | None:
        """Why the request is not known to be this machine's own."""
        if not is_loopback(self.host):
            return f"the server listens on {self.host}"
        ends = request.scope.get("server"), request.scope.get("client")
        if not all(end and is_loopback(end[0]) for end in ends):
            return "the connection is not one of this machine to itself"
        if not _names_this_machine(request.headers.getlist("host")):
            return "the header Host names another"  # a page may have had its own name point here
        if found := next((name for name in FORWARDED if name in request.headers), None):
            return f"the header {found.title()} tells of a proxy"
        return None


def is_loopback(address: str) -> bool:
    if address.lower() == "localhost":
        return True
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return bool((mapped or parsed).is_loopback)


def _names_this_machine(hosts: list[str]) -> bool:
    if len(hosts) != 1:
        return False
    try:
        name = urlsplit(f"//{hosts[0]}").hostname
    except ValueError:
        return False
    return name is not None and "@" not in hosts[0] and is_loopback(name)


def _cross_site(request: Request) -> str | None:
    """Browsers send forms and simple requests anywhere: what changes something must come from our pages."""
    if request.method in READING:
        return None
    if request.headers.get("sec-fetch-site", "none") not in OWN:
        return "a page of another site sent this"
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc.lower() != request.headers["host"].lower():
        return "a page of another origin sent this"
    return None


def _is_key(request: Request, key: str) -> bool:
    sent = request.headers.get("authorization", "").encode("latin-1")
    scheme, _, token = sent.partition(b" ")
    return scheme.lower() == b"bearer" and hmac.compare_digest(token.strip(), key.encode())
