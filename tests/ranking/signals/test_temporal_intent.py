from datetime import UTC, datetime

import pytest

from ranking.signals.temporal_intent import temporal_intent

NOW = datetime(2026, 5, 20, 15, tzinfo=UTC)  # a Wednesday


@pytest.mark.parametrize(
    "question",
    [
        "What is the latest travel policy?",
        "What is the current daily allowance?",
        "Who is currently on call?",
        "newest firmware of the gateway",
        "What is the most recent price list?",
        "Is there an up-to-date floor plan?",
        "What are today's opening hours?",
        "Which rules are now in force?",
        "price list for 2027",
    ],
)
def test_asks_for_the_latest(question: str) -> None:
    assert temporal_intent(question, NOW).wants == "latest"


@pytest.mark.parametrize(
    "question",
    [
        "What is the maximum current of the clamp?",
        "current rating of the fuse",
        "What current does the sensor draw?",
        "What is the current limit?",
        "the current is 5 A",
        "current account number of the supplier",
        "How are concurrent users counted?",
        "Must I hand it in on Friday at the latest?",
        "What is the latest date by which claims are made?",
        "What happens in the last year of employment?",
        "Where do I change my last name?",
        "May I take leave in May?",
        "What does ISO 27001:2022 ask for?",
        "Where is travel-policy-2024.docx?",
        "Who ordered number 2024?",
        "What happens after 2000 cycles?",
        "maintenance for 2000 hours of operation",
        "a key of 2048 bits",
        "the log of 2024-05-01",
        "How many days of leave are there?",
    ],
)
def test_asks_nothing_of_time(question: str) -> None:
    assert temporal_intent(question, NOW).wants == "nothing"


@pytest.mark.parametrize(
    ("question", "start", "end"),
    [
        ("What was the revenue in 2024?", "2024-01-01", "2025-01-01"),
        ("What did the 2024 travel policy allow?", "2024-01-01", "2025-01-01"),
        ("the latest rules of 2023", "2023-01-01", "2024-01-01"),
        ("In 2024 sales fell, why?", "2024-01-01", "2025-01-01"),
        ("Q2 2025 results", "2025-04-01", "2025-07-01"),
        ("sales in December 2025", "2025-12-01", "2026-01-01"),
        ("margin of last quarter", "2026-01-01", "2026-04-01"),
        ("revenue last year", "2025-01-01", "2026-01-01"),
        ("this month's canteen menu", "2026-05-01", "2026-06-01"),
        ("minutes of last week", "2026-05-11", "2026-05-18"),
        ("What happened yesterday?", "2026-05-19", "2026-05-20"),
    ],
)
def test_names_a_period(question: str, start: str, end: str) -> None:
    intent = temporal_intent(question, NOW)

    assert intent.wants == "period"
    assert (intent.start, intent.end) == tuple(
        datetime.fromisoformat(day).replace(tzinfo=UTC) for day in (start, end)
    )


def test_since_lasts_until_now() -> None:
    intent = temporal_intent("What has changed since 2023?", NOW)

    assert (intent.start, intent.end) == (datetime(2023, 1, 1, tzinfo=UTC), NOW)


@pytest.mark.parametrize(
    ("month", "quarter"), [(1, ("2025-10-01", "2026-01-01")), (4, ("2026-01-01", "2026-04-01"))]
)
def test_the_quarter_before_may_lie_in_the_year_before(month: int, quarter: tuple[str, str]) -> None:
    intent = temporal_intent("results of last quarter", datetime(2026, month, 1, tzinfo=UTC))

    assert (intent.start, intent.end) == tuple(
        datetime.fromisoformat(day).replace(tzinfo=UTC) for day in quarter
    )
