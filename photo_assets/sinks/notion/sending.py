"""Write one page: create it once, look it up if the outcome is unknown, update it in one call."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from photo_assets.ledger import Ledger, SinkPages
from photo_assets.model.plans import CREATE, RETIRE
from photo_assets.service_calls import PermanentServiceError
from photo_assets.sinks.notion.client import NotionClient
from photo_assets.sinks.notion.covers import CoverRefusedError, Covers
from photo_assets.sinks.notion.data_sources import visible_source
from photo_assets.sinks.notion.desired import PAGES
from photo_assets.sinks.notion.faults import (
    is_about_schema,
    is_about_upload,
    is_in_trash,
    is_not_there,
    is_schema_full,
    not_ready,
)
from photo_assets.sinks.notion.fields import COVER, KEY, KINDS, MORE_EQUIPMENT
from photo_assets.sinks.notion.schema import SchemaFit
from photo_assets.sinks.notion.settings import NAME
from photo_assets.sinks.notion.wire import to_wire
from photo_assets.sinks.protocol import PlanRow, RowOutcome, RowState

LOOK_AFTER_S: Final = (1.0, 4.0)
"""Waits in seconds before each lookup of a page that may just have been created: queries lag."""

IN_TRASH: Final = "its page is in Notion's trash and stays there"
NOT_THERE: Final = "its page is no longer there, and is not made again"

Json = dict[str, Any]


class SchemaChangedError(Exception):
    """A property was renamed or changed its type since the schema was read."""


@dataclass(frozen=True, slots=True)
class _Write:
    properties: Json
    cover: str | None
    uncover: bool
    notes: list[str]


class PageSender:
    """Writes pages of one data source. May be used by several threads."""

    def __init__(
        self,
        client: NotionClient,
        ledger: Ledger,
        data_source: str,
        covers: Covers,
        variable: str,
        *,
        look_after_s: Sequence[float] = LOOK_AFTER_S,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._pages = SinkPages(ledger)
        self._data_source = data_source
        self._covers = covers
        self._variable = variable
        self._look_after_s = look_after_s
        self._sleep = sleep

    def send(self, row: PlanRow, fit: SchemaFit, *, uncertain: bool) -> RowOutcome:
        """Write a row's page and return the outcome.

        Raises `SinkNotReadyError` if nothing can be written, `SchemaChangedError` if `fit` is out
        of date, and the errors of `RateLimitedCaller.call` that the row did not cause.
        """
        page = self._pages.find(NAME, self._data_source, PAGES, row.key)
        found_twice = False
        if page is None and (uncertain or row.action != CREATE):
            page, found_twice = self._look(row.key, fit)
        if page is None and row.action == RETIRE:
            return RowOutcome(row=row.row, state=RowState.UNCHANGED, note=NOT_THERE)
        # After an uncertain write the earlier content is unknown: send the whole content.
        before = None if uncertain or page is None else row.before
        unseen = page is not None and row.before is None and not uncertain
        write = _write(row, before, fit, unseen=unseen)
        if found_twice:
            write.notes.append("several pages carry this photo's UUID")
        try:
            if page is None:
                return self._create(row, write)
            if unseen:
                return self._update_unseen(row, page, write)
            return self._update(row, page, write)
        except PermanentServiceError as error:
            return self._refused(row, page, error)

    def _create(self, row: PlanRow, write: _Write) -> RowOutcome:
        reply = self._with_cover(
            write,
            lambda cover: self._client.create_page(self._data_source, write.properties, cover),
        )
        return _outcome(row, RowState.CREATED, reply["id"], write.notes)

    def _update(self, row: PlanRow, page: str, write: _Write) -> RowOutcome:
        if not write.properties and write.cover is None and not write.uncover:
            return _outcome(row, RowState.UNCHANGED, page, write.notes)
        self._with_cover(
            write,
            lambda cover: self._client.update_page(
                page, write.properties, cover, uncover=write.uncover
            ),
        )
        return _outcome(row, RowState.UPDATED, page, write.notes)

    def _update_unseen(self, row: PlanRow, page: str, write: _Write) -> RowOutcome:
        """Write an adopted page in one call. Its existing cover is assumed to be ours."""
        reply = self._client.update_page(page, write.properties, uncover=write.uncover)
        if write.cover is not None and reply.get("cover") is None:
            self._with_cover(write, lambda cover: self._client.update_page(page, {}, cover))
        return _outcome(row, RowState.UPDATED, page, write.notes)

    def _with_cover(self, write: _Write, send: Callable[[Json | None], Json]) -> Json:
        """Send the page with its cover, if it has one; if the cover fails, send it without."""
        blob = write.cover
        for again in (True, False):
            cover = None
            if blob is not None:
                try:
                    cover = self._covers.upload(blob)
                except CoverRefusedError as error:
                    write.notes.append(f"no cover: {error}")
                    blob = None
            try:
                reply = send(cover)
            except PermanentServiceError as error:
                if cover is None or not is_about_upload(error):
                    raise
                assert blob is not None
                self._covers.forget(blob)
                if not again:
                    raise
                continue
            if blob is not None:
                self._covers.forget(blob)
            return reply
        raise AssertionError("unreachable")

    def _look(self, key: str, fit: SchemaFit) -> tuple[str | None, bool]:
        """Return the oldest page with the photo's UUID, and whether there are more."""
        filter_ = {"property": fit.names[KEY], "rich_text": {"equals": key}}
        sorts = [{"timestamp": "created_time", "direction": "ascending"}]
        for wait in self._look_after_s:
            self._sleep(wait)
            try:
                reply = self._client.query(
                    self._data_source, filter_=filter_, sorts=sorts, page_size=2
                )
            except PermanentServiceError as error:
                if is_about_schema(error):
                    raise SchemaChangedError from error
                halt = not_ready(error, self._variable)
                raise halt or error from None
            found = [page["id"] for page in reply["results"]]
            if found:
                return found[0], len(found) > 1
        return None, False

    def _absent(self, page: str | None, error: PermanentServiceError) -> str | None:
        """Return why there is no page to write to, if that is the cause.

        A deleted database causes the same error for each page, and ends the run instead.
        """
        if not (is_not_there(error) or is_in_trash(error)):
            return None
        visible_source(self._client, self._data_source, self._variable)
        if page is None:
            return None
        try:
            found = self._client.page(page)
        except PermanentServiceError as again:
            return NOT_THERE if is_not_there(again) else None
        return IN_TRASH if found.get("in_trash") or found.get("archived") else None

    def _refused(self, row: PlanRow, page: str | None, error: PermanentServiceError) -> RowOutcome:
        halt = not_ready(error, self._variable)
        if halt is not None:
            raise halt from None
        absent = self._absent(page, error)
        if absent is not None:
            assert page is not None
            return _outcome(row, RowState.UNCHANGED, page, [absent])
        if is_about_schema(error):
            raise SchemaChangedError from error
        why = error.fault.message
        if is_schema_full(error):
            why += " Lower sinks.notion.keyword_options or another …_options setting, or remove "
            why += "unneeded options in Notion."
        return RowOutcome(row=row.row, state=RowState.FAILED, error=why, note=row.note)


