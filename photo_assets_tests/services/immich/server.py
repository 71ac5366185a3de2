"""The server as a test holds it: start it, look into it, change what it holds."""

import contextlib
from collections import Counter
from collections.abc import Iterator

from photo_assets_tests.services.arrivals import ArrivalLog
from photo_assets_tests.services.faults import FaultPlan
from photo_assets_tests.services.faulty_app import FaultyApp
from photo_assets_tests.services.immich.app import build_app, error_body
from photo_assets_tests.services.immich.store import Store
from photo_assets_tests.services.server import running

KEY = "immich-key"


class ImmichServer:
    """A server with one account and one API key."""

    def __init__(self) -> None:
        self.store = Store()
        self.app = FaultyApp(build_app(self.store), error_body)
        self.base_url = ""

    @contextlib.contextmanager
    def running(self, port: int = 0) -> Iterator["ImmichServer"]:
        """Serve in a thread for the block."""
        with running(self.app, port) as url:
            self.base_url = url
            yield self

    @property
    def faults(self) -> FaultPlan:
        return self.app.faults

    @property
    def log(self) -> ArrivalLog:
        return self.app.log

    def calls(self) -> Counter[str]:
        """Return the calls since the log was cleared, by method and path."""
        return Counter(f"{one.method} {one.path}" for one in self.log.all())
