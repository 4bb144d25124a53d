from __future__ import annotations

from datetime import UTC, datetime

from ingestion.sources.web.marks import Marks, from_text, marks_of, modification

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def test_marks_ask_for_what_has_changed_since() -> None:
    marks = marks_of(
        {"etag": 'W/"1"', "last-modified": "Wed, 04 Mar 2026 10:00:00 GMT", "content-type": "text/html;x"}
    )
    assert marks.conditions() == {
        "If-None-Match": 'W/"1"',
        "If-Modified-Since": "Wed, 04 Mar 2026 10:00:00 GMT",
    }
    assert marks.html
    assert from_text(marks.to_text()) == marks
    assert Marks().conditions() == {}


def test_a_page_is_as_old_as_its_server_says_unless_it_was_made_for_the_answer() -> None:
    day = "Wed, 04 Mar 2026 10:00:00 GMT"
    assert modification({"last-modified": day}, NOW) == datetime(2026, 3, 4, 10, tzinfo=UTC)
    assert modification({"last-modified": day, "date": day}, NOW) is None
    assert modification({"last-modified": "Mon, 01 Jan 2035 00:00:00 GMT"}, NOW) is None
    assert modification({"last-modified": "soon"}, NOW) is None
    assert modification({}, NOW) is None


def test_a_server_whose_clock_errs_is_judged_by_its_own_clock() -> None:
    headers = {"last-modified": "Fri, 01 Jan 2027 00:00:00 GMT", "date": "Sat, 02 Jan 2027 00:00:00 GMT"}
    assert modification(headers, NOW) == datetime(2026, 5, 31, 12, tzinfo=UTC)
