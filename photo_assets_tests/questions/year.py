"""A year of use in a small library: a machine of Hypothesis, and the model that it is held against.

The model knows items with a title each, and what people said; nothing of tables, ids or digests.
"""

import dataclasses
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from photo_assets.identity.sides import lookalike_id
from photo_assets.metadata.conflict import ConflictKind, conflict_id
from photo_assets.model.tables import CONFLICTS
from photo_assets.model.vocabulary import Availability
from photo_assets_tests.identity.photos.library import taken
from photo_assets_tests.identity.photos.making import Key, Thing
from photo_assets_tests.questions.alike import find
from photo_assets_tests.questions.library import Asked, entry

CONTENTS = ("a", "b", "c", "d")
SOURCES = ("lightroom", "eagle")
TITLES = ("Sea", "Lake", "Hill", None)
WITHDRAWN = "withdrawn"

Evidence = frozenset[tuple[str, str]]


@dataclass
class Model:
    """What should be shown. `said`: question -> what people answered, for which evidence."""

    titles: dict[tuple[str, str], str | None] = field(default_factory=dict)
    said: dict[str, list[tuple[Any, Any]]] = field(default_factory=dict)
    edges: dict[str, tuple[str, str]] = field(default_factory=dict)  # question -> two contents

    def answer(self, question: str, evidence: Any, answer: Any) -> None:
        self.said.setdefault(question, []).append((evidence, answer))

    def undo(self, question: str) -> None:
        *before, (evidence, _) = self.said[question]
        earlier = [answer for known, answer in before if known == evidence]
        self.answer(question, evidence, earlier[-1] if earlier else WITHDRAWN)

    def standing(self, question: str) -> Any:
        """Return the last answer to a question, whatever it was given for."""
        return self.said[question][-1][1] if question in self.said else WITHDRAWN

    def groups(self) -> set[frozenset[str]]:
        """Return the contents that are one photo: each alone, or joined by people."""
        groups = {content: {content} for content in CONTENTS}
        for question, (a, b) in self.edges.items():
            if self.standing(question) == "same" and groups[a] is not groups[b]:
                groups[a] |= groups[b]
                for content in groups[b]:
                    groups[content] = groups[a]
        return {frozenset(group) for group in groups.values()}

    def called_different(self, one: frozenset[str], other: frozenset[str]) -> bool:
        return any(
            self.standing(question) == "different" and {a, b} & one and {a, b} & other
            for question, (a, b) in self.edges.items()
        )

    def evidence(self, group: frozenset[str]) -> Evidence:
        return frozenset(
            (source, title)
            for (source, content), title in self.titles.items()
            if content in group and title is not None
        )

    def shown(self, question: str, group: frozenset[str]) -> tuple[bool, set[str | None]]:
        """Return whether the title is asked about, and which titles may be shown."""
        evidence = self.evidence(group)
        stated: set[str | None] = {title for _, title in evidence}
        if len(stated) < 2:
            return False, stated or {None}
        answers = [answer for known, answer in self.said.get(question, ()) if known == evidence]
        if not answers or answers[-1] == WITHDRAWN:
            return True, stated
        return False, {answers[-1]}


