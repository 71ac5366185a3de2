"""The connection to the data source, for applying and verifying plans.

Before the first write it removes private names from the lists of options: Notion also shows options
that no page uses, and the plan changes only the pages themselves.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import pyarrow as pa

from photo_assets.ledger import SinkPages
from photo_assets.model.disclosure import Disclosure
from photo_assets.model.wording import counted
from photo_assets.service_calls import CallStatistics
from photo_assets.sinks.disclosing import disclosure_of
from photo_assets.sinks.notion.adoption import adopt_pages
from photo_assets.sinks.notion.client import NotionClient
from photo_assets.sinks.notion.covers import Covers
from photo_assets.sinks.notion.data_sources import visible_source
from photo_assets.sinks.notion.desired import PAGES
from photo_assets.sinks.notion.fields import KEY, KINDS, MORE, TREATMENTS, Kind, owned, withheld
from photo_assets.sinks.notion.known_schema import (
    SentOptions,
    keep_options,
    known_properties,
    remember_properties,
)
from photo_assets.sinks.notion.limits import FREE_BLOCKS, FREE_UPLOAD_BYTES, OPTIONS
from photo_assets.sinks.notion.mirror import read_mirror
from photo_assets.sinks.notion.schema import Known, SchemaFit, fit
from photo_assets.sinks.notion.sending import LOOK_AFTER_S, PageSender, SchemaChangedError
from photo_assets.sinks.notion.settings import NAME, notion_settings
from photo_assets.sinks.notion.verification import read_back
from photo_assets.sinks.protocol import (
    PlanRow,
    RowOutcome,
    RowState,
    SinkNotReadyError,
    Verification,
)
from photo_assets.workspace import Workspace

_MANY: Final = 900
_SET_UP: Final = "`photosync notion setup` lists what is missing and adds it."


class NotionConnection:
    """A `SinkConnection`: `destination` is the data source's id."""

    def __init__(
        self,
        workspace: Workspace,
        client: NotionClient,
        destination: str,
        *,
        look_after_s: Sequence[float] = LOOK_AFTER_S,
    ) -> None:
        self.destination = destination
        self._workspace = workspace
        self._settings = notion_settings(workspace.settings.sinks)
        self._client = client
        variable = self._settings.token_env
        covers = Covers(client, workspace.thumbnails, variable)
        self._sender = PageSender(
            client, workspace.ledger, destination, covers, variable, look_after_s=look_after_s
        )
        self._options = SentOptions(workspace.lake)
        self._fit: SchemaFit | None = None
        self._source: dict[str, Any] = {}
        self._known: dict[str, Known] = {}

    @property
    def statistics(self) -> CallStatistics:
        """The statistics of the calls so far."""
        return self._client.caller.statistics

    def prepare(self, rows: int) -> Sequence[str]:
        """Read the data source's schema, and adopt unknown existing pages.

        Returns lines for the person before the first write. Raises `SinkNotReadyError` if nothing
        can be written, and `ServiceError`.
        """
        fit, messages = self._withdraw_options(self._look())
        messages += [
            f"The property {name!r} is missing; its values are not sent. {_SET_UP}"
            for name in fit.missing.values()
        ]
        messages += [
            f"The property {name!r} has the type {kind}; its values are not sent."
            for name, kind in fit.misfits.items()
        ]
        messages += [
            f"The property {name!r} already holds the values of {other!r}; no other values are "
            "written to it."
            for name, other in fit.taken.items()
        ]
        adopted = adopt_pages(
            self._client, self._workspace.ledger, self.destination, fit.names[KEY]
        )
        if adopted:
            messages.append(f"Adopted from Notion: {counted(adopted, 'existing page')}.")
        known = len(SinkPages(self._workspace.ledger).known(NAME, self.destination, PAGES))
        if rows > max(_MANY, known) and self._may_be_limited():
            messages.append(
                f"Up to {rows:,} pages will be created. A free workspace with more than one "
                f"member is limited to {FREE_BLOCKS:,} blocks in total; each page counts as "
                "one, even if it is deleted. Notion does not report whether this workspace has "
                "that limit. Writing stops when Notion refuses."
            )
        return messages

    def send(self, rows: Sequence[PlanRow], *, uncertain: bool) -> Sequence[RowOutcome]:
        """Write the page of the single row.

        Raises `SinkNotReadyError` if nothing can be written any more, and `ServiceError`.
        """
        return [self._send(row, uncertain) for row in rows]

    def _send(self, row: PlanRow, uncertain: bool) -> RowOutcome:
        self._options.keep(row.after)
        try:
            return self._sender.send(row, self._fit or self._look(), uncertain=uncertain)
        except SchemaChangedError:
            pass
        try:
            return self._sender.send(row, self._look(), uncertain=uncertain)
        except SchemaChangedError as error:
            why = str(error.__cause__ or error)
            return RowOutcome(row=row.row, state=RowState.FAILED, error=why, note=row.note)

    def verify(self) -> Verification:
        """Read all pages and compare our properties with the last written content."""
        return read_back(self._client, self._workspace, self.destination, self._look())

    def read_mirror(self, *, edited_since: str | None = None) -> Iterator[tuple[str, pa.Table]]:
        """Yield month and rows of people's entries, as `mirror.read_mirror`."""
        return read_mirror(
            self._client, self._workspace, self.destination, self._look(), edited_since=edited_since
        )

    def stop(self) -> None:
        """Stop all waiting calls."""
        self._client.caller.stop()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _look(self) -> SchemaFit:
        """Return how our properties fit the data source; store its options."""
        source = visible_source(self._client, self.destination, self._settings.token_env)
        ledger = self._workspace.ledger
        known = known_properties(ledger, self.destination)
        wanted, unwanted = owned(self._settings), withheld(self._settings)
        found = fit(source["properties"], wanted, known, unwanted)
        if not found.can_be_used:
            name = self._settings.properties.photo_id
            raise SinkNotReadyError(
                f"The Notion database has no text property {name!r}, which identifies the pages.",
                hint=_SET_UP,
            )
        self._source, self._known = source, known
        remember_properties(ledger, self.destination, found.seen)
        keep_options(self._workspace.lake, found.options)
        self._fit = found
        return found

    def _withdraw_options(self, found: SchemaFit) -> tuple[SchemaFit, list[str]]:
        """Remove private names from the lists of options; return the new fit and lines to show."""
        disclosure = disclosure_of(self._workspace, self._settings.policy)
        changes, messages = without_private_options(
            self._source["properties"], found, self._known, disclosure
        )
        if changes:
            self._client.change_properties(self.destination, changes)
            found = self._look()
        return found, messages

    def _may_be_limited(self) -> bool:
        """Return whether the workspace may be a free one: paid ones accept larger files."""
        limits = self._client.me().get("bot", {}).get("workspace_limits") or {}
        most = limits.get("max_file_upload_size_in_bytes")
        return not isinstance(most, int) or most <= FREE_UPLOAD_BYTES


