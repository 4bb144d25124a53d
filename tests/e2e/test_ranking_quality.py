"""Ranking quality is a test too: on a fixed part of the example gold set, figures that may not fall.

The audit is run for it, as its users run it: one measurement serves both.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import EXAMPLES
from tests.e2e.processes import rag_app

EVERY = 5  # of the questions with an answer: all 123 take minutes
# By passage, where 0.83 was measured. Raise it with the ranking; lower it only with a reason in the commit.
ENSEMBLE_FLOOR = 0.80
RECALL_FLOOR = 0.95


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("audit") / "made" / "here"


@pytest.fixture(scope="module")
def audit(knowledge_base: Path, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    gold = tmp_path_factory.mktemp("gold") / "part.jsonl"
    lines = (EXAMPLES / "gold.jsonl").read_text().splitlines()
    answerable = [line for line in lines if json.loads(line)["answerable"]]
    gold.write_text("\n".join(answerable[::EVERY]))
    done = rag_app(
        "audit", "--gold", gold, "--out", folder, "--sample", "1", "--json", data_dir=knowledge_base
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_ensemble_ranks_passages_no_worse_than_it_did(audit: dict[str, Any]) -> None:
    passage = audit["evaluation"]["levels"]["passage"]

    assert passage["questions"] == 25
    assert passage["stages"]["ensemble"]["means"]["NDCG@5"] >= ENSEMBLE_FLOOR
    assert passage["stages"]["fused"]["means"]["Recall@50"] >= RECALL_FLOOR


def test_the_audit_tells_its_verdict_with_its_figures(audit: dict[str, Any]) -> None:
    gain = audit["gains"]["passage"]["over_embeddings"]

    assert (audit["level"], audit["verdict"] in ("go", "marginal", "no")) == ("passage", True)
    assert f"{gain['relative']:+.1%}" in audit["reasons"][0]
    assert audit["search_ms"]["questions"] == 1
    assert audit["search_ms"]["p50"] > audit["search_ms"]["p50_without_reranking"]
    assert (
        audit["recall_at_50"]
        == audit["evaluation"]["levels"]["passage"]["stages"]["fused"]["means"]["Recall@50"]
    )


def test_the_report_opens_anywhere_and_fetches_nothing(audit: dict[str, Any], folder: Path) -> None:
    files = {path.name: path.read_text() for path in folder.iterdir()}
    markdown, html = files["audit.md"], files["audit.html"]
    images = re.findall(r"\]\((\S+\.svg)\)", markdown)

    assert sorted(map(str, folder.iterdir())) == sorted(audit["files"])
    assert set(images) == {name for name in files if name.endswith(".svg")}
    assert html.count("<svg") == len(images) == 6
    assert re.findall(r"(?:src|href)=|url\(|@import|<script|<img", html) == []
    assert "default-src 'none'" in html
