"""A person's answers about the photos of a library, in the ledger, as a program appends them."""

import orjson

from photo_assets.identity.answers import DIFFERENT, SAME, Answer, answers_of
from photo_assets.identity.photos import PhotosWritten
from photo_assets.identity.photos.made import due_months, recipe_of
from photo_assets.identity.sides import LOOKALIKE, lookalike_evidence, lookalike_id, sides_of
from photo_assets.lake.inputs import photo_table
from photo_assets.ledger import WITHDRAWN, Decision, Decisions, Ledger, PhotoRegistry
from photo_assets.model.tables import MEMBERS
from photo_assets_tests.configured import default_hierarchy
from photo_assets_tests.identity.photos.library import Library, again
from photo_assets_tests.identity.photos.making import Key, Thing


class Deciding:
    """A library with a ledger, whose joins follow the decisions."""

    def __init__(self, library: Library, ledger: Ledger) -> None:
        self.library = library
        self.ledger = ledger
        self.registry = PhotoRegistry(ledger)
        self._decisions = Decisions(ledger)

    def join(self, *, whole: bool = False) -> PhotosWritten:
        """Join what changed; `whole`: compare the result with a join of everything."""
        self.library.answers = self.answers()
        if whole:
            return again(self.library, self.registry)
        self.library.store()
        return self.library.join(self.registry)

    def answers(self) -> tuple[Answer, ...]:
        """Return the current answers."""
        return answers_of(self._decisions.standing_of(LOOKALIKE).values())

    def due(self) -> list[str]:
        """Return the months of items that are out of date."""
        recipe, folder = recipe_of(default_hierarchy()), self.library.folder / "record"
        return due_months(self.library.lake, folder, recipe, self.registry, self.answers())

    def answer(self, a: str, b: str, answer: str) -> str:
        """Append an answer about two photos, having seen them as they are now; return its question."""
        question = lookalike_id(a, b)
        sides = sides_of(self.library.lake, (a, b))
        seen = {name: sides[one].document() for name, one in (("a", a), ("b", b)) if one in sides}
        evidence = lookalike_evidence(*sides.values()) if len(sides) == 2 else "0" * 64
        earlier = self._decisions.standing().get(question)
        self._decisions.append(
            Decision(
                conflict_id=question,
                evidence_digest=evidence,
                values_seen=orjson.dumps(seen).decode(),
                answer=answer,
                who="a person",
                supersedes=earlier.decision_id if earlier else None,
            )
        )
        return question

    def same(self, a: str, b: str) -> str:
        """Decide that two photos are one."""
        return self.answer(a, b, SAME)

    def different(self, a: str, b: str) -> str:
        """Decide that two photos are different."""
        return self.answer(a, b, DIFFERENT)

    def undo(self, a: str, b: str) -> str:
        """Withdraw what was decided about two photos."""
        return self.answer(a, b, WITHDRAWN)

    def ids(self) -> dict[Key, str]:
        """Return item -> photo, of the stored tables."""
        rows = self.library.lake.read_all(photo_table(MEMBERS), MEMBERS).to_pylist()
        found = {(r["source"], r["catalog"], r["native_id"]): r["photo_id"] for r in rows}
        assert len(found) == len(rows)
        return found

    def photo(self, thing: Thing) -> str:
        """Return the photo of an entry."""
        return self.ids()[thing.key]
