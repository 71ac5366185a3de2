"""The server as a test holds it: start it, look into it, reach into its account."""

import contextlib
from collections.abc import Callable, Iterator

from photo_assets_tests.services.arrivals import ArrivalLog
from photo_assets_tests.services.faults import FaultPlan
from photo_assets_tests.services.faulty_app import FaultyApp
from photo_assets_tests.services.server import running
from photo_assets_tests.services.smugmug.app import SmugMugApp, error_body
from photo_assets_tests.services.smugmug.library import Library
from photo_assets_tests.services.smugmug.settings import Settings
from photo_assets_tests.services.tls import Certificate


class SmugMugServer:
    """An account, empty at first, behind the API; `library` is what a person does to it."""

    def __init__(self, settings: Settings | None = None, library: Library | None = None) -> None:
        self.settings = settings or Settings()
        self.library = library or Library()
        self.api = SmugMugApp(self.library, self.settings)
        self.app = FaultyApp(self.api, error_body)
        self.base_url = ""

    @contextlib.contextmanager
    def running(self, tls: Certificate | None = None) -> Iterator["SmugMugServer"]:
        """Serve in a thread for the block; `base_url` is the setting `endpoint` of a catalog."""
        with running(self.app, tls=tls) as url:
            self.base_url = url
            yield self

    @property
    def faults(self) -> FaultPlan:
        return self.app.faults

    @property
    def log(self) -> ArrivalLog:
        return self.app.log

    def calls(self, path: str = "") -> int:
        """Return how many requests came with `path` in their path."""
        return sum(path in arrival.path for arrival in self.log.all())

    def after_page(self, *changes: Callable[[], object]) -> None:
        """Make one change after each of the next pages: between this page and the one after it."""
        self.api.after_page.extend(changes)
