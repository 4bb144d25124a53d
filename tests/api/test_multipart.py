from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.multipart import files
from rag_app.problems import InvalidInput

TYPE = "multipart/form-data; boundary=b"


def _form(*named: tuple[str, bytes], fields: dict[str, str] | None = None) -> tuple[str, bytes]:
    """As a real client writes it."""
    sent: Any = [("file", (name, content)) for name, content in named]
    request = httpx.Request("POST", "http://x", files=sent, data=fields)
    return request.headers["Content-Type"], request.read()


def _cut(body: bytes, size: int) -> Iterator[bytes]:
    return (body[start : start + size] for start in range(0, len(body), size))


@given(
    st.lists(st.tuples(st.sampled_from(["a.md", "b/ü.txt", "c"]), st.binary(max_size=300)), max_size=4),
    st.integers(1, 50),
)
def test_files_arrive_as_they_were_sent_however_the_body_is_cut(
    named: list[tuple[str, bytes]], size: int
) -> None:
    if named:
        content_type, body = _form(*named, fields={"note": "x"})
        assert [(f.name, f.stream.read()) for f in files(content_type, _cut(body, size))] == named


def test_what_is_not_read_of_a_file_is_passed_over() -> None:
    content_type, body = _form(("a", b"x" * 200_000), ("b", b"second"))
    first, second = files(content_type, _cut(body, 1000))
    assert (first.name, second.name) == ("a", "b")

    form = files(content_type, _cut(body, 1000))
    assert next(form).stream.read(3) == b"xxx"
    assert next(form).stream.read() == b"second"


def test_a_file_is_at_hand_before_the_next_has_arrived() -> None:
    content_type, body = _form(("a", b"first"), ("b", b"second"))
    read: list[bytes] = []

    def arriving() -> Iterator[bytes]:
        for piece in _cut(body, 10):
            read.append(piece)
            yield piece

    form = files(content_type, arriving())
    assert next(form).stream.read() == b"first"
    assert b"second" not in b"".join(read)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("", b""),
        ("application/json", b"{}"),
        ("multipart/form-data", b""),
        ("multipart/form-data; boundary=", b""),
        (f"multipart/form-data; boundary={'b' * 300}", b""),
        (TYPE, b""),
        (TYPE, b"nothing of the kind"),
        (TYPE, b"--b\r\nContent-Disposition: form-data; name=f; filename=a\r\n\r\nhalf"),
        (TYPE, b"--b\r\nContent-Disposition: form-data; name=f\r\n\r\n" + b"x" * 100_001),
        (TYPE, b"--b\r\n" + b"H: x\r\n" * 100 + b"\r\n"),
        (TYPE, b"--b\r\nContent-Disposition: " + b"x" * 10_000),
    ],
)
def test_what_is_no_form_is_refused(content_type: str, body: bytes) -> None:
    def read() -> list[bytes]:
        return [file.stream.read() for file in files(content_type, _cut(body, 1000))]

    with pytest.raises(InvalidInput):
        read()
