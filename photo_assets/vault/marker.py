"""The file that marks a store and states its permanent id. Each store keeps it in its own way."""

import json
import re
import secrets
from typing import Final

from photo_assets.vault.store import StoreUnavailableError

MARKER: Final = "photosync-vault.json"
_FORMAT: Final = 1
_ID: Final = re.compile(r"[0-9a-f]{32}")


def new_marker() -> bytes:
    """Return the content of the marker of a new store, with an id of its own."""
    return json.dumps({"format": _FORMAT, "id": secrets.token_hex(16)}).encode() + b"\n"


def store_id(content: bytes, where: str) -> str:
    """Return the id in the content of a marker. Raises `StoreUnavailableError`.

    `where`: the marker's location, for messages.
    """
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise StoreUnavailableError(f"Could not read {where}: {error}.") from error
    found = document if isinstance(document, dict) else {}
    stated = found.get("id")
    if isinstance(stated, str) and found.get("format") != _FORMAT:
        raise StoreUnavailableError(
            f"{where} states format {found.get('format')}; this version reads {_FORMAT}.",
            hint="Update photo_assets.",
        )
    if not isinstance(stated, str) or not _ID.fullmatch(stated):
        raise StoreUnavailableError(f"{where} is not the marker of a store.")
    return stated