class Year(RuleBasedStateMachine):
    """What happens in a year, in any order; the tables follow at each `refresh`."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="year-"))
        self.model = Model()
        self.fresh = False

    @initialize()
    def begin(self) -> None:
        things = []
        for n, content in enumerate(CONTENTS):
            for source in SOURCES:
                things.append(entry(source, content, month=1 + n % 2, title=TITLES[n % 3]))
                self.model.titles[source, content] = TITLES[n % 3]
        self.asked = Asked(self.folder / "library", things)
        self.own = self._photos()
        self.content_of = {photo: content for content, photo in self.own.items()}
        self.current = dict(self.own)
        self.fresh = True

    def teardown(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def _photos(self) -> dict[str, str]:
        """Return content -> photo."""
        return {row["native_id"].split("/")[-1]: row["photo_id"] for row in self.asked.members()}

    def _thing(self, source: str, content: str) -> Thing:
        found = self.asked.catalogs.things.values()
        return next(t for t in found if t.source == source and t.content == content.encode())

    def _change(self, thing: Thing, **values: Any) -> None:
        more = dict(thing.more) | values
        self.asked.catalogs.put(dataclasses.replace(thing, more=tuple(more.items())))
        self.fresh = False

    @rule(
        source=st.sampled_from(SOURCES),
        content=st.sampled_from(CONTENTS),
        title=st.sampled_from(TITLES),
    )
    def edit(self, source: str, content: str, title: str | None) -> None:
        """A person edits a title in a program."""
        self._change(self._thing(source, content), title=title)
        self.model.titles[source, content] = title

    @rule(
        source=st.sampled_from(SOURCES),
        content=st.sampled_from(CONTENTS),
        now=st.sampled_from([Availability.ONLINE, Availability.OFFLINE, Availability.MISSING]),
    )
    def unplug(self, source: str, content: str, now: Availability) -> None:
        """A disk or a file goes away, or comes back: what was known stays known."""
        self._change(self._thing(source, content), availability=now)

    @rule(
        source=st.sampled_from(SOURCES),
        content=st.sampled_from(CONTENTS),
        folder=st.sampled_from("xyz"),
    )
    def move(self, source: str, content: str, folder: str) -> None:
        """A file is moved to another folder."""
        thing = self._thing(source, content)
        key: Key = thing.key
        self.asked.catalogs.move(key, f"{folder}/{content}")
        self.fresh = False

    @rule(content=st.sampled_from(CONTENTS), month=st.integers(1, 3))
    def redate(self, content: str, month: int) -> None:
        """A person corrects a capture time in both programs."""
        for source in SOURCES:
            self.asked.catalogs.put(taken(self._thing(source, content), 2020, month))
        self.fresh = False

    @rule()
    def refresh(self) -> None:
        self.asked.refresh()
        self.current = self._photos()
        self.fresh = True

    @precondition(lambda self: self.fresh)
    @rule(data=st.data(), title=st.sampled_from(TITLES))
    def decide(self, data: st.DataObject, title: str | None) -> None:
        """A person answers a question about a title."""
        questions = self.asked.questions(kind="metadata_mismatch", field="title")
        if not questions:
            return
        question = data.draw(st.sampled_from(questions))
        self.asked.answering.answer(question, {"value": title})
        evidence = frozenset((one.source, one.value) for one in question.values)
        self.model.answer(question.id, evidence, title)
        self.fresh = False

    @precondition(lambda self: self.fresh)
    @rule(data=st.data(), same=st.booleans())
    def compare(self, data: st.DataObject, same: bool) -> None:
        """A person says that two photos are the same picture, or that they are not."""
        groups = sorted(sorted(group) for group in self.model.groups())
        if len(groups) < 2:
            return
        a, b = data.draw(st.lists(st.sampled_from(groups), min_size=2, max_size=2, unique_by=tuple))
        find(self.asked, (self._id(a[0]), self._id(b[0]), 3))
        (question,) = self.asked.questions(kind="lookalike") or (None,)
        if self.model.called_different(frozenset(a), frozenset(b)):
            return  # it may be asked again for a content that nobody had seen with it
        assert question is not None
        said = "same" if same else "different"
        self.asked.answering.answer(question, {"same": same})
        self.model.answer(question.id, None, said)
        one, other = question.photo_ids
        self.model.edges[question.id] = self.content_of[one], self.content_of[other]
        assert question.id == lookalike_id(one, other)
        self.fresh = False

    def _id(self, content: str) -> str:
        return self._thing(SOURCES[0], content).id

    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        """A person takes an answer back."""
        from photo_assets.ledger import Decisions

        standing = Decisions(self.asked.workspace.ledger).standing()
        given = sorted(q for q, decision in standing.items() if not decision.withdrawn)
        if not given:
            return
        question = data.draw(st.sampled_from(given))
        self.asked.answering.undo(standing[question].decision_id or 0)
        self.model.undo(question)
        self.fresh = False

    @precondition(lambda self: self.fresh)
    @invariant()
    def photos_are_what_people_said(self) -> None:
        groups: dict[str, set[str]] = {}
        for content, photo in self.current.items():
            groups.setdefault(photo, set()).add(content)
        assert {frozenset(group) for group in groups.values()} == self.model.groups()
        for photo, group in groups.items():
            assert photo in {self.own[content] for content in group}

    @precondition(lambda self: self.fresh)
    @invariant()
    def titles_are_what_people_said(self) -> None:
        asked = {row["photo_id"] for row in self.asked.rows(CONFLICTS) if row["field"] == "title"}
        by_photo = {row["photo_id"]: row["title"] for row in self.asked.rows()}
        assert by_photo.keys() == {*self.current.values()}
        for group in self.model.groups():
            photo = self.current[min(group)]
            question = conflict_id(photo, ConflictKind.METADATA_MISMATCH, "title")
            is_asked, titles = self.model.shown(question, group)
            assert (photo in asked) is is_asked
            assert by_photo[photo] in titles
