"""Check the setup of the sinks. No service is called and no secret is shown."""

import importlib.util
import os
from collections.abc import Iterator

from photo_assets.cli.doctor.check import Check, ok, warn
from photo_assets.sinks.protocol import SinkNotReadyError
from photo_assets.sinks.registry import enabled_sinks, open_sink, sink_settings, spec_of
from photo_assets.workspace import Workspace


def check_sinks(workspace: Workspace) -> Iterator[Check]:
    """Check for each sink whether it can be written."""
    for name in enabled_sinks(workspace):
        spec = spec_of(name)
        needed = spec.variables(sink_settings(workspace, name))
        missing = [variable for variable in needed if not os.environ.get(variable)]
        if missing and len(missing) == len(needed):
            yield ok(
                name, f"not set up ({', '.join(missing)}): plans are made but nothing is written"
            )
        elif missing:
            yield warn(name, f"{missing[0]} is not set", "Set it, or unset the other variable.")
        elif spec.package is not None and importlib.util.find_spec(spec.package) is None:
            fix = f"pip install 'photo_assets[{spec.extra}]' -c deploy/constraints.txt"
            yield warn(name, f"the package {spec.package} is not installed", fix)
        else:
            yield _set_up(workspace, name)


def _set_up(workspace: Workspace, name: str) -> Check:
    try:
        open_sink(workspace, name).connect().close()
    except SinkNotReadyError as error:
        return warn(name, error.message, error.hint or "")
    return ok(name, f"set up; `photosync verify {name}` reads it back")
