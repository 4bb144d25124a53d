"""Every setting: typed, nested and strict; `RAG_APP_` environment over the `.env` file over defaults."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from storage.errors import Permanent

PREFIX = "RAG_APP_"
TEST_PREFIX = "RAG_APP_TEST_"  # switches of the test suite, not settings

Positive = Annotated[int, Field(ge=1)]


def _home(variable: str, fallback: str) -> Path:
    return Path(os.environ.get(variable) or Path.home() / fallback) / "rag-app"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Qdrant(_Section):
    """Where chunks are kept: the embedded engine in the data folder, or a server by URL."""

    url: str | None = None
    api_key: SecretStr | None = None
    collection: str = "chunks"


class Database(_Section):
    """Where document sets are kept: SQLite in the data folder, or any SQLAlchemy URL."""

    url: SecretStr | None = None


class Models(_Section):
    """Names of models (or folders), and where their files are cached."""

    cache: Path = Field(default_factory=lambda: _home("XDG_CACHE_HOME", ".cache") / "models")
    offline: bool = False
    embedder: str = "bge-small-en-v1.5-int8"
    cross_encoder: str = "ms-marco-MiniLM-L-12-v2-int8"


class Reranker(_Section):
    """Where the cross-encoder works: in this process, or a `/v1/rerank` service by URL."""

    url: str | None = None
    model: str | None = None
    api_key: SecretStr | None = None
    scores: Literal["probability", "logit"] = "probability"
    timeout_seconds: Annotated[float, Field(gt=0)] = 30.0


class Cache(_Section):
    """Scores of pairs that were read before: in this process, and in Redis by URL."""

    url: SecretStr | None = None
    megabytes: Annotated[int, Field(ge=0)] = 64


class Ingestion(_Section):
    """Chunk sizes in tokens of the embedder, and bounds on what one file may cost."""

    chunk_tokens: Annotated[int, Field(ge=32, le=480)] = 300
    min_chunk_tokens: Annotated[int, Field(ge=0, le=480)] = 300
    overlap_sentences: Annotated[int, Field(ge=0, le=5)] = 0
    max_file_megabytes: Positive = 100
    max_text_megacharacters: Positive = 10
    max_conversion_seconds: Annotated[float, Field(gt=0)] = 120.0
    max_conversion_megabytes: Annotated[int, Field(ge=256)] = 2000
    ocr: bool = False
    ocr_languages: Annotated[str, Field(pattern=r"^[A-Za-z_/]+(\+[A-Za-z_/]+)*$")] = "eng"


class Sources(_Section):
    """What the sources of document sets may cost, and where they may reach."""

    max_megabytes: Positive = 10_000
    networks: str = ""
    git_protocols: Annotated[str, Field(pattern=r"^(https|ssh|http|file)(,(https|ssh|http|file))*$")] = (
        "https,ssh"
    )
    timeout_seconds: Annotated[float, Field(gt=0)] = 30.0
    git_seconds: Annotated[float, Field(gt=0)] = 3600.0
    user_agent: Annotated[str, Field(pattern=r"^[!-~]([ -~]{0,198}[!-~])?$")] = "rag-app"

    @field_validator("networks")
    @classmethod
    def _networks(cls, networks: str) -> str:
        for network in filter(None, networks.split(",")):
            ip_network(network.strip())
        return networks


class Worker(_Section):
    """The process that works on jobs: started when it is needed, or deployed on its own."""

    on_demand: bool = True
    jobs: Positive = 1
    threads: Positive | None = None
    nice: Annotated[int, Field(ge=0, le=19)] = 10
    idle_seconds: Annotated[float, Field(ge=0)] = 30.0
    lease_seconds: Annotated[float, Field(ge=1)] = 30.0


class Ranking(_Section):
    """Depths of the stages and how the final order is made."""

    depth: Annotated[int, Field(ge=1, le=100)] = 50
    order: Literal["ensemble", "cross_encoder"] = "ensemble"
    rerank: Literal["full", "none"] = "full"
    lexical: Literal["qdrant", "rank_bm25"] = "qdrant"
    trust: Annotated[float, Field(ge=0, le=1)] | None = None
    half_life_days: Annotated[float, Field(gt=0)] | None = 365.0


class Generation(_Section):
    """The language model; without a `base_url` answers are extracts of the documents."""

    base_url: str | None = None
    model: str | None = None
    api_key: SecretStr | None = None
    passages: Annotated[int, Field(ge=1, le=20)] = 5
    context_tokens: Annotated[int, Field(ge=1024)] = 8192
    max_tokens: Positive = 600
    timeout_seconds: Annotated[float, Field(gt=0)] = 60.0
    refusal_threshold: Annotated[float, Field(ge=0, le=1)] | None = None


class Feedback(_Section):
    """How long what was shown is kept, and bounds on what one person may say."""

    retention_days: Annotated[int, Field(ge=1, le=36_500)] = 365
    votes_an_hour: Positive = 120
    max_comment_characters: Positive = 2000


class Server(_Section):
    """The HTTP service; an address beyond this machine must be allowed in so many words."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    allow_remote: bool = False
    admin_key: Annotated[SecretStr, Field(min_length=16)] | None = None
    max_upload_megabytes: Positive = 1000
    max_question_characters: Positive = 4000


