"""A location that loads itself again when the library is not the one it was loaded for.

A code server of its own (`dagster dev`, `dagster code-server start`) is told to, and the webserver
and the daemon that use it see its new definitions within a second. One that Dagster has started
for the daemon alone cannot be: then the sensor says so, and runs are right nevertheless, since
each is a process that loads its own definitions.
"""

import dagster as dg

# Private: the origin that `context.code_location_origin` is, where a server can be told anything.
from dagster._core.remote_origin import GrpcServerCodeLocationOrigin

from photo_assets.defs.loading import Decided, decide
from photo_assets.defs.resources import PhotoLibrary

_RELOAD_SECONDS = 50  # a tick may take 60


def build_reload_sensor(decided: Decided) -> dg.SensorDefinition:
    """Return the sensor of definitions that were loaded for what was `decided` then."""

    @dg.sensor(
        name="follow_settings",
        minimum_interval_seconds=30,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Loads the definitions again when photosync.yaml changed, a sink was set up, "
        "or the library begins with another month.",
    )
    def follow_settings(
        context: dg.SensorEvaluationContext, library: PhotoLibrary
    ) -> dg.SkipReason:
        now = decide(library.workspace)
        if now == decided:
            return dg.SkipReason("The definitions are those of the library as it is.")
        origin = context.code_location_origin
        if not isinstance(origin, GrpcServerCodeLocationOrigin):
            return dg.SkipReason("The library or photosync.yaml changed: load the location again.")
        origin.create_client().reload_code(timeout=_RELOAD_SECONDS)
        return dg.SkipReason("The definitions were loaded again.")

    return follow_settings