def _write(row: PlanRow, before: str | None, fit: SchemaFit, *, unseen: bool) -> _Write:
    """Return the properties to send: the differences from `before`, or all if that is unknown.

    Values that were sent before and may no longer be sent (coordinates, people) are cleared, also
    on an adopted page (`unseen`). An empty text for the equipment is not part of the content: if
    `before` is unknown, the text is cleared.
    """
    after: Json = orjson.loads(row.after)
    old: Json = {} if before is None else orjson.loads(before)
    was: Json = {} if row.before is None else orjson.loads(row.before)
    properties: Json = {}
    lost: list[str] = []
    silent = {MORE_EQUIPMENT} if before is None and row.action != RETIRE else set()
    if unseen:
        silent |= fit.former.keys()
    for field in sorted((after.keys() | was.keys() | silent) - {COVER}):
        if field not in KINDS:
            continue  # of an older version
        value = after.get(field)
        if before is not None and old.get(field) == value:
            continue
        name = fit.names.get(field)
        if name is None and field not in after:
            name = fit.former.get(field)
        if name is not None:
            properties[name] = to_wire(KINDS[field], value)
        elif value not in (None, []):
            lost.append(field)
    notes = [row.note] if row.note else []
    if lost:
        notes.append(f"no property takes {', '.join(lost)}")
    blob = after.get(COVER)
    changed = before is None or old.get(COVER) != blob
    # If the content has no entry for a cover, it is unknown whether the page has one.
    uncover = row.action == RETIRE and COVER in after and blob is None
    uncover = uncover and old.get(COVER, "") is not None
    return _Write(properties, blob if changed else None, uncover, notes)


def _outcome(row: PlanRow, state: RowState, page: str, notes: list[str]) -> RowOutcome:
    return RowOutcome(row=row.row, state=state, remote_id=page, note="; ".join(notes) or None)
