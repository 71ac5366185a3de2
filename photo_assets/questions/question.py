"""One question as a value: what the catalogs state, and the answers that are possible.

Reading questions belongs to `queue`, storing answers to `answering`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from photo_assets.identity.masters import MASTER
from photo_assets.metadata.conflict import ConflictKind
from photo_assets.model.canonical import canonical
from photo_assets.model.vocabulary import Availability

LOOKALIKE = "lookalike"
"""The kind of the questions that are not conflicts: two photos look alike."""

LOST_ITEMS = "lost_items"
"""The kind of the question about a catalog whose loss of many items at once is held back."""

KINDS: tuple[str, ...] = (LOST_ITEMS, LOOKALIKE, *(kind.value for kind in ConflictKind))
"""All kinds of questions, in the order in which they are asked."""

REVIEWED: Mapping[str, Any] = {"reviewed": True}
"""The answer to a question about files: a person has seen it, and there is nothing to do."""

SAME: Mapping[str, Any] = {"same": True}
DIFFERENT: Mapping[str, Any] = {"same": False}


def as_master(stated: "Stated") -> dict[str, Any]:
    """Return the answer that an entry represents the photo in place of a missing master."""
    names = ("source", "catalog", "native_id")
    return {MASTER: {name: getattr(stated, name) for name in names}}


@dataclass(frozen=True, slots=True)
class Stated:
    """What one item states. `value` is a JSON value, of the form described in `metadata.values`."""

    source: str
    catalog: str
    native_id: str
    value: Any
    stated_at: datetime | None = None

    @property
    def carrier(self) -> str:
        """The catalog as people name it: source/catalog."""
        return f"{self.source}/{self.catalog}"

    def to_json(self) -> dict[str, Any]:
        """Return the entry of `values_seen` in a decision."""
        return {
            "source": self.source,
            "catalog": self.catalog,
            "native_id": self.native_id,
            "value": self.value,
        }


@dataclass(frozen=True, slots=True)
class Reopened:
    """Why a question is asked again: it was answered before somebody stated `new`.

    `gone` was stated when it was answered, and is not any more.
    """

    at: str  # of the answer, UTC text
    who: str
    answer: Any
    new: Sequence[Stated]
    gone: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One open question.

    `id`: of the conflict, or of the two look-alikes. `photo_ids`: one photo, two that look alike,
    or none. `evidence_digest`: 64 hex digits; an answer is valid for this evidence. `seen`: JSON
    text for `values_seen` of the decision. `standing`: the number of the decision about the
    question that no other one supersedes.
    """

    id: str
    kind: str
    photo_ids: tuple[str, ...]
    month: str | None
    detail: str
    evidence_digest: str
    field: str | None = None
    values: tuple[Stated, ...] = ()
    proposal: Any = None
    rule: str | None = None
    standing: int | None = None
    reopened: Reopened | None = None
    more: Mapping[str, Any] | None = None  # of look-alikes: distance, turn …
    seen: str = ""

    def different(self) -> list[tuple[Any, list[Stated]]]:
        """Return each distinct value with the items that state it, the proposal's first."""
        found: dict[str, tuple[Any, list[Stated]]] = {}
        for stated in self.values:
            found.setdefault(canonical(stated.value), (stated.value, []))[1].append(stated)
        proposed = found.pop(canonical(self.proposal), None)
        return [*([proposed] if proposed else []), *found.values()]

    def other_masters(self) -> list[Stated]:
        """Return the entries whose files may represent the photo instead of a missing master."""
        if self.kind != ConflictKind.MISSING_MASTER:
            return []
        there = {Availability.ONLINE, Availability.OFFLINE}
        found = [one for one in self.values if one.value["availability"] in there]
        return sorted(found, key=lambda one: one.value["availability"] != Availability.ONLINE)

    def to_json(self) -> dict[str, Any]:
        """Return the question for people's own programs."""
        return {
            "id": self.id,
            "kind": self.kind,
            "field": self.field,
            "month": self.month,
            "photo_ids": list(self.photo_ids),
            "detail": self.detail,
            "values": [{**one.to_json(), "stated_at": one.stated_at} for one in self.values],
            "proposal": self.proposal,
            "rule": self.rule,
            "evidence_digest": self.evidence_digest,
            "reopened": self.reopened
            and {
                "answered_at": self.reopened.at,
                "who": self.reopened.who,
                "answer": self.reopened.answer,
                "new_values": [one.to_json() for one in self.reopened.new],
                "values_gone": list(self.reopened.gone),
            },
            **({"lookalike": dict(self.more)} if self.more else {}),
        }
