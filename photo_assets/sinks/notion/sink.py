"""The sink that writes one page per photo to a Notion database."""

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import orjson
import pyarrow as pa

from photo_assets.ledger import SinkStates
from photo_assets.model.canonical import canonical
from photo_assets.model.disclosure import DisclosurePolicy
from photo_assets.service_calls import Policy, RateLimitedCaller
from photo_assets.sinks.disclosing import Joined
from photo_assets.sinks.engine.known_rows import changed_fields
from photo_assets.sinks.notion.client import NotionClient
from photo_assets.sinks.notion.connection import NotionConnection
from photo_assets.sinks.notion.content import retired_content, shown_content
from photo_assets.sinks.notion.desired import PAGES, DesiredPages
from photo_assets.sinks.notion.faults import HOW_TO_GET_ONE
from photo_assets.sinks.notion.sending import LOOK_AFTER_S
from photo_assets.sinks.notion.settings import NAME, notion_settings
from photo_assets.sinks.protocol import PlanRow, SinkNotReadyError
from photo_assets.workspace import Workspace


class NotionSink:
    """A `Sink`: the collection of `workspace` in the data source selected by setup.

    `look_after_s`: waits, seconds, before each lookup of a page that may have been created.
    """

    name = NAME
    targets: Sequence[str] = (PAGES,)

    def __init__(
        self, workspace: Workspace, *, look_after_s: Sequence[float] = LOOK_AFTER_S
    ) -> None:
        self._workspace = workspace
        self._settings = notion_settings(workspace.settings.sinks)
        self._look_after_s = look_after_s

    def destination(self) -> str | None:
        """Return the data source's id, None before setup."""
        state = SinkStates(self._workspace.ledger).get(self.name)
        return (state.destination or None) if state else None

    def web_address(self) -> str | None:
        """Return the page of the database, None before setup."""
        state = SinkStates(self._workspace.ledger).get(self.name)
        database = state.detail.get("database_id") if state else None
        return f"https://www.notion.so/{database.replace('-', '')}" if database else None

    @property
    def policy(self) -> DisclosurePolicy:
        """The disclosure policy in the settings."""
        return self._settings.policy

    def partitions(self) -> Mapping[str, str]:
        """Return the months of photos, with digests. Raises `StorageError`."""
        self._desired = DesiredPages(Joined.of(self._workspace), self._workspace.settings.sinks)
        return self._desired.partitions()

    def desired(self, partitions: Collection[str]) -> Iterator[tuple[str, pa.Table]]:
        """Yield the page of each photo of these months. Raises `StorageError`."""
        return self._desired.of(partitions)

    @cached_property
    def _desired(self) -> DesiredPages:
        return DesiredPages(Joined.of(self._workspace), self._workspace.settings.sinks)

    def allowed(self, target: str, key: str, content: str) -> str:
        """Return the part of a page's content that may be sent now. Raises `StorageError`."""
        return canonical(shown_content(orjson.loads(content), self._desired.disclosure))

    def retired(self, target: str, key: str, content: str, successor: str | None) -> str | None:
        """Return the page of a retired photo, with the photo that it was merged into, if any.

        Raises `StorageError`.
        """
        left = shown_content(orjson.loads(content), self._desired.disclosure, left=True)
        return canonical(retired_content(left, successor))

    def changed(self, before: str | None, after: str) -> str:
        """Return the properties that differ."""
        return changed_fields(before, after)

    def requests(self, rows: Iterable[PlanRow]) -> Iterator[Sequence[PlanRow]]:
        """Yield each row separately: Notion writes one page per request."""
        return ([row] for row in rows)

    def connect(self) -> NotionConnection:
        """Return a connection without making a request.

        Raises `SinkNotReadyError` without a token or before setup.
        """
        client = notion_client(self._workspace)
        destination = self.destination()
        if destination is None or not self._is_chosen():
            client.close()
            raise SinkNotReadyError(
                "No Notion database is selected yet."
                if destination is None
                else "photosync.yaml names a Notion database other than the one that was set up.",
                hint="Set it up: photosync notion setup",
            )
        return NotionConnection(
            self._workspace, client, destination, look_after_s=self._look_after_s
        )

    def _is_chosen(self) -> bool:
        state = SinkStates(self._workspace.ledger).get(self.name)
        detail: dict[str, Any] = dict(state.detail) if state else {}
        return self._settings.database_id in (None, detail.get("database_id"))


def notion_client(workspace: Workspace) -> NotionClient:
    """Return a client of Notion's API with the configured rate limit.

    Raises `SinkNotReadyError` if the token's variable is not set.
    """
    settings = notion_settings(workspace.settings.sinks)
    token = os.environ.get(settings.token_env, "").strip()
    if not token:
        raise SinkNotReadyError(
            f"Notion is not set up: {settings.token_env} is not set.",
            hint=HOW_TO_GET_ONE.format(variable=settings.token_env),
        )
    policy = Policy(
        requests_per_second=settings.requests_per_second,
        timeout_s=settings.timeout_seconds,
        longest_wait_s=settings.longest_wait_seconds,
        calls_limit=settings.calls_per_run,
    )
    # The limit is per token, so all users of a token share one name.
    caller = RateLimitedCaller(workspace.ledger, NAME, policy, secrets=(token,))
    return NotionClient(token, settings.base_url, caller)
