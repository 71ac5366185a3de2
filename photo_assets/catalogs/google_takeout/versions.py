"""Which of two statements about one photo was written later, by what they state themselves.

Exports do not say when a JSON was written. What changes in Google Photos does: the time of the last
change, the time of upload, the number of views. Nothing is read here.
"""

from dataclasses import dataclass
from typing import Any

from photo_assets.catalogs.google_takeout.accounts import photo_id
from photo_assets.catalogs.google_takeout.documents import text_field, time_field


@dataclass(frozen=True, slots=True)
class Version:
    """What dates a JSON and whose item it is about. Times are seconds since 1970 UTC.

    `is_new_form`: it has a name that Takeout gives since late 2024.
    """

    modified: int | None = None
    created: int | None = None
    views: int | None = None
    photo_id: str | None = None
    is_new_form: bool = False

    @classmethod
    def of(cls, fields: dict[str, Any], *, is_new_form: bool) -> "Version":
        """Return the version that the fields of a photo's JSON state."""
        modified = time_field(fields, "photoLastModifiedTime")
        return cls(
            modified=modified or time_field(fields, "modificationTime"),
            created=time_field(fields, "creationTime"),
            views=view_count(fields),
            photo_id=photo_id(text_field(fields, "url")),
            is_new_form=is_new_form,
        )

    def may_be_of(self, other: "Version") -> bool:
        """Say whether nothing stated shows that the two are about different items."""
        return None in (self.photo_id, other.photo_id) or self.photo_id == other.photo_id

    def is_later_than(self, other: "Version") -> bool:
        """Say whether this one was written later; False where nothing tells.

        Newer exports no longer state a last change, so that only two that both do compare by it;
        and the number of views comes last, because it is not known to only grow.
        """
        for mine, theirs in (
            (self.modified, other.modified),
            (self.created, other.created),
            (int(self.is_new_form), int(other.is_new_form)),
            (self.views, other.views),
        ):
            if mine is not None and theirs is not None and mine != theirs:
                return mine > theirs
        return False


NO_VERSION = Version()
"""That of a JSON which states nothing that dates it."""


def view_count(fields: dict[str, Any]) -> int | None:
    """Return how often Google says the photo was viewed."""
    value = fields.get("imageViews")
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= 15:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
