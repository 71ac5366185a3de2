"""Settings of a tree of photo files."""

from typing import Annotated

from pydantic import Field

from photo_assets.configuration.catalogs import NOT_IN_ROWS, TreeSettings


class FoldersSettings(TreeSettings):
    """A tree of photo files: NAS, SD card import, icloudpd output, Immich's own library.

    Picasa's folders, and the unpacked copy of iCloud Photos that Apple sends on request.
    """

    settle_seconds: Annotated[float, NOT_IN_ROWS] = Field(
        default=10.0,
        ge=0,
        le=86_400,
        description="A file changed more recently than this is still being written: next scan.",
    )
    rating_five_is_favourite: bool = Field(
        default=False,
        description="icloudpd writes xmp:Rating 5 for a heart and -1 for hidden: read them as "
        "favourite and hidden instead of stars.",
    )
