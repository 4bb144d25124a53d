from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from ingestion.converters.metadata import choose_author, choose_title, parse_date, sane_date
from ingestion.document import Block

NOW = datetime(2026, 6, 1, tzinfo=UTC)
BLOCKS = (Block("paragraph", "Text."), Block("heading", "First heading", level=1))


JUNK = (
    *(None, "", "  ", "--", "(anonymous)", "untitled", "Untitled Document 3", "Microsoft Word - plan.doc"),
    *("PowerPoint Presentation", "Presentation1", "Slide 1", "Folie 1", "Document1", "report_final.indd"),
)


@pytest.mark.parametrize("junk", JUNK)
def test_a_junk_title_gives_way_to_the_first_heading(junk: str | None) -> None:
    assert choose_title(junk, BLOCKS, "plan.docx") == "First heading"


@pytest.mark.parametrize(
    "title", ["Travel policy", "Presentation of results", "Document retention", "Q2 2026"]
)
def test_a_stated_title_is_kept(title: str) -> None:
    assert choose_title(f" {title}\n", BLOCKS, "x.docx") == title


def test_without_any_title_the_file_name_stands() -> None:
    assert (
        choose_title(None, (Block("paragraph", "Text."),), "travel_policy 2026.docx") == "travel policy 2026"
    )


@pytest.mark.parametrize(
    ("stated", "expected"), [("Ann Lee", "Ann Lee"), ("python-docx", None), ("", None), (None, None)]
)
def test_programs_are_no_authors(stated: str | None, expected: str | None) -> None:
    assert choose_author(stated) == expected


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("2026-03-01", datetime(2026, 3, 1)),  # noqa: DTZ001
        ("2026-03-01T10:00:00+02:00", datetime(2026, 3, 1, 10, tzinfo=timezone(timedelta(hours=2)))),
        ("2026-03-01T10:00:00Z", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        (date(2026, 3, 1), datetime(2026, 3, 1, tzinfo=UTC)),
        ("D:20260301101530+05'30'", datetime(2026, 3, 1, 4, 45, 30, tzinfo=UTC)),
        ("D:20260301101530-05'00", datetime(2026, 3, 1, 15, 15, 30, tzinfo=UTC)),
        ("D:2026", datetime(2026, 1, 1, tzinfo=UTC)),
        ("D:20261399", None),
        ("yesterday", None),
        ("", None),
        (None, None),
        (["2026"], None),
    ],
)
def test_dates_are_read_in_the_forms_that_metadata_use(stated: object, expected: datetime | None) -> None:
    assert parse_date(stated) == expected


@pytest.mark.parametrize(
    "nonsense",
    [
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=9))),
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(2099, 1, 1, tzinfo=UTC),
        datetime(2013, 12, 23, 23, 15, tzinfo=UTC),
        datetime(2013, 1, 27, 9, 14, 16, tzinfo=UTC),
        None,
    ],
)
def test_impossible_dates_and_those_of_templates_are_unknown(nonsense: datetime | None) -> None:
    assert sane_date(nonsense, NOW) is None


def test_dates_become_aware_in_utc() -> None:
    moment = datetime(2026, 3, 1, 10, tzinfo=timezone(timedelta(hours=2)))
    assert sane_date(moment, NOW) == datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert sane_date(moment.replace(tzinfo=None), NOW) == datetime(2026, 3, 1, 10, tzinfo=UTC)
