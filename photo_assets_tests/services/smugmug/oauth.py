"""OAuth 1.0a as SmugMug has it (`services.oauth`), with its two levels of access.

The vendor's pages "Authorization with OAuth 1.0a" and "OAuth FAQ" describe it. An app that a person
has authorized once keeps the access that it got then, whatever it asks for later.
"""

from starlette.requests import Request
from starlette.routing import Route

from photo_assets_tests.services.oauth.oauth1 import OAuth1Provider, ProblemError, Token
from photo_assets_tests.services.smugmug.settings import Settings

ROOT = "/services/oauth/1.0a"


class OAuth:
    """The sign-in of one account, in which the token of the settings is valid from the start."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._provider = OAuth1Provider(
            client=(settings.api_key, settings.api_secret),
            request_token=f"{ROOT}/getRequestToken",
            authorize=f"{ROOT}/authorize",
            access_token=f"{ROOT}/getAccessToken",
            asking="Access",
        )
        self._provider.tokens[settings.token] = Token(settings.token_secret)

    def routes(self) -> list[Route]:
        return self._provider.routes()

    def revoke(self) -> None:
        """Take the app's access back, as a person does in the account's settings."""
        self._provider.revoke_all()

    def secrets(self) -> list[str]:
        """What must never be seen anywhere else."""
        return self._provider.secrets()

    def note_authorization(self, request: Request) -> None:
        """Keep the access that the first authorization asks for, which is the least by default."""
        if self._provider.granting is None and request.url.path.endswith("/authorize"):
            self._provider.granting = request.query_params.get("Access", "Public")
            self._settings.access = self._provider.granting
            self._settings.permissions = request.query_params.get("Permissions", "Read")

    async def problem(self, request: Request) -> str | None:
        """Return what is wrong with the signature of a request to the API, or None."""
        if "authorization" not in request.headers:
            return "parameter_absent"
        try:
            await self._provider.token_of(request)
        except ProblemError as problem:
            return str(problem)
        return None
