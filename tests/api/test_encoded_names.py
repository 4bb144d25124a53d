from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from api.encoded_names import EncodedNames, decoded
from tests.api.requests import request


async def _named(of: Request) -> JSONResponse:
    return JSONResponse({key: decoded(value) for key, value in of.path_params.items()})


ROUTES = [Route("/x/{name}", _named), Route("/x/{name}/in/{rest:path}", _named), Route("/y/{name}", _named)]
APP = EncodedNames(Starlette(routes=ROUTES), "/x/")


NAMES = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1)


@given(NAMES.filter(lambda name: name not in (".", "..")))
def test_any_name_arrives_as_it_was_meant(name: str) -> None:
    assert request(APP, "GET", f"/x/{quote(name, safe='')}").json() == {"name": name}


@pytest.mark.parametrize("name", ["a/b", "a%2Fb", "100%", "%252F", "a/in/b", "?#&+ ", "é漢"])
def test_slashes_and_percent_signs_stay_in_their_segment(name: str) -> None:
    found = request(APP, "GET", f"/x/{quote(name, safe='')}/in/{quote(name)}").json()

    assert found == {"name": name, "rest": name}


def test_elsewhere_paths_are_routed_as_ever() -> None:
    assert request(APP, "GET", "/y/a%2Fb").status_code == 404
