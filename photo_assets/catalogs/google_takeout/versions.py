"""Determining the later of two JSONs of one photo, by their content.

JSONs have no time of writing. Values that change in Google Photos order them: the time of the last
change, the time of upload, the number of views. No file is read here.
"""

from dataclasses import dataclass
from typing import Any

from photo_assets.catalogs.google_takeout.accounts import photo_id
from photo_assets.catalogs.google_takeout.documents import text_field, time_field


@dataclass(frozen=True, slots=True)
class Version:
    """The values that date a JSON and identify its item. Times are in seconds since 1970 UTC.

    `is_new_form`: it has the naming in use since late 2024.
    """

    modified: int | None = None
    created: int | None = None
    views: int | None = None
    photo_id: str | None = None
    is_new_form: bool = False

    @classmethod
    def of(cls, fields: dict[str, Any], *, is_new_form: bool) -> "Version":
        """Return the version in the fields of a photo's JSON."""
        modified = time_field(fields, "photoLastModifiedTime")
        return cls(
            modified=modified or time_field(fields, "modificationTime"),
            created=time_field(fields, "creationTime"),
            views=view_count(fields),
            photo_id=photo_id(text_field(fields, "url")),
            is_new_form=is_new_form,
        )

    def may_be_of(self, other: "Version") -> bool:
        """Return whether the two may be of the same item."""
        return None in (self.photo_id, other.photo_id) or self.photo_id == other.photo_id

    def is_later_than(self, other: "Version") -> bool:
        """Return whether this one was written later; False where that is unknown.

        Newer exports do not state a last change, so it is compared only where both state one; the
        number of views comes last, because it may also decrease.
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
"""The version of a JSON without any of these values."""


def view_count(fields: dict[str, Any]) -> int | None:
    """Return the stated number of views of the photo."""
    value = fields.get("imageViews")
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= 15:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
