"""The server as a test holds it: start it, look into it, reach into it."""

from collections import Counter
from typing import Any

from photo_assets_tests.services.faulty_app import FaultyApp
from photo_assets_tests.services.flickr.account import Account
from photo_assets_tests.services.flickr.app import REST, Call, FlickrApp, Keys
from photo_assets_tests.services.flickr.methods import WRITING
from photo_assets_tests.services.server import StandIn

#: The documented limit of calls per hour and key.
PER_HOUR = 3600


class FlickrServer(StandIn):
    """One account, and one application whose token its owner gave."""

    def __init__(self, account: Account | None = None, *, per_hour: int = PER_HOUR) -> None:
        self.account = account or Account()
        self.keys = Keys()
        self.inner = FlickrApp(self.account, self.keys, per_hour)
        super().__init__(FaultyApp(self.inner))

    def client(self, **options: Any) -> Any:
        """Return flickrapi's client, unchanged, signed in as the owner."""
        import flickrapi
        from flickrapi.auth import FlickrAccessToken

        token = FlickrAccessToken(self.keys.token, self.keys.token_secret, self.keys.perms)
        client = flickrapi.FlickrAPI(
            self.keys.api_key,
            self.keys.api_secret,
            **{"token": token, "format": "parsed-json", "timeout": 60.0, **options},
        )
        client.REST_URL = self.base_url + REST
        return client

    @property
    def calls(self) -> list[Call]:
        return self.inner.calls

    def counted(self) -> Counter[str]:
        """Return how often each method was called, by its name without "flickr."."""
        return Counter(call.method.removeprefix("flickr.") for call in self.calls)

    def writes(self) -> list[str]:
        """Return the methods called that change an account."""
        return [call.method for call in self.calls if call.method in WRITING]