class RerankServer(_Section):
    """The cross-encoder as a service of its own, `rag-app rerank-server`."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8001
    allow_remote: bool = False
    api_key: SecretStr | None = None
    max_documents: Positive = 1000
    max_body_megabytes: Positive = 8
    max_waiting: Positive = 64


class Settings(BaseSettings):
    """The effective configuration; nested keys are joined by two underscores."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        env_ignore_empty=True,
        env_file=".env",
        extra="forbid",
        frozen=True,
    )

    data_dir: Path = Field(default_factory=lambda: _home("XDG_DATA_HOME", ".local/share"))
    threads: Positive = Field(default_factory=lambda: len(os.sched_getaffinity(0)))
    qdrant: Qdrant = Field(default_factory=Qdrant)
    database: Database = Field(default_factory=Database)
    models: Models = Field(default_factory=Models)
    reranker: Reranker = Field(default_factory=Reranker)
    cache: Cache = Field(default_factory=Cache)
    ingestion: Ingestion = Field(default_factory=Ingestion)
    sources: Sources = Field(default_factory=Sources)
    worker: Worker = Field(default_factory=Worker)
    ranking: Ranking = Field(default_factory=Ranking)
    generation: Generation = Field(default_factory=Generation)
    feedback: Feedback = Field(default_factory=Feedback)
    server: Server = Field(default_factory=Server)
    rerank_server: RerankServer = Field(default_factory=RerankServer)


def load_settings(**overrides: Any) -> Settings:
    """Settings from overrides, environment and `.env`; Permanent names every impossible or unknown key."""
    known = {key.casefold() for key in setting_names()}
    unknown = [
        key
        for key in os.environ
        if key.startswith(PREFIX) and not key.startswith(TEST_PREFIX) and key.casefold() not in known
    ]
    if unknown:
        raise Permanent(
            f"Unknown setting {', '.join(sorted(unknown))} in the environment.",
            "Correct or unset it; `rag-app config` lists every setting.",
        )
    try:
        return Settings(**overrides)
    except ValidationError as error:
        wrong = "; ".join(f"{_name(e['loc'])}: {e['msg']}{_received(e)}" for e in error.errors())
        raise Permanent(
            f"Impossible setting {wrong}.", "Correct it in the environment or in .env."
        ) from error


def setting_names() -> list[str]:
    """The environment variable of every setting, in the order of declaration."""
    names = []
    for name, field in Settings.model_fields.items():
        section = field.annotation
        if isinstance(section, type) and issubclass(section, _Section):
            names += [f"{PREFIX}{name}__{inner}".upper() for inner in section.model_fields]
        else:
            names.append(f"{PREFIX}{name}".upper())
    return names


def setting_values(settings: Settings) -> list[tuple[str, str]]:
    """Every setting's variable with its effective value as text; secrets are hidden, unset ones empty."""
    return [(variable, "" if value is None else str(value)) for variable, value in _values(settings)]


def _values(settings: Settings) -> Iterator[tuple[str, Any]]:
    for variable in setting_names():
        value: Any = settings
        for part in variable.removeprefix(PREFIX).lower().split("__"):
            value = getattr(value, part)
        yield variable, value


def environment_of(settings: Settings, environment: Mapping[str, str]) -> dict[str, str]:
    """`environment` with these settings, secrets too: for a process of ours that is to have the same."""
    others = {name: value for name, value in environment.items() if name.upper() not in setting_names()}
    return others | {name: _text(value) for name, value in _values(settings) if value is not None}


def _text(value: Any) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def _name(location: tuple[int | str, ...]) -> str:
    return PREFIX + "__".join(str(part) for part in location).upper()


def _received(error: Any) -> str:
    secret = any("key" in str(part) or part == "url" for part in error["loc"])
    return "" if secret else f" (it is {error['input']!r})"
