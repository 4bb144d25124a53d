"""An audit as Markdown: the verdict first, then what it stands on."""

from __future__ import annotations

from collections.abc import Sequence

from ranking.audit.audit import Audit
from ranking.audit.questions import Case
from ranking.audit.reliability import calibration_error
from ranking.audit.verdict import HELPABLE, SOON_MS
from ranking.evaluation.rendering import (
    ablations_table,
    plain,
    segments_table,
    stages_markdown,
    table_of,
    worse_segments,
)
from ranking.evaluation.report import ORACLE
from ranking.evaluation.segments import HEADLINE
from ranking.evaluation.significance import RelativeGain

_DECISIONS = {
    "go": "GO: re-ranking is worth it here.",
    "marginal": "MARGINAL: re-ranking brings something here, and not all that was asked.",
    "no": "NO: re-ranking is not worth it here as it stands.",
}
MISSED = 20  # questions named


def to_markdown(audit: Audit) -> str:
    """Refers to its charts by file name."""
    parts = [
        f"# Ranking audit: {plain(audit.report.name)}",
        f"**{_DECISIONS[audit.verdict.decision]}**",
        "\n".join(f"- {reason}" for reason in audit.verdict.reasons),
        _counts(audit),
        *_benefit(audit),
        *_cost(audit),
        *_retrieval(audit),
        *_signals(audit),
        *_reliability(audit),
        *_cases("Questions that gained the most", audit.gained),
        *_cases("Questions that lost the most", audit.lost),
        *_method(audit),
    ]
    return "\n\n".join(parts) + "\n"


def _counts(audit: Audit) -> str:
    report = audit.report
    unjudged = f", left out because nobody judged them: {report.unjudged}" if report.unjudged else ""
    unanswerable = f", without: {report.unanswerable}" if report.unanswerable else ""
    return (
        f"Questions with an answer: {report.answerable}{unanswerable}{unjudged}. "
        f"The verdict is by {audit.level.name}, with {audit.level.questions} of them."
    )


def _benefit(audit: Audit) -> list[str]:
    heads = ("by", "questions", "embeddings alone", "without re-ranking", "with re-ranking", "best possible")
    rows = []
    for level in audit.report.levels:
        found = audit.gains[level.name]
        plainly = found.over_no_reranking
        rows.append(
            (
                level.name,
                str(level.questions),
                f"{found.over_embeddings.before:.3f}",
                "" if plainly is None else f"{plainly.before:.3f}",
                f"{found.over_embeddings.after:.3f}",
                f"{level.stages[ORACLE].means[HEADLINE]:.3f}",
                percent(found.over_embeddings),
                percent(plainly),
            )
        )
    table = table_of((*heads, "over embeddings [95 %]", "over no re-ranking [95 %]"), rows)
    parts = ["## What re-ranking brings", f"{HEADLINE}, means over the questions:", table]
    for level in audit.report.levels:
        parts += [stages_markdown(level), chart(f"quality-by-{level.name}")]
    parts += [_wins(audit), chart("changes")]
    if audit.level.segments:
        parts += ["### By segment", segments_table(audit.level), worse_segments(audit.level)]
    return parts


def _wins(audit: Audit) -> str:
    after = audit.level.stages["ensemble"].values[HEADLINE]
    before = audit.level.stages["dense"].values[HEADLINE]
    better = sum(after[question] > before[question] for question in after)
    worse = sum(after[question] < before[question] for question in after)
    same = len(after) - better - worse
    return f"Against embeddings alone, question by question: {better} better, {same} the same, {worse} worse."


def _cost(audit: Audit) -> list[str]:
    cost = audit.cost
    stages = {**cost.by_stage, "total without re-ranking": cost.without_reranking}
    rows = [(stage, f"{found.p50:.1f}", f"{found.p95:.1f}") for stage, found in stages.items()]
    questions = cost.by_stage["total"].questions
    return [
        "## What it costs",
        (
            f"Time of {questions} searches, made for this audit one after the other, nothing looked up from "
            f"earlier runs. {cost.within:.0%} of them took {SOON_MS:.0f} ms or less; the slowest took "
            f"{cost.slowest:.0f} ms."
        ),
        table_of(("stage", "p50 ms", "p95 ms"), rows),
        chart("latency"),
    ]


