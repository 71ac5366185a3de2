"""The sink that writes the collection to the tables of a Supabase project."""

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from urllib.parse import urlsplit

import orjson
import pyarrow as pa

from photo_assets.model.canonical import canonical
from photo_assets.model.disclosure import DisclosurePolicy
from photo_assets.service_calls import Policy, RateLimitedCaller
from photo_assets.sinks.disclosing import Joined
from photo_assets.sinks.engine.known_rows import changed_fields
from photo_assets.sinks.engine.sink_tables import written_files
from photo_assets.sinks.protocol import PlanRow, SinkNotReadyError
from photo_assets.sinks.supabase.client import TableClient, connect
from photo_assets.sinks.supabase.connection import SupabaseConnection
from photo_assets.sinks.supabase.content import emptied
from photo_assets.sinks.supabase.desired import DesiredRows
from photo_assets.sinks.supabase.settings import NAME, supabase_settings
from photo_assets.sinks.supabase.tables import AI_METADATA, NAMED_BY, PHOTOS, TARGETS
from photo_assets.workspace import Workspace

_PER_ROW = 100  # bytes for the digest and the brackets of a row

_OF_THIS_MACHINE = frozenset({"127.0.0.1", "::1", "localhost"})


class SupabaseSink:
    """A `Sink`: the collection of `workspace` in the configured project."""

    name = NAME
    targets: Sequence[str] = TARGETS

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._settings = supabase_settings(workspace.settings.sinks)

    def destination(self) -> str | None:
        """Return the project's host, None if its URL is not set."""
        url = os.environ.get(self._settings.url_env, "").strip()
        return urlsplit(url).netloc.rpartition("@")[2] or None

    def web_address(self) -> str | None:
        """Return None: a project's host has no page for people."""
        return None

    @property
    def policy(self) -> DisclosurePolicy:
        """The disclosure policy in the settings."""
        return self._settings.policy

    def partitions(self) -> Mapping[str, str]:
        """Return the months of photos, and the albums, with digests. Raises `StorageError`."""
        self._desired = DesiredRows(Joined.of(self._workspace), self._workspace.settings.sinks)
        return self._desired.partitions()

    def desired(self, partitions: Collection[str]) -> Iterator[tuple[str, pa.Table]]:
        """Yield the rows of all tables for these partitions. Raises `StorageError`."""
        return self._desired.of(partitions)

    @cached_property
    def _desired(self) -> DesiredRows:
        return DesiredRows(Joined.of(self._workspace), self._workspace.settings.sinks)

    def allowed(self, target: str, key: str, content: str) -> str:
        """Return the part of a row's content that may be sent now, at least its identity.

        Of AI values only the identity: an approval may have been taken back since the row was made.
        Raises `StorageError`.
        """
        row = orjson.loads(content)
        shown = None if target == AI_METADATA else self._desired.disclosure.show(row)
        return canonical(shown or emptied(row, NAMED_BY[target]))

    def retired(self, target: str, key: str, content: str, successor: str | None) -> str | None:
        """Return the row marked as gone; a photo's row also names the photo it was merged into.

        Of AI values only the identity is left, as in `allowed`. Raises `StorageError`.
        """
        row = orjson.loads(content)
        shown = None if target == AI_METADATA else self._desired.disclosure.show_retired(row)
        left = shown or emptied(row, NAMED_BY[target])
        left["gone"] = True
        if target == PHOTOS:
            left["merged_into"] = successor
        return canonical(left)

    def changed(self, before: str | None, after: str) -> str:
        """Return the columns that differ."""
        return changed_fields(before, after)

    def requests(self, rows: Iterable[PlanRow]) -> Iterator[Sequence[PlanRow]]:
        """Start a new request when the table changes, or at the limit of rows or bytes."""
        most_rows, most_bytes = self._settings.rows_per_request, self._settings.bytes_per_request
        waiting: list[PlanRow] = []
        size = 0
        for row in rows:
            weight = _bytes(row.after) + _PER_ROW
            full = len(waiting) >= most_rows or size + weight > most_bytes
            if waiting and (full or waiting[0].target != row.target):
                yield waiting
                waiting, size = [], 0
            waiting.append(row)
            size += weight
        if waiting:
            yield waiting

    def connect(self) -> SupabaseConnection:
        """Return a connection without making a request. Raises as `client`."""
        client = self.client()
        destination, lake = self.destination() or "", self._workspace.lake
        written = partial(written_files, lake, self.name, destination)
        return SupabaseConnection(destination, client, lake, written)

    def client(self) -> TableClient:
        """Return a client of the project's tables without making a request.

        Raises `SinkNotReadyError` naming the missing variables.
        """
        settings = self._settings
        url = os.environ.get(settings.url_env, "").strip()
        key = os.environ.get(settings.key_env, "").strip()
        destination = self.destination()
        missing = [
            name for name, value in ((settings.url_env, url), (settings.key_env, key)) if not value
        ]
        if missing:
            names = " and ".join(missing)
            raise SinkNotReadyError(
                f"Supabase is not set up: {names} {'are' if len(missing) > 1 else 'is'} not set.",
                hint="Both are on the project's page, under API keys; use the secret key.",
            )
        safe = url.startswith("https://") or urlsplit(url).hostname in _OF_THIS_MACHINE
        if destination is None or not safe:
            raise SinkNotReadyError(
                f"{settings.url_env} does not start with https://, so the key would be sent "
                "unencrypted. Nothing was sent.",
                hint="Set it to the project's URL: https://<project>.supabase.co",
            )
        policy = Policy(
            requests_per_second=settings.requests_per_second,
            timeout_s=settings.timeout_seconds,
            longest_wait_s=settings.longest_wait_seconds,
        )
        caller = RateLimitedCaller(
            self._workspace.ledger, f"{NAME} {destination}", policy, secrets=(key,)
        )
        return connect(url, key, caller)


def _bytes(text: str) -> int:
    """Return the length of a text in UTF-8; an ASCII text needs no copy."""
    return len(text) if text.isascii() else len(text.encode())
