"""What can be chosen about a source of each kind, checked at the door; no option may hold a secret."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from ingestion.sources.web.urls import canonical, folder_of
from storage.errors import InvalidInput
from storage.sources import Kind

SCP_LIKE = re.compile(r"(?:[A-Za-z0-9._]+@)?[A-Za-z0-9][A-Za-z0-9.-]*:(?!//)[^:\s-][^\s]*")
BRANCH = re.compile(
    r"(?!.*(?:\.\.|//|@\{|\.lock$|/$))[^\x00-\x20\x7f~^:?*\[\\-][^\x00-\x20\x7f~^:?*\[\\]{0,199}"
)
BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,254}")


class _Options(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FolderOptions(_Options):
    """A folder of this machine, by its full path."""

    path: str

    @field_validator("path")
    @classmethod
    def _full(cls, path: str) -> str:
        if not path or "\0" in path:
            raise ValueError("it names no folder")
        return str(Path(path).expanduser().resolve())


class UploadOptions(_Options):
    """Files that people hand over."""


class WebOptions(_Options):
    """Pages of a site: those that `sitemap` lists, else those that links from `url` lead to."""

    url: str
    prefix: str | None = None
    sitemap: str | None = None
    max_pages: Annotated[int, Field(ge=1, le=100_000)] = 1_000
    max_depth: Annotated[int, Field(ge=0, le=100)] = 10
    max_seconds: Annotated[float, Field(gt=0, le=86_400)] = 3_600.0
    delay: Annotated[float, Field(ge=0, le=60)] = 0.5

    @field_validator("url", "prefix", "sitemap")
    @classmethod
    def _address(cls, url: str | None) -> str | None:
        found = canonical(url) if url is not None else None
        if url is not None and (found is None or "://" not in url):
            raise ValueError("it is no http or https address, or holds a name or password")
        return found

    @model_validator(mode="after")
    def _inside(self) -> Self:
        if not self.url.startswith(self.scope):
            raise ValueError(f"url {self.url} does not begin with prefix {self.scope}")
        return self

    @property
    def scope(self) -> str:
        """What the addresses of all its pages begin with."""
        return self.prefix or folder_of(self.url)


class GitOptions(_Options):
    """A branch (by default the repository's own) and a folder in it; `link` is where people open a file."""

    url: str
    branch: str | None = None
    folder: str = ""
    link: str | None = None

    @field_validator("url")
    @classmethod
    def _remote(cls, url: str) -> str:
        parts = urlsplit(url)
        if "://" not in url:
            if not SCP_LIKE.fullmatch(url):
                raise ValueError(
                    "it is neither an address such as https://host/name.git nor user@host:name.git"
                )
        elif not parts.scheme or parts.password or (parts.username and parts.scheme != "ssh"):
            raise ValueError("it holds a name or password: let git's credential helper or an SSH key know it")
        elif any(character.isspace() or not character.isprintable() for character in url):
            raise ValueError("it holds characters that no address has")
        elif (
            parts.port == 0
            or (parts.hostname or "").startswith("-")
            or (parts.username or "").startswith("-")
        ):
            raise ValueError("its host or port is none")
        return url

    @field_validator("branch")
    @classmethod
    def _name(cls, branch: str | None) -> str | None:
        if branch is not None and not BRANCH.fullmatch(branch):
            raise ValueError("it is no name of a branch")
        return branch

    @field_validator("folder")
    @classmethod
    def _below(cls, folder: str) -> str:
        return _path(folder)

    @field_validator("link")
    @classmethod
    def _template(cls, link: str | None) -> str | None:
        return _link(link, "{path}")


class ObjectStoreOptions(_Options):
    """The objects of an S3 bucket below `prefix`; credentials come from the environment."""

    bucket: str
    prefix: str = ""
    endpoint_url: str | None = None
    region: str | None = None
    anonymous: bool = False
    link: str | None = None

    @field_validator("bucket")
    @classmethod
    def _name(cls, bucket: str) -> str:
        if not BUCKET.fullmatch(bucket):
            raise ValueError("it is no name of a bucket; what follows a / belongs into prefix")
        return bucket

    @field_validator("endpoint_url")
    @classmethod
    def _address(cls, url: str | None) -> str | None:
        if url is not None and canonical(url) is None:
            raise ValueError("it is no http or https address, or holds a name or password")
        return url

    @field_validator("link")
    @classmethod
    def _template(cls, link: str | None) -> str | None:
        return _link(link, "{path}")


Options = FolderOptions | UploadOptions | WebOptions | GitOptions | ObjectStoreOptions
BY_KIND: dict[Kind, type[Options]] = {
    "folder": FolderOptions,
    "upload": UploadOptions,
    "web": WebOptions,
    "git": GitOptions,
    "object_store": ObjectStoreOptions,
}


def parse_options(kind: str, given: Mapping[str, Any]) -> Options:
    """InvalidInput names every option that is unknown or impossible."""
    if kind not in BY_KIND:
        raise InvalidInput(f"There is no kind of source {kind!r}.", f"Choose one of {', '.join(BY_KIND)}.")
    model = BY_KIND[kind]
    try:
        return model.model_validate(dict(given))
    except ValidationError as error:
        wrong = "; ".join(_wrong(found) for found in error.errors())
        raise InvalidInput(
            f"A source of kind {kind} cannot have {wrong}.",
            f"Its options are {', '.join(model.model_fields) or 'none'}.",
        ) from error


def _wrong(error: Any) -> str:
    """The value is not repeated: it may hold what must not be seen."""
    place = ".".join(str(part) for part in error["loc"]) or "these options"
    return f"{place}: {str(error['msg']).removeprefix('Value error, ')}"


def _path(folder: str) -> str:
    parts = [part for part in folder.strip("/").split("/") if part]
    if ".." in parts or "." in parts or any(not part.isprintable() for part in parts):
        raise ValueError("it leaves the repository")
    return "/".join(parts)


def _link(link: str | None, place: str) -> str | None:
    if link is not None and (place not in link or canonical(link.replace(place, "x")) is None):
        raise ValueError(f"it is no http or https address with {place} in it")
    return link
