"""What Notion is to the rest of the program."""

from photo_assets.sinks.notion.commands import SETUP
from photo_assets.sinks.notion.mirrored import NOTION_PAGE_FIELDS, NOTION_PAGES
from photo_assets.sinks.notion.settings import NAME, NotionSettings
from photo_assets.sinks.protocol import Reading, Sink
from photo_assets.sinks.spec import PHOTOS, THUMBNAILS, UNIFIED, Mirror, SinkSpec
from photo_assets.store.workspace import Workspace


def _open(workspace: Workspace) -> Sink:
    from photo_assets.sinks.notion.sink import NotionSink

    return NotionSink(workspace)


def _read(workspace: Workspace, everything: bool) -> Reading:
    from photo_assets.sinks.notion.reading import read_pages

    return read_pages(workspace, everything=everything)


def _remember(workspace: Workspace, reading: Reading) -> None:
    from photo_assets.sinks.notion.reading import remember

    remember(workspace, reading)


SPEC = SinkSpec(
    name=NAME,
    title="Notion",
    settings=NotionSettings,
    open=_open,
    holds="pages",
    summary="The pages of the Notion photo library: one a photo, found by its UUID, with a "
    "thumbnail as cover. Only our own properties are written; what people wrote there is theirs.",
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
    mirror=Mirror(
        kind=NOTION_PAGES,
        columns=NOTION_PAGE_FIELDS,
        counted=("in_trash",),
        summary="What people wrote on the Notion pages: status, assignments, every property that "
        "is not ours. Only read, and never a source of photos or of their metadata.",
        source_summary="The Notion database: pages are written there, and what people add is "
        "theirs.",
        cron=lambda settings: settings.mirror,
        read=_read,
        remember=_remember,
    ),
    icon="notion",
)
