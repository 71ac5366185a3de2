"""What an AI model says about a photo, as values; each may be missing. Pure.

Who may see them is decided in `model.ai_release`; how replies are checked, in `ai`.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from photo_assets.model.canonical import canonical


@dataclass(frozen=True, slots=True, kw_only=True)
class AiValues:
    """The values of one photo. `quality_score`: 0 to 10."""

    description: str | None = None
    tags: tuple[str, ...] = ()
    photo_category: str | None = None
    sport_type: str | None = None
    emotion: str | None = None
    quality_score: float | None = None

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> Self:
        """Return the values of a mapping; keys that are no values are ignored."""
        known = {name: found[name] for name in AI_FIELDS if name in found}
        return cls(**{**known, "tags": tuple(known.get("tags") or ())})

    def as_json(self) -> str:
        """Return the one JSON text of the values."""
        return canonical(asdict(self))


AI_FIELDS: tuple[str, ...] = tuple(field.name for field in fields(AiValues))
"""The names of all values."""
