"""The server as a test holds it: start it, look into it, change what it holds."""

from collections import Counter

from photo_assets_tests.services.faulty_app import FaultyApp
from photo_assets_tests.services.immich.app import build_app, error_body
from photo_assets_tests.services.immich.store import Store
from photo_assets_tests.services.server import StandIn

KEY = "immich-key"


class ImmichServer(StandIn):
    """A server with one account and one API key."""

    def __init__(self) -> None:
        self.store = Store()
        super().__init__(FaultyApp(build_app(self.store), error_body))

    def calls(self) -> Counter[str]:
        """Return the calls since the log was cleared, by method and path."""
        return Counter(f"{one.method} {one.path}" for one in self.log.all())
