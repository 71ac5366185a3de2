"""Which property of a data source is which of ours, by the id that it keeps when it is renamed.

Derived: what is not remembered is found by its name, and remembered from then on.
"""

from collections.abc import Mapping
from typing import Final

from photo_assets.sinks.notion.adopting import SINK
from photo_assets.store.ledger import Ledger, SinkStates

_NOTE: Final = "properties"


def remembered(ledger: Ledger, data_source: str) -> dict[str, str]:
    """Return name here -> property id, as far as it was seen in this data source."""
    state = SinkStates(ledger).get(SINK)
    note = state.detail.get(_NOTE, {}) if state else {}
    return dict(note["ids"]) if note.get("of") == data_source else {}


def remember(ledger: Ledger, data_source: str, ids: Mapping[str, str]) -> None:
    """Keep name here -> property id. One that is not there now keeps the id it had."""
    known = remembered(ledger, data_source)
    ids = {**known, **ids}
    if ids != known:
        SinkStates(ledger).note(SINK, {_NOTE: {"of": data_source, "ids": ids}})
