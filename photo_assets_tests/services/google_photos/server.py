"""The server as a test holds it: start it, look into it, reach into its library."""

import contextlib
from collections import Counter
from collections.abc import Iterator
from typing import Self

from photo_assets_tests.services.faulty_app import FaultyApp
from photo_assets_tests.services.google_photos.app import SCOPE, PickerApp, RefusalError, error_body
from photo_assets_tests.services.google_photos.library import Library
from photo_assets_tests.services.oauth.google import OAuth
from photo_assets_tests.services.server import StandIn
from photo_assets_tests.services.tls import Certificate


class GooglePhotosServer(StandIn):
    """One person's Google Photos behind Google's endpoints, with faults."""

    def __init__(self) -> None:
        self.library = Library()
        self.oauth = OAuth("owner@photos.example", SCOPE)
        self.picker = PickerApp(self.library, self.oauth)
        super().__init__(FaultyApp(self.picker, error_body))

    @contextlib.contextmanager
    def running(self, port: int = 0, *, tls: Certificate | None = None) -> Iterator[Self]:
        """Serve in a thread for the block; `base_url` is the setting `endpoint` of a catalog."""
        with super().running(port, tls=tls):
            self.picker.base_url = self.base_url
            yield self

    def refuse(self, *refusals: RefusalError) -> None:
        """Refuse the next calls, each with one of these."""
        self.picker.refusals.extend(refusals)

    def calls(self) -> Counter[str]:
        """Return the calls of the API since the log was cleared, without the ids of sessions."""
        found = [one for one in self.log.all() if one.path.startswith("/v1/")]
        return Counter(f"{one.method} {one.path.split('/')[2]}" for one in found)
