"""What a place that the unified view goes to says of itself, in one value that its folder exports.

Nothing else knows a sink by name: settings, assets, commands, checks and documents follow from
these. What a sink is told, and how, is the business of its `Sink`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from photo_assets.configuration.sinks import SinkSettings

if TYPE_CHECKING:
    import click

    from photo_assets.lake import Lake
    from photo_assets.lake.lake import AssetPath
    from photo_assets.model.schema import Column
    from photo_assets.model.tables import TableKind
    from photo_assets.sinks.protocol import Reading, Sink
    from photo_assets.workspace import Workspace

_EACH: Final = "*"


@dataclass(frozen=True, slots=True)
class Input:
    """A part of the graph that plans are made from: an asset, or with `*` each of a layer.

    `tables` are its tables in the lake, where they are others than the asset itself.
    """

    asset: "AssetPath"
    tables: "tuple[AssetPath, ...]" = ()

    def of(self, names: Sequence[str]) -> "list[AssetPath]":
        """Return the assets; `names` are those of the layer, for an input that is each of them."""
        layer, name = self.asset
        return [(layer, one) for one in (names if name == _EACH else [name])]

    def stored(self, lake: "Lake") -> "list[AssetPath]":
        """Return where the tables lie."""
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
    returns False when something waits for the person, and raises what the command ends with.
    """

    name: str
    summary: str
    help: str
    options: "tuple[click.Option, ...]" = ()
    run: "Callable[..., bool]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirror:
    """What people write in the service, read back into `mirror/<name>` by the photo's month.

    `summary` and `source_summary` describe the table and the outside place. `cron` says by the
    settings when it is read. `read` returns the months that changed since what was remembered, of
    all there is where it is told to look at everything; `remember` notes that they are stored.
    Both raise what `Sink.connect` raises. Of the columns `counted`, which are true or false, the
    UI shows how often they are true.
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

    `title` is for people. `open` makes the `Sink` of a workspace; it imports what is needed, and
    connects nothing. `holds` names what is written, as the asset `sink/<name>_<holds>`, and
    `summary` describes it. `inputs` are what a plan is made from, and `started_by` those of them
    that start one; which settings decide what is said is marked on them (`IN_PLAN`). `columns` are
    those of metadata/unified that are told. `at_once` says by the settings how many requests may
    be under way at once.

    For `photosync doctor`: `variables` are the environment variables that have to be set, by the
    settings; `package` is what has to be importable, and `extra` which of the extras in
    pyproject.toml brings it. `commands` are its own. `mirror` returns what is read
    back, where people write in the service. `icon` is one of Dagster's kinds.
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
