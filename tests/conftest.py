"""Under RAG_APP_TEST_STRICT, as in continuous integration, a skip for want of a component is a failure."""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest

STRICT = "RAG_APP_TEST_STRICT"

# What no set-up can install; a skip's reason names the variable that would have let the test run.
GIVEN_FROM_OUTSIDE = ("RAG_APP_TEST_QDRANT_URL", "RAG_APP_TEST_DATA", "only root may")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _refuse_skip(report)
    return report


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if not os.environ.get(STRICT) or not report.skipped or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if not any(name in reason for name in GIVEN_FROM_OUTSIDE):
        report.outcome = "failed"
        report.longrepr = f"{STRICT} is set: this test must run here, yet it was skipped. {reason}"
