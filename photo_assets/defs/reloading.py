"""The sensor that reloads the code location when the library or its configuration changed.

A separate code server (`dagster dev`, `dagster code-server start`) is called to reload, and the
webserver and the daemon see the new definitions within a second. A code server that Dagster started
only for the daemon cannot be called. The sensor then reports this; runs are correct nevertheless,
because each is a process that loads its own definitions.
"""

import dagster as dg

# Private: the type of `context.code_location_origin` for a server that can be called.
from dagster._core.remote_origin import GrpcServerCodeLocationOrigin

from photo_assets.defs.loading import LibraryState, read_library_state
from photo_assets.defs.resources import PhotoLibrary

_RELOAD_SECONDS = 50  # a tick may take 60


def build_reload_sensor(state: LibraryState) -> dg.SensorDefinition:
    """Return the sensor of definitions that were loaded for the library in `state`."""

    @dg.sensor(
        name="follow_settings",
        minimum_interval_seconds=30,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Reloads the definitions when photosync.yaml changed, a sink was set up, or "
        "the "
        "library's first month changed.",
    )
    def follow_settings(
        context: dg.SensorEvaluationContext, library: PhotoLibrary
    ) -> dg.SkipReason:
        now = read_library_state(library.workspace)
        if now == state:
            return dg.SkipReason("The definitions are up to date.")
        origin = context.code_location_origin
        if not isinstance(origin, GrpcServerCodeLocationOrigin):
            return dg.SkipReason("The library or photosync.yaml changed: reload the code location.")
        origin.create_client().reload_code(timeout=_RELOAD_SECONDS)
        return dg.SkipReason("The definitions were reloaded.")

    return follow_settings
