"""The server as a test holds it: start it, look into it, reach into it."""

import contextlib
from collections.abc import Iterable, Iterator
from typing import Any, Self

import notion_client

from photo_assets.sample.notion.app import Complaint
from photo_assets.sample.notion.clock import Clock
from photo_assets.sample.notion.errors import error_body
from photo_assets.sample.notion.html_pages import plain_values
from photo_assets.sample.notion.objects import Json
from photo_assets.sample.notion.settings import Settings
from photo_assets.sample.notion.store import Store
from photo_assets_tests.services.faulty_app import FaultyApp
from photo_assets_tests.services.notion import people
from photo_assets_tests.services.notion.contract.schema import violation
from photo_assets_tests.services.notion.orders import SteeredApp
from photo_assets_tests.services.server import StandIn
from photo_assets_tests.services.tls import Certificate


class NotionServer(StandIn):
    """A workspace with one page, `root_page_id`, that is shared with the bot."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self.clock = Clock()
        self.store = Store(self.settings, self.clock)
        self._app = SteeredApp(self.store, violation)
        super().__init__(FaultyApp(self._app, error_body))

    @contextlib.contextmanager
    def running(self, port: int = 0, *, tls: Certificate | None = None) -> Iterator[Self]:
        """Serve in a thread for the block; replies name the address of pages."""
        with super().running(port, tls=tls):
            self.store.base_url = self.base_url
            yield self

    def client(self, **options: Any) -> notion_client.Client:
        """Return the vendor-independent client, unchanged; `options` as it takes them."""
        return notion_client.Client(
            **{"auth": self.settings.token, "base_url": self.base_url, **options}
        )

    @property
    def violations(self) -> list[Complaint]:
        """Requests or replies outside the contract, and requests for what is not done here."""
        return self._app.violations

    @property
    def refused(self) -> list[Complaint]:
        """Requests answered with 400, 401 or 403."""
        return self._app.refused

    @property
    def root_page_id(self) -> str:
        return self.store.root.id

    def pages(self, data_source_id: str) -> list[Json]:
        """Return all pages of a data source, those in the trash too, as replies show them."""
        with self._app.lock:
            source = self.store.data_source(data_source_id)
            return [self.store.page_json(page) for page in source.pages]

    def values(self, data_source_id: str) -> dict[str, dict[str, Any]]:
        """Return the properties of all pages of a data source as plain values, by page id."""
        with self._app.lock:
            source = self.store.data_source(data_source_id)
            return {page.id: plain_values(self.store, page) for page in source.pages}

    def seed_pages(
        self,
        data_source_id: str,
        rows: Iterable[dict[str, Any]],
        created: float | None = None,
    ) -> list[str]:
        """Make pages from plain values without a request, and return their ids."""
        with self._app.lock:
            made = people.seed_pages(self.store, data_source_id, rows, created)
            return [page.id for page in made]

    def human_edit(self, page_id: str, values: dict[str, Any]) -> None:
        """Set properties as a person would by hand, from plain values."""
        with self._app.lock:
            people.human_edit(self.store, page_id, values)

    def calls(self, method: str = "", path: str = "") -> int:
        """Return how many requests came, of a method and with `path` in their path."""
        return sum(
            arrival.method in (method or arrival.method,) and path in arrival.path
            for arrival in self.log.all()
        )
