"""The Supabase client for the sink: one request at a time, with validated replies.

The rate-limited caller retries and waits; the client's own retries are disabled.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from photo_assets.model.wording import counted
from photo_assets.service_calls import Fault, MalformedReplyError, RateLimitedCaller
from photo_assets.sinks.protocol import SinkNotReadyError
from photo_assets.sinks.supabase.faults import Reply, classify

if TYPE_CHECKING:
    import httpx

CHANGE_REASON = "photosync"
"""The actor of the sink's own writes in the database's history; see migrations/…_disclosure.sql."""

_PAGE = 500  # below the rows that a project returns at most, 1,000 by default
_MOST_KEYS = 100  # in a URL: gateways refuse long ones

Row = dict[str, Any]
T = TypeVar("T")


class TableClient:
    """Reads and writes the project's tables. May be used by several threads.

    All methods raise the errors of `RateLimitedCaller.call`.
    """

    def __init__(self, url: str, key: str, caller: RateLimitedCaller) -> None:
        self.caller = caller
        self._last = threading.local()
        self._http = _http_client(caller.policy.timeout_s, self._remember)
        self._rest = _rest(url, key, self._http)

    def upsert(self, table: str, rows: Sequence[Row], key: str) -> list[Row]:
        """Write rows by key and return key and times of those that changed."""

        def send() -> list[Row]:
            request = self._rest.from_(table).upsert(list(rows), on_conflict=key)
            return self._rows(request.select(key, "created_at", "updated_at"), len(rows))

        return self._call(f"write {counted(len(rows), 'row')} of {table}", send)

    def note(self, table: str, rows: Sequence[Row], key: str) -> None:
        """Write rows by key without returning which of them changed."""

        def send() -> None:
            request = self._rest.from_(table).upsert(list(rows), on_conflict=key)
            if len(self._rows(request.select(key), len(rows))) != len(rows):
                raise MalformedReplyError("fewer rows were returned than sent")

        self._call(f"note {counted(len(rows), 'row')} of {table}", send)

    def add(self, table: str, rows: Sequence[Row], key: str) -> None:
        """Add rows; existing rows stay unchanged."""

        def send() -> None:
            request = self._rest.from_(table).upsert(
                list(rows), on_conflict=key, ignore_duplicates=True
            )
            self._rows(request.select(key), len(rows))

        self._call(f"add {counted(len(rows), 'row')} to {table}", send)

    def find(self, table: str, key: str, keys: Sequence[str], *columns: str) -> list[Row]:
        """Return the rows with these keys and these columns; without columns, all columns."""
        found = []
        for start in range(0, len(keys), _MOST_KEYS):
            some = keys[start : start + _MOST_KEYS]

            def send(some: Sequence[str] = some) -> list[Row]:
                request = self._rest.from_(table).select(*columns).in_(key, some)
                return self._rows(request, len(some))

            found += self._call(f"look up {counted(len(some), 'row')} of {table}", send)
        return found

    def page(
        self, table: str, key: str, after: str, where: Mapping[str, str | bool], *columns: str
    ) -> list[Row]:
        """Return the rows with these values, by key, beginning after `after`; [] at the end."""

        def send() -> list[Row]:
            request = self._rest.from_(table).select(*columns)
            for column, value in where.items():
                request = request.eq(column, value)
            if after:
                request = request.gt(key, after)
            return self._rows(request.order(key).limit(_PAGE), _PAGE)

        return self._call(f"read rows of {table}", send)

    def change(
        self, table: str, values: Row, where: Mapping[str, str | None], *columns: str
    ) -> list[Row]:
        """Change the rows with these values, and return `columns` of them as they are now."""

        def send() -> list[Row]:
            request = self._rest.from_(table).update(values)
            for column, value in where.items():
                request = (
                    request.is_(column, "null") if value is None else request.eq(column, value)
                )
            return self._rows(request.select(*columns), None)

        return self._call(f"change rows of {table}", send)

    def ask(self, function: str, **parameters: Any) -> list[Row]:
        """Return the list that a database function returns."""

        def send() -> list[Row]:
            return self._rows(self._rest.rpc(function, parameters), None)

        return self._call(f"ask {function}", send)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _call(self, what: str, send: Callable[[], T]) -> T:
        return self.caller.call(what, send, classify=self._judge, repeatable=True)

    def _rows(self, request: Any, most: int | None) -> list[Row]:
        """Send a request and return its rows, after checking their form and number.

        The client returns a success reply that is not JSON as text, without an error.
        """
        self._last.reply = None
        data = request.execute().data
        if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
            raise MalformedReplyError(f"it is not a list of rows but {type(data).__name__}")
        if most is not None and len(data) > most:
            raise MalformedReplyError(f"{counted(len(data), 'row')} were returned, but {most} sent")
        return data

    def _judge(self, error: Exception) -> Fault:
        return classify(error, self._last.reply)

    def _remember(self, response: "httpx.Response") -> None:
        self._last.reply = Reply(response.status_code, _lower(response.headers))


def connect(url: str | None, key: str | None, caller: RateLimitedCaller) -> TableClient:
    """Return a client. Raises `SinkNotReadyError` for an invalid URL or key."""
    try:
        return TableClient(url or "", key or "", caller)
    except ImportError:
        raise SinkNotReadyError(
            "The Supabase client is not installed.",
            hint="pip install 'photo_assets[supabase]'.",
        ) from None
    except Exception as error:  # the client's message may quote them
        raise SinkNotReadyError(
            f"The Supabase project's URL or key is invalid ({type(error).__name__}).",
            hint="Both are on the project's page, under API keys; use the secret key.",
        ) from None


def _http_client(timeout_s: float, remember: Callable[["httpx.Response"], None]) -> "httpx.Client":
    import httpx

    return httpx.Client(
        timeout=timeout_s,
        follow_redirects=False,
        headers={"X-Change-Reason": CHANGE_REASON},
        event_hooks={"response": [remember]},
    )


def _rest(url: str, key: str, http: "httpx.Client") -> Any:
    from supabase import ClientOptions, create_client

    options = ClientOptions(
        httpx_client=http,
        postgrest_client_retry=False,
        auto_refresh_token=False,
        persist_session=False,
    )
    return create_client(url, key, options).postgrest


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
