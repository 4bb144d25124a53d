"""Files of a multipart form, one after the other as they arrive: nothing of them is kept here."""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from rag_app.problems import InvalidInput

MAX_FIELD_BYTES = 100_000  # of all that is no file
FORM = "Send a form of type multipart/form-data with files, as in: curl -F 'file=@plan.pdf' URL"


@dataclass(frozen=True, slots=True)
class Part:
    """A file's name as it was sent, and its bytes, to be read before the next part is asked for."""

    name: str
    stream: io.BufferedReader


def files(content_type: str, pieces: Iterator[bytes]) -> Iterator[Part]:
    """The form's files in their order; what is left of one is passed over when the next is asked for.

    Raises InvalidInput for what is no such form, there or where a file's stream is read.
    """
    form = _Form(pieces, _boundary(content_type))
    while (name := form.next_file()) is not None:
        body = _Body(form)
        yield Part(name, io.BufferedReader(body, 1 << 16))
        body.pass_over()


class _Form:
    """What the parser calls back for, as a queue that is filled when somebody wants more of it."""

    def __init__(self, pieces: Iterator[bytes], boundary: bytes) -> None:
        self._pieces = pieces
        self._events: deque[str | bytes | None] = deque()  # a file begins; its bytes; it ends
        self._header, self._value, self._disposition = b"", b"", b""
        self._is_file = False
        self._ended = False
        self._field_bytes = 0
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._part_begin,
                "on_header_field": self._header_field,
                "on_header_value": self._header_value,
                "on_header_end": self._header_end,
                "on_headers_finished": self._headers_finished,
                "on_part_data": self._part_data,
                "on_part_end": self._part_end,
                "on_end": self._end,
            },
        )

    def next_file(self) -> str | None:
        """The name of the next one; None at the end of the form."""
        event = self._next()
        assert event is None or isinstance(event, str)  # noqa: S101
        return event

    def data(self) -> bytes:
        """The next bytes of the file; none at its end."""
        event = self._next()
        return event if isinstance(event, bytes) else b""

    def _next(self) -> str | bytes | None:
        while not self._events:
            if self._ended:
                return None
            self._feed()
        return self._events.popleft()

    def _feed(self) -> None:
        piece = next(self._pieces, None)
        try:
            if piece is not None:
                self._parser.write(piece)
                return
            self._parser.finalize()
        except FormParserError as error:
            raise InvalidInput(f"That is no multipart form: {error}.", FORM) from error
        if not self._ended:
            raise InvalidInput("The form breaks off before its end.", "Send it again.")

    def _part_begin(self) -> None:
        self._disposition = b""

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = self._value
        self._header, self._value = b"", b""

    def _headers_finished(self) -> None:
        _, options = parse_options_header(self._disposition)
        name = options.get(b"filename")
        self._is_file = name is not None
        if name is not None:
            self._events.append(name.decode(errors="replace"))

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        if self._is_file:
            self._events.append(data[start:end])
            return
        self._field_bytes += end - start
        if self._field_bytes > MAX_FIELD_BYTES:
            raise InvalidInput("The form holds fields that are no files, and long.", FORM)

    def _part_end(self) -> None:
        if self._is_file:
            self._events.append(None)

    def _end(self) -> None:
        self._ended = True


class _Body(io.RawIOBase):
    """The file that the form is at, as a stream."""

    def __init__(self, form: _Form) -> None:
        self._form = form
        self._rest = b""
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        if not self._rest and not self._ended:
            self._rest = self._form.data()
            self._ended = not self._rest
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size

    def pass_over(self) -> None:
        while not self._ended:
            self._rest = b""
            self._ended = not self._form.data()


def _boundary(content_type: str) -> bytes:
    kind, options = parse_options_header(content_type)
    boundary = options.get(b"boundary")
    if kind != b"multipart/form-data" or not boundary or len(boundary) > 200:
        raise InvalidInput(f"The request's body is {content_type[:100] or 'of no type'!r}.", FORM)
    return boundary
