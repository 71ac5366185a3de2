"""The ids of our properties in Notion, so that a renamed property stays ours.

They are stored with the sink's other notes in the ledger. They are derived data: if they are lost,
properties are found by name again.
"""

from collections.abc import Mapping
from typing import Any, Final

from photo_assets.ledger import Ledger, SinkState, SinkStates
from photo_assets.sinks.notion.schema import Known
from photo_assets.sinks.notion.settings import NAME

_PROPERTIES: Final = "properties"


def known_properties(ledger: Ledger, data_source: str) -> dict[str, Known]:
    """Return the remembered properties of a data source, by their names here."""
    state = _state_of(ledger, data_source)
    stored = state.detail.get(_PROPERTIES, {}) if state else {}
    return {field: Known(one["id"], one["name"]) for field, one in stored.items()}


def remember_properties(ledger: Ledger, data_source: str, seen: Mapping[str, Known]) -> None:
    """Store the properties that were seen. Missing properties stay remembered."""
    state = _state_of(ledger, data_source)
    if state is None:
        return
    stored: dict[str, Any] = state.detail.get(_PROPERTIES, {})
    new = {field: {"id": one.property_id, "name": one.name} for field, one in seen.items()}
    if stored | new != stored:
        SinkStates(ledger).note(NAME, {_PROPERTIES: stored | new})


def _state_of(ledger: Ledger, data_source: str) -> SinkState | None:
    """Return the sink's state, None if it is of another data source, whose ids do not apply."""
    state = SinkStates(ledger).get(NAME)
    return state if state is not None and state.place == data_source else None
