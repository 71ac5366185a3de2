"""What `photosync demo --sinks` has to know of a service that runs here in place of a real one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from photo_assets.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIn:
    """A service that runs in this process, for the sink called `sink`.

    `url` is where people look at it. `settings` are the sink's in photosync.yaml, `variables` what
    the environment has to hold, and `set_up` does what a person does before the first plan.
    """

    sink: str
    url: str
    settings: Mapping[str, object]
    variables: Mapping[str, str]
    set_up: Callable[[Workspace], None]
