"""Where a repository lies: which protocol leads there, whether it may be reached, what people open."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from urllib.parse import quote, urlsplit

from ingestion.sources.addresses import Network, reachable
from storage.errors import InvalidInput

PORTS = {"https": 443, "http": 80, "ssh": 22, "git": 9418}
# Where well-known hosts show a file.
PAGES = {
    "github.com": "https://github.com/{name}/blob/{branch}/{path}",
    "gitlab.com": "https://gitlab.com/{name}/-/blob/{branch}/{path}",
    "codeberg.org": "https://codeberg.org/{name}/src/branch/{branch}/{path}",
    "bitbucket.org": "https://bitbucket.org/{name}/src/{branch}/{path}",
}


def protocol(url: str) -> str:
    return urlsplit(url).scheme.lower() if "://" in url else "ssh"


def check_protocol(url: str, allowed: Collection[str]) -> None:
    """Raises InvalidInput."""
    if protocol(url) not in allowed:
        raise InvalidInput(
            f"Repositories over {protocol(url)} are not allowed here.",
            f"Use {' or '.join(sorted(allowed))}, or have it allowed in RAG_APP_SOURCES__GIT_PROTOCOLS.",
        )


def pinned(url: str, networks: Sequence[Network]) -> list[str]:
    """Settings that keep git over HTTP to the addresses that were checked; over SSH they are but checked."""
    host, port = _host(url), urlsplit(url).port if "://" in url else None
    if protocol(url) == "file" or not host:
        return []
    number = port or PORTS.get(protocol(url), 443)
    addresses = reachable(host, number, networks)
    if protocol(url) not in ("http", "https"):
        return []
    shown = ",".join(f"[{address}]" if ":" in address else address for address in addresses)
    return [f"http.curloptResolve={host}:{number}:{shown}"]


def page(url: str, branch: str, path: str, link: str | None) -> str | None:
    """Where people open the file: by the template, or at a host that is known."""
    template = link or PAGES.get(_host(url))
    if template is None:
        return None
    name = quote(_name(url), safe="/-._~")
    return template.replace("{name}", name).replace("{branch}", quote(branch)).replace("{path}", quote(path))


def _host(url: str) -> str:
    if "://" in url:
        return (urlsplit(url).hostname or "").lower()
    return url.partition(":")[0].rpartition("@")[2].lower()


def _name(url: str) -> str:
    path = urlsplit(url).path if "://" in url else url.partition(":")[2]
    return path.strip("/").removesuffix(".git")
