"""The server as a test holds it: start it, look into it, reach into its account."""

from collections.abc import Callable

from photo_assets_tests.services.faulty_app import FaultyApp
from photo_assets_tests.services.server import StandIn
from photo_assets_tests.services.smugmug.app import SmugMugApp, error_body
from photo_assets_tests.services.smugmug.library import Library
from photo_assets_tests.services.smugmug.settings import Settings


class SmugMugServer(StandIn):
    """An account, empty at first, behind the API; `library` is what a person does to it."""

    def __init__(self, settings: Settings | None = None, library: Library | None = None) -> None:
        self.settings = settings or Settings()
        self.library = library or Library()
        self.api = SmugMugApp(self.library, self.settings)
        super().__init__(FaultyApp(self.api, error_body))

    def calls(self, path: str = "") -> int:
        """Return how many requests came with `path` in their path."""
        return sum(path in arrival.path for arrival in self.log.all())

    def after_page(self, *changes: Callable[[], object]) -> None:
        """Make one change after each of the next pages: between this page and the one after it."""
        self.api.after_page.extend(changes)
