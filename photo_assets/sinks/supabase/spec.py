"""The definition of the Supabase sink."""

from typing import TYPE_CHECKING

from photo_assets.sinks.spec import CATALOGS, CONFLICTS, FINGERPRINTS, PHOTOS, UNIFIED, SinkSpec
from photo_assets.sinks.supabase.commands import MIGRATE
from photo_assets.sinks.supabase.settings import NAME, SupabaseSettings
from photo_assets.sinks.supabase.tables import VIEW_COLUMNS

if TYPE_CHECKING:
    from photo_assets.sinks.protocol import Sink
    from photo_assets.workspace import Workspace


def _open(workspace: "Workspace") -> "Sink":
    from photo_assets.sinks.supabase.sink import SupabaseSink

    return SupabaseSink(workspace)


SPEC = SinkSpec(
    name=NAME,
    title="Supabase",
    settings=SupabaseSettings,
    open=_open,
    holds="rows",
    summary="The rows of the Supabase database: photos, items, albums, fingerprints, conflicts.",
    inputs=(UNIFIED, PHOTOS, CONFLICTS, FINGERPRINTS, CATALOGS),
    started_by=(UNIFIED, CONFLICTS),
    columns=VIEW_COLUMNS,
    at_once=lambda settings: settings.at_once,
    variables=lambda settings: (settings.url_env, settings.key_env),
    package="supabase",
    extra="supabase",
    commands=(MIGRATE,),
    icon="supabase",
)
