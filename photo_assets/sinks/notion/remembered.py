"""Which property at Notion each of ours was, by its id: one that people rename there stays ours.

Kept beside the sink's other notes in the ledger. Derived: lost, properties are found by name again.
"""

from collections.abc import Mapping
from typing import Any, Final

from photo_assets.ledger import Ledger, SinkState, SinkStates
from photo_assets.sinks.notion.schema import Known
from photo_assets.sinks.notion.settings import NAME

_PROPERTIES: Final = "properties"


def known_properties(ledger: Ledger, data_source: str) -> dict[str, Known]:
    """Return what is remembered of a data source's properties, by their names here."""
    state = _state_of(ledger, data_source)
    stored = state.detail.get(_PROPERTIES, {}) if state else {}
    return {field: Known(one["id"], one["name"]) for field, one in stored.items()}


def remember_properties(ledger: Ledger, data_source: str, seen: Mapping[str, Known]) -> None:
    """Remember the properties that were seen. What is not there now is not forgotten."""
    state = _state_of(ledger, data_source)
    if state is None:
        return
    stored: dict[str, Any] = state.detail.get(_PROPERTIES, {})
    new = {field: {"id": one.property_id, "name": one.name} for field, one in seen.items()}
    if stored | new != stored:
        SinkStates(ledger).note(NAME, {_PROPERTIES: stored | new})


def _state_of(ledger: Ledger, data_source: str) -> SinkState | None:
    """Return the sink's state, None when it is another data source's, whose ids say nothing."""
    state = SinkStates(ledger).get(NAME)
    return state if state is not None and state.place == data_source else None
