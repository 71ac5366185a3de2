"""The definition of a sink: one value that its folder exports.

No other module refers to a sink by name: settings, assets, commands, checks and documents are
derived from these values. The content and its transfer are defined by its `Sink`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from photo_assets.configuration.sinks import SinkSettings

if TYPE_CHECKING:
    import click

    from photo_assets.lake import Lake
    from photo_assets.lake.stored import AssetPath
    from photo_assets.model.schema import Column
    from photo_assets.model.tables import TableKind
    from photo_assets.sinks.protocol import Reading, Sink
    from photo_assets.workspace import Workspace

_EACH: Final = "*"


@dataclass(frozen=True, slots=True)
class Input:
    """An input of plans in the asset graph: an asset, or with `*` every asset of a layer.

    `tables` are its tables in the lake, if they differ from the asset itself.
    """

    asset: "AssetPath"
    tables: "tuple[AssetPath, ...]" = ()

    def of(self, names: Sequence[str]) -> "list[AssetPath]":
        """Return the assets; `names` are those of the layer, used for an input with `*`."""
        layer, name = self.asset
        return [(layer, one) for one in (names if name == _EACH else [name])]

    def stored(self, lake: "Lake") -> "list[AssetPath]":
        """Return the tables in the lake."""
        return [*self.tables] if self.tables else self.of(lake.catalogs())


CATALOGS: Final = Input(("catalog", _EACH))
FINGERPRINTS: Final = Input(("identity", "fingerprints"))
PHOTOS: Final = Input(
    ("identity", "photos"),
    (("identity", "photos"), ("identity", "members"), ("identity", "relations")),
)
UNIFIED: Final = Input(("metadata", "unified"))
CONFLICTS: Final = Input(("metadata", "conflicts"))
THUMBNAILS: Final = Input(("vault", "thumbnails"))


@dataclass(frozen=True, slots=True, kw_only=True)
class SinkCommand:
    """One command of a sink, as `photosync SINK NAME`.

    `run` gets the workspace, a function that prints a line, and the values of `options` by name. It
    returns False if the person has to act, and raises the error that ends the command.
    """

    name: str
    summary: str
    help: str
    options: "tuple[click.Option, ...]" = ()
    run: "Callable[..., bool]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirror:
    """People's entries in the service, read into `mirror/<name>` by the photo's month.

    `summary` and `source_summary` describe the table and the service. `cron` returns the schedule
    from the settings. `read` returns the months that changed since the remembered state, or all
    months if its flag is set; `remember` records that they are stored. Both raise the errors of
    `Sink.connect`. For each boolean column in `counted`, the UI shows the number of true values.
    """

    kind: "TableKind"
    columns: "tuple[Column, ...]"
    counted: tuple[str, ...] = ()
    summary: str
    source_summary: str
    cron: Callable[[Any], str]
    read: "Callable[[Workspace, bool], Reading]"
    remember: "Callable[[Workspace, Reading], None]"


@dataclass(frozen=True, slots=True, kw_only=True)
class SinkSpec:
    """One sink. `name` is its name in photosync.yaml, keys, the ledger and commands.

    `title` is for people. `open` makes the `Sink` of a workspace; it imports its modules but does
    not connect. `holds` is the noun in the name of the asset `sink/<name>_<holds>`, and `summary`
    describes that asset. `inputs` are the inputs of a plan, and `started_by` those that trigger a
    new plan; settings that affect content are marked with `IN_PLAN`. `columns` are the columns of
    metadata/unified that are sent. `at_once` returns the maximum number of concurrent requests from
    the settings.

    For `photosync doctor`: `variables` returns the required environment variables from the
    settings; `package` is the required Python package, and `extra` the extra in pyproject.toml that
    installs it. `commands` are the sink's own commands. `mirror` returns the mirror, if people
    write in the service. `icon` is one of Dagster's kinds.
    """

    name: str
    title: str
    settings: type[SinkSettings]
    open: "Callable[[Workspace], Sink]"
    holds: str
    summary: str
    inputs: tuple[Input, ...]
    started_by: tuple[Input, ...]
    columns: tuple[str, ...]
    at_once: Callable[[Any], int] = lambda _settings: 1
    variables: Callable[[Any], Sequence[str]] = lambda _settings: ()
    package: str | None = None
    extra: str | None = None
    commands: tuple[SinkCommand, ...] = ()
    mirror: Callable[[], Mirror] | None = None
    icon: str
