"""Settings of a tree of photo files."""

from typing import Annotated

from pydantic import Field

from photo_assets.configuration.catalogs import NOT_IN_ROWS, TreeSettings


class FoldersSettings(TreeSettings):
    """A tree of photo files: NAS, SD card import, icloudpd, Immich and Picasa folders.

    Also the unpacked copy of iCloud Photos that Apple sends on request.
    """

    settle_seconds: Annotated[float, NOT_IN_ROWS] = Field(
        default=10.0,
        ge=0,
        le=86_400,
        description="A file changed more recently than this counts as still being written; the "
        "next scan reads it.",
    )
    rating_five_is_favourite: bool = Field(
        default=False,
        description="icloudpd writes xmp:Rating 5 for a favorite and -1 for a hidden photo: "
        "read these values as favorite and hidden instead of stars.",
    )
