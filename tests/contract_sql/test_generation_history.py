"""Whatever happens in whatever order, a reader sees exactly what was published at the live generation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.catalogue import Catalogue, DocumentRecord
from storage.database import Database
from storage.document_sets import DocumentSets
from storage.errors import InvalidInput
from storage.generations import Generations
from storage.principal import ANONYMOUS

Documents = dict[str, str]  # document id -> revision

_IDS = st.sampled_from("ab")  # few, so that events meet
_PUBLICATIONS = st.tuples(st.dictionaries(_IDS, st.sampled_from("123")), st.sets(_IDS))
_EVENTS = st.lists(
    st.one_of(_PUBLICATIONS, st.sampled_from(["killed", "rolled back"])), min_size=4, max_size=10
)


class History:
    """One set in the database, and beside it, in plain dictionaries, what it must look like."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self.name = uuid4().hex
        self.sets, self.generations = DocumentSets(database, now), Generations(database, now, timedelta(0))
        self.catalogue = Catalogue(database)
        self.sets.create(self.name)
        self.live: list[tuple[int, Documents]] = [(0, {})]  # the live generation last
        self.used: set[int] = set()

    def begin(self) -> int:
        build = self.generations.begin(self.name)
        assert build.generation not in self.used
        self.used.add(build.generation)
        for unfinished in build.undo:
            self.generations.abandon(self.name, unfinished)
        return build.generation

    def publish(self, written: Documents, removed: set[str]) -> None:
        generation = self.begin()
        records = [DocumentRecord(key, revision, "", "", 1) for key, revision in written.items()]
        self.generations.publish(self.name, generation, records, removed - written.keys())
        kept = {key: revision for key, revision in self.live[-1][1].items() if key not in removed}
        self.live.append((generation, kept | written))

    def roll_back(self) -> None:
        try:
            self.generations.roll_back(self.name)
        except InvalidInput:
            assert len(self.live) <= 2  # nothing published before the live one
        else:
            self.live.pop()

    def check(self) -> None:
        generation, documents = self.live[-1]
        assert self.sets.pin(ANONYMOUS, [self.name]) == ({self.name: generation} if generation else {})
        found = self.catalogue.documents(self.name)
        assert {key: record.revision for key, record in found.items()} == documents


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=_EVENTS)
def test_a_reader_sees_what_was_published(
    events: list[tuple[Documents, set[str]] | str], database: Database, now: Callable[[], datetime]
) -> None:
    history = History(database, now)
    for event in events:
        if event == "killed":
            history.begin()
        elif event == "rolled back":
            history.roll_back()
        elif isinstance(event, tuple):
            history.publish(*event)
        history.check()
