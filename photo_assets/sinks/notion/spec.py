"""The definition of the Notion sink."""

from typing import TYPE_CHECKING

from photo_assets.sinks.notion.commands import SETUP
from photo_assets.sinks.notion.settings import NAME, NotionSettings
from photo_assets.sinks.spec import PHOTOS, THUMBNAILS, UNIFIED, SinkSpec

if TYPE_CHECKING:
    from photo_assets.sinks.protocol import Sink
    from photo_assets.sinks.spec import Mirror
    from photo_assets.workspace import Workspace


def _open(workspace: "Workspace") -> "Sink":
    from photo_assets.sinks.notion.sink import NotionSink

    return NotionSink(workspace)


def _mirror() -> "Mirror":
    from photo_assets.sinks.notion.mirror_reading import MIRROR

    return MIRROR


SPEC = SinkSpec(
    name=NAME,
    title="Notion",
    settings=NotionSettings,
    open=_open,
    holds="pages",
    summary="The pages of the Notion photo library: one page per photo, identified by its UUID, "
    "with a thumbnail as cover. Only the properties of photo_assets are written; people's "
    "entries are not changed.",
    inputs=(UNIFIED, PHOTOS, THUMBNAILS),
    started_by=(UNIFIED, THUMBNAILS),
    columns=(
        *("photo_id", "uii", "file_name", "rating", "title", "caption", "keywords", "people"),
        *("capture_time", "capture_offset_min", "capture_kind", "capture_precision", "albums"),
        *("gps_latitude", "gps_longitude", "camera_model", "lens", "aperture", "exposure_time_s"),
        *("iso", "visibility", "archived", "availability"),
    ),
    at_once=lambda settings: settings.at_once,
    variables=lambda settings: (settings.token_env,),
    package="notion_client",
    extra="notion",
    commands=(SETUP,),
    mirror=_mirror,
    icon="notion",
)
