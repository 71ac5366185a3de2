"""Comparing the rows of two libraries that read the same account at different moments."""

from collections.abc import Mapping
from typing import Any


def timeless(rows: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return rows without the moment at which their library first saw who sees the item."""
    return {
        key: {name: value for name, value in row.items() if name != "visibility_since"}
        for key, row in rows.items()
    }
