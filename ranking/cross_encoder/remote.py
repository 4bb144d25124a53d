"""A re-ranker behind HTTP that speaks `/v1/rerank`: Cohere, Jina, vLLM, Infinity, or our own service."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from threading import Thread
from time import time
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from ranking.cross_encoder import remote_answers as answers
from storage.encoding.onnx_model import printable
from storage.errors import Permanent, Transient

if TYPE_CHECKING:
    import httpx

Scale = Literal["probability", "logit"]

MAX_ANSWER_BYTES = 4_000_000  # a thousand results are 100 kB, unless the documents are sent back


class RemoteCrossEncoder:
    """Raw logits from `url`, each call within `timeout_seconds` in all; closed by `close`.

    `url` is the whole of it, or the server's address alone. On the scale `probability`, a `relevance_score`
    of 0 to 1 becomes its logit; on the scale `logit` it is one. Which it is cannot be seen from the scores
    of a call, so a score outside 0 to 1 is refused on the first. Raises Transient or Permanent.
    """

    def __init__(
        self,
        url: str,
        model: str,
        api_key: str | None = None,
        *,
        timeout_seconds: float = 30.0,
        scale: Scale = "probability",
    ) -> None:
        self._url = endpoint(url)
        self._host = urlsplit(self._url).netloc.rpartition("@")[2]
        self._model = model
        self._served = model
        self._timeout = timeout_seconds
        self._scale = scale
        self._headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._client: httpx.AsyncClient | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="remote-re-ranker", daemon=True)
        self._thread.start()

    @property
    def version(self) -> str:
        """The model as the service last named it, and where it is."""
        return f"{self._served} at {self._host}"

    def score(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Raw logits (n,) in the order of `texts`."""
        if not texts:
            return np.empty(0, dtype=np.float32)
        scores: NDArray[np.float32] = self._waited(self._scores(question, texts))
        return scores

    def close(self) -> None:
        if self._loop.is_closed():
            return
        if self._client is not None:
            self._waited(self._client.aclose())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _waited(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        documents = [printable(text) for text in texts]
        body = {
            "model": self._model,
            "query": printable(question),
            "documents": documents,
            "top_n": len(documents),
            "return_documents": False,
        }
        try:
            async with asyncio.timeout(self._timeout) as limit:
                content = await self._answered(body, limit.when())
        except TimeoutError as error:
            raise Transient(
                f"The re-ranker at {self._host} took longer than {self._timeout:g} s.",
                "Ask again, or raise RAG_APP_RERANKER__TIMEOUT_SECONDS.",
            ) from error
        answer = answers.read(content, self._host)
        self._served = answers.model(answer) or self._model
        scores = answers.scores(answer, len(texts), self._host)
        logits = answers.logits(scores, self._host) if self._scale == "probability" else scores
        return logits.astype(np.float32)

    async def _answered(self, body: dict[str, Any], deadline: float | None) -> bytes:
        """The body of a good answer; a service that is too busy is asked again when it says, if in time."""
        import httpx

        try:
            while True:
                status, headers, content = await self._asked(body)
                if status == httpx.codes.OK:
                    return content
                pause = answers.pause(status, headers.get("retry-after"), time())
                if pause is None or self._loop.time() + pause >= (deadline or 0.0):
                    raise answers.refused(status, content, self._host, pause)
                await asyncio.sleep(pause)
        except httpx.HTTPError as error:
            raise Transient(
                f"The re-ranker at {self._host} gives no answer ({str(error) or type(error).__name__}).",
                "Check RAG_APP_RERANKER__URL, and that it runs.",
            ) from error

    async def _asked(self, body: dict[str, Any]) -> tuple[int, httpx.Headers, bytes]:
        content = b""
        async with self._opened().stream("POST", self._url, json=body, headers=self._headers) as response:
            async for piece in response.aiter_bytes():
                content += piece
                if len(content) > MAX_ANSWER_BYTES:
                    raise Permanent(
                        f"The re-ranker at {self._host} sends more than {MAX_ANSWER_BYTES:,} bytes.",
                        "Check RAG_APP_RERANKER__URL: it should lead to a `/v1/rerank`.",
                    )
        return response.status_code, response.headers, content

    def _opened(self) -> httpx.AsyncClient:
        """Made where it is used: a client belongs to its event loop."""
        if self._client is None:
            import httpx

            self._client = httpx.AsyncClient(timeout=httpx.Timeout(None), follow_redirects=False)
        return self._client


def endpoint(url: str) -> str:
    """`url` where it ends in `/rerank`, else the `/v1/rerank` below it. Raises Permanent."""
    if not _is_address(url):
        raise Permanent(
            f"RAG_APP_RERANKER__URL is {url!r}, which is no address of a service.",
            "Give one such as https://host/v1/rerank.",
        )
    bare = url.rstrip("/")
    if bare.endswith("/rerank"):
        return bare
    return f"{bare}/rerank" if bare.endswith(("/v1", "/v2")) else f"{bare}/v1/rerank"


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