Json = dict[str, Any]


def without_private_options(
    properties: Mapping[str, Json],
    fit: SchemaFit,
    known: Mapping[str, Known],
    disclosure: Disclosure,
) -> tuple[Json, list[str]]:
    """Return the properties to change, without the withheld options, and lines to show.

    A change lists all remaining options, at most 100, so a longer list can only be shortened by
    hand. `known`: properties that were ours before, by their names here.
    """
    changes: Json = {}
    messages: list[str] = []
    for field, name in _lists(properties, fit, known).items():
        options = [one["name"] for one in properties[name][Kind.MULTI]["options"]]
        left = set(disclosure.show_names(TREATMENTS[field], options))
        if left == set(options):
            continue
        if len(left) > OPTIONS:
            messages.append(
                f"The property {name!r} has {len(options):,} options. Private data is in "
                f"{len(options) - len(left):,} of them, which no page uses now. No program can "
                "remove options from such a long list: remove them in Notion."
            )
            continue
        changes[name] = {Kind.MULTI: {"options": [{"name": one} for one in options if one in left]}}
    return changes, messages


def _lists(
    properties: Mapping[str, Json], fit: SchemaFit, known: Mapping[str, Known]
) -> dict[str, str]:
    """Return field -> name of the multi-selects that are or were ours."""
    former = {
        field: name
        for field, name in fit.former.items()
        if field in known and known[field].property_id == properties[name]["id"]
    }
    ours = {**former, **fit.names}
    return {field: ours[field] for field in MORE if field in ours and KINDS[field] is Kind.MULTI}