def _retrieval(audit: Audit) -> list[str]:
    recall = audit.level.stages["fused"].means["Recall@50"]
    helps = "can help" if recall >= HELPABLE else "cannot help: mend chunking or retrieval first"
    parts = [
        "## Is there anything to rank?",
        (
            f"{recall:.1%} of what is relevant is among the first 50 candidates; from {HELPABLE:.0%} on, "
            f"ranking can help. Here it {helps}."
        ),
        chart("recall"),
    ]
    if not audit.missed:
        return parts
    more = f" The first {MISSED}:" if len(audit.missed) > MISSED else ""
    rows = [
        f"- {plain(question.text)} ({', '.join(plain(document) for document in question.labels)})"
        for question in audit.missed[:MISSED]
    ]
    told = f"{len(audit.missed)} questions have nothing relevant among their candidates.{more}"
    return [*parts, told, "\n".join(rows)]


def _signals(audit: Audit) -> list[str]:
    if not audit.level.ablations:
        return []
    return [
        "## What each signal brings",
        (
            f"The ensemble without one signal, from the same candidates, by {audit.level.name}. Positive "
            "where the signal helps; \\* marks an interval without zero."
        ),
        ablations_table(audit.level),
    ]


def _reliability(audit: Audit) -> list[str]:
    if not audit.reliability:
        return []
    rows = [(f"{b.told:.3f}", f"{b.observed:.3f}", str(b.candidates)) for b in audit.reliability]
    return [
        "## Are the probabilities right?",
        (
            "Every candidate passage, by the probability of relevance that its explanation tells, against "
            "the share that was relevant. Passages that nobody labelled count as not relevant. Expected "
            f"calibration error: {calibration_error(audit.reliability):.3f}."
        ),
        chart("reliability"),
        table_of(("probability told", "share relevant", "passages"), rows),
    ]


def _cases(title: str, cases: Sequence[Case]) -> list[str]:
    if not cases:
        return [f"## {title}", "None."]
    return [f"## {title}", *(_case(case) for case in cases)]


def _case(case: Case) -> str:
    segment = f" ({plain(case.question.segment)})" if case.question.segment else ""
    lines = [
        (
            f"**{plain(case.question.text)}**{segment}: {case.before:.3f} with embeddings alone, "
            f"{case.after:.3f} with all."
        ),
        plain(case.why),
        "\n".join(f"- {plain(line)}" for line in case.evidence),
    ]
    return "\n\n".join(line for line in lines if line)


def _method(audit: Audit) -> list[str]:
    ranked_by = [f"- {name}: {plain(value)}" for name, value in audit.ranked_by.items()]
    return [
        "## How it was measured",
        (
            "- Intervals are 95 % percentile intervals of a paired bootstrap over the questions (10,000 "
            "resamples), each for one comparison; of twenty differences that are none, one is marked by "
            "luck.\n"
            "- NDCG@5 counts what is relevant by its grade and place. By passage, only a passage that holds "
            "the words quoted in the label is relevant; best possible is the best order of the same "
            "candidates.\n"
            "- Settings that were chosen by looking at these questions make the figures too good: keep some "
            "questions apart."
        ),
        "\n".join(ranked_by),
    ]


def percent(gain: RelativeGain | None) -> str:
    """Empty where there is none; * marks an interval without zero."""
    if gain is None or gain.relative is None or gain.low is None or gain.high is None:
        return ""
    mark = " *" if gain.low > 0 or gain.high < 0 else ""
    return f"{gain.relative:+.1%} [{gain.low:+.1%}, {gain.high:+.1%}]{mark}"


def chart(name: str) -> str:
    return f"![{name.replace('-', ' ')}]({name}.svg)"
