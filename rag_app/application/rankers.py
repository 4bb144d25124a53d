"""Which ranker orders an answer: the shipped one, or one that was learned here; and the way back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from ranking.ranker import Ranker, from_parameters, to_parameters
from storage.errors import InvalidInput, Permanent
from storage.rankers import SHIPPED, RankerRecord, RankerRecords


class RankerStatus(BaseModel):
    """What orders answers now, and how it was measured."""

    model_config = ConfigDict(frozen=True)

    version: int = Field(description="0 is the shipped one")
    measured: str
    trust: float
    calibrated: bool = Field(description="Whether the cross-encoder's calibration was measured")


class RankerEntry(BaseModel):
    """One ranker that can be put into use; the shipped one has neither date nor metrics."""

    model_config = ConfigDict(frozen=True)

    version: int
    active: bool
    usable: bool = Field(default=True, description="Learned for the cross-encoder in use")
    created: datetime | None = None
    questions: int = 0
    trust: float
    boosts: dict[str, float]
    metrics: dict[str, Any] = {}


class RankerList(BaseModel):
    """All rankers, the shipped one first."""

    model_config = ConfigDict(frozen=True)

    rankers: list[RankerEntry]


@dataclass(frozen=True)
class Rankers:
    """`shipped` and `calibrated` ask by cross-encoder version; `cross_encoder` gives the one in use, which a
    remote service may change. A `trust` of the settings wins over every ranker's.

    With `threshold_set`, the settings name a refusal threshold, and it wins too.
    """

    records: RankerRecords
    shipped: Callable[[str], Ranker]
    calibrated: Callable[[str], bool]
    cross_encoder: Callable[[], str]
    trust: float | None
    threshold_set: bool = False
    _loaded: dict[int, tuple[RankerRecord, Ranker]] = field(default_factory=dict)  # versions never change

    def current(self) -> Ranker:
        """What ranks a question asked now, whichever process activated it. One small read."""
        _, ranker = self._in_use()
        if self.threshold_set:
            ranker = replace(ranker, refusal_threshold=None)
        return self._trusted(ranker)

    def status(self) -> RankerStatus:
        record, ranker = self._in_use()
        return RankerStatus(
            version=record.version if record else SHIPPED,
            measured=self._measured(record),
            trust=self._trusted(ranker).relevance.trust,
            calibrated=record is not None or self.calibrated(self.cross_encoder()),
        )

    def list(self) -> RankerList:
        active = self.records.active()
        entries = [self._shipped(active), *(self._entry(record, active) for record in self.records.all())]
        return RankerList(rankers=entries)

    def activate(self, version: int) -> RankerStatus:
        """Raises NotFound, or InvalidInput where it was learned for another cross-encoder."""
        if version != SHIPPED:
            record = self.records.find(version)
            if record.cross_encoder != self.cross_encoder():
                raise InvalidInput(
                    f"Ranker {version} was learned for {record.cross_encoder}, "
                    f"and {self.cross_encoder()} is in use.",
                    "Learn again with the cross-encoder in use, or set RAG_APP_MODELS__CROSS_ENCODER back.",
                )
        self.records.activate(version)
        return self.status()

    def roll_back(self) -> RankerStatus:
        """Back to what was in use before. Raises NotFound where nothing was."""
        self.records.roll_back()
        return self.status()

    def keep(self, learned: Callable[[int], Ranker], questions: int, metrics: Mapping[str, Any]) -> int:
        """Stores and activates a ranker made for the version it gets."""
        return self.records.add(
            self.cross_encoder(), lambda version: to_parameters(learned(version)), questions, metrics
        )

    def _in_use(self) -> tuple[RankerRecord | None, Ranker]:
        """The active one; the shipped one where that was learned for another cross-encoder."""
        version = self.records.active()
        if version == SHIPPED:
            return None, self.shipped(self.cross_encoder())
        if version not in self._loaded:
            record = self.records.find(version)
            self._loaded[version] = record, _ranker(record)
        record, ranker = self._loaded[version]
        in_use = self.cross_encoder()
        return (record, ranker) if record.cross_encoder == in_use else (None, self.shipped(in_use))

    def _trusted(self, ranker: Ranker) -> Ranker:
        if self.trust is None:
            return ranker
        version = f"{ranker.relevance.version}, trust {self.trust}"
        return replace(ranker, relevance=replace(ranker.relevance, trust=self.trust, version=version))

    def _measured(self, record: RankerRecord | None) -> str:
        measured = "shipped default" if record is None else f"learned on {record.questions} questions"
        active = self.records.active()
        if record is None and active != SHIPPED:
            measured += f" (ranker {active} was learned for another cross-encoder)"
        return measured if self.trust is None else f"{measured}, trust from RAG_APP_RANKING__TRUST"

    def _shipped(self, active: int) -> RankerEntry:
        return _entry(SHIPPED, self.shipped(self.cross_encoder()), active=active == SHIPPED)

    def _entry(self, record: RankerRecord, active: int) -> RankerEntry:
        return _entry(
            record.version,
            _ranker(record),
            active=record.version == active,
            usable=record.cross_encoder == self.cross_encoder(),
            created=record.created,
            questions=record.questions,
            metrics=dict(record.metrics),
        )


def _ranker(record: RankerRecord) -> Ranker:
    try:
        return from_parameters(record.parameters)
    except (KeyError, TypeError, ValueError) as error:
        raise Permanent(
            f"Ranker {record.version} cannot be read ({error}): another version of this program made it.",
            "Run `rag-app rankers rollback`, then learn again.",
        ) from error


def _entry(version: int, ranker: Ranker, *, active: bool, **learned: Any) -> RankerEntry:
    return RankerEntry(
        version=version,
        active=active,
        trust=ranker.relevance.trust,
        boosts=dict(ranker.weights.boosts),
        **learned,
    )
