"""The server as a test holds it: start it, look into it, reach into it."""

from typing import Any

from photo_assets_tests.services.faulty_app import FaultyApp
from photo_assets_tests.services.google_drive.account import Account
from photo_assets_tests.services.google_drive.app import DriveApp
from photo_assets_tests.services.google_drive.errors import READ_ONLY, DriveError, error_body
from photo_assets_tests.services.google_drive.listing import Listing
from photo_assets_tests.services.oauth.google import OAuth
from photo_assets_tests.services.server import StandIn


class GoogleDriveServer(StandIn):
    """One person's Drive behind Google's endpoints, with faults."""

    def __init__(self) -> None:
        self.account = Account()
        self.listing = Listing(self.account)
        self.oauth = OAuth(self.account.me, READ_ONLY)
        self.drive = DriveApp(self.account, self.listing, self.oauth)
        super().__init__(FaultyApp(self.drive, error_body))

    def client(self, scope: str = READ_ONLY) -> Any:
        """Return the vendor's client, signed in with `scope`."""
        from google.oauth2.credentials import Credentials
        from googleapiclient.discovery import build

        token = self.oauth.signed_in(scope)["access_token"]
        return build(
            "drive",
            "v3",
            credentials=Credentials(token),  # type: ignore[no-untyped-call]
            static_discovery=True,
            client_options={"api_endpoint": f"{self.base_url}/drive/v3/"},
        )

    def refuse(self, *errors: DriveError) -> None:
        """Refuse the next requests to Drive, each with one of these."""
        self.drive.refusals.extend(errors)

    @property
    def violations(self) -> list[str]:
        """Replies outside the discovery document."""
        return self.drive.violations

    def calls(self, path: str = "") -> int:
        """Return how many requests to Drive came whose path ends so; all without one."""
        found = [a.path for a in self.log.all() if a.path.startswith("/drive/v3/")]
        return sum(one.endswith(path) for one in found)
