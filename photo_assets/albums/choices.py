"""The names that people chose for albums, as decisions in the ledger: appended, never edited."""

import json
from typing import Final

from photo_assets.albums.spelling import normalized
from photo_assets.ledger import Decision, Decisions, Ledger
from photo_assets.ledger.decisions import WITHDRAWN
from photo_assets.model.canonical import canonical, canonical_digest

_KIND: Final = "album_name"


def chosen_names(ledger: Ledger) -> dict[str, str]:
    """Return album -> the name that a person chose for it and did not withdraw."""
    return {
        question.removeprefix(f"{_KIND}/"): str(json.loads(one.answer)["value"])
        for question, one in Decisions(ledger).standing_of(_KIND).items()
        if not one.withdrawn
    }


def choose_name(
    ledger: Ledger, album: str, name: str | None, seen: str | None, who: str
) -> Decision:
    """Record that `album` is to be called `name`; None withdraws the earlier choice.

    `seen` is its name at that moment. Raises `ValueError` for a name without a visible character.
    """
    text = None if name is None else normalized(name)
    if text == "":
        raise ValueError("A name has at least one visible character.")
    question = f"{_KIND}/{album}"
    decisions = Decisions(ledger)
    earlier = decisions.standing_of(_KIND).get(question)
    return decisions.append(
        Decision(
            conflict_id=question,
            evidence_digest=canonical_digest(seen),
            values_seen=canonical([{**_named(album), "value": seen}]),
            answer=WITHDRAWN if text is None else canonical({"value": text}),
            who=who,
            supersedes=earlier.decision_id if earlier else None,
        )
    )


def _named(album: str) -> dict[str, str]:
    """Return what names an album, as decisions name the entries that a person saw."""
    source, catalog, key = album.split("/", 2)
    return {"source": source, "catalog": catalog, "native_id": key}
